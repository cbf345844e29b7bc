// The number of unread items in the header: asked for at most once a minute and tab, and anew after whatever was sent.

const KEPT = "inbox-unread";
const FRESH_MS = 60000;

const link = /** @type {HTMLElement} */ (document.querySelector("[data-inbox]"));
const account = document.body.dataset.account;

function show(/** @type {number} */ number) {
  const mark = /** @type {HTMLElement} */ (link.querySelector("[data-count]"));
  mark.textContent = number ? String(number) : "";
  mark.parentElement.hidden = !number;
}

function keep(/** @type {number} */ number) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ account: account, number: number, at: Date.now() }));
  } catch (problem) {
    // Without storage it is asked for on every page.
  }
}

function kept() {
  try {
    const said = JSON.parse(sessionStorage.getItem(KEPT));
    return said && said.account === account && Date.now() - said.at < FRESH_MS ? said.number : null;
  } catch (problem) {
    return null;
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEPT);
  } catch (problem) {
    // Nothing is kept where there is no storage.
  }
}

async function ask() {
  try {
    const answer = await fetch(link.dataset.inbox, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const number = (await answer.json()).unread;
    keep(number);
    show(number);
  } catch (problem) {
    // Without a network the mark stays as it is.
  }
}

if (link) {
  if (link.dataset.unread) {
    keep(Number(link.dataset.unread));
    show(Number(link.dataset.unread));
  } else {
    const number = kept();
    if (number === null) ask();
    else show(number);
  }
  document.addEventListener("submit", forget);
  document.addEventListener("click", function (event) {
    const target = /** @type {Element} */ (event.target).closest("a");
    if (target && target.pathname.indexOf("/inbox/items/") === 0) forget();
  });
}

export {};
