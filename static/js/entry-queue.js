// The entry grid, chapter 7: the queue of what is typed and not yet stored, kept on this computer so that a killed browser
// or a lost network loses nothing. Each record belongs to a user and a form, and is never shown to another user.
//
// The moment `at` of a record grows with every change, so that the order is known and a newer text is never removed in
// place of an older one.

const NAME = "fiber-entry";
const STORE = "cells";
const SAVED = NAME + "-saved:";
const KEPT_DAYS = 60;
const SHELF = "queue/";
let last = 0;

/** Now, in milliseconds, and never the same twice. */
export function nextMoment() {
  last = Math.max(Date.now(), last + 1);
  return last;
}

function open() {
  return new Promise(function (resolve, reject) {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = function () { request.result.createObjectStore(STORE, { keyPath: "key" }); };
    request.onsuccess = function () { resolve(request.result); };
    request.onerror = function () { reject(request.error); };
    request.onblocked = function () { reject(request.error); };
  });
}

// Strict: on the disk before it counts as kept. Browsers that do not know the word keep it as safely as they can.
function work(db, mode, deed) {
  return new Promise(function (resolve, reject) {
    const transaction = db.transaction(STORE, mode, { durability: "strict" });
    const request = deed(transaction.objectStore(STORE));
    transaction.oncomplete = function () { resolve(request && request.result); };
    transaction.onerror = transaction.onabort = function () { reject(transaction.error); };
  });
}

function take(store, record) {
  const request = store.get(record.key);
  request.onsuccess = function () {
    if (request.result && request.result.at <= record.at) store.delete(record.key);
  };
}

// While one write is on its way to the disk, what comes meanwhile is gathered and goes as one, the newest of each cell:
// on a slow disk a key waits for two writes at most, however fast one types.
function gathering(commit) {
  let written = Promise.resolve();
  let next = null;
  return function (records, isPut) {
    if (!next) {
      const gathered = next = new Map();
      const go = function () {
        next = null;
        return commit(Array.from(gathered.values()));
      };
      written = written.then(go, go);
    }
    records.forEach(function (record) {
      const other = next.get(record.key);
      if (!other || other.record.at <= record.at) next.set(record.key, { record: record, isPut: isPut });
    });
    return written;
  };
}

function inDatabase(db, prefix) {
  const mine = IDBKeyRange.bound(prefix, prefix + "\uffff");
  const write = gathering(function (changes) {
    if (!changes.length) return Promise.resolve();
    return work(db, "readwrite", function (store) {
      changes.forEach(function (each) { if (each.isPut) store.put(each.record); else take(store, each.record); });
    });
  });
  return {
    // After what is being written.
    all: function () {
      return write([], true).then(function () { return work(db, "readonly", function (store) { return store.getAll(mine); }); });
    },
    put: function (records) { return write(records, true); },
    remove: function (records) { return write(records, false); },
  };
}

// Under the key of the account, which nobody else has here: the way in which all that a device keeps is kept.
function inShelf(store, prefix) {
  const write = gathering(function (changes) {
    const put = changes.filter(function (each) { return each.isPut; });
    const gone = changes.filter(function (each) { return !each.isPut; });
    return store.change(put.map(function (each) {
      return { name: SHELF + each.record.key, at: each.record.at, value: each.record };
    }), gone.map(function (each) { return { name: SHELF + each.record.key, at: each.record.at }; }));
  });
  return {
    all: function () { return store.readAll(SHELF + prefix); },
    put: function (records) { return write(records, true); },
    remove: function (records) { return write(records, false); },
  };
}

// Where there is no database: the browser's smaller store, and last this page alone.
function inStorage(prefix) {
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(NAME + ":" + prefix) || "{}"); } catch (error) { kept = {}; }
  function write() {
    try { localStorage.setItem(NAME + ":" + prefix, JSON.stringify(kept)); } catch (error) { /* Kept by the page. */ }
    return Promise.resolve();
  }
  return {
    all: function () { return Promise.resolve(Object.keys(kept).map(function (key) { return kept[key]; })); },
    put: function (records) {
      records.forEach(function (each) { kept[each.key] = each; });
      return write();
    },
    remove: function (records) {
      records.forEach(function (each) { if (kept[each.key] && kept[each.key].at <= each.at) delete kept[each.key]; });
      return write();
    },
  };
}

/**
 * The queue of a user for a form: all(), put(records), remove(records); each a promise. Beside it, when the last save
 * was heard of, by this computer's clock.
 * @param {string} user
 * @param {string} kind of the form; a return's records have been named without it since before there were others
 * @param {string} name of the form
 * @param {Promise<OfflineStore | null>} [unlocked] what the account keeps here, if its key lies here still
 */
export function openQueue(user, kind, name, unlocked) {
  const prefix = user + "/" + (kind === "return" ? "" : kind + "/") + name + "/";
  const fallback = function () { return inStorage(prefix); };
  const plain = open().then(function (db) { return inDatabase(db, prefix); }).catch(fallback);
  let place = Promise.resolve(unlocked).then(function (store) { return store ? sealed(store) : plain; });

  function ask(deed, given) {
    return place.then(function (it) { return it[deed](given); });
  }

  // What lies here in clear, from before or from a browser whose key came later, moves under the key.
  function sealed(store) {
    const shelf = inShelf(store, prefix);
    return plain.then(function (old) {
      return old.all().then(function (records) {
        if (!records.length) return shelf;
        return shelf.put(records).then(function () { return old.remove(records); }).then(function () { return shelf; });
      });
    }).catch(function () { return plain; });
  }
  return {
    key: function (code, name) { return prefix + code + "/" + name; },
    /** The account's key has come: from now on under it. */
    seal: function (store) {
      place = place.then(function () { return sealed(store); });
      return place;
    },
    noteSaved: function () {
      try { localStorage.setItem(SAVED + prefix, String(Date.now())); } catch (error) { /* Then nobody will ask. */ }
    },
    savedAt: function () {
      try { return Number(localStorage.getItem(SAVED + prefix)); } catch (error) { return 0; }
    },
    /** @param {Kept[]} records */
    put: function (records) { return ask("put", records); },
    /** @param {Kept[]} records */
    remove: function (records) { return ask("remove", records); },
    /** @returns {Promise<Kept[]>} */
    all: function () {
      return ask("all").then(function (records) {
        const old = Date.now() - KEPT_DAYS * 24 * 3600 * 1000;
        const gone = records.filter(function (each) { return each.at < old; });
        if (gone.length) ask("remove", gone);
        return records.filter(function (each) { return each.at >= old; }).sort(function (a, b) { return a.at - b.at; });
      });
    },
  };
}
