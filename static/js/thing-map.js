// On the page of a thing: where it is, the radius within which it counts, and what is around it. A table says the nearest.

import { colour, ground, pointStyles, popup, siteStyles } from "./map-base.js";
import { PointsLayer } from "./map-layers.js";

const ALONE = 14;
const place = document.getElementById("thing-map");

function layer(rows, styles) {
  const points = rows.map(function (row) { return { lon: row[0], lat: row[1], state: row[2], row: row }; });
  return new PointsLayer(points, { styles: styles, size: 6, together: ALONE, alert: 1 });
}

function show(data) {
  const map = ground("thing-map", data.background.tiles, data.background.credit, { scrollWheelZoom: false });
  const whole = L.latLngBounds(data.here.map(function (pair) { return [pair[1], pair[0]]; }));
  // Circles first: what they hold stands on them.
  data.circles.forEach(function (row) {
    const drawn = L.circle([row[1], row[0]], { radius: row[2], color: colour(row[3]), weight: 1, fillOpacity: 0.12, interactive: false });
    drawn.addTo(map);
    whole.extend(L.latLng(row[1], row[0]).toBounds(2 * row[2]));
  });
  map.fitBounds(whole, { padding: [16, 16], maxZoom: 16 });
  const points = layer(data.points, pointStyles).addTo(map);
  const sites = layer(data.sites, siteStyles).addTo(map);
  if (!data.is_area) {
    L.circleMarker([data.here[0][1], data.here[0][0]], { radius: 11, color: colour("here"), weight: 3, fill: false, interactive: false }).addTo(map);
  }
  map.on("click", function (event) {
    for (const [kind, drawn] of [["site", sites], ["point", points]]) {
      const found = drawn.at(event.layerPoint);
      if (found) return open(map, data, kind, found);
    }
  });
  place.dataset.ready = "yes";
}

function open(map, data, kind, found) {
  if (found.many) {
    const spread = L.latLngBounds(found.many.map(function (each) { return [each.point.lat, each.point.lon]; }));
    map.fitBounds(spread, { maxZoom: ALONE + 1, padding: [40, 40] });
    return;
  }
  const [, , state, key, name, about] = found.point.row;
  const said = data.states[kind + "s"][state];
  popup(map, found.point, name, data[kind].replace("KEY", encodeURIComponent(key)), [about, said]);
}

if (place) show(JSON.parse(document.getElementById("thing-map-data").textContent));
