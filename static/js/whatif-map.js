// On the page of what-if: a click on the map fills the place of a planned access point. The fields do without it.

import { colour, ground, pointStyles, siteStyles } from "./map-base.js";
import { unpacked } from "./map-data.js";
import { PointsLayer } from "./map-layers.js";

const fold = document.getElementById("whatif-map");
const status = document.getElementById("whatif-map-status");

function field(row, name) {
  return document.querySelector('[name="point-' + row + "-" + name + '"]');
}

// The first row without a place; the last where all have one.
function free() {
  let row = 1;
  while (field(row, "lon") && field(row, "lon").value.trim() && field(row + 1, "lon")) row += 1;
  return row;
}

function layer(rows, styles) {
  const points = rows.map(function (row) { return { lon: row[0], lat: row[1], state: row[2], row: row }; });
  return new PointsLayer(points, { styles: styles, size: 5, together: 14, alert: 1 });
}

function show(data) {
  const map = ground("whatif-map-place", data.background.tiles, data.background.credit);
  const all = data.sites.concat(data.points).map(function (row) { return [row[1], row[0]]; });
  if (all.length) map.fitBounds(all, { padding: [12, 12] });
  else map.setView([23.7, 113.05], 11);
  layer(data.sites, siteStyles).addTo(map);
  layer(data.points, pointStyles).addTo(map);
  const planned = {};
  map.on("click", function (event) { place(map, planned, data, event.latlng); });
}

function place(map, planned, data, at) {
  const row = free();
  field(row, "lon").value = at.lng.toFixed(6);
  field(row, "lat").value = at.lat.toFixed(6);
  field(row, "datum").value = data.background.datum;
  if (planned[row]) planned[row].remove();
  const drawn = data.radii.map(function (radius) {
    return L.circle(at, { radius: radius, color: colour("point"), weight: 1, fillOpacity: 0.08, interactive: false });
  });
  drawn.push(L.circleMarker(at, { radius: 7, color: "#fff", weight: 2, fillColor: colour("point"), fillOpacity: 1, interactive: false }));
  planned[row] = L.layerGroup(drawn).addTo(map);
  status.textContent = "已填入拟建接入点 " + row + "：经度 " + at.lng.toFixed(6) + "，纬度 " + at.lat.toFixed(6) + "。";
}

if (fold) {
  fold.addEventListener("toggle", function () {
    fetch(fold.dataset.source, { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (sent) { show(unpacked(sent)); })
      .catch(function () { status.textContent = "地图数据没有取到，请直接在下面填经纬度。"; });
  }, { once: true });
}
