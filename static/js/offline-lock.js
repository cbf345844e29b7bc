// The offline store, chapter 1: when it is locked. The key to what an account keeps on this device lies in two halves: one in
// the database, which no script can read out, and one, sealed with it, in caches of its own. Locking deletes both; the files
// of the second leave the disk, whatever the database may keep of the first. There are two caches, for of a browser that is
// killed in its first moments one in fifty has forgotten what a new cache holds, though its file is there.

export const NAME = "fiber-offline";
export const SLIPS = ["fiber-offline-key", "fiber-offline-key-again"];
export const SLIP_ADDRESS = "/offline/slip/";
const HOLDER = "fiber-offline-account";
const PATIENCE = 2000;

/**
 * The account whose key was left here last, for pages that do not want to open the database for it. A hint: a browser that
 * is killed loses the last seconds of its smaller store.
 */
export function holder() {
  try { return localStorage.getItem(HOLDER) || ""; } catch (error) { return ""; }
}

/** @param {string} account */
export function nameHolder(account) {
  localStorage.setItem(HOLDER, account);
}

function forgetHalf() {
  return new Promise(function (resolve) {
    const opening = indexedDB.open(NAME);
    opening.onupgradeneeded = function () { opening.transaction.abort(); };
    opening.onerror = opening.onblocked = resolve;
    opening.onsuccess = function () {
      const db = opening.result;
      const deed = db.transaction("halves", "readwrite");
      deed.objectStore("halves").clear();
      deed.oncomplete = deed.onabort = function () { db.close(); resolve(); };
    };
  });
}

// First the entry, whose file then goes at once; a cache that is deleted as a whole may keep its files until its last user goes.
function forgetSlip(name) {
  return caches.has(name).then(function (has) {
    return has && caches.open(name).then(function (cache) { return cache.delete(SLIP_ADDRESS); });
  }).then(function () { return caches.delete(name); });
}

/** Nobody opens what lies here until the same person has signed in again. Pages that are open go on with what they hold. */
export function lock() {
  try { localStorage.removeItem(HOLDER); } catch (error) { /* Then there is none. */ }
  if (!window.caches) return Promise.resolve();
  return Promise.all(SLIPS.map(forgetSlip).concat(forgetHalf())).catch(function () {});
}

/** On every page: is this still the account whose key lies here, and is anybody signed in? */
export function watchAccount() {
  const account = document.body.dataset.account || "";
  const isSignedOut = document.querySelector("[data-signed-out]") !== null;
  if (isSignedOut || (holder() && account && account !== holder())) lock();
  document.addEventListener("submit", function (event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.hasAttribute("data-sign-out")) return;
    event.preventDefault();
    const patience = new Promise(function (resolve) { setTimeout(resolve, PATIENCE); });
    Promise.race([lock(), patience]).then(function () { form.submit(); });
  });
}
