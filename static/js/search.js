// The field in the head of every page answers as one types; without this script it is a plain search form.

const PAUSE_MS = 150;

function start(field) {
  const box = field.closest("form").appendChild(document.createElement("div"));
  const list = box.appendChild(document.createElement("ul"));
  const status = box.appendChild(document.createElement("p"));
  let timer = 0;
  let request = null;
  let chosen = -1;

  box.className = "suggestions";
  box.hidden = true;
  list.id = "site-search-suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "找到的内容");
  status.setAttribute("role", "status");
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  close();

  field.addEventListener("input", function (event) {
    // While a pinyin candidate is being chosen there is nothing to look for yet.
    if (!event.isComposing) ask();
  });
  field.addEventListener("compositionend", ask);
  field.addEventListener("keydown", onKey);
  field.addEventListener("blur", close);
  list.addEventListener("mousedown", function (event) {
    // The field keeps the focus, or the list would close before the click arrives.
    event.preventDefault();
  });
  list.addEventListener("click", function (event) {
    const option = event.target.closest("[role=option]");
    if (option) open(option);
  });

  function ask() {
    clearTimeout(timer);
    if (request) request.abort();
    if (!field.value.trim()) return close();
    timer = setTimeout(fetchHits, PAUSE_MS);
  }

  function fetchHits() {
    request = new AbortController();
    fetch(field.dataset.suggestions + "?q=" + encodeURIComponent(field.value), {
      signal: request.signal,
      headers: { Accept: "application/json" },
    })
      .then(function (response) {
        // Logged out in another tab: the answer is the login page.
        return response.ok && !response.redirected ? response.json() : Promise.reject(response);
      })
      .then(show)
      .catch(close);
  }

  function show(answer) {
    if (document.activeElement !== field) return;
    list.textContent = "";
    answer.hits.forEach(function (hit, n) {
      list.appendChild(option(hit, n));
    });
    chosen = -1;
    list.hidden = !answer.hits.length;
    box.hidden = false;
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.removeAttribute("aria-activedescendant");
    status.textContent =
      answer.problem || (answer.hits.length ? answer.hits.length + " 项，按上下键选择" : "未找到，按回车查看查找方法");
  }

  function option(hit, n) {
    const item = document.createElement("li");
    const name = item.appendChild(document.createElement("span"));
    const detail = item.appendChild(document.createElement("span"));
    item.id = list.id + "-" + n;
    item.dataset.url = hit.url;
    item.dataset.kind = hit.kind;
    item.dataset.code = hit.code;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    name.textContent = hit.name || hit.code;
    detail.textContent = hit.kind + " · " + (hit.name ? hit.code + " · " : "") + hit.detail + noteOn(hit);
    detail.className = "muted";
    return item;
  }

  // A page that shows what is chosen may say of a suggestion that it cannot.
  function noteOn(hit) {
    const said = { kind: hit.kind, code: hit.code, note: "" };
    document.dispatchEvent(new CustomEvent("search:found", { detail: said }));
    return said.note && " · " + said.note;
  }

  function onKey(event) {
    if (event.isComposing || event.keyCode === 229 || box.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) open(list.children[chosen]);
    else return;
    event.preventDefault();
  }

  // A page that shows what was chosen says so, as the map does; from any other its own page is opened.
  function open(option) {
    const { kind, code, url } = option.dataset;
    const isLeft = document.dispatchEvent(new CustomEvent("search:chosen", { cancelable: true, detail: { kind: kind, code: code } }));
    if (isLeft) location.assign(url);
    else close();
  }

  function choose(n) {
    const options = Array.from(list.children);
    if (!options.length) return;
    if (chosen >= 0) options[chosen].setAttribute("aria-selected", "false");
    chosen = (n + options.length) % options.length;
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[chosen].id);
  }

  function close() {
    clearTimeout(timer);
    if (request) request.abort();
    box.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
}

const search = document.querySelector("input[data-suggestions]");
if (search && window.AbortController) start(search);
