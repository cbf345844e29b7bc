// Work in the field, chapter 7: what lies on this phone, how each entry stands, and what the person can do about it.

import { HELD } from "./offline-sync.js";

const STATES = {
  waiting: ["未发送", "tone-pending"], sending: ["正在发送", "tone-info"], sent: ["已发送", "tone-met"],
  conflict: ["有冲突", "tone-late"], refused: ["被退回", "tone-missed"],
};

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function button(text, deed) {
  const made = element("button", text, "btn btn-outline-secondary");
  made.type = "button";
  made.addEventListener("click", deed);
  return made;
}

/** Day and minute in the district, by this device's clock: without a network there is no other. */
export function moment(at) {
  const said = new Date(at + 8 * 3600 * 1000).toISOString();
  return Number(said.slice(5, 7)) + "月" + Number(said.slice(8, 10)) + "日 " + said.slice(11, 16);
}

/**
 * @param {HTMLElement} view
 * @param {{ words: Trade["words"], mend: (entry: Entry) => void, send: () => void, changed: () => Promise<void> }} does
 */
export function makeOutbox(view, does) {
  const list = view.querySelector("[data-entries]");

  async function choose(store, entry, conflict, isMine) {
    entry.body["seen_" + conflict.column] = conflict.theirs;
    if (!isMine) entry.body[conflict.column] = "";
    entry.conflicts = entry.conflicts.filter(function (each) { return each !== conflict; });
    if (!entry.conflicts.length) Object.assign(entry, { state: "waiting", message: "" });
    await store.keep(entry);
    await does.changed();
    if (!entry.conflicts.length) does.send();
  }

  async function remove(store, entry) {
    if (!confirm("删除“" + entry.label + "”的记录？删除后不再发送。")) return;
    await store.remove(entry);
    await does.changed();
    does.send();
  }

  function row(store, entry) {
    const item = element("li");
    const state = STATES[entry.state];
    const head = element("p");
    head.append(element("strong", entry.label), " ", element("span", state[0], "badge-state " + state[1]), " ", element("small", moment(entry.createdAt), "muted"));
    item.append(head);
    if (entry.message) item.append(element("p", entry.message));
    if (entry.link) {
      const link = element("a", "查看");
      link.href = entry.link;
      item.append(link);
    }
    (entry.conflicts || []).forEach(function (conflict) {
      item.append(element("p", conflict.label + "：您报的是 " + conflict.mine + "，" + does.words.theirs + " " + (conflict.theirs || "空白") + "。"));
      const both = element("p", "", "field-choices");
      both.append(button("按我报的", function () { choose(store, entry, conflict, true); }));
      both.append(button(does.words.keep, function () { choose(store, entry, conflict, false); }));
      item.append(both);
    });
    if (entry.state !== "sent" && entry.state !== "sending") {
      const acts = element("p", "", "field-choices");
      if (entry.state !== "conflict") acts.append(button("修改", function () { does.mend(entry); }));
      acts.append(button("删除", function () { remove(store, entry); }));
      item.append(acts);
    }
    return item;
  }

  return {
    draw: function (store, entries) {
      list.textContent = "";
      entries.slice().reverse().forEach(function (entry) { list.append(row(store, entry)); });
      if (!entries.length) list.append(element("li", does.words.none, "muted"));
    },
    unsent: function (entries) { return entries.filter(function (entry) { return entry.state !== "sent"; }).length; },
    held: function (entries) { return entries.filter(function (entry) { return HELD.includes(entry.state); }).length; },
  };
}
