// What is a table of its own, and what a block of figures.
import assert from "node:assert/strict";
import test from "node:test";

import { isTable } from "../../static/js/entry-handover.js";

const COLUMNS = 6;

for (const [what, rows, expected] of [
  ["names beside the figures", [["黄岗村", "100", "90"], ["青岗", "200", "180"]], true],
  ["serial numbers and names", [["1", "黄岗村", "100"], ["2", "青岗", "200"]], true],
  ["codes beside the figures", [["441802103201", "100"], ["441802103202", "200"]], true],
  ["headings above", [["总户数", "宽带覆盖户数"], ["100", "90"]], true],
  ["wider than the grid", [["1", "2", "3", "4", "5", "6", "7"], ["1", "2", "3", "4", "5", "6", "7"]], true],
  ["figures", [["100", "90"], ["200", "180"]], false],
  ["figures with units", [["1.2万", "600户"], ["200户", "1,500.00"]], false],
  ["one unreadable word", [["约一百", "90"], ["200", "180"], ["300", "280"]], false],
  ["a single row", [["黄岗村", "100", "90"]], false],
  ["a single column of words", [["黄岗村"], ["青岗村"]], false],
]) {
  test(what, () => assert.equal(isTable(rows, COLUMNS), expected));
}
