// The map page: outline, areas, sites and access points from one file of data. The table beside it needs no script.

import { colour, element, ground, pointStyles, popup as popupOn, siteStyles } from "./map-base.js";
import { CoverLayer, LinksLayer, PointsLayer } from "./map-layers.js";

const place = document.getElementById("map");
const setup = JSON.parse(document.getElementById("map-setup").textContent);
const status = document.getElementById("map-status");
// Zooms from which sites are drawn beside villages, villages have their names, circles and links are drawn, points
// stand alone.
const isWhole = setup.area_code.length === 6;
const SITES = isWhole ? 12 : 0, NAMES = isWhole ? 13 : 11, CIRCLES = 13, LINKS = 14, ALONE = 15;
const SEARCHED = { "区域": "area", "点位": "site", "接入点": "point" };
const SITE_WORDS = ["具备光网接入能力", "不具备光网接入能力", "待定"];
const POINT_WORDS = ["在用", "速率不足，不计入能力", "仅传电视，不计入能力", "未开通或已停用"];

// How an area stands, by the tone of its mark: never by colour alone.
const MARKS = { met: "tick", late: "dash", missed: "cross", pending: "dot", info: "" };
const SIGNS = { met: "✓", late: "–", missed: "✕", pending: "…", info: "" };

function villageStyle(mark) {
  return { shape: "diamond", colour: colour("area-" + mark[0]), glyph: MARKS[mark[0]] };
}

const map = ground(place, setup.tiles, setup.credit, { fadeAnimation: false, zoomSnap: setup.tiles ? 1 : 0.25 });
[["outline", "350"], ["circles", "360"], ["links", "390"], ["villages", "420"]].forEach(function (pane) {
  map.createPane(pane[0]).style.zIndex = pane[1];
});

// ---------------------------------------------------------------- words and popups

function metres(value) {
  return value.toLocaleString("en-US") + " 米";
}

function popup(point, heading, href, lines) {
  popupOn(map, point, heading, href, lines);
}

function pointAddress(number) {
  return setup.point.replace("POINT", encodeURIComponent(number));
}

function openSite(point, data) {
  const [, , state, kind, reason, nearest, radius, number, name, , near] = point.row;
  const reach = near === undefined ? null : data.points[near];
  popup(point, name, setup.site.replace("SITE", encodeURIComponent(number)), [
    data.kinds[kind] + "：" + SITE_WORDS[state] + (state === 1 ? "（" + data.reasons[reason] + "）" : ""),
    state === 2 ? "" : nearest === null ? "二十公里内没有可用的接入点" : "最近的可用接入点 " + metres(nearest) + "，半径 " + metres(radius),
    reach ? element("a", reach[3] + " " + (reach[6] || reach[5]), pointAddress(reach[5])) : "",
    element("a", "台账", setup.site_page.replace("SITE", encodeURIComponent(number))),
  ]);
}

function openPoint(point) {
  const [, , state, operator, speed, number, name] = point.row;
  popup(point, name || number, pointAddress(number), [operator + "，" + speed + " 兆", POINT_WORDS[state]]);
}

function openVillage(point, data) {
  const [code, name, , , capable, all, mark] = point.row;
  popup(point, name, setup.area.replace("AREA", code), [
    data.marks[mark][1], all + " 个点位中 " + capable + " 个具备能力", element("a", "台账", setup.area_page.replace("AREA", code)),
  ]);
}

// ---------------------------------------------------------------- layers

function pointsOf(rows) {
  return rows.map(function (row) { return { lon: row[0], lat: row[1], state: row[2], row: row }; });
}

// Villages stand where their sites do on average: no boundary below the district is public.
function villagesOf(rows) {
  return rows.filter(function (row) { return row[0].length === 12; }).map(function (row) {
    return { lon: row[2], lat: row[3], state: row[6], row: row };
  });
}

// From each site that nothing reaches to the nearest access point that counts.
function linksOf(sites, points) {
  return sites.filter(function (site) { return site.row[10] !== undefined; }).map(function (site) {
    return { from: site, to: points[site.row[10]], text: metres(site.row[5]) };
  });
}

// Whoever takes hold of a name to move the map does not want to leave it; a key (detail 0) never drags.
function unlessDragged(event) {
  if (event.detail && /** @type {any} */ (map.dragging).moved()) event.preventDefault();
}

function labels(data) {
  const layer = L.layerGroup();
  function draw() {
    layer.clearLayers();
    const length = map.getZoom() >= NAMES ? 12 : 9, seen = map.getBounds().pad(0.2);
    data.areas.forEach(function (row) {
      const [code, name, lon, lat, capable, all, mark] = row, [tone, words] = data.marks[mark];
      if (code.length !== length || !seen.contains([lat, lon])) return;
      const label = document.createElement("a");
      label.href = setup.area.replace("AREA", code);
      label.className = "is-" + tone;
      label.textContent = [SIGNS[tone], name, Math.floor(100 * capable / all) + "%"].filter(Boolean).join(" ");
      label.addEventListener("click", unlessDragged);
      label.title = name + "：" + words + "；" + all + " 个点位中 " + capable + " 个具备能力";
      L.marker([lat, lon], { icon: L.divIcon({ className: "map-label", html: label, iconSize: null }), keyboard: false, interactive: false }).addTo(layer);
    });
  }
  map.on("moveend", draw);
  draw();
  return layer;
}

function show(data) {
  const corners = data.outline.map(function (pair) { return [pair[1], pair[0]]; });
  if (corners.length) {
    L.polygon(corners, {
      pane: "outline", renderer: L.svg({ pane: "outline", padding: 0.4 }), interactive: false, color: colour("outline"), weight: 2,
      fill: !setup.tiles, fillColor: "#fff", fillOpacity: 1,
    }).addTo(map);
  }
  const sites = pointsOf(data.sites), points = pointsOf(data.points), villages = villagesOf(data.areas);
  const linked = { pane: "links", from: LINKS, colour: colour("not-capable"), end: pointStyles[0] };
  const chosen = new LinksLayer([], Object.assign({}, linked, { from: 0 })).addTo(map);
  const layers = {
    capable: new PointsLayer(sites.filter(function (site) { return site.state !== 1; }), { styles: siteStyles, size: 5, together: ALONE, alert: 1 }),
    lacking: new PointsLayer(sites.filter(function (site) { return site.state === 1; }), { styles: siteStyles, size: 5, together: ALONE, alert: 1 }),
    sites: new PointsLayer(sites, { styles: siteStyles, size: 5, together: ALONE, alert: 1 }),
    points: new PointsLayer(points, { styles: pointStyles, size: 6, together: ALONE, alert: -1 }),
    circles: new CoverLayer(points.filter(function (point) { return point.state === 0; }), {
      pane: "circles", from: CIRCLES, circles: [[data.radii[1], colour("rural")], [data.radii[0], colour("urban")]],
    }),
    links: new LinksLayer(linksOf(sites, points), linked),
    villages: new PointsLayer(villages, { pane: "villages", styles: data.marks.map(villageStyle), size: 8, together: 0 }),
  };
  const switches = Array.from(document.querySelectorAll("[data-layer]"));

  function apply() {
    const on = {};
    switches.forEach(function (box) { on[box.dataset.layer] = box.checked; });
    const wanted = {
      circles: on.circles, sites: on.capable && on.lacking, capable: on.capable && !on.lacking,
      lacking: on.lacking && !on.capable, links: on.links, points: on.points, villages: on.villages,
    };
    // From afar a village says what its sites do; they would only cover it.
    ["sites", "capable", "lacking"].forEach(function (name) { layers[name].options.from = on.villages ? SITES : 0; });
    Object.keys(wanted).forEach(function (name) {
      if (map.hasLayer(layers[name]) !== Boolean(wanted[name])) wanted[name] ? layers[name].addTo(map) : layers[name].remove();
      else if (wanted[name]) layers[name].draw();
    });
  }

  // A site's popup, and the way to its nearest point at any zoom for as long as the popup is open.
  function choose(site) {
    openSite(site, data);
    chosen.show(linksOf([site], points));
  }
  map.on("popupclose", function () { chosen.show([]); });

  function hit(place) {
    for (const name of ["villages", "points", "sites", "lacking", "capable"]) {
      const found = map.hasLayer(layers[name]) ? layers[name].at(place) : null;
      if (found) return { name: name, found: found };
    }
    return null;
  }

  map.on("click", function (event) {
    const under = hit(event.layerPoint);
    if (!under) return;
    if (under.found.many) {
      fit(under.found.many.map(function (each) { return each.point; }));
    } else if (under.name === "points") openPoint(under.found.point);
    else if (under.name === "villages") openVillage(under.found.point, data);
    else choose(under.found.point);
  });
  map.on("mousemove", function (event) { place.classList.toggle("is-over", Boolean(hit(event.layerPoint))); });
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

  function fit(those) {
    const spread = L.latLngBounds(those.map(function (each) { return [each.lat, each.lon]; }));
    map.fitBounds(spread, { maxZoom: ALONE + 1, padding: [40, 40] });
  }

  // Townships have a name on the map and no popup.
  function townshipOf(code) {
    return data.areas.find(function (row) { return row[0] === code && code.length === 9; });
  }
  function locateTownship(code) {
    const found = townshipOf(code);
    if (found) map.setView([found[3], found[2]], isWhole ? NAMES - 1 : NAMES);
    return Boolean(found);
  }

  // What bears a number: the layer, the places on it, the zoom and how one is opened. A natural village or an
  // estate has no place of its own and is where its sites are.
  function bearers(kind, key) {
    const [layer, all, column, zoom, open] = {
      site: ["", sites, 7, ALONE + 1, choose],
      point: ["points", points, 5, ALONE + 1, openPoint],
      area: ["villages", villages, 0, NAMES + 1, function (village) { openVillage(village, data); }],
    }[kind];
    const found = all.filter(function (each) { return each.row[column] === key; });
    if (found.length || kind !== "area") return { layer, found, zoom, open };
    return { layer: "", found: sites.filter(function (site) { return site.row[9] === key; }), zoom: ALONE + 1, open: choose };
  }
  function isHere(kind, key) {
    return bearers(kind, key).found.length > 0 || (kind === "area" && Boolean(townshipOf(key)));
  }

  // What an address names (#site=…, #point=…, #area=…) is shown and opened; whether it is on this map.
  function locate(kind, key) {
    const { layer, found, zoom, open } = bearers(kind, key);
    if (!found.length) return kind === "area" && locateTownship(key);
    switches.forEach(function (box) { if (box.dataset.layer === layer) box.checked = true; });
    apply();
    if (found.length > 1) {
      fit(found);
      return true;
    }
    map.setView([found[0].lat, found[0].lon], zoom);
    open(found[0]);
    return true;
  }
  switches.forEach(function (box) { box.addEventListener("change", apply); });

  const all = (sites.length ? sites : points).map(function (each) { return [each.lat, each.lon]; });
  const named = /^#(site|point|area)=(.+)$/.exec(location.hash);
  look(corners.length && isWhole ? corners : all);
  apply();
  if (named) locate(named[1], decodeURIComponent(named[2]));
  labels(data).addTo(map);
  status.textContent = "已标出点位 " + sites.length.toLocaleString("en-US") + " 个、接入点 " + points.length.toLocaleString("en-US") + " 个" +
    (data.unplaced ? "；另有 " + data.unplaced + " 个点位缺坐标，未标出" : "") + "。";
  place.dataset.ready = "yes";
}

// On paper the map keeps its centre.
function printing(on) {
  place.classList.toggle("is-printing", on);
  map.invalidateSize({ animate: false });
}
window.addEventListener("beforeprint", function () { printing(true); });
window.addEventListener("afterprint", function () { printing(false); });

// The view is kept in the address, so that the way back from a point's page leads to where one was.
function look(whole) {
  const kept = /^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(location.hash);
  if (kept) map.setView([Number(kept[2]), Number(kept[3])], Number(kept[1]));
  else if (whole.length) map.fitBounds(whole, { padding: [12, 12] });
  else map.setView([23.7, 113.05], 10);
  map.on("moveend", function () {
    const centre = map.getCenter();
    history.replaceState(null, "", "#" + map.getZoom() + "/" + centre.lat.toFixed(5) + "/" + centre.lng.toFixed(5));
  });
}

fetch(place.dataset.source, { credentials: "same-origin" })
  .then(function (answer) {
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  })
  .then(show)
  .catch(function () {
    status.textContent = "地图数据未取得。请刷新页面再试；点位另列于下表。";
  });
