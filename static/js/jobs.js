// A running job is shown anew every second; without scripts the page reloads itself.

const EVERY_MS = 1000;
const SLOWEST_MS = 10000;
let wait = EVERY_MS;

function again() {
  window.setTimeout(look, document.hidden ? SLOWEST_MS : wait);
}

// The same page, of which only what has changed is put in place, so that focus and reading stay where they are.
function show(page) {
  const fresh = page.getElementById("job");
  const shown = document.getElementById("job");
  if (!fresh) return window.location.reload();
  if (fresh.innerHTML !== shown.innerHTML) {
    const bar = shown.querySelector("progress");
    const freshBar = fresh.querySelector("progress");
    if (bar && freshBar && fresh.children.length === shown.children.length) freshBar.replaceWith(moved(bar, freshBar));
    shown.innerHTML = "";
    while (fresh.firstChild) shown.appendChild(fresh.firstChild);
  }
  if (fresh.hasAttribute("data-running")) again();
  else document.title = "✓ " + document.title;
}

// The bar on the screen goes on from where it stands.
function moved(bar, fresh) {
  if (fresh.hasAttribute("value")) bar.value = fresh.value;
  else bar.removeAttribute("value");
  return bar;
}

function look() {
  fetch(window.location.href, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } })
    .then(function (answer) {
      if (answer.redirected) return window.location.reload();
      return answer.text().then(function (text) {
        wait = EVERY_MS;
        show(new DOMParser().parseFromString(text, "text/html"));
      });
    })
    .catch(function () {
      wait = Math.min(wait * 2, SLOWEST_MS);
      again();
    });
}

const job = document.getElementById("job");
if (job && job.hasAttribute("data-running")) again();
