// The service worker: what the pages that open without a network need of files, and what stands for them. It keeps nothing
// of anybody: no data, no page of a person, no key. KEPT is put before this text by the view that serves it (offline/views.py).

const worker = /** @type {any} */ (self);
const PREFIX = "fiber-shell-";
const CURRENT = PREFIX + KEPT.version;
const PATIENCE = 6000;

function own(address) {
  return new Request(address, { credentials: "omit", cache: "no-cache" });
}

worker.addEventListener("install", function (event) {
  const shells = Object.keys(KEPT.shells).map(function (page) { return KEPT.shells[page]; });
  const needed = KEPT.files.concat(shells, KEPT.patterns.map(function (each) { return each[1]; }));
  const once = needed.filter(function (each, i) { return needed.indexOf(each) === i; });
  event.waitUntil(caches.open(CURRENT).then(function (cache) { return cache.addAll(once.map(own)); }).then(function () { return worker.skipWaiting(); }));
});

worker.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    const old = names.filter(function (name) { return name.startsWith(PREFIX) && name !== CURRENT; });
    return Promise.all(old.map(function (name) { return caches.delete(name); }));
  }).then(function () { return worker.clients.claim(); }));
});

// What the network answers, whatever it is; where it does not in good time (patience 0: where it does not), what is kept.
function networkFirst(request, kept, patience) {
  return new Promise(function (resolve, reject) {
    function fall(error) {
      caches.match(kept).then(function (found) {
        if (found) resolve(found);
        else if (error) reject(error);
      });
    }
    const timer = patience ? setTimeout(fall, patience) : 0;
    fetch(request).then(function (answer) { clearTimeout(timer); resolve(answer); }, function (error) { clearTimeout(timer); fall(error); });
  });
}

function keptFirst(request) {
  return caches.match(request).then(function (found) { return found || fetch(request); });
}

worker.addEventListener("fetch", function (event) {
  const request = event.request;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const shell = KEPT.shells[address.pathname];
    const like = KEPT.patterns.find(function (each) { return new RegExp(each[0]).test(address.pathname); });
    if (shell) event.respondWith(networkFirst(request, shell, PATIENCE));
    else if (like) event.respondWith(networkFirst(request, like[1], 0));
  } else if (KEPT.files.includes(address.pathname)) {
    event.respondWith(KEPT.isHashed ? keptFirst(request) : networkFirst(request, address.pathname, PATIENCE));
  }
});
