// The entry grid without a network: the page of a form, as it was seen last, kept on this device under the key of the account
// (docs/field.md), and opened from there. What was typed since lies in the queue.

import { makeElement } from "./entry-conflict.js";
import { textOf } from "./entry-figures.js";
import { openOffline } from "./offline-page.js";

const SOON = 1500;
const KEPT_PAGES = 12;
const PREFIX = "entry/";
const OWN = ".cell-own, .cell-hand, .row-people, .cell-state";

// As it would be served now: what is stored in the cells, nothing that this page alone has to say, and no token.
function copyOf(sheet) {
  const copy = /** @type {HTMLElement} */ (document.getElementById("main").cloneNode(true));
  copy.querySelectorAll(OWN).forEach(function (each) { each.remove(); });
  copy.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach(function (each) { each.setAttribute("value", ""); });
  copy.querySelectorAll("[data-people], [data-banner], [data-cards]").forEach(function (each) { each.hidden = true; });
  copy.querySelectorAll("[data-cards] select, [data-live], [data-said]").forEach(function (each) { each.textContent = ""; });
  sheet.every.forEach(function (cell) {
    const input = cell.input && copy.querySelector("#" + cell.input.id);
    if (!input) return;
    input.setAttribute("value", textOf(cell.stored));
    input.querySelectorAll("option").forEach(function (each) { each.toggleAttribute("selected", each.value === cell.stored); });
  });
  return { html: copy.innerHTML, title: document.title, at: Date.now(), shown: sheet.table.dataset.shown };
}

/**
 * Keep the page of the form here, now and after every change, and what is typed under the account's key; of the pages kept
 * the oldest go.
 * @param {{ sheet: Sheet, ready: Promise<any>, unlocked: (store: OfflineStore) => Promise<any> }} grid
 */
export function keepCopy(grid) {
  const sheet = grid.sheet;
  let timer = 0;
  // Not both at once: one looks for the key, the other leaves it here.
  grid.ready.then(openOffline).then(function (found) {
    if (found.state !== "open" || found.store.account !== sheet.table.dataset.user) return;
    const store = found.store;
    grid.unlocked(store);
    function keep() {
      clearTimeout(timer);
      timer = setTimeout(function () {
        store.write(PREFIX + location.pathname, copyOf(sheet)).then(function () {
          document.querySelector("[data-kept]").hidden = false;
        });
      }, SOON);
    }
    sheet.stored = keep;
    keep();
    tidy(store);
  });
}

async function tidy(store) {
  const names = await store.names(PREFIX);
  if (names.length <= KEPT_PAGES) return;
  const found = await Promise.all(names.map(async function (name) { return { name: name, at: (await store.read(name)).at }; }));
  found.sort(function (a, b) { return b.at - a.at; });
  await Promise.all(found.slice(KEPT_PAGES).map(function (each) { return store.drop(each.name); }));
}

/**
 * In place of the page of nobody: the copy of this address; says why where there is none.
 * @returns {Promise<HTMLTableElement | null>} the table of the form
 */
export async function openCopy(main, note) {
  const found = await openOffline();
  const copy = found.state === "open" ? await found.store.read(PREFIX + location.pathname) : null;
  if (!copy) {
    note.textContent = found.state === "open" ? "无法连接服务器；本页未在本机打开过，联网后才能查看。"
      : found.state === "impossible" ? "无法连接服务器；这个浏览器不能离线打开页面。" : "无法连接服务器；请联网登录后再打开。";
    return null;
  }
  main.innerHTML = copy.html;
  document.title = copy.title;
  const words = "离线打开：本页 " + copy.shown + " 载入，此后已保存的数字也在内，可以继续填；填的数字保存在本机，联网后自动保存。";
  const made = makeElement("p", "note note-warning no-print", words);
  made.dataset.offlineNote = "";
  main.insertBefore(made, main.firstChild);
  return main.querySelector("table[data-sheet]");
}
