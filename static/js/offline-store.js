// The offline store, chapter 2: what is kept on this device, each account's sealed with its own key (AES-GCM). Three tables:
// the shelf (values by name: packs of data, drafts), the outbox (entries in the order in which they were confirmed) and the
// blobs of its entries. In clear lies only whose a row is, its number and its size. Every write counts when it is on the disk.

import { NAME, SLIPS, SLIP_ADDRESS, lock, nameHolder } from "./offline-lock.js";

const HOUR = 3600 * 1000;
const IV = 12;
const aes = { name: "AES-GCM", length: 256 };

/** Whether this browser, at this address, can keep anything at all. */
export function isPossible() {
  return Boolean(window.isSecureContext && window.indexedDB && window.caches && crypto.subtle && navigator.serviceWorker);
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, function (each) { return each.toString(16).padStart(2, "0"); }).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function openDatabase() {
  return new Promise(function (resolve, reject) {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = function () {
      const db = opening.result;
      db.createObjectStore("salts", { keyPath: "account" });
      db.createObjectStore("halves", { keyPath: "account" });
      db.createObjectStore("shelf", { keyPath: "id" });
      db.createObjectStore("entries", { keyPath: "seq", autoIncrement: true }).createIndex("account", "account");
      db.createObjectStore("blobs", { keyPath: "id" }).createIndex("account", "account");
    };
    opening.onsuccess = function () { resolve(opening.result); };
    opening.onerror = function () { reject(opening.error); };
    opening.onblocked = function () { reject(opening.error); };
  });
}

let database = null;
function db() {
  if (!database) database = openDatabase().catch(function (error) { database = null; throw error; });
  return database;
}

/** The deed's request is answered when the whole transaction is on the disk. */
async function work(names, mode, deed) {
  const opened = await db();
  return new Promise(function (resolve, reject) {
    const transaction = opened.transaction(names, mode, { durability: "strict" });
    const request = deed(function (name) { return transaction.objectStore(name); });
    transaction.oncomplete = function () { resolve(request && request.result); };
    transaction.onerror = transaction.onabort = function () { reject(transaction.error); };
  });
}

function joined(iv, sealed) {
  const all = new Uint8Array(IV + sealed.byteLength);
  all.set(iv);
  all.set(new Uint8Array(sealed), IV);
  return all;
}

async function seal(key, bytes, about) {
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  const way = { name: "AES-GCM", iv: iv, additionalData: new TextEncoder().encode(about) };
  return joined(iv, await crypto.subtle.encrypt(way, key, bytes));
}

function unseal(key, sealed, about) {
  const bytes = new Uint8Array(sealed);
  const way = { name: "AES-GCM", iv: bytes.subarray(0, IV), additionalData: new TextEncoder().encode(about) };
  return crypto.subtle.decrypt(way, key, bytes.subarray(IV));
}

function usable(raw) {
  return crypto.subtle.importKey("raw", raw, aes, false, ["encrypt", "decrypt"]);
}

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g), function (each) { return parseInt(each, 16); });
}

async function saltOf(account) {
  const kept = await work("salts", "readonly", function (at) { return at("salts").get(account); });
  if (kept) return kept.salt;
  const salt = crypto.getRandomValues(new Uint8Array(16));
  await work("salts", "readwrite", function (at) { return at("salts").put({ account: account, salt: salt }); });
  return salt;
}

async function derived(account, secret) {
  const base = await crypto.subtle.importKey("raw", bytesOf(secret), "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode(NAME + "/" + account);
  return crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: await saltOf(account), info: info }, base, 256);
}

/**
 * Open what the account keeps, with the secret that the portal told her, and leave the key here for so many hours.
 * @param {string} account
 * @param {string} secret
 * @param {number} hours
 */
export async function unlock(account, secret, hours) {
  const raw = await derived(account, secret);
  const key = await usable(raw);
  const until = { from: Date.now(), until: Date.now() + hours * HOUR };
  const half = await halfHere();
  if (half && half.account === account && await rawKey(half)) {
    await work("halves", "readwrite", function (at) { return at("halves").put(Object.assign({}, half, until)); });
    nameHolder(account);
  } else {
    await lock();
    await leaveKey(account, raw, until);
  }
  return makeStore(account, key);
}

// At most one account's lies here: whoever is signed in next takes the place.
async function halfHere() {
  const all = await work("halves", "readonly", function (at) { return at("halves").getAll(); });
  return all.length === 1 ? all[0] : null;
}

// Out of the two halves; null when they do not make one.
async function rawKey(half) {
  const found = await Promise.all(SLIPS.map(function (name) { return caches.match(SLIP_ADDRESS, { cacheName: name }); }));
  const kept = found.find(Boolean);
  const sealed = kept && await kept.arrayBuffer();
  return sealed ? unseal(half.half, sealed, half.account).catch(function () { return null; }) : null;
}

async function leaveKey(account, raw, until) {
  const half = await crypto.subtle.generateKey(aes, false, ["encrypt", "decrypt"]);
  const sealed = await seal(half, raw, account);
  for (const name of SLIPS) await (await caches.open(name)).put(SLIP_ADDRESS, new Response(sealed.slice()));
  await work("halves", "readwrite", function (at) { return at("halves").put(Object.assign({ account: account, half: half }, until)); });
  nameHolder(account);
}

/** Without a network: what the account keeps whose key still lies here; null when it must sign in first. */
export async function reopen() {
  const half = await halfHere();
  const now = Date.now();
  const isInTime = half && now < half.until && now > half.from - HOUR;
  const raw = isInTime ? await rawKey(half) : null;
  if (raw) return makeStore(half.account, await usable(raw));
  await lock();
  return null;
}

/** How many entries of other accounts lie here unsent; they are nobody else's to read. */
export async function countOfOthers(account) {
  const rows = await work("entries", "readonly", function (at) { return at("entries").getAll(); });
  return rows.filter(function (row) { return row.account !== account && !row.isSent; }).length;
}

/**
 * @param {string} account
 * @param {CryptoKey} key
 */
function makeStore(account, key) {
  const named = function (name) { return account + "/" + name; };

  function sealedJson(value, about) {
    return seal(key, new TextEncoder().encode(JSON.stringify(value)), about);
  }
  async function json(sealed, about) {
    return JSON.parse(new TextDecoder().decode(await unseal(key, sealed, about)));
  }
  async function rowOf(entry) {
    const about = named("entry/" + entry.id);
    const said = Object.assign({}, entry, { seq: undefined });
    const row = { account: account, id: entry.id, isSent: entry.state === "sent", sealed: await sealedJson(said, about) };
    return entry.seq ? Object.assign(row, { seq: entry.seq }) : row;
  }
  // Of a row that cannot be opened nothing is lost: it stays where it is, and is counted.
  function entryOf(row) {
    return json(row.sealed, named("entry/" + row.id)).then(function (entry) {
      return Object.assign(entry, { seq: row.seq });
    }, function () { return null; });
  }

  return {
    account: account,

    /** A value by its name; undefined when there is none. */
    read: async function (name) {
      const row = await work("shelf", "readonly", function (at) { return at("shelf").get(named(name)); });
      return row && json(row.sealed, row.id);
    },
    write: async function (name, value) {
      const row = { id: named(name), account: account, sealed: await sealedJson(value, named(name)) };
      await work("shelf", "readwrite", function (at) { return at("shelf").put(row); });
    },
    drop: function (name) {
      return work("shelf", "readwrite", function (at) { return at("shelf").delete(named(name)); });
    },
    /** All values whose names begin so; one that cannot be opened stays where it is. */
    readAll: async function (prefix) {
      const start = named(prefix);
      const range = IDBKeyRange.bound(start, start + "\uffff");
      const rows = await work("shelf", "readonly", function (at) { return at("shelf").getAll(range); });
      const found = await Promise.all(rows.map(function (row) {
        return json(row.sealed, row.id).catch(function () { return null; });
      }));
      return found.filter(function (each) { return each !== null; });
    },
    /** Values, each with its name and its moment `at`, and names to be taken down unless what lies there is newer: all or none. */
    change: async function (values, gone) {
      const rows = await Promise.all(values.map(async function (each) {
        const id = named(each.name);
        return { id: id, account: account, at: each.at, sealed: await sealedJson(each.value, id) };
      }));
      await work("shelf", "readwrite", function (at) {
        rows.forEach(function (row) { at("shelf").put(row); });
        gone.forEach(function (each) {
          const asked = at("shelf").get(named(each.name));
          asked.onsuccess = function () {
            if (asked.result && asked.result.at <= each.at) at("shelf").delete(named(each.name));
          };
        });
      });
    },
    /** The names on the shelf that begin so. */
    names: async function (prefix) {
      const start = named(prefix);
      const range = IDBKeyRange.bound(start, start + "\uffff");
      const keys = await work("shelf", "readonly", function (at) { return at("shelf").getAllKeys(range); });
      return keys.map(function (each) { return each.slice(named("").length); });
    },

    /** All entries of the account, the oldest first. @returns {Promise<Entry[]>} */
    entries: async function () {
      const mine = IDBKeyRange.only(account);
      const rows = await work("entries", "readonly", function (at) { return at("entries").index("account").getAll(mine); });
      const found = await Promise.all(rows.sort(function (a, b) { return a.seq - b.seq; }).map(entryOf));
      return found.filter(Boolean);
    },
    /** Keep a new entry at the end; what lay on the shelf under the name is taken down with it. */
    add: async function (entry, shelfName) {
      const row = await rowOf(Object.assign({}, entry, { seq: undefined }));
      return work(["entries", "shelf"], "readwrite", function (at) {
        at("shelf").delete(named(shelfName));
        return at("entries").put(row);
      });
    },
    /**
     * Keep an entry in its place; false when another one has taken the place meanwhile, for it was corrected or deleted.
     * A correction is another entry, with its own id: `instead` is the one that it replaces.
     */
    keep: async function (entry, instead, shelfName) {
      const row = await rowOf(entry);
      return work(["entries", "shelf"], "readwrite", function (at) {
        const done = { result: false };
        const asked = at("entries").get(entry.seq);
        asked.onsuccess = function () {
          if (!asked.result || asked.result.id !== (instead || entry.id)) return;
          at("entries").put(row);
          if (shelfName) at("shelf").delete(named(shelfName));
          done.result = true;
        };
        return done;
      });
    },
    remove: async function (entry) {
      await this.dropBlobs(entry.blobs);
      await work("entries", "readwrite", function (at) { return at("entries").delete(entry.seq); });
    },

    /** Keep a file for an entry that may be still to come; its id. */
    keepBlob: async function (blob) {
      const id = newId();
      const bytes = await new Response(blob).arrayBuffer();
      const row = { id: id, account: account, type: blob.type, sealed: await seal(key, bytes, named("blob/" + id)) };
      await work("blobs", "readwrite", function (at) { return at("blobs").put(row); });
      return id;
    },
    blob: async function (id) {
      const row = await work("blobs", "readonly", function (at) { return at("blobs").get(id); });
      return row && new Blob([await unseal(key, row.sealed, named("blob/" + id))], { type: row.type });
    },
    dropBlobs: function (blobs) {
      return work("blobs", "readwrite", function (at) { blobs.forEach(function (each) { at("blobs").delete(each.id); }); });
    },
    blobIds: function () {
      const mine = IDBKeyRange.only(account);
      return work("blobs", "readonly", function (at) { return at("blobs").index("account").getAllKeys(mine); });
    },

    /** Delete whatever the account keeps here. */
    clear: async function () {
      const tables = ["shelf", "entries", "blobs"];
      await work(tables, "readwrite", function (at) {
        tables.forEach(function (name) {
          const walk = at(name).openCursor();
          walk.onsuccess = function () {
            const cursor = walk.result;
            if (!cursor) return;
            if (cursor.value.account === account) cursor.delete();
            cursor.continue();
          };
        });
      });
    },
  };
}
