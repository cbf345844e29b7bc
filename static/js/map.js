// The map page: one map, or two of different quarters side by side, what is switched on, the player, the legend that
// filters. The tables beside it need no script.

import { element, siteStyles } from "./map-base.js";
import { ALONE, board } from "./map-board.js";
import { unpacked } from "./map-data.js";
import { player } from "./map-player.js";

const place = document.getElementById("map");
const setup = JSON.parse(document.getElementById("map-setup").textContent);
const status = document.getElementById("map-status");
const tools = document.getElementById("map-tools");
const SEARCHED = { "区域": "area", "点位": "site", "接入点": "point" };
const layers = /** @type {HTMLDetailsElement} */ (document.getElementById("map-layers"));
const switches = Array.from(document.querySelectorAll("[data-layer]"));
const surface = /** @type {HTMLSelectElement} */ (document.getElementById("map-surface"));
const against = /** @type {HTMLSelectElement} */ (document.getElementById("map-against"));

function show(sent) {
  const data = unpacked(sent), course = data.course;
  const of = course.quarters.findIndex(function (each) { return each[0] === setup.quarter; });
  const main = board(place, setup, data, of);
  let beside = null;
  const hidden = { classes: {}, causes: {} };

  // ---------------------------------------------------------------- switches, legend, player

  function asked() {
    const on = {}, parts = surface.value.split("-");
    switches.forEach(function (box) { on[box.dataset.layer] = box.checked; });
    return [on, { unit: parts[0] || "village", measure: parts[1] || "" }, hidden];
  }

  function apply() {
    for (const each of [main, beside]) if (each) each.apply(...asked());
    legend();
  }

  // A row of the legend: what is unchecked is not drawn.
  function entry(of_, at, said, key, count) {
    const label = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox";
    box.checked = !hidden[of_][at];
    box.dataset.legend = of_ + ":" + at;
    box.addEventListener("change", function () {
      hidden[of_][at] = !box.checked;
      apply();
      // The legend is made anew; the keyboard stays where it was.
      /** @type {HTMLElement} */ (document.querySelector('[data-legend="' + of_ + ":" + at + '"]')).focus();
    });
    label.append(box, key, element("span", said), element("span", count.toLocaleString("en-US")));
    return label;
  }

  function key(fill, sign) {
    const made = element("span", sign || "");
    made.className = "map-swatch";
    made.setAttribute("aria-hidden", "true");
    made.style.background = fill;
    const bright = [1, 3, 5].reduce(function (sum, at) { return sum + parseInt(fill.slice(at, at + 2), 16); }, 0);
    made.classList.toggle("is-bright", bright > 400);
    return made;
  }

  function legend() {
    const counts = main.counted(), way = main.way(), of_ = document.getElementById("map-legend");
    const unit = surface.value.indexOf("cell") ? "村居" : "网格";
    /** @type {[any, number][]} */
    const pieces = surface.value ? way.classes.map(function (each, at) { return [each, at]; }).filter(function (pair) { return counts.classes[pair[1]] || hidden.classes[pair[1]]; }) : [];
    pieces.sort(function (one, other) { return (one[0].rank || 0) - (other[0].rank || 0) || (one[0].tone ? one[0].label.length - other[0].label.length : one[1] - other[1]); });
    of_.textContent = "";
    if (pieces.length) of_.append(element("strong", unit));
    pieces.forEach(function (pair) { of_.append(entry("classes", pair[1], pair[0].label, key(pair[0].colour, pair[0].sign || SIGNS[pair[0].tone]), counts.classes[pair[1]])); });
    of_.append(element("strong", "点位"));
    course.causes.forEach(function (label, at) {
      if (counts.causes[at] || hidden.causes[at]) of_.append(entry("causes", at, label || "具备", key(siteStyles[course.states[at]].colour, at ? label[0] : "✓"), counts.causes[at]));
    });
  }
  const SIGNS = { met: "✓", late: "–", missed: "✕", pending: "…" };

  const time = player(document.getElementById("map-player"), course.quarters.map(function (each) { return each[1]; }), of, function (quarter) {
    main.go(quarter);
    document.getElementById("map-when").textContent = course.quarters[quarter][1] + "末";
    legend();
  }, main.turn);
  switches.forEach(function (box) { box.addEventListener("change", apply); });
  surface.addEventListener("change", function () {
    hidden.classes = {};
    apply();
  });

  // ---------------------------------------------------------------- two quarters side by side

  function compare() {
    const stage = document.getElementById("map-stage"), second = document.getElementById("map-beside");
    const quarter = against.value === "" ? -1 : Number(against.value);
    stage.classList.toggle("is-double", quarter >= 0);
    main.map.invalidateSize({ animate: false });
    main.map.fitBounds(whole, { padding: [12, 12], animate: false });
    if (quarter < 0) return;
    if (!beside) beside = together(board(second, setup, data, of));
    beside.map.invalidateSize({ animate: false });
    beside.map.setView(main.map.getCenter(), main.map.getZoom(), { animate: false });
    beside.go(quarter);
    document.getElementById("map-beside-when").textContent = course.quarters[quarter][1] + "末";
    apply();
  }

  // Either map goes where the other is moved to.
  function together(other) {
    let isFollowing = false;
    [[main.map, other.map], [other.map, main.map]].forEach(function (pair) {
      pair[0].on("move", function () {
        if (isFollowing || against.value === "") return;
        isFollowing = true;
        pair[1].setView(pair[0].getCenter(), pair[0].getZoom(), { animate: false });
        isFollowing = false;
      });
    });
    other.map.setView(main.map.getCenter(), main.map.getZoom(), { animate: false });
    return other;
  }
  against.addEventListener("change", compare);

  // ---------------------------------------------------------------- places that are named

  document.addEventListener("click", function (event) {
    const link = /** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest("[data-locate]"));
    if (!link || !locate("site", link.dataset.locate)) return;
    event.preventDefault();
    turnTo();
  });
  // What is chosen in the head's search is shown here, when it is on this map.
  document.addEventListener("search:chosen", function (event) {
    const kind = SEARCHED[event.detail.kind];
    if (!kind || !locate(kind, event.detail.code)) return;
    event.preventDefault();
    turnTo();
  });
  document.addEventListener("search:found", function (event) {
    const kind = SEARCHED[event.detail.kind];
    if (!kind || !isHere(kind, event.detail.code)) event.detail.note = "不在图上，打开其页面";
  });
  function turnTo() {
    place.scrollIntoView({ block: "center" });
    place.focus();
  }

  // Townships have a name on the map and no popup.
  function townshipOf(code) {
    return data.areas.find(function (row) { return row[0] === code && code.length === 9; });
  }
  function locateTownship(code) {
    const found = townshipOf(code);
    if (found) main.map.setView([found[3], found[2]], main.isWhole ? main.NAMES - 1 : main.NAMES);
    return Boolean(found);
  }

  // What bears a number: the layer, the places on it, the zoom and how one is opened. A natural village or an
  // estate has no place of its own and is where its sites are.
  function bearers(kind, name) {
    const [layer, all, column, zoom, open] = {
      site: ["", main.sites, 7, ALONE + 1, main.openSite],
      point: ["points", main.points, 5, ALONE + 1, main.openPoint],
      area: ["villages", main.villages, 0, main.NAMES + 1, main.openVillage],
    }[kind];
    const found = all.filter(function (each) { return each.row[column] === name && each.state !== undefined; });
    if (found.length || kind !== "area") return { layer, found, zoom, open };
    return { layer: "", found: main.sites.filter(function (site) { return site.row[9] === name; }), zoom: ALONE + 1, open: main.openSite };
  }
  function isHere(kind, name) {
    return bearers(kind, name).found.length > 0 || (kind === "area" && Boolean(townshipOf(name)));
  }

  // What an address names (#site=…, #point=…, #area=…) is shown and opened; whether it is on this map.
  function locate(kind, name) {
    if (time.at() !== of) time.go(of);
    const { layer, found, zoom, open } = bearers(kind, name);
    if (!found.length) return kind === "area" && locateTownship(name);
    switches.forEach(function (box) { if (box.dataset.layer === layer) box.checked = true; });
    apply();
    if (found.length > 1) {
      main.fit(found);
      return true;
    }
    main.map.setView([found[0].lat, found[0].lon], zoom);
    open(found[0]);
    return true;
  }

  const named = /^#(site|point|area)=(.+)$/.exec(location.hash);
  const all = (data.sites.length ? main.sites : main.points).map(function (each) { return [each.lat, each.lon]; });
  const members = main.memberPlaces().map(function (each) { return [each.lat, each.lon]; });
  const whole = members.length ? members : main.corners.length && main.isWhole ? main.corners : all;
  if (data.only && data.only.kind === "points") switches.forEach(function (box) { box.checked = box.dataset.layer === "points"; });
  look(main.map, whole);
  main.go(of);
  apply();
  main.turn(1);
  course.quarters.forEach(function (each, at) {
    const option = element("option", each[1]);
    option.value = String(at);
    against.append(option);
  });
  if (named) locate(named[1], decodeURIComponent(named[2]));
  tools.hidden = false;
  main.map.invalidateSize({ animate: false });
  status.textContent = "已标出点位 " + data.sites.length.toLocaleString("en-US") + " 个、接入点 " + data.points.length.toLocaleString("en-US") + " 个" +
    (data.unplaced ? "；另有 " + data.unplaced + " 个点位缺坐标，未标出" : "") + "。";
  place.dataset.ready = "yes";
  window.addEventListener("beforeprint", function () { printing(main.map, true); });
  window.addEventListener("afterprint", function () { printing(main.map, false); });
}

// On paper the map keeps its centre.
function printing(map, on) {
  place.classList.toggle("is-printing", on);
  map.invalidateSize({ animate: false });
}

// The view is kept in the address, so that the way back from a point's page leads to where one was.
function look(map, whole) {
  const kept = /^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(location.hash);
  if (kept) map.setView([Number(kept[2]), Number(kept[3])], Number(kept[1]));
  else if (whole.length) map.fitBounds(whole, { padding: [12, 12], maxZoom: ALONE });
  else map.setView([23.7, 113.05], 10);
  map.on("moveend", function () {
    const centre = map.getCenter();
    history.replaceState(null, "", "#" + map.getZoom() + "/" + centre.lat.toFixed(5) + "/" + centre.lng.toFixed(5));
  });
}

// On a phone the map comes first.
if (window.matchMedia("(max-width: 47.99rem)").matches) layers.open = false;

fetch(place.dataset.source, { credentials: "same-origin" })
  .then(function (answer) {
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  })
  .then(show)
  .catch(function () {
    status.textContent = "地图数据未取得。请刷新页面再试；点位另列于下表。";
  });
