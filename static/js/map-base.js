// What every map of the portal shares: colours, the marks of sites and access points, the ground, popups.

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--map-" + name).trim();
}

export const siteStyles = [
  { shape: "circle", colour: colour("capable") },
  { shape: "square", colour: colour("not-capable") },
  { shape: "circle", colour: colour("unknown"), hollow: true },
];
export const pointStyles = [0, 1, 2, 3].map(function (state) {
  return { shape: "triangle", colour: colour("point"), hollow: state > 0 };
});

// Leaflet's map with the installation's tiles, zoom and scale; options go to Leaflet.
export function ground(place, tiles, credit, options) {
  const map = L.map(place, Object.assign({ minZoom: 8, maxZoom: 19, attributionControl: Boolean(credit), zoomControl: false }, options));
  L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (tiles) L.tileLayer(tiles, { attribution: credit, maxZoom: 19 }).addTo(map);
  if (map.attributionControl) map.attributionControl.setPrefix(false);
  return map;
}

export function element(name, text, href) {
  const made = document.createElement(name);
  made.textContent = text;
  if (href) made.href = href;
  return made;
}

// A popup at a point: a heading that leads somewhere, and lines of text or links.
export function popup(map, point, heading, href, lines) {
  const box = document.createElement("div");
  const title = document.createElement("strong");
  title.appendChild(element("a", heading, href));
  box.appendChild(title);
  lines.filter(Boolean).forEach(function (line) {
    const said = typeof line === "string" ? element("p", line) : element("p", "");
    if (typeof line !== "string") said.appendChild(line);
    box.appendChild(said);
  });
  const shown = L.popup({ closeButton: true }).setLatLng([point.lat, point.lon]).setContent(box).openOn(map);
  shown.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", "关闭");
}
