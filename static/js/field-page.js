// Work in the field, chapter 6: the page. Where the browser can keep things it takes the place of the plain list, with a
// network and without one; where it cannot, the page says so and stays what it is. What is gone for, the trade says
// (types/field.d.ts): the village walk, or a spot check.

import { makeOutbox, moment } from "./field-outbox.js";
import { locate } from "./field-position.js";
import { makeForm } from "./field-form.js";
import { inWords, matching, nearestFirst } from "./field-things.js";
import { ask, lock, makeSync, openOffline } from "./offline-page.js";

const STEP = 50;

/**
 * @param {HTMLElement} app
 * @param {Trade} trade
 */
function start(app, trade) {
  const part = function (name) { return app.querySelector("[data-" + name + "]"); };
  /** @type {NodeListOf<HTMLElement>} */
  const views = app.querySelectorAll("[data-view]");
  const form = makeForm(app.querySelector('[data-view="visit"]'), {
    visits: app.dataset.visits, accurate: Number(app.dataset.accurate), mostPhotos: Number(app.dataset.mostPhotos),
  }, trade, saved);
  const outbox = makeOutbox(app.querySelector('[data-view="outbox"]'), {
    words: trade.words, mend: mend, send: function () { sync.run(); }, changed: entriesChanged,
  });
  /** @type {OfflineStore} */
  let store = null;
  let sync = null;
  let things = [];
  let entries = [];
  let drafts = [];
  let here = null;
  let shown = STEP;
  let mending = null;
  let packed = "";
  let kept = "";
  let hasPack = false;

  // ------------------------------------------------ beginning

  async function begin() {
    const opened = await openOffline();
    if (opened.state === "impossible") return plain();
    app.hidden = false;
    hidePlain(true);
    if (opened.others) tellOthers(opened.others, opened.store ? "另一账号" : "");
    if (opened.state === "expired") {
      location.assign(app.dataset.login);
      return undefined;
    }
    if (opened.state === "locked") return closed("本机没有可用数据。请联网登录后使用；本机未发送的内容保留。");
    store = opened.store;
    sync = makeSync(store, { entries: entriesChanged, standing: standing });
    const kept = await store.read(trade.pack);
    if (kept && (!opened.there || kept.pack.scope === opened.there.scope)) take(kept);
    await entriesChanged();
    window.addEventListener("hashchange", route);
    document.addEventListener("visibilitychange", seenAgain);
    const isKept = hasPack;
    if (isKept) await route();
    if (opened.there && await fetchPack(isKept ? kept : null)) await entriesChanged();
    if (!isKept) await route();
    if (opened.there) sync.run();
    return undefined;
  }

  // Another tab may have sent or taken in something meanwhile.
  function seenAgain() {
    if (document.visibilityState !== "visible") return;
    entriesChanged();
    sync.run();
  }

  function plain() {
    const note = document.querySelector("[data-insecure]");
    if (note) note.hidden = window.isSecureContext;
    else closed("该浏览器不支持离线使用，请联网后重新打开。");
  }
  function hidePlain(isHidden) {
    document.querySelectorAll("[data-field-plain]").forEach(function (each) { each.hidden = isHidden; });
  }
  function warn(sentence) {
    part("closed").firstElementChild.textContent = sentence;
    part("closed").hidden = false;
  }
  function closed(sentence) {
    app.hidden = false;
    warn(sentence);
    views.forEach(function (view) { view.hidden = true; });
  }
  function tellOthers(count, whose) {
    part("others").textContent = "本机存有" + whose + "未发送的 " + count + " 条记录，须由本人登录后发送。";
    part("others").hidden = false;
  }

  async function fetchPack(kept) {
    const answer = await ask(app.dataset.pack, { headers: kept ? { "If-None-Match": kept.tag } : {} });
    if (answer.status !== 200 && answer.status !== 304) return false;
    const fresh = answer.status === 200 ? { tag: answer.tag, pack: answer.said, at: 0 } : kept;
    fresh.at = Date.now();
    await store.write(trade.pack, fresh);
    take(fresh);
    return true;
  }
  function take(kept) {
    things = trade.thingsOf(kept.pack);
    hasPack = true;
    packed = things.length + " " + trade.words.unit + "已存在本机（" + moment(kept.at) + "）";
  }

  // ------------------------------------------------ how things stand

  const WORDS = {
    sending: "正在发送……", ready: "", away: "没有网络，有网络时自动发送。", expired: "登录已过期：本机内容保留，请重新登录后发送。",
    other: "已用另一账号登录：本机内容须由本人登录后发送。", forbidden: "",
  };
  function standing(what, detail) {
    const words = detail || WORDS[what] || "";
    part("sending").textContent = words;
    tell(words);
    if (what === "expired" || what === "other") {
      warn(words);
    } else if (what === "ready") {
      part("closed").hidden = true;
    }
  }
  function tell(words) {
    const count = outbox.unsent(entries);
    const unsent = count ? "未发送 " + count + " 条" : "";
    part("standing").textContent = [packed || trade.words.unpacked, unsent, words].filter(Boolean).join(" · ");
    const held = outbox.held(entries);
    part("waiting").textContent = held ? "待处理 " + held : "待发送 " + count;
  }

  async function entriesChanged() {
    // The store sends everything that waits on this device; shown is what was entered on this page.
    entries = (await store.entries()).filter(function (entry) { return entry.address === app.dataset.visits; });
    drafts = await store.names("draft/");
    outbox.draw(store, entries);
    tell(part("sending").textContent);
    if (location.hash.length < 2 || location.hash === "#list") draw();
  }

  // ------------------------------------------------ the list

  function markOf(thing) {
    const own = entries.filter(function (entry) { return entry.about === thing.about; });
    if (own.some(function (entry) { return entry.state === "conflict" || entry.state === "refused"; })) return "待处理";
    if (own.some(function (entry) { return entry.state !== "sent"; })) return "已记录";
    if (own.length) return "已发送";
    if (drafts.includes("draft/" + thing.about)) return "草稿";
    return thing.mark || (thing.remarks.length ? "！" : "");
  }
  function row(thing) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = "#" + encodeURIComponent(thing.about);
    const name = document.createElement("span");
    const strong = document.createElement("strong");
    strong.textContent = thing.name;
    const small = document.createElement("small");
    small.textContent = [thing.kind, thing.place, thing.remarks.join(" ")].filter(Boolean).join(" · ");
    name.append(strong, small);
    link.append(name);
    [[markOf(thing), "field-mark"], [thing.metres < Infinity ? inWords(thing.metres) : "", "field-metres"]].forEach(function (pair) {
      if (!pair[0]) return;
      const made = document.createElement("span");
      made.className = pair[1];
      made.textContent = pair[0];
      link.append(made);
    });
    item.append(link);
    return item;
  }
  function draw() {
    const found = nearestFirst(matching(things, part("search").value), here);
    const list = part("things");
    list.textContent = "";
    found.slice(0, shown).forEach(function (thing) { list.append(row(thing)); });
    part("more").hidden = found.length <= shown;
    part("found").textContent = found.length === things.length ? (things.length ? "" : trade.words.nothing) : "找到 " + found.length + " " + trade.words.unit + "。";
  }

  // The button lies where 保存 lay a moment ago: what a second tap in a hurry brings does not cover what was said of the save.
  function notice(words) { part("notice").textContent = kept + words; }
  async function near() {
    notice("正在定位……");
    try {
      here = await locate();
      shown = STEP;
      draw();
      notice("已按距离排列，误差约 " + Math.round(here.accuracy) + " 米。");
    } catch (error) { notice(error.message); }
  }

  // ------------------------------------------------ ways

  function mend(entry) {
    mending = entry;
    location.hash = "#" + encodeURIComponent(entry.about);
  }

  async function route() {
    const asked = decodeURIComponent(location.hash.slice(1));
    const thing = things.find(function (each) { return each.about === asked; });
    const again = mending;
    mending = null;
    if (thing) {
      kept = "";
      await form.open(store, thing, again && again.about === asked ? again : unsentOf(asked));
    }
    const name = thing ? "visit" : asked === "outbox" ? "outbox" : "list";
    views.forEach(function (view) { view.hidden = view.dataset.view !== name; });
    if (name === "list") {
      draw();
      return;
    }
    window.scrollTo(0, 0);
    app.querySelector('[data-view="' + name + '"] h2').focus();
  }

  // What was saved about a thing and not sent yet is opened again, and not begun anew beside it.
  function unsentOf(about) {
    return entries.find(function (entry) { return entry.about === about && (entry.state === "waiting" || entry.state === "refused"); });
  }

  async function saved(entry) {
    await entriesChanged();
    location.hash = "#list";
    kept = "“" + entry.label + "”已存在本机。";
    notice("");
    sync.run();
  }

  part("near").addEventListener("click", near);
  part("more").addEventListener("click", function () { shown += STEP; draw(); });
  part("search").addEventListener("input", function () { shown = STEP; draw(); });
  part("send").addEventListener("click", function () { sync.run(); });
  part("lock").addEventListener("click", function () {
    lock().then(function () { location.assign(app.dataset.login); });
  });
  part("clear").addEventListener("click", async function () {
    const count = outbox.unsent(entries);
    if (!confirm("删除本机全部数据" + (count ? "，包括未发送的 " + count + " 条记录" : "") + "？删除后不能恢复。")) return;
    await store.clear();
    await lock();
    location.reload();
  });
  begin();
}

/**
 * Begin, where the page has such a part.
 * @param {Trade} trade
 */
export function startField(trade) {
  /** @type {HTMLElement} */
  const app = document.querySelector("[data-field-app]");
  if (app) start(app, trade);
}
