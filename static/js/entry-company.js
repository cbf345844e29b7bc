// The entry grid: colleagues. Who else has the form open and in which row, and their changes, which arrive by themselves.

import { makeElement } from "./entry-conflict.js";

const EVERY = 12000;

/**
 * @param {Sheet} sheet
 * @param {{ look: (row: string) => Promise<{ people: { name: string, row: string }[], changed: Cell[], talk: object } | null> }} saving
 * @param {(text: string, isShown?: boolean) => void} say
 * @param {(marks: object) => void} talked is told what is said about cells (entry-panel.js)
 */
export function keepCompany(sheet, page, saving, say, talked) {
  const line = page.querySelector("[data-people]");
  let timer = 0;

  function here() {
    const cell = sheet.of(document.activeElement);
    return cell ? cell.row.code : "";
  }

  function show(people) {
    sheet.table.querySelectorAll(".row-people").forEach(function (mark) { mark.remove(); });
    people.forEach(function (each) {
      const row = sheet.row(each.row);
      if (row) row.body.querySelector("th").appendChild(makeElement("span", "row-people", each.name));
    });
    const words = people.map(function (each) {
      const row = sheet.row(each.row);
      return each.name + (row ? "（" + row.name + "）" : "");
    });
    line.hidden = !words.length;
    const text = words.length ? "同时在填：" + words.join("、") : "";
    if (line.textContent !== text) line.textContent = text;
  }

  function look() {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") return;
    saving.look(here()).then(function (found) {
      if (found) {
        show(found.people);
        talked(found.talk);
        if (found.changed.length) say("他人改动 " + found.changed.length + " 格，已更新。", true);
      }
      timer = setTimeout(look, EVERY);
    });
  }

  document.addEventListener("visibilitychange", look);
  look();
}
