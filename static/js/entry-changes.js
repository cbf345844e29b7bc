// The entry grid, chapter 5: changes, and how they are undone. Whatever is typed, pasted, filled or cleared comes through here.

import { textOf } from "./entry-figures.js";

/**
 * `touched(cells)` is told which cells hold another text; `settled(cells)` when a person has left them as they are.
 * @param {Sheet} sheet
 * @param {GridSelection} selection
 * @param {(cells: Cell[]) => void} touched
 * @param {(cells: Cell[]) => void} settled
 * @param {(text: string, isShown?: boolean) => void} say
 */
export function makeChanges(sheet, selection, touched, settled, say) {
  const done = [];
  const undone = [];

  function put(list) {
    list.forEach(function (each) { each.cell.input.value = each.text; });
    const cells = list.map(function (each) { return each.cell; });
    touched(cells);
    settled(cells);
  }

  // Make changes ({ cell, text }) as one step that can be undone; says how many cells differ afterwards.
  function change(list) {
    const active = sheet.of(document.activeElement);
    if (active) finish(active);
    const step = list.filter(function (each) { return each.cell.input && each.cell.input.value !== each.text; })
      .map(function (each) { return { cell: each.cell, text: each.text, was: each.cell.input.value }; });
    if (!step.length) return 0;
    remember(step);
    put(step);
    if (active) { active.base = active.input.value; active.isEditing = false; active.input.select(); }
    return step.length;
  }

  function remember(step) {
    done.push(step);
    undone.length = 0;
  }

  // What was typed in a cell until she left it, or paused, is one step.
  function finish(cell) {
    const text = cell.input.value;
    if (text === cell.base) return;
    const last = done[done.length - 1];
    if (last && last.isTyped && last[0].cell === cell && last[0].text === cell.base && last.visit === cell.visit) {
      last[0].text = text;
    } else {
      const step = Object.assign([{ cell: cell, text: text, was: cell.base }], { isTyped: true, visit: cell.visit });
      remember(step);
    }
    cell.base = text;
    settled([cell]);
  }

  function take(from, to, which, deed) {
    const active = sheet.of(document.activeElement);
    if (active && active.input.value !== active.base) finish(active);
    const step = from.pop();
    say(step ? "已" + deed + " " + step.length + " 格。" : "没有可以" + deed + "的内容。", true);
    if (!step) return;
    to.push(step);
    put(step.map(function (each) { return { cell: each.cell, text: each[which] }; }));
    selection.go(step[0].cell);
    step.forEach(function (each) { each.cell.base = each.cell.input.value; });
  }

  function clear() {
    const cells = Array.prototype.concat.apply([], selection.block());
    change(cells.map(function (cell) { return { cell: cell, text: "" }; }));
  }

  // Excel's Ctrl+D: the first row of the range into the others; of a single cell, what stands above it.
  function fillDown() {
    const rows = selection.block();
    const isOne = rows.length === 1;
    const source = isOne ? rows[0].map(function (cell) { return sheet.at(cell.r - 1, cell.c); }) : rows[0];
    const list = [];
    (isOne ? rows : rows.slice(1)).forEach(function (row) {
      row.forEach(function (cell, c) {
        const from = source[c];
        if (from) list.push({ cell: cell, text: from.input ? from.input.value : textOf(from.stored) });
      });
    });
    change(list);
  }

  // As it was when she came to the cell.
  function restore(cell) {
    cell.input.value = cell.entered;
    cell.isEditing = false;
    if (!cell.isSentence) { selection.start(cell); cell.input.select(); }
    touched([cell]);
    finish(cell);
  }

  return {
    change: change, finish: finish, clear: clear, fillDown: fillDown, restore: restore,
    undo: function () { take(done, undone, "was", "撤销"); },
    redo: function () { take(undone, done, "text", "恢复"); },
  };
}
