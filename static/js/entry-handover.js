// The entry grid: a block that is a table of its own, with names, codes or headings, is not laid over the cells; it is
// taken to the page where its reading is confirmed.

import { readFigure } from "./entry-figures.js";

const WORD = /[\u3400-\u9fff]/;
const CODE = /^\d{9,15}$/;

/** Whether a text names something and is no figure. */
function isName(text) {
  return CODE.test(text.trim()) || (WORD.test(text) && Boolean(readFigure(text).error));
}

/**
 * Whether the block has headings above or names beside its figures, or is wider than the grid.
 * @param {string[][]} rows
 * @param {number} columns
 */
export function isTable(rows, columns) {
  const filled = rows.filter(function (row) { return row.some(function (text) { return text !== ""; }); });
  if (filled.length < 2) return false;
  if (filled.some(function (row) { return row.length > columns; })) return true;
  const headings = filled[0].filter(isName).length;
  const named = filled.filter(function (row) { return row.slice(0, 2).some(isName); }).length;
  return filled[0].length > 1 && (headings > 1 || named * 2 > filled.length);
}

/**
 * Send the block where the page's link to bring a sheet leads; false where there is none.
 * @param {string} text
 */
export function handOver(text) {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("a[data-bring]"));
  const token = /** @type {HTMLInputElement | null} */ (document.querySelector("input[name=csrfmiddlewaretoken]"));
  if (!link || !token) return false;
  const form = document.createElement("form");
  form.method = "post";
  form.action = link.href;
  [["csrfmiddlewaretoken", token.value], ["text", text]].forEach(function (pair) {
    const field = document.createElement("textarea");
    field.name = pair[0];
    field.value = pair[1];
    form.appendChild(field);
  });
  form.hidden = true;
  document.body.appendChild(form);
  form.submit();
  return true;
}
