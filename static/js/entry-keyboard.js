// The entry grid, chapter 4: the keys of a spreadsheet. While a pinyin candidate is being chosen no key is ours.

import { textOf } from "./entry-figures.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {KeyboardEvent} event */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/**
 * @param {Sheet} sheet
 * @param {GridSelection} selection
 * @param {Changes} deeds
 */
export function listenToKeys(sheet, selection, deeds) {
  function isFilled(cell) {
    return Boolean(cell) && textOf(cell.input ? cell.input.value : cell.stored) !== "";
  }

  // The next cell that can be typed in, in a direction; locked ones are stepped over.
  function next(cell, step) {
    let r = cell.r + step[0];
    let c = cell.c + step[1];
    while (sheet.at(r, c) && !sheet.at(r, c).input) { r += step[0]; c += step[1]; }
    return sheet.at(r, c);
  }

  // To the end of a run of filled cells, else over the blank ones to the next filled cell, else to the edge.
  function leap(cell, step) {
    const isRun = isFilled(cell) && isFilled(sheet.at(cell.r + step[0], cell.c + step[1]));
    let at = cell;
    for (;;) {
      const ahead = sheet.at(at.r + step[0], at.c + step[1]);
      if (!ahead || (isRun && !isFilled(ahead))) return at;
      at = ahead;
      if (!isRun && isFilled(at)) return at;
    }
  }

  // From a cell over which nobody can type back to the nearest one that takes the focus.
  function landing(cell, step) {
    let at = cell;
    while (at && !at.input) at = sheet.at(at.r - step[0], at.c - step[1]);
    return at;
  }

  function arrow(event, cell) {
    const step = STEPS[event.key];
    const isSideways = step[0] === 0;
    if (cell.isEditing && isSideways && !leavesText(event, cell.input)) return false;
    if (event.shiftKey && !cell.isEditing) {
      const far = selection.far();
      selection.extend(event.ctrlKey ? leap(far, step) : sheet.at(far.r + step[0], far.c + step[1]));
      return true;
    }
    if (event.ctrlKey) return selection.go(landing(leap(cell, step), step)) || true;
    if (selection.go(next(cell, step))) return true;
    if (event.key === "ArrowLeft") focusHead(cell.row);
    return true;
  }

  // Whether the caret stands at the side of the text to which the arrow points.
  function leavesText(event, input) {
    const edge = event.key === "ArrowLeft" ? 0 : input.value.length;
    return input.selectionStart === edge && input.selectionEnd === edge && !event.shiftKey;
  }

  function focusHead(row) {
    const link = row && row.body.querySelector("th a, th [tabindex]");
    if (link) link.focus();
  }

  function edge(event, cell) {
    if (cell.isEditing) return false;
    const isHome = event.key === "Home";
    const row = event.ctrlKey ? sheet.shown[isHome ? 0 : sheet.shown.length - 1] : cell.row;
    const target = row.cells[isHome ? 0 : row.cells.length - 1];
    if (event.shiftKey) selection.extend(target);
    else selection.go(landing(target, isHome ? [0, -1] : [0, 1]));
    return true;
  }

  function tab(event, input) {
    const fields = sheet.fields();
    const target = fields[fields.indexOf(input) + (event.shiftKey ? -1 : 1)];
    if (!target) return false;
    sheet.reveal(sheet.of(target).row);
    target.focus();
    if (target.select) target.select();
    return true;
  }

  function erase(cell) {
    if (cell.isEditing) return false;
    deeds.clear();
    return true;
  }

  const PLAIN = {
    Enter: function (event, cell) {
      if (sheet.isCards) return tab(event, cell.input);
      selection.go(cell.isSentence ? sheet.at(cell.r + 1, 0) : next(cell, [event.shiftKey ? -1 : 1, 0]));
      return true;
    },
    Escape: function (event, cell) { deeds.restore(cell); return true; },
    F2: function (event, cell) {
      cell.isEditing = true;
      cell.input.setSelectionRange(cell.input.value.length, cell.input.value.length);
      return true;
    },
    Delete: function (event, cell) { return erase(cell); },
    Backspace: function (event, cell) { return selection.isRange() && erase(cell); },
    Home: edge,
    End: edge,
    ArrowUp: arrow, ArrowDown: arrow, ArrowLeft: arrow, ArrowRight: arrow,
  };
  const WITH_CONTROL = {
    d: function () { deeds.fillDown(); return true; },
    z: function (event) { if (event.shiftKey) deeds.redo(); else deeds.undo(); return true; },
    y: function () { deeds.redo(); return true; },
    a: function (event, cell) {
      if (cell.isEditing) return false;
      selection.start(sheet.at(0, 0));
      selection.extend(sheet.at(sheet.shown.length - 1, sheet.columns - 1));
      return true;
    },
    Home: edge,
    End: edge,
    ArrowUp: arrow, ArrowDown: arrow, ArrowLeft: arrow, ArrowRight: arrow,
  };
  const OF_SENTENCE = ["Enter", "Escape"];

  sheet.table.addEventListener("keydown", function (event) {
    const cell = sheet.of(event.target);
    if (isComposing(event) || event.altKey || event.metaKey) return;
    if (!cell) { fromHead(event); return; }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "Tab" && !event.ctrlKey) { if (tab(event, event.target)) event.preventDefault(); return; }
    if (cell.isSentence && (event.ctrlKey || !OF_SENTENCE.includes(key))) return;
    const deed = (event.ctrlKey ? WITH_CONTROL : PLAIN)[key];
    if (deed && deed(event, cell)) event.preventDefault();
  });

  // On the name of a village: up and down the names, and to the right into its cells.
  function fromHead(event) {
    const row = sheet.rows.find(function (each) { return each.body.contains(event.target); });
    const step = STEPS[event.key];
    if (!row || !step || !event.target.closest("th")) return;
    event.preventDefault();
    if (step[0]) focusHead(sheet.shown[row.r + step[0]]);
    else if (event.key === "ArrowRight") selection.go(next({ r: row.r, c: -1 }, [0, 1]));
  }
}
