// The entry grid, chapter 6: blocks from and to Excel or WPS, as tab-separated text.

import { readFigure, textOf } from "./entry-figures.js";
import { handOver, isTable } from "./entry-handover.js";

/**
 * Rows of cells; a cell in quotes may hold tabs, lines and doubled quotes.
 * @param {string} text
 */
export function parseBlock(text) {
  const rows = [[]];
  const cells = /(?:"((?:[^"]|"")*)"(?=\t|\r|\n|$)|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/g;
  const whole = text.replace(/(\r\n|\r|\n)$/, "");
  for (;;) {
    const match = cells.exec(whole);
    const isQuoted = match[1] !== undefined;
    rows[rows.length - 1].push((isQuoted ? match[1].replace(/""/g, "\"").replace(/\s+/g, " ") : match[2]).trim());
    if (!match[3]) return rows;
    if (match[3] !== "\t") rows.push([]);
  }
}

/**
 * @param {Sheet} sheet
 * @param {GridSelection} selection
 * @param {Changes} changes
 * @param {(text: string, isShown?: boolean) => void} say
 */
export function listenToClipboard(sheet, selection, changes, say) {
  function plain(cell) {
    const found = cell.read();
    return cell.input && found.error ? cell.input.value : textOf(found.value);
  }

  function copy(event) {
    const cell = sheet.of(event.target);
    if (!cell || cell.isSentence || !selection.isRange()) return false;
    const lines = selection.block().map(function (row) { return row.map(plain).join("\t"); });
    event.clipboardData.setData("text/plain", lines.join("\r\n"));
    event.preventDefault();
    say("已复制 " + lines.length + " 行");
    return true;
  }

  // One value goes into every cell of the range, as in Excel; a block lies where the range begins.
  function spread(rows) {
    const range = selection.bounds();
    const isOne = rows.length === 1 && rows[0].length === 1;
    if (isOne) return selection.block().map(function (row) { return row.map(function () { return rows[0][0]; }); });
    return range ? rows : [];
  }

  function lay(rows) {
    const range = selection.bounds();
    const found = { list: [], locked: 0, beyond: 0 };
    rows.forEach(function (texts, i) {
      texts.forEach(function (text, j) {
        const cell = sheet.at(range.top + i, range.left + j);
        if (!cell) found.beyond += text === "" ? 0 : 1;
        else if (!cell.input) found.locked += 1;
        else found.list.push({ cell: cell, text: tidy(text) });
      });
    });
    return found;
  }

  // What can be read is written plainly; what cannot stays as it was pasted.
  function tidy(text) {
    const found = readFigure(text);
    return found.error ? text : textOf(found.value);
  }

  function report(found) {
    const bad = found.list.filter(function (each) { return readFigure(each.text).error; }).length;
    say("已粘贴 " + found.list.length + " 格" +
      (bad ? "，其中 " + bad + " 格无法识别，已标出" : "") +
      (found.locked ? "；跳过锁定的 " + found.locked + " 格" : "") +
      (found.beyond ? "；超出表格的 " + found.beyond + " 格未粘贴" : "") + "。", true);
  }

  sheet.table.addEventListener("paste", function (event) {
    const cell = sheet.of(event.target);
    const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!cell || cell.isSentence || !text) return;
    const rows = parseBlock(text);
    const isOne = rows.length === 1 && rows[0].length === 1;
    if (isOne && (cell.isEditing || !selection.isRange())) return;
    event.preventDefault();
    if (isTable(rows, sheet.columns) && handOver(text)) return;
    const found = lay(spread(rows));
    changes.change(found.list);
    report(found);
  });
  sheet.table.addEventListener("copy", copy);
  sheet.table.addEventListener("cut", function (event) { if (copy(event)) changes.clear(); });
}
