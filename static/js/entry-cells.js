// The entry grid, chapter 2: the cells. What the page shows of a form, as rows and columns that the other chapters share.
// Which columns there are, the form declares (entry.grid.EntryGrid.said).
//
// Some rows may be folded under another: the rows that are shown are counted (`r`), and keys, ranges and blocks know no others.
//
// A cell knows what is stored in it (`stored`), what may stand on the server without anybody else's doing (`seen`: what
// was stored, and what was sent without an answer), and what is typed but not stored (`pending`; see entry-saving.js).
// `entered` is its text when she came to it, `base` her last pause: what lies between is one step to be undone.

import { readFigure } from "./entry-figures.js";

const SENTENCE = "sentence";
const CHOICE = "choice";
const FIELD = "input:not([type=hidden]), select";
const HOLDERS = { sentence: "[data-sentence]", choice: "[data-choice='NAME']", figure: "td[data-figure='NAME']" };

/** @returns {Cell} */
function cellOf(row, column, holder, stored, c) {
  const input = holder.matches("[data-sentence]") ? holder.querySelector("input") : holder.querySelector(FIELD);
  /** @type {Cell} */
  const cell = {
    key: row.code + "/" + column.name, code: row.code, name: column.name, row: row, holder: holder, input: input, stored: stored,
    seen: [stored], pending: null, flying: 0, touchedAt: 0, state: "", message: "", theirs: null, isEditing: false,
    entered: "", base: "", visit: 0,
    get r() { return row.r; },
    c: c, isSentence: column.kind === SENTENCE || column.kind === CHOICE, label: row.name + "·" + column.label,
  };
  cell.before = holder.dataset.before ? Number(holder.dataset.before) : null;
  cell.read = function () {
    if (!input) return { value: cell.stored, error: "" };
    return cell.isSentence ? { value: input.value.replace(/\s+/g, " ").trim(), error: "" } : readFigure(input.value);
  };
  return cell;
}

// Its columns in their order; a row that can no longer be changed shows no sentence that could be typed.
/** @returns {Row} */
function rowOf(body, n, columns) {
  const hidden = body.querySelector("input[type=hidden][name^='was-']");
  const seen = hidden ? JSON.parse(hidden.value) : [];
  /** @type {Row} */
  const row = {
    code: body.dataset.code, name: body.dataset.name, within: body.dataset.within || "", body: body, hidden: hidden, faults: [],
    n: n, r: n, isShown: true, cells: [], sentence: null, choice: null, all: [], values: [],
  };
  columns.forEach(function (column, i) {
    const isBeneath = column.kind === SENTENCE || column.kind === CHOICE;
    const holder = body.querySelector(HOLDERS[column.kind].replace("NAME", column.name));
    if (!holder || (isBeneath && !holder.querySelector(FIELD))) return;
    const kept = holder.querySelector("[data-value]");
    const value = kept ? (kept.dataset.value === "" ? null : Number(kept.dataset.value)) : seen[i];
    const cell = cellOf(row, column, holder, value, isBeneath ? -1 : row.cells.length);
    if (column.kind === SENTENCE) row.sentence = cell;
    else if (column.kind === CHOICE) row.choice = cell;
    else row.cells.push(cell);
    row.all.push(cell);
    row.values[i] = cell;
  });
  return row;
}

/** @param {HTMLTableElement} table */
export function makeSheet(table, columns) {
  /** @type {Row[]} */
  const rows = Array.from(table.querySelectorAll("tbody[data-code]"), function (body, n) { return rowOf(body, n, columns); });
  /** @type {Map<string, Cell>} */
  const cells = new Map();
  /** @type {Map<HTMLInputElement, Cell>} */
  const ofInput = new Map();
  /** @type {Map<string, Row>} */
  const ofCode = new Map();
  rows.forEach(function (row) {
    ofCode.set(row.code, row);
    row.all.forEach(function (cell) {
      cells.set(cell.key, cell);
      if (cell.input) ofInput.set(cell.input, cell);
    });
  });

  // What the form of the page says that it showed, should it be sent as a whole.
  function remember(row) {
    if (!row.hidden) return;
    row.hidden.value = JSON.stringify(columns.map(function (column, i) {
      return row.values[i] ? row.values[i].seen[0] : "";
    }));
  }

  /** @type {Sheet} */
  const sheet = {
    table: table,
    rows: rows,
    shown: rows,
    columns: rows.length ? rows[0].cells.length : 0,
    every: Array.from(cells.values()),
    find: function (code, name) { return cells.get(code + "/" + name) || null; },
    row: function (code) { return ofCode.get(code) || null; },
    at: function (r, c) { return sheet.shown[r] ? sheet.shown[r].cells[c] || null : null; },
    of: function (element) { return ofInput.get(element) || null; },
    remember: remember,
    // The fields in the order of Tab: the cells of a row, its explanation where one is asked for, the next row.
    fields: function () {
      return Array.from(ofInput.keys()).filter(function (input) {
        return ofInput.get(input).row.isShown && !input.closest("[hidden]");
      });
    },
    // Whether the rows under this one are shown.
    fold: function (code, isOpen) {
      rows.forEach(function (row) {
        if (row.within !== code) return;
        row.isShown = isOpen;
        row.body.classList.toggle("is-unfolded", isOpen);
      });
      sheet.shown = rows.filter(function (row) { return row.isShown; });
      sheet.shown.forEach(function (row, r) { row.r = r; });
    },
    // A row that is folded away, or another card, comes to light.
    reveal: function (row) {
      if (!row.isShown) sheet.open(row.within);
      sheet.turn(row);
    },
    open: function (code) { sheet.fold(code, true); },
    isCards: false,
    turn: function () {},
    stored: function () {},
  };
  return sheet;
}
