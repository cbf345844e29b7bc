// The entry grid, chapter 13: the panel of a cell, a sheet beside the form: what stands in it, where that comes from, what is
// said about it. What it shows is a part of a page that works without scripts (templates/entry/panel.html).

import { isComposing } from "./entry-keyboard.js";

const PATIENCE = 20000;
const EVERY = 12000;
const UNREACHED = "无法连接服务器，不能查看和填写批注；网络恢复后请重新打开。";
const SIGNED_OUT = "登录已过期，请重新登录后再打开。";

/** The panel itself; `before()` is waited for, so that it shows what was typed last. */
export function makePanel(before) {
  const dialog = document.createElement("dialog");
  const body = dialog.appendChild(document.createElement("div"));
  const live = dialog.appendChild(document.createElement("p"));
  const drafts = {};
  let from = null;      // what had the focus
  let address = "";
  let key = "";         // row/column, as the marks name it
  let asked = 0;
  /** @type {(cell: string, count: number) => void} */
  let told = function () {};
  dialog.className = "panel-sheet";
  dialog.setAttribute("aria-labelledby", "panel-title");
  live.className = "muted";
  live.setAttribute("role", "status");
  document.body.appendChild(dialog);

  function ask(url, sent) {
    const stop = new AbortController();
    const patience = setTimeout(function () { stop.abort(); }, PATIENCE);
    return fetch(url, {
      method: sent ? "POST" : "GET", body: sent, credentials: "same-origin", redirect: "manual", signal: stop.signal,
    }).then(function (answer) {
      clearTimeout(patience);
      if (answer.type === "opaqueredirect" || answer.status === 401) throw new Error(SIGNED_OUT);
      if (answer.status !== 200 && answer.status !== 409) throw new Error("现在无法打开（" + answer.status + "），请刷新页面后再试。");
      return answer.text();
    });
  }

  function fail(reason) {
    live.textContent = /[一-鿿]/.test(reason.message) ? reason.message : UNREACHED;
  }

  function box() { return dialog.querySelector("textarea"); }

  function number() {
    const shown = dialog.querySelector("[data-number]");
    return shown ? Number(shown.getAttribute("data-number")) : 0;
  }

  function show(html) {
    live.textContent = "";
    body.innerHTML = html;
    told(key, Number(body.querySelector("[data-number]").getAttribute("data-open")));
  }

  function open(url, cell, opener) {
    const turn = asked += 1;
    from = opener;
    address = url;
    key = cell;
    body.textContent = "";
    live.textContent = "正在读取…";
    if (!dialog.open) dialog.showModal();
    before().then(function () { return ask(url + "&part=1"); }).then(function (html) {
      if (turn !== asked) return;
      show(html);
      const text = box();
      if (text && drafts[address]) text.value = drafts[address];
      dialog.querySelector("h2").focus();
    }).catch(fail);
  }

  function sent(event) {
    const form = event.target;
    const pressed = event.submitter || document.activeElement;
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    live.textContent = "正在保存…";
    const data = new FormData(form);
    data.append("part", "1");
    data.set("act", pressed.value || "comment");
    const mine = address;
    // A word that was begun goes along when the thread is settled: it must not be lost.
    const left = pressed.value === "comment" ? "" : box().value;
    ask(form.action, data).then(function (html) {
      if (mine !== address) return;
      show(html);
      delete drafts[mine];
      if (left) box().value = left;
      (box() || dialog.querySelector("h2")).focus();
    }).catch(function (reason) {
      delete form.dataset.busy;
      fail(reason);
    });
  }

  // Something new may have been said here: then the thread comes anew, and what is being written stays.
  function refresh() {
    const turn = asked += 1;
    ask(address + "&part=1").then(function (html) {
      const fresh = document.createElement("template");
      fresh.innerHTML = html;
      const now = Number(fresh.content.querySelector("[data-number]").getAttribute("data-number"));
      if (turn !== asked || !dialog.open || now === number()) return;
      const text = box();
      const written = text && text.value;
      const ticks = Array.from(dialog.querySelectorAll("[name=mention]:checked"), function (tick) { return tick.value; });
      const isWriting = text === document.activeElement;
      show(html);
      live.textContent = "有新的批注。";
      if (!box()) return;
      box().value = written;
      if (written) {
        dialog.querySelectorAll("[name=mention]").forEach(function (tick) { tick.checked = ticks.includes(tick.value); });
      }
      if (isWriting) box().focus();
    }).catch(fail);
  }

  dialog.addEventListener("submit", sent);
  dialog.addEventListener("click", function (event) {
    const pressed = /** @type {Element} */ (event.target);
    if (pressed === dialog || pressed.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("keydown", function (event) {
    // While a pinyin candidate is being chosen, Esc is the input method's.
    if (event.key === "Escape" && isComposing(event)) event.preventDefault();
    event.stopPropagation();
  });
  dialog.addEventListener("close", function () {
    asked += 1;
    if (box()) drafts[address] = box().value;
    if (!from || !from.isConnected) return;
    from.focus();
    if (from.select) from.select();
  });

  return {
    open: open,
    // Whether something was said here since; `number`, where that is known already.
    look: function (now) { if (dialog.open && body.firstChild && now !== number()) refresh(); },
    // `deed(cell, count)` is told how many comments stand in the open thread of a cell.
    telling: function (deed) { told = deed; },
    cell: function () { return key; },
  };
}

/** On a page to be read: links to panels open them beside it. */
export function listenToLinks(page, panel) {
  page.addEventListener("click", function (event) {
    const pressed = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLAnchorElement} */ (pressed.closest("a[data-panel]"));
    if (!link || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    panel.open(link.href, "", link);
  });
  setInterval(function () { if (document.visibilityState !== "hidden") panel.look(-1); }, EVERY);
}

/**
 * In the grid: “…” in the cell where she is or points, the marks of open threads, and Shift+F2.
 * @param {Sheet} sheet
 */
export function listenToPanels(sheet, panel) {
  const base = sheet.table.dataset.panels;
  const more = document.createElement("button");
  more.type = "button";
  more.className = "talk-more no-print";
  more.textContent = "…";

  function placeOf(element) {
    const body = element.closest("tbody[data-code]");
    const holder = element.closest("td[data-figure], td[data-sentence]");
    const row = body && sheet.row(body.dataset.code);
    const cell = row && holder && row.all.find(function (each) { return each.holder === holder; });
    if (!row) return null;
    return { row: row, cell: cell || null, name: cell ? cell.name : "", holder: cell ? cell.holder : body.querySelector("th") };
  }

  function open(place, opener) {
    const url = base.replace("/0/", "/" + place.row.code + "/") + "?column=" + place.name;
    const input = place.cell && place.cell.input;
    panel.open(url, place.row.code + "/" + place.name, input || opener);
  }

  function offer(event) {
    const place = event.target.closest ? placeOf(event.target) : null;
    if (!place || !place.cell || more.parentNode === place.holder || more === document.activeElement) return;
    more.setAttribute("aria-label", "批注和来历：" + place.cell.label);
    more.title = "批注和来历（Shift+F2）";
    place.holder.appendChild(more);
  }

  function mark(holder, url, count, label) {
    const old = holder.querySelector(".talk-mark");
    if (!count) { if (old) old.remove(); return; }
    const made = old || holder.appendChild(document.createElement("a"));
    if (old && old.dataset.count === String(count)) return;
    made.className = "talk-mark";
    made.href = url;
    made.dataset.panel = "";
    made.dataset.count = String(count);
    made.title = count + " 条批注，未处理";
    made.textContent = String(count);
    made.insertAdjacentHTML("afterbegin", "<span class=\"visually-hidden\">批注 </span>");
    made.firstElementChild.textContent = label + "批注 ";
  }

  function heard(marks) {
    sheet.rows.forEach(function (row) {
      const url = base.replace("/0/", "/" + row.code + "/") + "?column=";
      const count = function (name) { return (marks[row.code + "/" + name] || [0])[0]; };
      row.all.forEach(function (cell) { mark(cell.holder, url + cell.name, count(cell.name), cell.label); });
      mark(row.body.querySelector("th"), url, count(""), row.name);
    });
    const now = marks[panel.cell()];
    panel.look(now ? now[1] : 0);
  }

  // What the panel shows of a cell is newer than what was heard last.
  panel.telling(function (key, count) {
    const code = key.split("/")[0];
    const name = key.split("/")[1];
    const row = sheet.row(code);
    const cell = row && row.all.find(function (each) { return each.name === name; });
    const holder = cell ? cell.holder : row && row.body.querySelector("th");
    if (holder) mark(holder, base.replace("/0/", "/" + code + "/") + "?column=" + name, count, cell ? cell.label : row.name);
  });

  sheet.table.addEventListener("focusin", offer);
  sheet.table.addEventListener("mouseover", offer);
  sheet.table.addEventListener("click", function (event) {
    const pressed = /** @type {Element} */ (event.target);
    const link = pressed.closest("a[data-panel]");
    if (pressed !== more && !link || event.ctrlKey) return;
    event.preventDefault();
    open(placeOf(pressed), link || more);
  });
  sheet.table.addEventListener("keydown", function (event) {
    if (event.key !== "F2" || !event.shiftKey || isComposing(event)) return;
    const place = placeOf(/** @type {Element} */ (event.target));
    if (!place) return;
    event.preventDefault();
    event.stopPropagation();
    open(place, event.target);
  }, true);
  return { heard: heard };
}
