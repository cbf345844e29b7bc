// Names on the map that never cover one another: the more important first, each where it has room beside its place.

const SIGNS = { met: "✓", late: "–", missed: "✕", pending: "…", info: "" };
const HIGH = 26, AWAY = 14, BESIDE = 12;
const INK_WIDTH = document.createElement("canvas").getContext("2d");
INK_WIDTH.font = "12px sans-serif";

function wide(text) {
  return INK_WIDTH.measureText(text).width + 14;
}

// Boxes where a label may stand, the best first: above its place, beneath it, at its sides, farther off.
function boxes(at, width) {
  return [[0, -AWAY - HIGH / 2], [0, AWAY + HIGH / 2], [width / 2 + BESIDE, 0], [-width / 2 - BESIDE, 0], [0, -AWAY - HIGH * 1.6], [0, AWAY + HIGH * 1.6],
    [width / 2 + BESIDE, -HIGH], [-width / 2 - BESIDE, -HIGH], [width / 2 + BESIDE, HIGH], [-width / 2 - BESIDE, HIGH]].map(function (off) {
    return { x: at.x + off[0], y: at.y + off[1], width: width };
  });
}

function meet(one, other) {
  return Math.abs(one.x - other.x) < (one.width + other.width) / 2 + 2 && Math.abs(one.y - other.y) < HIGH;
}

// Where each of the labels ({at, text, must}) stands: a box, or null where there is no room and it is not a must.
export function placed(labels) {
  const taken = [];
  return labels.map(function (label) {
    const tried = boxes(label.at, wide(label.text));
    const free = tried.find(function (box) { return !taken.some(function (other) { return meet(box, other); }); });
    const box = free || (label.must ? tried[0] : null);
    if (box) taken.push(box);
    return box;
  });
}

// The labels of a map. rows(length) gives what there is to name: {code, name, lon, lat, tone, words, share, href};
// from the zoom `names` on they are villages.
export function labelsOn(map, names, rows) {
  const layer = L.layerGroup().addTo(map);

  function draw() {
    layer.clearLayers();
    const isNear = map.getZoom() >= names, seen = map.getBounds().pad(0.1);
    const shown = rows(isNear ? 12 : 9).filter(function (row) { return seen.contains([row.lat, row.lon]); });
    shown.sort(function (one, other) { return Number(other.tone === "missed") - Number(one.tone === "missed") || (one.code < other.code ? -1 : 1); });
    const labels = shown.map(function (row) {
      return { row: row, at: map.latLngToLayerPoint([row.lat, row.lon]), text: [SIGNS[row.tone], row.name, row.share].filter(Boolean).join(" "), must: !isNear };
    });
    placed(labels).forEach(function (box, at) { if (box) put(labels[at], box); });
  }

  function put(label, box) {
    const link = document.createElement("a");
    link.href = label.row.href;
    link.className = "is-" + label.row.tone;
    link.textContent = label.text;
    link.title = label.row.name + "：" + label.row.words;
    // Whoever takes hold of a name to move the map does not want to leave it; a key (detail 0) never drags.
    link.addEventListener("click", function (event) { if (event.detail && /** @type {any} */ (map.dragging).moved()) event.preventDefault(); });
    const icon = L.divIcon({ className: "map-label", html: link, iconSize: null });
    L.marker(map.layerPointToLatLng([box.x, box.y]), { icon: icon, keyboard: false, interactive: false }).addTo(layer);
  }

  map.on("moveend", draw);
  return draw;
}
