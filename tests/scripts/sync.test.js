// Sending what waits: in order, once, and what is held up holds up its own thing only.
import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import test from "node:test";

import { smallStore } from "./browser.js";
import { makeSync } from "../../static/js/offline-sync.js";

/** A store in memory with entries about these things. */
function storeOf(...abouts) {
  const rows = abouts.map((about, n) => ({ seq: n + 1, id: `id-${n + 1}`, about, address: "/there/", state: "waiting", body: {}, blobs: [], label: about }));
  return {
    account: "7", rows,
    entries: async () => rows.map((row) => ({ ...row })),
    keep: async (entry) => {
      const place = rows.findIndex((row) => row.seq === entry.seq && row.id === entry.id);
      if (place >= 0) rows[place] = { ...entry };
      return place >= 0;
    },
    blob: async () => null,
    dropBlobs: async () => undefined,
  };
}

/** The portal gives these answers; `posted` are the ids that came to it, `said` what the page was told. */
function begin(store, answers, account = 7) {
  const posted = [];
  const said = [];
  globalThis.window = new EventTarget();
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  globalThis.localStorage = smallStore();
  globalThis.fetch = async (address, { method, body }) => {
    if (method === "GET") return { status: 200, type: "basic", headers: new Headers(), json: async () => ({ account, token: "t" }) };
    posted.push(JSON.parse(body.get("entry")).id);
    const answer = answers.shift();
    if (!answer) throw new TypeError("no network");
    if (answer.status === 401) return { type: "opaqueredirect" };
    return { status: answer.status, type: "basic", headers: new Headers(), json: async () => answer.said || {} };
  };
  const view = { entries: async () => undefined, standing: (what) => said.push(what) };
  return { posted, said, sync: makeSync(store, view) };
}

const DONE = { status: 200, said: { fate: "accepted", message: "" } };

test("all go, the oldest first", async () => {
  const store = storeOf("a", "b", "c");
  const { posted, said, sync } = begin(store, [DONE, DONE, DONE]);
  await sync.run();
  assert.deepEqual(posted, ["id-1", "id-2", "id-3"]);
  assert.deepEqual(store.rows.map((row) => row.state), ["sent", "sent", "sent"]);
  assert.deepEqual(said, ["sending", "ready"]);
});

test("what is refused or contradicted holds up the same thing and nothing else", async () => {
  const store = storeOf("a", "b", "a", "b", "c");
  const { posted, sync } = begin(store, [
    { status: 422, said: { message: "不对。" } }, { status: 409, said: { fate: "conflict", message: "", conflicts: [] } }, DONE,
  ]);
  await sync.run();
  assert.deepEqual(posted, ["id-1", "id-2", "id-5"]);
  assert.deepEqual(store.rows.map((row) => row.state), ["refused", "conflict", "waiting", "waiting", "sent"]);
});

for (const [name, answer, word] of [["no network", null, "away"], ["a fault of the portal", { status: 500 }, "away"], ["an ended session", { status: 401 }, "expired"]]) {
  test(`${name}: what was on its way waits, and nothing after it is sent`, async () => {
    const store = storeOf("a", "b");
    const { posted, said, sync } = begin(store, [answer]);
    await sync.run();
    assert.deepEqual(posted, ["id-1"]);
    assert.deepEqual(store.rows.map((row) => row.state), ["waiting", "waiting"]);
    assert.equal(said[said.length - 1], word);
  });
}

test("nothing goes in the name of another account", async () => {
  const store = storeOf("a");
  const { posted, said, sync } = begin(store, [DONE], 8);
  await sync.run();
  assert.deepEqual([posted, said], [[], ["other"]]);
});

test("an entry that was corrected while it was on its way is not overwritten, and goes too", async () => {
  const store = storeOf("a");
  const { posted, sync } = begin(store, [DONE, DONE]);
  const keep = store.keep;
  store.keep = async (entry) => {
    if (entry.state === "sent" && entry.id === "id-1") store.rows[0] = { ...store.rows[0], id: "id-1b", state: "waiting" };
    return keep(entry);
  };
  await sync.run();
  await sync.run();
  assert.deepEqual(posted, ["id-1", "id-1b"]);
  assert.equal(store.rows[0].state, "sent");
});
