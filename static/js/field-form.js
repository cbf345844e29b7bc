// Work in the field, chapter 4: the form for one thing. Whatever is typed is kept as a draft at once; when the person saves, it
// becomes an entry of the outbox and stays there until the portal has it. Which fields there are, the trade says.

import { inWords, metres } from "./field-things.js";
import { locate } from "./field-position.js";
import { makePhotos } from "./field-photos.js";
import { newId } from "./offline-store.js";

const SOON = 250;
export const DRAFT = "draft/";

/**
 * @param {HTMLElement} view
 * @param {{ visits: string, accurate: number, mostPhotos: number }} settings
 * @param {Trade} trade
 * @param {(entry: Entry) => void} saved
 */
export function makeForm(view, settings, trade, saved) {
  const form = /** @type {HTMLFormElement} */ (view.querySelector("[data-visit]"));
  const part = function (name) { return view.querySelector("[data-" + name + "]"); };
  const photos = makePhotos(part("photos"), part("photo-said"), settings.mostPhotos, keepDraft);
  /** @type {OfflineStore} */
  let store = null;
  /** @type {Thing} */
  let thing = null;
  let entry = null;
  /** @type {{ [name: string]: string }} */
  let seen = {};
  let timer = 0;
  let keeping = Promise.resolve();
  let isSaving = false;

  function field(name) {
    return /** @type {any} */ (form.elements.namedItem(name));
  }
  function value(name) {
    const found = field(name);
    return found ? String(found.value || "") : "";
  }
  function typed() {
    const all = {};
    trade.typed.forEach(function (name) { all[name] = value(name).trim(); });
    return all;
  }
  function put(fields) {
    form.reset();
    Object.keys(fields).forEach(function (name) {
      const found = field(name);
      if (found) found.value = fields[name];
    });
  }

  function show(name, isShown) {
    view.querySelectorAll('[data-field-of="' + name + '"]').forEach(function (each) { each.hidden = !isShown; });
  }
  function isOther(name) {
    const text = value(name).trim();
    return text !== "" && text !== seen["seen_" + name];
  }
  /** @type {FormHands} */
  const hands = { value: value, field: field, show: show, isOther: isOther };
  function arrange() {
    trade.arrange(thing, hands);
  }

  /** Open the form for a thing: as it was left, or with an entry that came back, or empty. */
  async function open(ofStore, of, again) {
    store = ofStore;
    thing = of;
    isSaving = false;
    const draft = (await store.read(DRAFT + thing.about)) || null;
    entry = again || null;
    seen = again ? seenOf(again.body) : draft ? draft.seen : thing.seen;
    part("title").textContent = thing.name;
    part("about").textContent = trade.facts(thing, seen);
    part("remarks").textContent = again ? again.message : thing.remarks.join(" ");
    part("remarks").hidden = !part("remarks").textContent;
    part("problems").hidden = true;
    part("located").textContent = "";
    part("drafted").textContent = draft && !again ? "这是上次未保存的内容。" : "";
    put(draft ? draft.typed : again ? again.body : {});
    await photos.begin(store, draft ? draft.blobs : again ? photosOf(again) : []);
    arrange();
    tellPlace();
  }
  function seenOf(body) {
    const found = {};
    Object.keys(body).forEach(function (name) { if (name.startsWith("seen_")) found[name] = body[name]; });
    return found;
  }
  function photosOf(again) {
    return again.blobs.map(function (each, n) {
      const said = function (name) { const text = again.body["photo" + (n + 1) + "_" + name]; return text ? Number(text) : null; };
      return { id: each.id, name: each.name, at: again.body["photo" + (n + 1) + "_at"] || "", lon: said("lon"), lat: said("lat"), accuracy: said("accuracy") };
    });
  }

  // One write after the other, so that an older draft never comes to lie over a newer one.
  function keepDraft() {
    clearTimeout(timer);
    timer = 0;
    const name = DRAFT + thing.about;
    const draft = { typed: typed(), seen: seen, blobs: photos.all() };
    const kept = store.write.bind(store, name, draft);
    const of = store;
    keeping = keeping.then(kept, kept).then(function () {
      if (of === store) part("drafted").textContent = "草稿已存在本机。";
    }, function () { part("drafted").textContent = "手机存储空间不足，草稿未保存。"; });
    return keeping;
  }
  function touched() {
    part("drafted").textContent = "";
    arrange();
    clearTimeout(timer);
    timer = setTimeout(keepDraft, SOON);
  }

  function tellPlace() {
    if (!value("lon") || !value("lat")) return;
    const here = { lon: Number(value("lon")), lat: Number(value("lat")) };
    const accuracy = value("accuracy");
    const said = [here.lon.toFixed(6) + "，" + here.lat.toFixed(6)];
    if (accuracy) said.push("误差约 " + Math.round(Number(accuracy)) + " 米");
    if (thing.where) said.push("距台账位置 " + inWords(metres(here, thing.where)));
    part("located").textContent = said.join("，") + "。";
  }
  async function locateHere() {
    part("located").textContent = "正在定位……";
    try {
      const here = await locate();
      if (here.accuracy > settings.accurate) {
        part("located").textContent = "误差约 " + Math.round(here.accuracy) + " 米，大于 " + settings.accurate + " 米，不能作为坐标，请到空旷处重新定位。";
        return;
      }
      field("lon").value = here.lon.toFixed(7);
      field("lat").value = here.lat.toFixed(7);
      field("accuracy").value = String(Math.round(here.accuracy));
      tellPlace();
      await keepDraft();
    } catch (error) { part("located").textContent = error.message; }
  }

  function problems() {
    const said = trade.problems(thing, hands, photos.all().length);
    if (!value("lon") !== !value("lat")) said.push(["lon", "经度和纬度须同时填写。"]);
    return said;
  }
  function tellProblems(said) {
    const box = part("problems");
    box.textContent = "";
    box.hidden = false;
    said.forEach(function (pair) {
      const line = document.createElement("p");
      line.textContent = pair[1];
      box.appendChild(line);
    });
    const first = field(said[0][0]);
    (first instanceof RadioNodeList ? /** @type {any} */ (first[0]) : first).focus();
  }

  function bodyOf() {
    const body = Object.assign({ table: thing.table, key: thing.key, at: new Date(Date.now()).toISOString() }, seen, typed());
    trade.blanked(hands).forEach(function (name) { body[name] = ""; });
    photos.all().forEach(function (photo, n) {
      const put = function (name, text) { body["photo" + (n + 1) + "_" + name] = text === null ? "" : String(text); };
      put("at", photo.at);
      put("lon", photo.lon);
      put("lat", photo.lat);
      put("accuracy", photo.accuracy);
    });
    if (entry && entry.body.at) body.at = entry.body.at;
    return body;
  }

  async function save(event) {
    event.preventDefault();
    const wrong = problems();
    if (wrong.length) { tellProblems(wrong); return; }
    // A second tap while the first is being kept is none.
    if (isSaving) return;
    isSaving = true;
    clearTimeout(timer);
    timer = 0;
    await keeping;
    const blobs = photos.all().map(function (photo) { return { id: photo.id, field: "photos", name: photo.name }; });
    const kept = Object.assign({ createdAt: Date.now() }, entry || {}, {
      id: newId(), address: settings.visits, about: thing.about, label: thing.name, state: "waiting", message: "",
      body: bodyOf(), blobs: blobs, conflicts: [],
    });
    try {
      const name = DRAFT + thing.about;
      if (!entry || !await store.keep(kept, entry.id, name)) await store.add(kept, name);
    } catch (error) {
      isSaving = false;
      tellProblems([[trade.typed[0], "手机存储空间不足，未保存。请先发送或删除一些照片。"]]);
      return;
    }
    saved(kept);
  }

  form.addEventListener("submit", save);
  form.addEventListener("input", function (event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.type === "file") return;
    if (input.name === "lon" || input.name === "lat") field("accuracy").value = "";
    touched();
  });
  form.addEventListener("change", function (event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.type !== "file") return;
    photos.take(input.files).then(function () { input.value = ""; });
  });
  part("locate").hidden = false;
  part("locate").addEventListener("click", locateHere);
  window.addEventListener("pagehide", function () { if (timer && store && thing && !view.hidden) keepDraft(); });
  return { open: open };
}
