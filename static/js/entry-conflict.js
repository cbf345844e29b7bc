// The entry grid, chapter 9: two people on one cell. Both values stand side by side until she has chosen; and what an
// earlier visit typed into cells that can no longer be changed is shown to be copied out.

import { textOf } from "./entry-figures.js";

export function makeElement(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function words(cell, value) {
  const option = cell.input.options && Array.from(cell.input.options).find(function (each) { return each.value === value; });
  if (option && value) return option.text;
  return textOf(value) === "" ? "空白" : cell.isSentence ? "“" + value + "”" : textOf(value);
}

function button(text, deed) {
  const made = makeElement("button", "btn btn-sm btn-outline-secondary", text);
  made.type = "button";
  made.addEventListener("click", deed);
  return made;
}

/**
 * The question at a cell in conflict (or locked: then there is one answer), with its buttons.
 * @param {Cell} cell
 * @param {(cell: Cell, isMine: boolean) => void} choose
 */
export function questionOf(cell, choose) {
  const theirs = words(cell, cell.theirs.value);
  const mine = words(cell, cell.input.value);
  const isLocked = cell.state === "locked";
  const box = makeElement("span", "cell-conflict");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", cell.label + "：两个数字选一个");
  const who = isLocked ? "现在是" : (cell.theirs.by || "他人") + "填的";
  box.appendChild(makeElement("span", "cell-note cell-error", who + "：" + theirs + "；您填的：" + mine));
  if (isLocked) box.appendChild(makeElement("span", "cell-note", cell.message));
  box.appendChild(button(isLocked ? "放弃本人所填" : "采用对方 " + theirs, function () {
    choose(cell, false);
    cell.input.focus();
  }));
  if (!isLocked) {
    box.appendChild(button("保留本人所填 " + mine, function () {
      choose(cell, true);
      cell.input.focus();
    }));
  }
  return box;
}

// Records of the queue for which the page has no cell: shown, until she says that she does not need them.
export function showStrays(records, place, queue) {
  if (!records.length) return;
  const box = makeElement("section", "note note-warning no-print");
  box.setAttribute("aria-label", "未保存的数字");
  box.appendChild(makeElement("p", "", "您填过的 " + records.length + " 个数字未能保存，现在不能修改，列出供您抄录："));
  const list = makeElement("ul");
  records.forEach(function (record) {
    list.appendChild(makeElement("li", "", record.label + "：" + (record.text || "空白")));
  });
  box.appendChild(list);
  box.appendChild(button("不再保留", function () {
    queue.remove(records).then(function () { box.remove(); });
  }));
  place.insertBefore(box, place.firstChild);
}
