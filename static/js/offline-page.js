// The offline store, last chapter: opening it from a page. The page says what is to be done with what comes of it.

import { lock } from "./offline-lock.js";
import { countOfOthers, isPossible, reopen, unlock } from "./offline-store.js";
import { ask, makeSync, whoIsThere } from "./offline-sync.js";

const SENT_DAYS = 7;
const DAY = 24 * 3600 * 1000;

/**
 * Open what the signed-in account keeps here; without a network, what is still unlocked.
 *
 * `state` is "open" (then there is a `store`, and `there` where the portal answered), "locked" (no network, and the person
 * must sign in first), "expired" (a network, and nobody is signed in) or "impossible" (this browser keeps nothing here).
 * @returns {Promise<{ state: string, store?: OfflineStore, there?: any, others: number }>}
 */
export async function openOffline() {
  if (!isPossible()) return { state: "impossible", others: 0 };
  navigator.serviceWorker.register("/worker.js").catch(function () {});
  try {
    const there = await whoIsThere();
    if (there.status === 401) {
      await lock();
      return { state: "expired", others: await countOfOthers("") };
    }
    const store = there.status === 200 ? await opened(there.said) : await reopen();
    if (!store) return { state: "locked", others: await countOfOthers("") };
    await tidy(store);
    const others = await countOfOthers(store.account);
    return { state: "open", store: store, there: there.status === 200 ? there.said : null, others: others };
  } catch (error) {
    return { state: "impossible", others: 0 };
  }
}

async function opened(there) {
  const answer = await ask("/offline/key/", { method: "POST", token: there.token });
  if (answer.status !== 200) {
    const left = await reopen();
    return left && left.account === String(there.account) ? left : null;
  }
  // Asked, not demanded: the browser may still clear it when the disk is full, and says so by answering false.
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  return unlock(String(answer.said.account), answer.said.secret, answer.said.hours);
}

// What was sent a week ago, and files of which no entry and nothing on the shelf speaks any more.
async function tidy(store) {
  const old = Date.now() - SENT_DAYS * DAY;
  const named = new Set();
  for (const entry of await store.entries()) {
    if (entry.state === "sent" && entry.sentAt < old) await store.remove(entry);
    else entry.blobs.forEach(function (each) { named.add(each.id); });
  }
  for (const name of await store.names("draft/")) {
    const draft = await store.read(name);
    (draft.blobs || []).forEach(function (each) { named.add(each.id); });
  }
  const left = (await store.blobIds()).filter(function (id) { return !named.has(id); });
  if (left.length) await store.dropBlobs(left.map(function (id) { return { id: id }; }));
}

export { ask, lock, makeSync };
