// How a text is read as a figure, and how figures are written.
import assert from "node:assert/strict";
import test from "node:test";

import { differenceOf, grouped, rateOf, readFigure, textOf } from "../../static/js/entry-figures.js";

const READ = [
  ["", null], ["  ", null], ["0", 0], ["007", 7], ["1234", 1234], ["1,234", 1234], ["１，２３４", 1234], ["1.2万", 12000],
  ["0.0001万", 1], ["３万", 30000], ["\u200b12\ufeff", 12], ["2147483647", 2147483647],
];
const REFUSED = [
  ["-1", "是负数"], ["1.5", "带小数"], ["1,23", "不是整数"], ["abc", "不是整数"], ["1.23456万", "折算后不是整数"],
  ["2147483648", "太大"], ["9".repeat(41), "不是整数"], ["１．５", "带小数"],
];

for (const [text, value] of READ) {
  test(`“${text}” is ${value}`, () => assert.deepEqual(readFigure(text), { value, error: "" }));
}

for (const [text, why] of REFUSED) {
  test(`“${text}” is refused`, () => {
    const found = readFigure(text);
    assert.equal(found.value, null);
    assert.match(found.error, new RegExp(why));
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
