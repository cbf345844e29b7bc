// The small map beside a thing: where it was and where it is to be. Where the page has a form, the place is dragged, tapped
// or taken from the device; the box of the form does without it.

import { PointsLayer } from "./map-layers.js";

const place = document.getElementById("place-map");
const setup = JSON.parse(document.getElementById("place-map-setup").textContent);
const status = document.getElementById("place-map-status");
const tools = /** @type {HTMLElement} */ (document.querySelector(".place-tools"));
const box = tools && /** @type {HTMLInputElement} */ (document.getElementById(tools.dataset.place));
const datum = tools && /** @type {HTMLSelectElement} */ (document.getElementById(tools.dataset.datum));
const DIGITS = 6;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--map-" + name).trim();
}

function icon(old) {
  return L.divIcon({ className: old ? "place-pin is-old" : "place-pin", iconSize: [18, 18] });
}

function at(pair) {
  return L.latLng(pair[1], pair[0]);
}

const map = L.map(place, { minZoom: 8, maxZoom: 19, attributionControl: Boolean(setup.credit), zoomControl: false, fadeAnimation: false });
L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
L.control.scale({ imperial: false }).addTo(map);
if (map.attributionControl) map.attributionControl.setPrefix(false);
if (setup.tiles) L.tileLayer(setup.tiles, { attribution: setup.credit, maxZoom: 19 }).addTo(map);

const spots = [];
setup.moved.forEach(function (each) { [each.before, each.after].forEach(function (pair) { if (pair) spots.push(at(pair)); }); });
if (!spots.length) setup.around.forEach(function (row) { spots.push(L.latLng(row[1], row[0])); });
if (spots.length) map.fitBounds(L.latLngBounds(spots), { padding: [24, 24], maxZoom: 16 });
else map.setView([23.7, 113.05], 11);

new PointsLayer(setup.around.map(function (row) { return { lon: row[0], lat: row[1], state: row[2] === "site" ? 0 : 1, row: row }; }), {
  styles: [{ shape: "circle", colour: colour("capable") }, { shape: "triangle", colour: colour("point") }], size: 5, together: 8, alert: -1,
}).addTo(map);

let pin = null;

// The box says what the pin says, in the datum of the map.
function write(spot, words) {
  box.value = spot.lng.toFixed(DIGITS) + ", " + spot.lat.toFixed(DIGITS);
  if (datum) datum.value = setup.datum;
  status.textContent = words + "：经度 " + spot.lng.toFixed(DIGITS) + "，纬度 " + spot.lat.toFixed(DIGITS) + "。";
}

function put(spot) {
  if (pin) {
    pin.setLatLng(spot);
    return;
  }
  pin = L.marker(spot, { icon: icon(false), draggable: Boolean(box), keyboard: false, alt: "申请的位置" }).addTo(map);
  pin.on("dragend", function () { write(pin.getLatLng(), "已填入拖到的位置"); });
}

setup.moved.forEach(function (each) {
  if (each.before) L.marker(at(each.before), { icon: icon(true), keyboard: false, interactive: false }).addTo(map);
  if (each.before && each.after) L.polyline([at(each.before), at(each.after)], { color: colour("not-capable"), weight: 1.5, dashArray: "3 2", interactive: false }).addTo(map);
  if (!each.after) return;
  if (box) put(at(each.after));
  else L.marker(at(each.after), { icon: icon(false), keyboard: false, interactive: false }).addTo(map);
});

// What the device says is WGS-84, with how far it may be off.
function locate(button) {
  button.disabled = true;
  status.textContent = "正在取位置……";
  navigator.geolocation.getCurrentPosition(function (found) {
    button.disabled = false;
    const spot = L.latLng(found.coords.latitude, found.coords.longitude), metres = Math.round(found.coords.accuracy);
    box.value = spot.lng.toFixed(DIGITS) + ", " + spot.lat.toFixed(DIGITS);
    if (datum) datum.value = "WGS84";
    put(spot);
    map.setView(spot, 16);
    status.textContent = "已填入现在的位置，误差约 " + metres.toLocaleString("en-US") + " 米" + (metres > 50 ? "：误差较大，请到空旷处再取一次，或在地图上拖到准确的位置。" : "。");
  }, function () {
    button.disabled = false;
    status.textContent = "没有取到位置：请允许浏览器使用位置，或直接填经纬度。";
  }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 });
}

if (box) {
  map.on("click", function (event) {
    put(event.latlng);
    write(event.latlng, "已填入点选的位置");
  });
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("use-position"));
  if (navigator.geolocation && window.isSecureContext) {
    button.hidden = false;
    button.addEventListener("click", function () { locate(button); });
  }
}
place.dataset.ready = "yes";
