// Where evidence was photographed, beside the sites of its units. The tables of the page say as much in words.

import { colour, ground, popup, siteStyles } from "./map-base.js";
import { PointsLayer } from "./map-layers.js";

const place = document.getElementById("photo-map");
const SITE = 0;

function show(data) {
  const map = ground("photo-map", data.background.tiles, data.background.credit, { scrollWheelZoom: false });
  const spots = data.photos.concat(data.sites).map(function (row) { return L.latLng(row[1], row[0]); });
  map.fitBounds(L.latLngBounds(spots), { padding: [24, 24], maxZoom: 16 });
  const sites = data.sites.map(function (row) { return { lon: row[0], lat: row[1], state: SITE, row: row }; });
  new PointsLayer(sites, { styles: siteStyles, size: 6, together: 14, alert: 1 }).addTo(map);
  data.photos.forEach(function (row) {
    const [lon, lat, name, href, about, isFar] = row;
    const mark = L.circleMarker([lat, lon], { radius: 8, weight: 3, color: colour(isFar ? "not-capable" : "here"), fillOpacity: 0.25 });
    mark.on("click", function () { popup(map, { lat: lat, lon: lon }, name, href, about); });
    mark.addTo(map);
  });
  place.dataset.ready = "yes";
}

if (place) show(JSON.parse(document.getElementById("photo-map-data").textContent));
