// The entry grid, last chapter but one: the others put together for the page of a form of figures.

import { makeCards } from "./entry-cards.js";
import { makeSheet } from "./entry-cells.js";
import { makeChanges } from "./entry-changes.js";
import { makeChecks } from "./entry-checks.js";
import { listenToClipboard } from "./entry-clipboard.js";
import { keepCompany } from "./entry-company.js";
import { makeElement, showStrays } from "./entry-conflict.js";
import { textOf } from "./entry-figures.js";
import { listenToFolds } from "./entry-folding.js";
import { isComposing, listenToKeys } from "./entry-keyboard.js";
import { nextMoment, openQueue } from "./entry-queue.js";
import { listenToPanels, makePanel } from "./entry-panel.js";
import { makeSaving } from "./entry-saving.js";
import { makeSelection } from "./entry-selection.js";
import { keptBy } from "./entry-unlocked.js";
import { makeView, makeVoice } from "./entry-view.js";

const PAUSE = 1500;

/**
 * @param {HTMLTableElement} table
 * @param {boolean} isCopy whether the page is a copy kept on this device, opened without a network
 */
export function start(table, isCopy) {
  /** @type {any} */
  const form = table.closest("form");
  const page = document.getElementById("main");
  const data = table.dataset;
  const declared = JSON.parse(document.getElementById("entry-form").textContent);
  const settings = {
    user: Number(data.user), url: data.url, problems: data.rows, since: data.since, number: Number(data.number),
    isChecking: declared.isChecking,
    token: form.elements.csrfmiddlewaretoken.value,
    renewed: function (token) { form.elements.csrfmiddlewaretoken.value = token; },
  };
  const say = makeVoice(page.querySelector("[data-live]"), page.querySelector("[data-said]"));
  const sheet = makeSheet(table, declared.columns);
  const queue = openQueue(data.user, data.sheet, data.name, keptBy(data.user));
  const view = makeView(sheet, page, say, makeChecks(declared.checks, declared.isChecking), declared);
  const saving = makeSaving(sheet, queue, settings, view);
  const selection = makeSelection(sheet, say);
  const changes = makeChanges(sheet, selection, touched, settled, say);
  const cards = makeCards(sheet, page, view, selection);
  let pause = 0;
  listenToFolds(sheet);

  function touched(cells) {
    saving.touched(cells);
    view.figures(cells);
    cards.refresh();
  }

  // She has left the cells as they are: time to check them, and to save them.
  function settled(cells) {
    view.recheck(cells);
    saving.schedule();
  }

  function typed(event) {
    const cell = sheet.of(event.target);
    if (!cell || event.isComposing) return;
    cell.isEditing = true;
    say.over();
    if (selection.isRange()) selection.start(cell);
    touched([cell]);
    if (cell.input.matches("select")) {   // What is chosen is chosen; nobody is still typing it.
      cell.isEditing = false;
      changes.finish(cell);
      return;
    }
    clearTimeout(pause);
    pause = setTimeout(function () { changes.finish(cell); }, PAUSE);
  }

  function come(event) {
    const cell = sheet.of(event.target);
    if (!cell) return;
    cell.entered = cell.base = cell.input.value;
    cell.visit = nextMoment();
    cell.isEditing = false;
  }

  function leave(event) {
    const cell = sheet.of(event.target);
    if (!cell) return;
    changes.finish(cell);
    cell.isEditing = false;
    const found = cell.read();
    if (!found.error) cell.input.value = cell.base = textOf(found.value);
  }

  // Before the form goes as a whole every cell is saved; what cannot be keeps her here and says why.
  function hand(event) {
    const pressed = event.submitter || document.activeElement;
    const isCheck = pressed && pressed.name === "check";
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    saving.flush().then(function (isClean) {
      delete form.dataset.busy;
      if (!isClean) {
        say("有数字未保存，" + (isCheck ? "不能提请签发；" : "") + "请查看标出的格子和上面的提示。", true);
        jump();
      } else if (isCheck && !saving.isReady()) {
        say("无法连接服务器，不能提请签发。", true);
      } else if (isCheck) {
        const asked = makeElement("input");
        asked.type = "hidden";
        asked.name = "check";
        asked.value = "1";
        form.appendChild(asked);
        form.submit();
      } else say("全部已保存。", true);
    });
  }

  // To the cell of a problem, by its link or from one problem to the next.
  function follow(link) {
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return false;
    const cell = sheet.of(target);
    if (cell) sheet.reveal(cell.row);
    target.scrollIntoView({ block: "center" });
    if (cell && !cell.isSentence) selection.go(cell);
    else target.focus();
    return true;
  }

  let visited = null;
  function jump(isBack) {
    const links = view.links();
    const hrefs = links.map(function (link) { return link.hash; });
    const at = hrefs.indexOf(visited);
    const next = links[(at + (isBack ? -1 : 1) + links.length) % (links.length || 1)] || links[0];
    if (!next) return;
    visited = next.hash;
    follow(next);
  }

  table.addEventListener("focusin", come);
  table.addEventListener("focusout", leave);
  table.addEventListener("input", typed);
  table.addEventListener("compositionend", typed);
  form.addEventListener("submit", hand);
  page.querySelector("[data-next]").addEventListener("click", function () { jump(false); });
  page.addEventListener("click", function (event) {
    const pressed = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLAnchorElement} */ (pressed.closest("[data-problems] a, .returned-cells a"));
    if (!link || !follow(link)) return;
    event.preventDefault();
    visited = link.hash;
    history.replaceState(null, "", link.hash);
  });
  document.addEventListener("keydown", function (event) {
    if (isComposing(event)) return;
    if (event.key === "F8") { event.preventDefault(); jump(event.shiftKey); }
    if (event.ctrlKey && !event.altKey && event.key.toLowerCase() === "s") { event.preventDefault(); form.querySelector("[name=save]").click(); }
  });

  // She may stand in a cell already.
  come({ target: document.activeElement });
  listenToKeys(sheet, selection, changes);
  listenToClipboard(sheet, selection, changes, say);
  view.choosing(saving.choose);
  keepCompany(sheet, page, saving, say, listenToPanels(sheet, makePanel(saving.flush)).heard);
  const ready = saving.resume().then(tellFound).then(function () {
    catchUp();
    if (isCopy) saving.stand();
  });

  function tellFound(kept) {
    if (kept.found.length) say("找回上次未保存的 " + kept.found.length + " 个数字。", true);
    showStrays(kept.strays, form, queue);
  }

  // A form that came back from the server (without scripts, or refused) holds texts that are not stored.
  function catchUp() {
    const cells = sheet.every.filter(function (cell) {
      if (!cell.input || cell.pending) return false;
      const found = cell.read();
      return Boolean(found.error) || found.value !== cell.stored;
    });
    cells.filter(function (cell) { return "by" in cell.input.dataset; }).forEach(function (cell) {
      cell.theirs = { value: cell.stored, by: cell.input.dataset.by };
      cell.seen = [];
      cell.state = "conflict";
      view.cell(cell);
    });
    if (cells.length) { touched(cells); saving.schedule(0); }
    if (settings.isChecking && view.links().length) view.links()[0].focus();
  }
  return { sheet: sheet, ready: ready, unlocked: function (store) { return queue.seal(store).then(saving.resume).then(tellFound); } };
}
