// The entry grid, chapter 12: what the page says. The mark and the notes of a cell, rates, changes and sums as one types,
// the one list of problems, the line that says whether all is saved, and the one polite voice.

import { byGravity } from "./entry-checks.js";
import { makeElement, questionOf } from "./entry-conflict.js";
import { differenceOf, grouped, rateOf } from "./entry-figures.js";
import { changedSince, faultOf, stampOf } from "./entry-sentences.js";

const WORDS = {
  typed: "待保存", saving: "保存中", saved: "已保存", failed: "未保存", conflict: "有冲突", locked: "未保存",
  unreadable: "未保存",
};
const WRONG = ["conflict", "locked", "unreadable"];
const CUT_OFF = { offline: "网络不通", expired: "登录已过期", other: "登录账号不是您本人的", closed: "不能再填" };
const QUIET = 10000;

// One voice for all of the page: news come one at a time, and that all is saved is not said at every cell.
export function makeVoice(live, line) {
  let lastSaved = 0;
  function say(text, isShown) {
    live.textContent = text;
    if (isShown) line.textContent = text;
  }
  say.over = function () { line.textContent = ""; };
  say.saved = function (text) {
    if (Date.now() - lastSaved < QUIET) return;
    lastSaved = Date.now();
    live.textContent = text;
  };
  return say;
}

/**
 * `declared`: what the form says of itself: its rates (key, part, whole), and what a row lacks that lacks everything.
 * @param {Sheet} sheet
 */
export function makeView(sheet, page, say, checks, declared) {
  let told = "";
  let choose = null;

  // --- A cell ---------------------------------------------------------------------------------------------------

  function markOf(cell) {
    const id = cell.input.id + "-state";
    let found = document.getElementById(id);
    if (!found) {
      found = makeElement("span", "cell-state");
      found.id = id;
      cell.input.insertAdjacentElement("afterend", found);
      cell.input.setAttribute("aria-describedby", ((cell.input.getAttribute("aria-describedby") || "") + " " + id).trim());
    }
    return found;
  }

  function showCell(cell) {
    const mark = markOf(cell);
    mark.className = "cell-state" + (cell.state ? " state-" + cell.state : "");
    mark.textContent = "";
    mark.title = WORDS[cell.state] || "";
    if (cell.state) mark.appendChild(makeElement("span", "visually-hidden", WORDS[cell.state]));
    showOwn(cell);
    if (cell.state) showHand(cell, "");
    paint(cell);
    listOf(cell.row);
  }

  // What this page itself has to say of the cell, beside the notes of the server.
  function showOwn(cell) {
    const old = cell.holder.querySelector(".cell-own");
    const own = makeElement("span", "cell-own");
    if (cell.theirs) own.appendChild(questionOf(cell, choose));
    else if (cell.state === "unreadable") own.appendChild(makeElement("span", "cell-note cell-error", cell.message));
    else if (cell.state === "failed") own.appendChild(makeElement("span", "cell-note cell-oddity", "未保存"));
    if (old) old.remove();
    if (own.firstChild) cell.holder.appendChild(own);
  }

  // A colleague's change that arrived by itself, until she types there.
  function showHand(cell, who) {
    const old = cell.holder.querySelector(".cell-hand");
    if (old) old.remove();
    if (who) cell.holder.appendChild(makeElement("span", "cell-hand", who + "刚改"));
  }

  function paint(cell) {
    const notes = Array.from(cell.holder.querySelectorAll("[data-notes] .cell-note"));
    const isWrong = WRONG.includes(cell.state) || notes.some(function (note) { return note.matches(".cell-error"); });
    cell.holder.classList.toggle("is-wrong", isWrong && !cell.isSentence);
    cell.holder.classList.toggle("is-odd", !isWrong && notes.some(function (note) { return note.matches(".cell-oddity"); }));
    if (isWrong) cell.input.setAttribute("aria-invalid", "true");
    else cell.input.removeAttribute("aria-invalid");
  }

  function notesOf(cell, notes) {
    const place = cell.holder.querySelector("[data-notes]");
    if (!place) return;
    const stood = notesAt(cell).map(function (note) { return note[1]; });
    // What a note rests on goes with it: of other figures it says nothing.
    cell.holder.querySelectorAll("[data-grounds]").forEach(function (grounds) {
      const stays = notes.some(function (note) { return note[2] === grounds.dataset.grounds && stood.includes(note[1]); });
      if (!stays) grounds.remove();
    });
    place.textContent = "";
    notes.forEach(function (note) {
      const made = makeElement("span", "cell-note cell-" + note[0], note[1]);
      made.dataset.code = note[2];
      place.appendChild(made);
    });
    if (cell.input) paint(cell);
  }

  // The notes as they stand, back from the page.
  function notesAt(cell) {
    return Array.from(cell.holder.querySelectorAll("[data-notes] [data-code]"), function (note) {
      const level = ["error", "oddity", "advice"].find(function (each) { return note.classList.contains("cell-" + each); });
      return [level, note.textContent, note.dataset.code];
    });
  }

  // --- Rates, changes, sums -----------------------------------------------------------------------------------

  function set(place, text) {
    if (place && place.textContent !== text) place.textContent = text;
  }

  function showRates(holder, figures) {
    declared.rates.forEach(function (rate) {
      set(holder.querySelector("[data-rate=" + rate[0] + "]"), rateOf(figures[rate[1]], figures[rate[2]]));
    });
  }

  function showRow(row) {
    const figures = {};
    row.cells.forEach(function (cell) {
      figures[cell.name] = cell.read().value;
      set(cell.holder.querySelector("[data-change]"), differenceOf(figures[cell.name], cell.before));
    });
    showRates(row.body, figures);
    if (row.within) showBeneath(sheet.row(row.within));
  }

  // Of a row under which others are folded: what these have together.
  function showBeneath(row) {
    const beneath = sheet.rows.filter(function (each) { return each.within === row.code; });
    const sums = sumsOf(beneath);
    row.cells.forEach(function (cell) {
      set(cell.holder.querySelector("[data-beneath]"), grouped(sums[cell.name]));
    });
  }

  function showTotal(given) {
    const foot = sheet.table.tFoot;
    const top = sheet.rows.filter(function (row) { return !row.within; });
    set(page.querySelector("[data-complete]"), String(top.filter(isComplete).length));
    const sums = given || sheet.columns && sumsOf(top);
    if (!foot || !sums) return;
    Object.keys(sums).forEach(function (name) {
      const place = foot.querySelector("[data-total=" + name + "]");
      if (!place) return;
      set(place.querySelector(".figure"), grouped(sums[name]));
      const before = place.dataset.before ? Number(place.dataset.before) : null;
      set(place.querySelector("[data-change]"), isLike(name) ? differenceOf(sums[name], before) : "");
    });
    showRates(foot, sums);
  }

  // Two sums are compared where the same villages stand in both.
  function isLike(name) {
    return sheet.rows.every(function (row) {
      return row.cells.every(function (cell) {
        return cell.name !== name || (cell.read().value === null) === (cell.before === null);
      });
    });
  }

  function sumsOf(rows) {
    const sums = {};
    rows.forEach(function (row) {
      row.cells.forEach(function (cell) {
        const value = cell.read().value;
        const sum = sums[cell.name] === undefined ? null : sums[cell.name];
        sums[cell.name] = value === null ? sum : (sum || 0) + value;
      });
    });
    return sums;
  }

  function isComplete(row) {
    return row.cells.every(function (cell) { return cell.read().value !== null; });
  }

  function showFigures(cells) {
    new Set(cells.map(function (cell) { return cell.row; })).forEach(showRow);
    showTotal(null);
  }

  // --- Problems -------------------------------------------------------------------------------------------------

  const section = page.querySelector("[data-problems]");
  const list = section.querySelector("ul");
  sheet.rows.forEach(function (row) {
    row.items = Array.from(list.querySelectorAll("li[data-code='" + row.code + "']"));
    row.faults = row.items.map(function (item) {
      const link = item.querySelector("a");
      return { text: link.textContent, href: link.getAttribute("href") };
    });
  });

  function ownFaults(row) {
    return row.all.filter(function (cell) { return cell.input && WRONG.includes(cell.state); }).map(function (cell) {
      const what = cell.state === "conflict" ? (cell.theirs.by || "他人") + "也填了这个数字，请选定一个。" : cell.message;
      return { text: cell.label + "：" + what, href: "#" + cell.input.id };
    });
  }

  function itemOf(fault, code) {
    const item = makeElement("li");
    const link = makeElement("a", "", fault.text);
    link.href = fault.href;
    item.dataset.code = code;
    item.appendChild(link);
    return item;
  }

  function listOf(row) {
    const wanted = ownFaults(row).concat(row.faults);
    const text = wanted.map(function (fault) { return fault.href + fault.text; }).join("\n");
    const shown = row.items.map(function (item) { return item.firstElementChild.getAttribute("href") + item.textContent; });
    if (shown.join("\n") === text) return;
    row.items.forEach(function (item) { item.remove(); });
    row.items = wanted.map(function (fault) { return itemOf(fault, row.code); });
    const later = sheet.rows.slice(row.n + 1).find(function (each) { return each.items.length; });
    row.items.forEach(function (item) { list.insertBefore(item, later ? later.items[0] : null); });
    count();
  }

  function count() {
    const found = list.children.length;
    section.hidden = !found;
    set(section.querySelector("h2"), "需更正或说明事项（" + found + " 项）");
    const jump = page.querySelector("[data-next]");
    jump.hidden = !found;
    set(jump, "下一项（" + found + "）");
  }

  // Where an explanation is asked for, its field appears; one that holds a text stays.
  function askSentence(row, asks) {
    if (!row.sentence) return;
    const line = row.sentence.holder.closest("tr");
    const isShown = asks || row.sentence.input.value !== "" || row.sentence.holder.contains(document.activeElement);
    line.hidden = !isShown;
    row.body.classList.toggle("has-sentence", isShown);
  }

  // The rows of these cells, checked here: at once, and without a network. What only the server can check stays as it said.
  function recheck(cells) {
    new Set(cells.map(function (cell) { return cell.row; })).forEach(function (row) {
      const found = checks(row);
      row.cells.forEach(function (cell) {
        const kept = notesAt(cell).filter(function (note) { return !checks.knows(note[2]); });
        notesOf(cell, found[cell.name].concat(kept).sort(byGravity));
      });
      const isGivenAnew = cells.some(function (cell) { return cell.row === row && cell.isSentence; });
      const unexplained = row.sentence ? weigh(row, isGivenAnew) : "";
      if (declared.checks.length) row.faults = faultsOf(row, unexplained);
      askSentence(row, isAsked(row));
      listOf(row);
    });
  }

  function isAsked(row) {
    const isSound = isComplete(row) && !row.cells.some(function (cell) {
      return WRONG.includes(cell.state) || notesAt(cell).some(function (note) { return note[0] === "error"; });
    });
    return isSound && oddOf(row).length > 0;
  }

  // What is odd in a row: the figures that a check compares, and what it says.
  function oddOf(row) {
    const found = [];
    row.cells.forEach(function (cell) {
      notesAt(cell).filter(function (note) { return note[0] === "oddity"; }).forEach(function (note) {
        const check = declared.checks.find(function (each) { return each.code === note[2]; });
        const whole = check && check.rule.denominator;
        found.push({ columns: whole ? [cell.name, whole] : [cell.name], message: note[1] });
      });
    });
    return found;
  }

  // The note beneath the sentence of a row; answers why the row is not explained, blank where it is, or need not be.
  function weigh(row, isGivenAnew) {
    const line = { figures: {}, labels: {} };
    row.cells.forEach(function (cell) {
      line.figures[cell.name] = cell.read().value;
      line.labels[cell.name] = cell.holder.dataset.label;
    });
    const odd = oddOf(row);
    const sentence = row.sentence.read().value;
    if (isGivenAnew) explain(row, sentence ? stampOf(line, odd) : null);
    const said = { sentence: sentence, choice: row.choice ? row.choice.read().value : "", explained: explainedBy(row) };
    const fault = isAsked(row) ? faultOf(said, line, odd, declared.weighing) : "";
    const changed = sentence && !fault ? changedSince(said.explained, line, odd) : "";
    const needless = changed ? [["advice", declared.weighing.needless.replace("{changed}", changed), "needless"]] : [];
    notesOf(row.sentence, fault ? [["error", fault, "unexplained"]] : needless);
    return fault;
  }

  // For which figures the sentence of a row was given; it stands on the page, so that a copy of the page has it too.
  function explainedBy(row) {
    return JSON.parse(row.sentence.input.dataset.explained || "null");
  }

  function explain(row, explained) {
    row.sentence.input.dataset.explained = JSON.stringify(explained);
  }

  // As returns.sheet puts them: what is missing in one sentence, each error, the sentence that is asked for.
  function faultsOf(row, unexplained) {
    const missing = [];
    const errors = [];
    row.cells.forEach(function (cell) {
      notesAt(cell).forEach(function (note) {
        if (note[2] === "missing") missing.push(cell);
        else if (note[0] === "error") errors.push({ text: row.name + "：" + note[1], href: "#f-" + cell.code + "-" + cell.name });
      });
    });
    const labels = missing.map(function (cell) { return cell.holder.dataset.label; }).join("、");
    const what = missing.length === row.cells.length ? declared.everyMissing : labels;
    const blank = !missing.length ? [] : [{
      text: row.name + "：" + what + "未填。请填写，确实没有请填 0。", href: "#f-" + row.code + "-" + missing[0].name,
    }];
    const isSaid = Boolean(row.sentence) && row.sentence.read().value !== "";
    const asked = !unexplained ? [] : [{
      text: isSaid ? row.name + "·说明：" + unexplained + "。"
        : row.name + "：" + whatIsOdd(row) + "。请核对，属实请用一句话说明原因。",
      href: "#" + row.sentence.input.id,
    }];
    return blank.concat(errors, asked);
  }

  // The first two oddities in words, and how many more there are.
  function whatIsOdd(row) {
    const gists = [];
    row.cells.forEach(function (cell) {
      notesAt(cell).forEach(function (note) {
        if (note[0] === "oddity") gists.push(note[1].replace(/：请核对，属实请说明原因。$/, ""));
      });
    });
    return gists.slice(0, 2).concat(gists.length > 2 ? ["另有 " + (gists.length - 2) + " 处"] : []).join("；");
  }

  // What the server found in some rows; its sums count only when nothing was asked since.
  function answer(said, isLatest) {
    said.rows.forEach(function (each) {
      const row = sheet.row(each.code);
      if (!row) return undefined;
      row.all.forEach(function (cell) { notesOf(cell, each.notes[cell.name] || []); });
      row.faults = each.faults;
      if (row.sentence && !row.sentence.pending && each.explained !== undefined) explain(row, each.explained);
      if (each.state !== undefined) set(row.body.querySelector("[data-state]"), each.state || "—");
      // She has typed since it was asked about: what can be checked here is said of what she sees.
      if (row.all.some(function (cell) { return cell.pending; })) return recheck(row.cells);
      askSentence(row, each.asks);
      return listOf(row);
    });
    showTotal(isLatest && !sheet.every.some(function (cell) { return cell.pending; }) ? said.total : null);
  }

  // --- Whether all is saved -------------------------------------------------------------------------------------

  function sentence(how) {
    const kept = how.waiting ? "您填的 " + how.waiting + " 个数字保存在本机，" : "填的数字保存在本机，";
    if (how.standing === "offline") return "无法连接服务器：" + kept + "网络恢复后自动保存，可以继续填报。";
    if (how.standing === "expired") return "登录已过期：" + kept + "重新登录后自动保存，可以继续填报。";
    if (how.standing === "other") return "现在登录的是" + how.detail + "：" + kept + "您本人登录后再保存；请刷新页面。";
    if (how.standing === "closed") return how.detail;
    return "";
  }

  function line(how) {
    const left = how.held ? "；" + how.held + " 个未保存，请查看标出的格子" : "";
    if (how.standing !== "ready") return "! " + CUT_OFF[how.standing] + (how.waiting ? "，" + how.waiting + " 个数字未保存" : "") + left;
    if (how.waiting) return "… 正在保存 " + how.waiting + " 个数字" + left;
    if (how.held && how.held === how.conflicts) return "! " + how.held + " 个数字有冲突，请选定";
    if (how.held) return "! " + how.held + " 个数字未保存，请查看标出的格子";
    return how.savedAt ? "✓ 全部已保存（" + how.savedAt + "）" : "每填一格自动保存";
  }

  function showStanding(how) {
    const banner = page.querySelector("[data-banner]");
    const warning = sentence(how);
    set(banner.querySelector("p"), warning);
    banner.hidden = !warning;
    banner.querySelector("a").hidden = how.standing !== "expired";
    const note = page.querySelector("[data-offline-note]");
    if (note) note.hidden = how.standing === "ready";
    const place = page.querySelector("[data-standing]");
    set(place, line(how));
    const isHeld = how.standing !== "ready" || how.held > 0;
    place.className = "entry-standing" + (isHeld ? " is-held" : how.savedAt && !how.waiting ? " is-saved" : "");
    const news = how.standing + how.conflicts;
    if (news !== told) say(warning || (how.conflicts ? how.conflicts + " 个数字有冲突，请选定" : ""));
    else if (how.standing === "ready" && how.savedAt && !how.waiting && !how.held) say.saved("已保存");
    told = news;
  }

  count();
  return {
    hand: showHand,
    /** The name of each row with how it stands. */
    stateOf: function (row) {
      if (row.items.length || row.all.some(function (cell) { return cell.input && WRONG.includes(cell.state); })) return "有问题";
      const filled = row.cells.filter(function (cell) { return cell.read().value !== null; }).length;
      if (filled === row.cells.length) return "已填齐";
      return filled ? "已填 " + filled + " / " + row.cells.length : "未填";
    },
    cell: showCell, figures: showFigures, recheck: recheck, answer: answer, standing: showStanding, ask: askSentence,
    choosing: function (deed) { choose = deed; },
    links: function () { return Array.from(list.querySelectorAll("a")); },
  };
}
