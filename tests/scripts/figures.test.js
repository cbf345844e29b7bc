// How a text is read as a figure, and how figures are written.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { differenceOf, grouped, rateOf, readFigure, textOf } from "../../static/js/entry-figures.js";

const EXAMPLES = JSON.parse(readFileSync(new URL("../values.json", import.meta.url), "utf8"));

for (const example of EXAMPLES.number.filter((each) => each.in.includes("grid"))) {
  test(`“${example.text}” is read as the table says`, () => {
    const value = example.says ? null : example.is;
    assert.deepEqual(readFigure(example.text), { value, error: example.says || "" });
  });
}

test("a figure is written as it is typed, and a blank as nothing", () => {
  assert.deepEqual([0, 12, null, undefined].map(textOf), ["0", "12", "", ""]);
});

test("thousands are grouped, and a missing figure is a dash", () => {
  assert.deepEqual([0, 999, 1000, 1234567, null].map(grouped), ["0", "999", "1,000", "1,234,567", "—"]);
});

test("a change has its sign, and none is blank", () => {
  assert.deepEqual([differenceOf(1200, 200), differenceOf(1, 2), differenceOf(2, 2), differenceOf(null, 2), differenceOf(2, null)],
    ["+1,000", "-1", "", "", ""]);
});

test("a rate is cut, never rounded up", () => {
  assert.deepEqual([rateOf(999, 1000), rateOf(2, 3), rateOf(0, 5), rateOf(5, 0), rateOf(null, 5), rateOf(25, 2)],
    ["99.9%", "66.6%", "0.0%", "—", "—", "1,250.0%"]);
});
