// On the page of a build plan: what is planned, with lines to the sites that it gains, over what stands there now.
// The table says the same; what stands there is fetched, and the plan is drawn without it.

import { colour, ground, pointStyles, popup, siteStyles } from "./map-base.js";
import { unpacked } from "./map-data.js";
import { PointsLayer } from "./map-layers.js";

const ALONE = 13;
const place = document.getElementById("plan-map");
const status = document.getElementById("plan-map-status");
const planStyles = [
  { shape: "diamond", colour: colour("here") },
  { shape: "triangle", colour: colour("here") },
  { shape: "triangle", colour: colour("here") },
  { shape: "circle", colour: colour("here") },
];

function layer(rows, styles, size, options) {
  const points = rows.map(function (row) { return { lon: row[0], lat: row[1], state: row[2], row: row }; });
  return new PointsLayer(points, Object.assign({ styles: styles, size: size, together: ALONE, alert: 1 }, options));
}

function draw(plan) {
  const map = ground("plan-map", plan.background.tiles, plan.background.credit, { scrollWheelZoom: false });
  const whole = plan.planned.map(function (row) { return [row[1], row[0]]; });
  plan.links.forEach(function (row) {
    const ends = [[row[1], row[0]], [row[3], row[2]]];
    L.polyline(ends, { color: colour("here"), weight: 2, interactive: false }).addTo(map);
    whole.push(ends[1]);
  });
  if (whole.length) map.fitBounds(whole, { padding: [24, 24], maxZoom: 15 });
  else map.setView([23.7, 113.05], 11);
  return map;
}

function cover(map, plan) {
  const planned = layer(plan.planned, planStyles, 9, { together: 0 }).addTo(map);
  map.on("click", function (event) {
    const found = planned.at(event.layerPoint);
    if (found && !found.many) popup(map, found.point, found.point.row[4], "#action-" + found.point.row[3], [found.point.row[5]]);
  });
  place.dataset.ready = "yes";
}

function show(plan) {
  const map = draw(plan);
  fetch(plan.source, { credentials: "same-origin" })
    .then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    })
    .then(function (sent) {
      const data = unpacked(sent);
      layer(data.points, pointStyles, 5, { from: ALONE }).addTo(map);
      layer(data.sites, siteStyles, 5).addTo(map);
      status.textContent = "点击方案位置查看措施。";
    })
    .catch(function () { status.textContent = "现有点位和接入点未能读取，图上只有方案位置。"; })
    .then(function () { cover(map, plan); });
}

if (place) show(JSON.parse(document.getElementById("plan-map-data").textContent));
