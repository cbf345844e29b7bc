// The queue of what is typed and not yet stored: on the disk, and where there is no database in the smaller store.
import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import test from "node:test";

import { nextMoment, openQueue } from "../../static/js/entry-queue.js";
import { smallStore } from "./browser.js";

const DAY = 24 * 3600 * 1000;
let returns = 0;

/** A queue of a return of its own, on the disk or in the smaller store. */
function queueOf(t, kind, user = "1", returnId = String(returns += 1)) {
  globalThis.localStorage = smallStore();
  if (kind === "smaller store") t.mock.method(indexedDB, "open", () => { throw new Error("no database"); });
  return openQueue(user, "return", returnId);
}

function record(queue, name, text, at = nextMoment()) {
  return { key: queue.key("441802103201", name), code: "441802103201", name, label: name, text, seen: [null], at };
}

async function texts(queue) {
  return (await queue.all()).map((each) => each.text);
}

test("no two moments are the same", () => {
  const moments = Array.from({ length: 1000 }, nextMoment);
  assert.equal(new Set(moments).size, 1000);
  assert.deepEqual(moments, moments.slice().sort((a, b) => a - b));
});

for (const kind of ["disk", "smaller store"]) {
  test(`${kind}: the oldest first, the newest text of each cell`, async (t) => {
    const queue = queueOf(t, kind);
    await queue.put([record(queue, "a", "1")]);
    await queue.put([record(queue, "b", "2")]);
    await queue.put([record(queue, "a", "3")]);
    assert.deepEqual(await texts(queue), ["2", "3"]);
  });

  test(`${kind}: a newer text is not removed in place of an older one`, async (t) => {
    const queue = queueOf(t, kind);
    const old = record(queue, "a", "1");
    await queue.put([old]);
    const fresh = record(queue, "a", "2");
    await queue.put([fresh]);
    await queue.remove([old]);
    assert.deepEqual(await texts(queue), ["2"]);
    await queue.remove([fresh]);
    assert.deepEqual(await texts(queue), []);
  });

  test(`${kind}: what has lain for longer than sixty days is gone`, async (t) => {
    const queue = queueOf(t, kind);
    await queue.put([record(queue, "a", "old", Date.now() - 61 * DAY), record(queue, "b", "young", Date.now() - 59 * DAY)]);
    assert.deepEqual(await texts(queue), ["young"]);
  });
}

test("many writes at once leave the newest of each cell", async (t) => {
  const queue = queueOf(t, "disk");
  const writes = [];
  for (let n = 0; n < 50; n += 1) writes.push(queue.put([record(queue, n % 2 ? "a" : "b", String(n))]));
  await Promise.all(writes);
  assert.deepEqual(await texts(queue), ["48", "49"]);
});

test("another user, and another return, see nothing of it", async (t) => {
  const queue = queueOf(t, "disk", "1", "100");
  await queue.put([record(queue, "a", "1")]);
  assert.deepEqual(await texts(openQueue("1", "return", "1000")), []);
  assert.deepEqual(await texts(openQueue("11", "return", "100")), []);
  assert.deepEqual(await texts(openQueue("1", "return", "100")), ["1"]);
});

test("the moment of the last save is kept beside it", (t) => {
  const queue = queueOf(t, "disk");
  assert.equal(queue.savedAt(), 0);
  const before = Date.now();
  queue.noteSaved();
  assert.ok(queue.savedAt() >= before);
});
