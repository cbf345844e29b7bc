// The entry grid, chapter 1: how a text is read as a figure, and how figures are written. The server reads the same
// way (returns/figures.py) and has the last word; a test compares the two, sentence by sentence.

const MOST = 2147483647;
const WIDE = "０１２３４５６７８９，．－＋";
const PLAIN = "0123456789,.-+";
const INVISIBLE = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
const DIGITS = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/;
const LONGEST = 40;

function shown(typed) {
  const letters = Array.from(typed);
  return "“" + (letters.length > 20 ? letters.slice(0, 20).join("") + "…" : typed) + "”";
}

// The digits of a number times ten thousand, exactly; null when that is no whole number.
function tenThousands(whole, part) {
  const digits = (part || "").replace(/0+$/, "");
  return digits.length > 4 ? null : whole + digits.padEnd(4, "0");
}

function refuse(error) {
  return { value: null, error: error };
}

/**
 * The whole number (null for a blank), and a sentence when the text cannot be read.
 * @param {string} text
 * @returns {{ value: number | null, error: string }}
 */
export function readFigure(text) {
  const typed = text.replace(INVISIBLE, "").trim();
  if (!typed) return refuse("");
  const plain = typed.replace(/[０-９，．－＋]/g, function (letter) { return PLAIN[WIDE.indexOf(letter)]; });
  if (plain.startsWith("-")) return refuse(shown(typed) + "是负数：请填不小于 0 的整数。");
  const isMany = plain.endsWith("万");
  const number = isMany ? plain.slice(0, -1).trim() : plain;
  const match = number.length <= LONGEST ? DIGITS.exec(number) : null;
  if (!match) return refuse(shown(typed) + "不是整数：请只填数字，例如 1234、1,234 或 1.2万；没有数字就留空。");
  if (match[2] && !isMany) return refuse(shown(typed) + "带小数：户数是整数，请去掉小数部分。");
  const whole = match[1].replace(/,/g, "");
  const digits = isMany ? tenThousands(whole, match[2]) : whole;
  if (digits === null) return refuse(shown(typed) + "折算后不是整数：请改填到个位的户数。");
  if (Number(digits) > MOST) return refuse(shown(typed) + "太大：最多填 " + MOST + "。");
  return { value: Number(digits), error: "" };
}

/** @param {number | string | null | undefined} value */
export function textOf(value) {
  return value === null || value === undefined ? "" : String(value);
}

/** 12,345; a missing figure is a dash. @param {number | null} value */
export function grouped(value) {
  return value === null ? "—" : String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * With its sign, blank when nothing changed or nothing can be compared.
 * @param {number | null} value
 * @param {number | null} before
 */
export function differenceOf(value, before) {
  if (value === null || before === null || value === before) return "";
  return (value > before ? "+" : "-") + grouped(Math.abs(value - before));
}

/**
 * Per cent, cut after one decimal, never rounded up. Figures are below 2^31, so the division is exact enough.
 * @param {number | null} part
 * @param {number | null} whole
 */
export function rateOf(part, whole) {
  if (part === null || !whole) return "—";
  const tenths = Math.floor(part * 1000 / whole);
  return grouped(Math.floor(tenths / 10)) + "." + (tenths % 10) + "%";
}
