// The entry grid, chapter 1: how a text is read as a figure, and how figures are written. The server reads in the same
// way (common/values.py) and has the last word; both are held by the examples in tests/values.json.

const MOST = 2147483647;
const LONGEST = 40;
const INVISIBLE = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
const WIDE = /[\uff01-\uff5e]/g;
const DASHES = /[\u2010\u2011\u2013\u2014\u2015\u2212\ufe63]/g;
const NUMBER = /^(\d+|\d{1,3}(?:[,\u00a0\u2009\u202f]\d{3})+)(?:\.(\d+))?$/;
const SPLIT = /^(\d[^\n]*?)\s*([百千万]?)\s*([^\d\s]*)$/;
const ROUGH = /^(?:约|大约|近)|(?:左右|以上|以下|余|多|\+)(?:户|个)?$/;
const UNIT = "户";
const ZEROS = { "百": 2, "千": 3, "万": 4 };
const NOTHING = ["--", "---", "/", "无"];
const BLANK = "留空";

function shown(typed) {
  const letters = Array.from(typed);
  return "“" + (letters.length > 20 ? letters.slice(0, 20).join("") + "…" : typed) + "”";
}

function refuse(error) {
  return { value: null, error: error };
}

function ask(typed, ways) {
  return refuse(shown(typed) + "可理解为 " + ways.join(" 或 ") + "：请改写清楚。");
}

function isShort(plain) {
  return Array.from(plain).length <= LONGEST;
}

function unreadable(typed, plain) {
  const why = /^-\d|^\(\d[^\n]*\)$/.test(plain) ? "是负数：应为不小于 0 的整数。"
    : /^\d(?:\.\d+)?[Ee]\+?\d{1,2}$/.test(plain) ? "是科学计数法：请写出全部数字。"
    : /^\d[^\n]*%$/.test(plain) ? "是百分数：应为整数。"
    : isShort(plain) && ROUGH.test(plain) ? "不是确切的数：请填准确的整数。"
    : "无法识别：请填整数，例如 1234、1,234 或 1.2万；没有数据请留空。";
  return refuse(shown(typed) + why);
}

function taken(typed, digits) {
  if (Number(digits) > MOST) return refuse(shown(typed) + "过大：不能超过 " + MOST + "。");
  return { value: Number(digits), error: "" };
}

// The digits of a decimal number with so many noughts behind it, exactly; null when that is no whole number.
function scaled(whole, part, zeros) {
  const rest = part.replace(/0+$/, "");
  return rest.length > zeros ? null : (whole + rest.padEnd(zeros, "0")).replace(/^0+(?=\d)/, "");
}

// Digits that are no number: with commas in odd places they may be one, with a single comma a decimal number.
function misplaced(typed, plain, number, zeros) {
  if (!/^\d+(?:,\d+)+$/.test(number)) return unreadable(typed, plain);
  const parts = number.split(",");
  const ways = [scaled(parts.join(""), "", zeros)];
  if (parts.length === 2) ways.unshift(scaled(parts[0], parts[1], zeros));
  const whole = ways.filter(function (way) { return way !== null; });
  return ask(typed, whole.length > 1 ? whole : whole.concat(BLANK));
}

// A number that counts single things: its decimals are noughts, and the point cannot be meant as a comma.
function counted(typed, whole, part) {
  const isWhole = !part.replace(/0/g, "");
  if (/^[1-9]\d{0,2}$/.test(whole) && part.length === 3) {
    return ask(typed, isWhole ? [whole, whole + part] : [whole + part, BLANK]);
  }
  return isWhole ? taken(typed, whole.replace(/\D/g, "")) : refuse(shown(typed) + "带小数：应为整数。");
}

/**
 * The whole number (null for a blank), and a sentence when the text cannot be read, or can be read in two ways.
 * @param {string} text
 * @returns {{ value: number | null, error: string }}
 */
export function readFigure(text) {
  const typed = text.replace(INVISIBLE, "").trim();
  if (!typed) return refuse("");
  const plain = typed.replace(DASHES, "-").replace(WIDE, function (letter) {
    return String.fromCharCode(letter.charCodeAt(0) - 0xfee0);
  });
  if (plain === "-") return { value: 0, error: "" };
  if (NOTHING.includes(plain)) return ask(typed, ["0", BLANK]);
  const match = isShort(plain) ? SPLIT.exec(plain) : null;
  if (!match) return numeral(typed, plain);
  if (match[3] && match[3] !== UNIT) return unreadable(typed, plain);
  const zeros = match[2] ? ZEROS[match[2]] : 0;
  const parts = NUMBER.exec(match[1]);
  if (!parts) return misplaced(typed, plain, match[1], zeros);
  if (!zeros) return counted(typed, parts[1], parts[2] || "");
  const digits = scaled(parts[1].replace(/\D/g, ""), parts[2] || "", zeros);
  return digits === null ? refuse(shown(typed) + "折算后不是整数：请填到个位。") : taken(typed, digits);
}

const DIGITS = "零一二三四五六七八九";
const VARIANTS = "〇○壹贰叁肆伍陆柒捌玖两拾佰仟萬";
const USUAL = "零零一二三四五六七八九二十百千万";
const STEPS = { "千": 1000, "百": 100, "十": 10 };

// 三百二十; 三百二, which is 320 when spoken and 302 to others, is asked.
function numeral(typed, plain) {
  const text = (plain.endsWith(UNIT) ? plain.slice(0, -1) : plain).replace(/[〇○壹贰叁肆伍陆柒捌玖两拾佰仟萬]/g, function (letter) {
    return USUAL[VARIANTS.indexOf(letter)];
  });
  if (!/^[零一二三四五六七八九十百千万]{1,20}$/.test(text)) return unreadable(typed, plain);
  const short = /^(.*([百千万]))([一二三四五六七八九])$/.exec(text);
  const before = short ? numberOf(short[1]) : null;
  if (before !== null) {
    const digit = DIGITS.indexOf(short[3]);
    return ask(typed, [before + digit * (STEPS[short[2]] || 10000) / 10, before + digit]);
  }
  const value = numberOf(text);
  return value === null ? unreadable(typed, plain) : taken(typed, String(value));
}

// The number of a numeral that is written as it should be, null of any other.
function numberOf(text) {
  let total = 0, section = 0, digit = 0;
  for (const letter of text) {
    if (STEPS[letter]) {
      section += (digit || 1) * STEPS[letter];
      digit = 0;
    } else if (letter === "万") {
      total = (section + digit) * 10000;
      section = digit = 0;
    } else {
      digit = DIGITS.indexOf(letter);
    }
  }
  const value = total + section + digit;
  return value < 1e8 && abridged(inChinese(value)) === abridged(text) ? value : null;
}

function abridged(text) {
  return text.startsWith("一十") ? text.slice(1) : text;
}

function inChinese(value) {
  const many = Math.floor(value / 10000), rest = value % 10000;
  if (!many) return sectionOf(rest) || DIGITS[0];
  return sectionOf(many) + "万" + (rest > 0 && rest < 1000 ? DIGITS[0] : "") + sectionOf(rest);
}

function sectionOf(value) {
  let written = "", isWaiting = false;
  for (const name of ["千", "百", "十", ""]) {
    const digit = Math.floor(value / (STEPS[name] || 1)) % 10;
    if (digit) written += (isWaiting ? DIGITS[0] : "") + DIGITS[digit] + name;
    isWaiting = written !== "" && !digit;
  }
  return written;
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
