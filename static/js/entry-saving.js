// The entry grid, chapter 8: saving. What is typed goes into the queue at once, and from there to the server in batches,
// in order, one message at a time; whatever fails stays in the queue and is tried again.

import { textOf } from "./entry-figures.js";
import { nextMoment } from "./entry-queue.js";

const SOON = 300;
const PATIENCE = 20000;
const AGAIN = [3000, 6000, 12000, 30000];
const ASK_LOGIN = 4000;
const MOST = 200;
const HELD = ["conflict", "locked", "unreadable"];

/**
 * @param {Sheet} sheet
 * @param {Queue} queue
 * @param {{ user: number, url: string, problems: string, since: string, number: number, isChecking: boolean, token: string,
 *   renewed: (token: string) => void }} settings
 * @param {{ cell: Function, figures: Function, recheck: Function, standing: Function, answer: Function, hand: Function }} view
 */
export function makeSaving(sheet, queue, settings, view) {
  let token = settings.token;
  let standing = "ready";   // ready, offline, expired, other (another user has logged in), closed (nothing can be changed)
  let detail = "";
  let isSending = false;
  let isTokenFresh = true;
  let failures = 0;
  let timer = 0;
  let loginTimer = 0;
  let checksAsked = 0;
  let number = settings.number;   // up to which change this page knows the form
  let savedAt = "";     // hour and minute of the server, never of this computer
  const askedAt = Date.now() - performance.now();

  function pendings() {
    return sheet.every.filter(function (cell) { return cell.pending; });
  }

  // The cells have another text: into the queue with them, or out of it when they are as stored.
  function touched(cells) {
    const put = [];
    const remove = [];
    cells.forEach(function (cell) {
      const at = cell.touchedAt = nextMoment();
      const found = cell.read();
      const isStored = !cell.flying && !found.error && cell.seen.length === 1 && found.value === cell.stored;
      if (isStored) {
        if (cell.pending) remove.push(Object.assign({}, cell.pending, { at: at }));
        cell.pending = cell.theirs = null;
        mark(cell, "");
        return;
      }
      cell.pending = {
        key: queue.key(cell.code, cell.name), code: cell.code, name: cell.name, label: cell.label,
        text: cell.input.value, seen: cell.seen, at: at,
      };
      put.push(cell.pending);
      if (cell.state !== "conflict") mark(cell, found.error ? "unreadable" : "typed", found.error);
    });
    if (put.length) queue.put(put);
    if (remove.length) queue.remove(remove);
    tell();
  }

  function mark(cell, state, message) {
    cell.state = state;
    cell.message = message || "";
    view.cell(cell);
  }

  function tell() {
    const count = pendings();
    const held = count.filter(function (cell) { return HELD.includes(cell.state); }).length;
    view.standing({
      standing: standing, detail: detail, waiting: count.length - held, held: held, savedAt: savedAt,
      conflicts: count.filter(function (cell) { return cell.state === "conflict"; }).length,
    });
  }

  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait === undefined ? SOON : wait);
  }

  // What can go now, the oldest first. A cell in which she is still typing waits until she leaves it or pauses.
  function ready(isForced) {
    const found = pendings().filter(function (cell) {
      return !HELD.includes(cell.state) && (isForced || cell.input.value === cell.base || !cell.isEditing);
    });
    return found.sort(function (a, b) { return a.pending.at - b.pending.at; }).slice(0, MOST);
  }

  function send(isForced) {
    const cells = isSending || (standing !== "ready" && standing !== "offline") ? [] : ready(isForced === true);
    if (!cells.length) return standing === "offline" && !isSending ? stand() : Promise.resolve();
    isSending = true;
    const body = JSON.stringify({
      user: settings.user,
      cells: cells.map(function (cell) {
        return { code: cell.code, name: cell.name, text: cell.pending.text, seen: cell.seen };
      }),
    });
    cells.forEach(function (cell) { take(cell); });
    tell();
    return ask("POST", body).then(heard).catch(lost).then(function () {
      isSending = false;
      cells.forEach(function (cell) { if (cell.flying) fell(cell); });
      tell();
      if (standing === "ready" && ready(false).length) schedule();
    });
  }

  // From now on the server may hold the text, whether it answers or not.
  function take(cell) {
    const value = cell.read().value;
    cell.flying = cell.pending.at;
    if (!cell.seen.includes(value)) cell.seen = cell.seen.concat([value]);
    cell.pending.seen = cell.seen;
    queue.put([cell.pending]);
    mark(cell, "saving");
  }

  function fell(cell) {
    cell.flying = 0;
    if (cell.state === "saving") mark(cell, "failed");
  }

  function ask(method, body, url) {
    const stop = new AbortController();
    const patience = setTimeout(function () { stop.abort(); }, PATIENCE);
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    if (body) headers["Content-Type"] = "application/json";
    return fetch(url || settings.url, {
      method: method, body: body, headers: headers, credentials: "same-origin", redirect: "manual", signal: stop.signal,
      keepalive: Boolean(body) && body.length < 60000 && document.visibilityState === "hidden",
    }).then(function (answer) {
      clearTimeout(patience);
      if (answer.type === "opaqueredirect") return { status: 401, said: {} };
      return answer.json().catch(function () { return {}; }).then(function (said) {
        return { status: answer.status, said: said };
      });
    });
  }

  function heard(answer) {
    const said = answer.said;
    if (said.cells) return kept(said);
    if (answer.status === 401) return become("expired");
    if (answer.status === 403) return forbidden(said);
    if (answer.status >= 500 || answer.status === 429) return lost();
    return become("closed", said.detail || "服务器未接受（" + answer.status + "），请刷新页面后再试。");
  }

  function kept(said) {
    failures = 0;
    isTokenFresh = true;
    savedAt = said.at;
    if (said.number === number + 1) number = said.number;
    queue.noteSaved();
    become("ready");
    said.cells.forEach(function (each) { settle(sheet.find(each.code, each.name), each); });
    sheet.stored();
    check(said.cells.map(function (each) { return each.code; }));
  }

  // The problems of these rows, asked for apart from the saving, which does not wait for them. Of a row that was asked
  // about again meanwhile an answer is out of date: it might show an older figure in place of hers.
  function check(codes) {
    const query = (settings.isChecking ? ["check=1"] : []).concat(Array.from(new Set(codes), function (code) { return "code=" + code; }));
    const number = checksAsked += 1;
    codes.forEach(function (code) { sheet.row(code).asked = number; });
    ask("GET", null, settings.problems + "?" + query.join("&")).then(function (answer) {
      if (answer.status !== 200) return;
      answer.said.rows = answer.said.rows.filter(function (each) {
        return sheet.row(each.code) && !(sheet.row(each.code).asked > number);
      });
      answer.said.rows.forEach(adopt);
      view.answer(answer.said, number === checksAsked);
    }).catch(function () {});
  }

  function settle(cell, each) {
    const flown = cell.flying;
    cell.flying = 0;
    if (each.fate === "saved") return stored(cell, each.value, flown);
    if (each.fate === "conflict") {
      cell.theirs = { value: each.value, by: each.by };
      return mark(cell, "conflict");
    }
    cell.theirs = each.fate === "locked" ? { value: each.value, by: "" } : null;
    return mark(cell, each.fate, each.message);
  }

  function stored(cell, value, flown) {
    cell.stored = value;
    cell.seen = [value];
    cell.theirs = null;
    sheet.remember(cell.row);
    if (cell.pending && cell.pending.at !== flown) {
      touched([cell]);
      return;
    }
    if (cell.pending) queue.remove([cell.pending]);
    cell.pending = null;
    if (document.activeElement !== cell.input) cell.input.value = cell.base = textOf(value);
    mark(cell, "saved");
  }

  // The token is an old one since she logged in again, or somebody else has logged in: the server says which.
  function forbidden(said) {
    if (!isTokenFresh) return become("closed", said.detail || "服务器未接受，请刷新页面后再试。");
    isTokenFresh = false;
    return stand();
  }

  function lost() {
    failures += 1;
    become("offline");
    schedule(AGAIN[Math.min(failures, AGAIN.length) - 1]);
  }

  function become(what, why) {
    standing = what;
    detail = why || "";
    clearTimeout(loginTimer);
    if (what === "expired") loginTimer = setTimeout(stand, ASK_LOGIN);
    tell();
  }

  // How does the return stand, and who is logged in? After an expired session this finds the new one.
  function stand() {
    return ask("GET").then(function (answer) {
      const said = answer.said;
      if (answer.status === 401) return become("expired");
      if (answer.status !== 200) return become("closed", said.detail || "本表现在无法打开，请刷新页面。");
      if (said.user !== settings.user) return become("other", said.name);
      token = said.token;
      settings.renewed(token);
      if (!said.open) return become("closed", "本表现在不能修改，请刷新页面查看。");
      become("ready");
      Object.keys(said.lines).forEach(function (code) { adopt({ code: code, values: said.lines[code] }); });
      schedule(0);
      return undefined;
    }).catch(lost);
  }

  // Somebody else's figures in a row, where she has typed nothing herself.
  function adopt(stands) {
    const row = sheet.row(stands.code);
    const now = new Map();
    if (row) row.values.forEach(function (cell, i) { now.set(cell, stands.values[i]); });
    const changed = Array.from(now.keys()).filter(function (cell) {
      const isHers = cell.pending || cell.flying || !cell.input || cell.input === document.activeElement;
      return !isHers && now.get(cell) !== cell.stored;
    });
    changed.forEach(function (cell) {
      cell.stored = now.get(cell);
      cell.seen = [cell.stored];
      cell.input.value = cell.base = textOf(cell.stored);
      mark(cell, "");
    });
    if (!changed.length) return changed;
    sheet.stored();
    sheet.remember(row);
    view.figures(changed);
    view.recheck(changed);
    return changed;
  }

  // Colleagues' changes, each with whose it is, where she has typed nothing herself; how many cells that were.
  function catchUp(said) {
    number = said.number;
    if (!said.lines) return [];
    const whose = new Map(said.hands.map(function (each) { return [each[0] + "/" + each[1], each[2]]; }));
    const changed = Array.prototype.concat.apply([], Object.keys(said.lines).map(function (code) {
      return adopt({ code: code, values: said.lines[code] });
    }));
    changed.forEach(function (cell) { view.hand(cell, whose.get(cell.key) || ""); });
    return changed;
  }

  // Who else is there, and what has changed: asked now and then while the page is seen and all is well.
  function look(row) {
    if (standing !== "ready") return Promise.resolve(null);
    const body = JSON.stringify({ user: settings.user, row: row, number: number });
    return ask("POST", body, settings.since).then(function (answer) {
      if (answer.status !== 200) return null;
      return { people: answer.said.people, talk: answer.said.talk, changed: isSending ? [] : catchUp(answer.said) };
    }).catch(function () { return null; });
  }

  // She has chosen between two values: theirs, or hers over theirs.
  function choose(cell, isMine) {
    cell.stored = cell.theirs.value;
    cell.seen = [cell.theirs.value];
    cell.theirs = null;
    cell.state = "";
    sheet.remember(cell.row);
    if (!isMine) cell.input.value = cell.base = textOf(cell.stored);
    touched([cell]);
    view.figures([cell]);
    schedule(0);
  }

  // What an earlier visit left behind: into the cells again, and to the server, which knows what is stored by now.
  function resume() {
    return queue.all().then(function (records) {
      const placed = records.filter(function (record) {
        const cell = sheet.find(record.code, record.name);
        return cell && cell.input;
      });
      // What she has put into a cell meanwhile is newer, also when she took it back and nothing of it waits.
      const found = placed.filter(function (record) {
        const cell = sheet.find(record.code, record.name);
        return !cell.pending && !(cell.touchedAt >= record.at);
      });
      const cells = found.map(function (record) {
        const cell = sheet.find(record.code, record.name);
        cell.seen = record.seen;
        cell.input.value = cell.base = record.text;
        return cell;
      });
      touched(cells);
      view.figures(cells);
      if (cells.length) schedule(0);
      // A save was heard of after this page had been asked for: the page may show what stood before it.
      if (queue.savedAt() >= askedAt) stand();
      return { found: cells, strays: records.filter(function (record) { return !placed.includes(record); }) };
    });
  }

  // Everything that can be kept is kept; says whether nothing is left over.
  function flush() {
    function round(left) {
      const cells = ready(true);
      if (!left || (!cells.length && !isSending)) return Promise.resolve();
      if (isSending) return new Promise(function (go) { setTimeout(go, 100); }).then(function () { return round(left); });
      if (standing === "closed" || standing === "expired" || standing === "other") return Promise.resolve();
      return send(true).then(function () { return standing === "offline" ? undefined : round(left - 1); });
    }
    clearTimeout(timer);
    return round(50).then(function () { return !pendings().length; });
  }

  window.addEventListener("online", function () {
    // What is on its way right now may still fail, and is then tried again soon.
    failures = 0;
    if (standing === "offline") schedule(0);
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") send(true);
    else if (standing === "expired" || standing === "other") stand();
  });
  window.addEventListener("focus", function () { if (standing === "expired" || standing === "other") stand(); });

  return {
    touched: touched, schedule: schedule, flush: flush, choose: choose, resume: resume, tell: tell, look: look, stand: stand,
    isReady: function () { return standing === "ready"; },
    pending: function () { return pendings().length; },
  };
}
