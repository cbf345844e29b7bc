// The offline store, chapter 3: sending. Entries go in their order, one at a time, from one tab at a time; each carries its
// number, so that one whose answer was lost is not done twice. What was refused or contradicted waits for the person, and
// with it whatever concerns the same thing; the others go on.

import { lock } from "./offline-lock.js";

const PATIENCE = 60000;
const SHORT = 6000;
const AGAIN = [5000, 15000, 30000, 60000];
const LEASE = "fiber-offline-sending";
const LEASE_MS = 90000;
export const HELD = ["conflict", "refused"];

/**
 * Ask the portal something; {status: 0} when it cannot be reached, 401 when nobody is signed in.
 * @param {string} address
 * @param {{ method?: string, body?: FormData, headers?: object, token?: string, patience?: number }} [how]
 * @returns {Promise<{ status: number, said: any, tag: string }>}
 */
export async function ask(address, how) {
  const given = how || {};
  const stop = new AbortController();
  const timer = setTimeout(function () { stop.abort(); }, given.patience || PATIENCE);
  const headers = Object.assign({ Accept: "application/json" }, given.headers, given.token ? { "X-CSRFToken": given.token } : {});
  try {
    const answer = await fetch(address, {
      method: given.method || "GET", body: given.body, headers: headers, credentials: "same-origin", redirect: "manual",
      cache: "no-store", signal: stop.signal,
    });
    if (answer.type === "opaqueredirect") return { status: 401, said: {}, tag: "" };
    const said = await answer.json().catch(function () { return {}; });
    return { status: answer.status, said: said, tag: answer.headers.get("ETag") || "" };
  } catch (error) {
    return { status: 0, said: {}, tag: "" };
  } finally {
    clearTimeout(timer);
  }
}

/** Who is signed in: {status: 200, said: {account, name, scope, token}}, 401 when nobody is, 0 when the portal is away. */
export function whoIsThere() {
  return ask("/offline/session/", { patience: SHORT });
}

// One tab at a time. Browsers without locks take a lease, which runs out should its holder die.
function alone(deed) {
  if (navigator.locks) {
    return navigator.locks.request(LEASE, { ifAvailable: true }, function (got) { return got ? deed() : undefined; });
  }
  const now = Date.now();
  if (Number(localStorage.getItem(LEASE)) > now) return Promise.resolve();
  localStorage.setItem(LEASE, String(now + LEASE_MS));
  return deed().finally(function () { localStorage.removeItem(LEASE); });
}

/**
 * @param {OfflineStore} store
 * @param {{ entries: () => void, standing: (what: string, detail?: string) => void }} view what is told of every step
 */
export function makeSync(store, view) {
  let failures = 0;
  let timer = 0;
  let isRunning = false;
  let isAsked = false;

  async function change(entry, fields) {
    Object.assign(entry, fields);
    const isStill = await store.keep(entry);
    await view.entries();
    return isStill;
  }

  async function formOf(entry) {
    const form = new FormData();
    form.append("entry", JSON.stringify(Object.assign({}, entry.body, { id: entry.id })));
    for (const each of entry.blobs) {
      const blob = await store.blob(each.id);
      if (blob) form.append(each.field, blob, each.name);
    }
    return form;
  }

  async function send(entry, token) {
    if (!await change(entry, { state: "sending", message: "" })) return true;
    const answer = await ask(entry.address, { method: "POST", body: await formOf(entry), token: token });
    const said = answer.said;
    if (answer.status === 200 && said.fate) {
      const sent = { state: "sent", message: said.message, link: said.link || "", sentAt: Date.now(), body: {}, blobs: [] };
      const blobs = entry.blobs;
      if (await change(entry, sent)) await store.dropBlobs(blobs);
      return true;
    }
    if (answer.status === 409 && said.fate === "conflict") {
      await change(entry, { state: "conflict", message: said.message, conflicts: said.conflicts });
      return true;
    }
    if ([400, 404, 413, 422].includes(answer.status)) {
      const why = said.message || said.detail || (answer.status === 413 ? "内容过大，请减少照片。" : "服务器未接受（" + answer.status + "）。");
      await change(entry, { state: "refused", message: why });
      return true;
    }
    await change(entry, { state: "waiting" });
    if (answer.status === 401) return ended();
    if (answer.status === 403) return stop("forbidden", said.detail || "您的现岗位不能报送，已保存的内容仍在本机。");
    return later();
  }

  async function ended() {
    await lock();
    return stop("expired");
  }
  function stop(what, detail) {
    view.standing(what, detail);
    return false;
  }
  function later() {
    failures += 1;
    clearTimeout(timer);
    timer = setTimeout(run, AGAIN[Math.min(failures, AGAIN.length) - 1]);
    return stop("away");
  }

  async function round() {
    const there = await whoIsThere();
    if (there.status === 401) return ended();
    if (there.status === 403) return stop("forbidden", there.said.detail);
    if (there.status !== 200) return later();
    if (String(there.said.account) !== store.account) {
      await lock();
      return stop("other");
    }
    failures = 0;
    view.standing("sending");
    const waits = new Set();
    for (const entry of await store.entries()) {
      if (entry.state === "sent") continue;
      if (HELD.includes(entry.state)) waits.add(entry.about);
      if (waits.has(entry.about)) continue;
      if (!await send(entry, there.said.token)) return false;
      if (HELD.includes(entry.state)) waits.add(entry.about);
    }
    view.standing("ready");
    return true;
  }

  /** Send what can be sent; a second call meanwhile makes another round after this one. */
  async function run() {
    isAsked = true;
    if (isRunning) return;
    isRunning = true;
    try {
      while (isAsked) {
        isAsked = false;
        await alone(round);
      }
    } finally {
      isRunning = false;
    }
  }

  window.addEventListener("online", run);
  return { run: run };
}
