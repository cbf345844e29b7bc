// The entry grid, chapter 2: the cells. What the page shows of a return, as rows and columns that the other chapters share.
//
// A cell knows what is stored in it (`stored`), what may stand on the server without anybody else's doing (`seen`: what
// was stored, and what was sent without an answer), and what is typed but not stored (`pending`; see entry-saving.js).
// `entered` is its text when she came to it, `base` her last pause: what lies between is one step to be undone.

import { readFigure } from "./entry-figures.js";

const SENTENCE = "explanation";

/** @returns {Cell} */
function cellOf(row, name, holder, stored, place) {
  const input = holder.querySelector("input:not([type=hidden])");
  /** @type {Cell} */
  const cell = {
    key: row.code + "/" + name, code: row.code, name: name, row: row, holder: holder, input: input, stored: stored,
    seen: [stored], pending: null, flying: 0, state: "", message: "", theirs: null, isEditing: false,
    entered: "", base: "", visit: 0,
    r: place[0], c: place[1], isSentence: name === SENTENCE, label: row.name + "·" + holder.dataset.label,
  };
  cell.before = holder.dataset.before ? Number(holder.dataset.before) : null;
  cell.read = function () {
    if (!input) return { value: cell.stored, error: "" };
    return cell.isSentence ? { value: input.value.replace(/\s+/g, " ").trim(), error: "" } : readFigure(input.value);
  };
  return cell;
}

/** @returns {Row} */
function rowOf(body, r) {
  const hidden = body.querySelector("input[type=hidden][name^='was-']");
  const seen = hidden ? JSON.parse(hidden.value) : [];
  /** @type {Row} */
  const row = { code: body.dataset.code, name: body.dataset.name, body: body, hidden: hidden, faults: [], r: r };
  const holders = Array.from(body.querySelectorAll("td[data-figure]"));
  row.cells = holders.map(function (holder, c) {
    const kept = holder.querySelector("[data-value]");
    const value = kept ? (kept.dataset.value === "" ? null : Number(kept.dataset.value)) : seen[c];
    return cellOf(row, holder.dataset.figure, holder, value, [r, c]);
  });
  const holder = body.querySelector("[data-sentence]");
  row.sentence = holder && holder.querySelector("input") ? cellOf(row, SENTENCE, holder, seen[holders.length], [r, -1]) : null;
  row.all = row.sentence ? row.cells.concat(row.sentence) : row.cells;
  return row;
}

/** What the form of the page says that it showed, should it be sent as a whole. @param {Row} row */
function remember(row) {
  if (!row.hidden) return;
  const figures = row.cells.map(function (cell) { return cell.seen[0]; });
  row.hidden.value = JSON.stringify(figures.concat(row.sentence ? row.sentence.seen[0] : ""));
}

/** @param {HTMLTableElement} table */
export function makeSheet(table) {
  /** @type {Row[]} */
  const rows = Array.from(table.querySelectorAll("tbody[data-code]")).map(rowOf);
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
  return {
    table: table,
    rows: rows,
    columns: rows.length ? rows[0].cells.length : 0,
    every: Array.from(cells.values()),
    find: function (code, name) { return cells.get(code + "/" + name) || null; },
    row: function (code) { return ofCode.get(code) || null; },
    at: function (r, c) { return rows[r] ? rows[r].cells[c] || null : null; },
    of: function (element) { return ofInput.get(element) || null; },
    remember: remember,
    // The fields in the order of Tab: the cells of a row, its explanation where one is asked for, the next row.
    fields: function () {
      return Array.from(ofInput.keys()).filter(function (input) { return !input.closest("[hidden]"); });
    },
  };
}
