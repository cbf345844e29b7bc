// One map with all that it shows as of one of the quarters: surface, villages, sites, access points; and what is clicked.

import { colour, element, ground, pointStyles, popup, siteStyles } from "./map-base.js";
import { stateAt } from "./map-data.js";
import { labelsOn } from "./map-labels.js";
import { CoverLayer, LinksLayer, PointsLayer } from "./map-layers.js";
import { SurfaceLayer, cells, measures, villages as villagePieces } from "./map-surface.js";

const CIRCLES = 13, LINKS = 14, LISTED = 12;
export const ALONE = 15;
const SITE_WORDS = ["具备光网接入能力", "不具备光网接入能力", "待定"];
const POINT_WORDS = ["在用", "速率不足，不计入能力", "仅传电视，不计入能力", "未开通或已停用"];
// How an area stands, by the tone of its mark: never by colour alone.
const MARKS = { met: "tick", late: "dash", missed: "cross", pending: "dot", info: "" };

export function metres(value) {
  return value.toLocaleString("en-US") + " 米";
}

function villageStyle(mark) {
  return { shape: "diamond", colour: colour("area-" + mark[0]), glyph: MARKS[mark[0]] };
}

function number(value) {
  return value.toLocaleString("en-US");
}

// From each site that nothing reaches to the nearest access point that counts.
function linksOf(sites, points) {
  return sites.filter(function (site) { return typeof site.row[10] === "number"; }).map(function (site) {
    return { from: site, to: points[site.row[10]], text: metres(site.row[5]) };
  });
}

// setup: the page's addresses; data: unpacked; of: which quarter the details of data are about.
export function board(place, setup, data, of) {
  const course = data.course, isWhole = setup.area_code.length === 6;
  // Zooms from which sites are drawn beside villages, and villages have their names.
  const SITES = isWhole ? 12 : 0, NAMES = isWhole ? 13 : 11;
  const map = ground(place, setup.tiles, setup.credit, { fadeAnimation: false, zoomSnap: setup.tiles ? 1 : 0.25 });
  [["outline", "350"], ["surface", "355"], ["circles", "360"], ["links", "390"], ["villages", "420"]].forEach(function (pane) {
    map.createPane(pane[0]).style.zIndex = pane[1];
  });
  const corners = data.outline.map(function (pair) { return [pair[1], pair[0]]; });
  if (corners.length) {
    L.polygon(corners, {
      pane: "outline", renderer: L.svg({ pane: "outline", padding: 0.4 }), interactive: false, color: colour("outline"), weight: 2,
      fill: !setup.tiles, fillColor: "#fff", fillOpacity: 1,
    }).addTo(map);
  }

  // ---------------------------------------------------------------- what there is, as of a quarter

  let quarter = of;
  const sites = data.sites.concat(data.others).map(function (row) { return { lon: row[0], lat: row[1], state: 0, why: 0, row: row }; });
  const points = data.points.map(function (row) { return { lon: row[0], lat: row[1], state: row[2], row: row }; });
  // Villages stand where their sites do on average: no boundary below the district is public.
  const villages = data.areas.filter(function (row) { return row[0].length === 12; }).map(function (row) {
    return { lon: row[2], lat: row[3], state: undefined, row: row, at: course.codes.indexOf(row[0]) };
  });
  const pieces = { village: villagePieces(course), cell: cells(course, sites.map(function (site) { return [site.lon, site.lat]; })) };
  const width = course.states.length;
  /** @type {any} */
  const ways = measures(course);
  /** @type {any} */
  const shown = { causes: {}, classes: {}, unit: "village", way: ways.marks };

  // Where the address names members, whether a place is one of them: a thing itself, or what stands in an area or holds it.
  const only = data.only && { kind: data.only.kind, keys: new Set(data.only.keys), codes: data.only.keys };
  function isMember(kind, key, area) {
    if (!only || only.kind === kind) return !only || only.keys.has(key);
    return only.kind === "areas" && only.codes.some(function (code) { return area && area.indexOf(code) === 0; });
  }
  function holdsMember(code) {
    if (!only) return true;
    if (only.kind === "areas") return only.codes.some(function (each) { return each.indexOf(code) === 0 || code.indexOf(each) === 0; });
    return only.kind === "sites" && sites.some(function (site) { return only.keys.has(site.row[7]) && String(site.row[9]).indexOf(code) === 0; });
  }
  function isShown(site) {
    return site.state !== undefined && !shown.causes[site.why] && site.isMember;
  }

  const linked = { pane: "links", from: LINKS, colour: colour("not-capable"), end: pointStyles[0] };
  const chosen = new LinksLayer([], Object.assign({}, linked, { from: 0 })).addTo(map);
  const asSites = { styles: siteStyles, size: 5, together: ALONE, alert: 1 };
  const layers = {
    surface: new SurfaceLayer({ pane: "surface", alpha: 0.6 }),
    capable: new PointsLayer(sites, Object.assign({ only: function (site) { return site.state !== 1 && isShown(site); } }, asSites)),
    lacking: new PointsLayer(sites, Object.assign({ only: function (site) { return site.state === 1 && isShown(site); } }, asSites)),
    sites: new PointsLayer(sites, Object.assign({ only: isShown }, asSites)),
    points: new PointsLayer(points, { styles: pointStyles, size: 6, together: ALONE, alert: -1, only: function (point) { return point.state !== undefined && point.isMember; } }),
    circles: new CoverLayer(points, {
      pane: "circles", from: CIRCLES, circles: [[data.radii[1], colour("rural")], [data.radii[0], colour("urban")]],
      only: function (point) { return point.state === 0; },
    }),
    links: new LinksLayer(linksOf(sites, points), linked),
    villages: new PointsLayer(villages, {
      pane: "villages", styles: course.marks.map(villageStyle), size: 8, together: 0,
      only: function (village) { return village.state !== undefined && !shown.classes[village.state] && members.has(village.row[0]); },
    }),
  };
  layers.surface.pieces(pieces.village);
  sites.forEach(function (site) { site.isMember = isMember("sites", site.row[7], site.row[9]); });
  points.forEach(function (point) { point.isMember = !only || only.kind !== "points" || only.keys.has(point.row[5]); });
  const members = new Set(course.codes.filter(holdsMember));

  function countsOf(prefix) {
    const found = course.states.map(function () { return 0; });
    course.codes.forEach(function (code, at) {
      if (code.indexOf(prefix)) return;
      for (let state = 0; state < width; state += 1) found[state] += course.counts[quarter][at * width + state];
    });
    return found;
  }

  function sum(counts) {
    return counts.reduce(function (all, count) { return all + count; }, 0);
  }

  const label = labelsOn(map, NAMES, function (length) {
    return data.areas.filter(function (row) { return row[0].length === length && (length === 9 || members.has(row[0])); }).map(function (row) {
      const at = length === 9 ? course.townships[row[0]] : course.villages[course.codes.indexOf(row[0])];
      const mark = course.marks[at === undefined ? NaN : stateAt(at, quarter)], counts = countsOf(row[0]), all = sum(counts);
      return mark && all && {
        code: row[0], name: row[1], lon: row[2], lat: row[3], tone: mark[0], share: Math.floor(100 * counts[0] / all) + "%",
        words: mark[1] + "；" + number(all) + " 个点位中 " + number(counts[0]) + " 个具备能力", href: setup.area.replace("AREA", row[0]),
      };
    }).filter(Boolean);
  });

  // ---------------------------------------------------------------- popups

  function pointAddress(name) {
    return setup.point.replace("POINT", encodeURIComponent(name));
  }

  function siteAddress(name) {
    return setup.site.replace("SITE", encodeURIComponent(name)).replace("/" + setup.quarter + "/", "/" + course.quarters[quarter][0] + "/");
  }

  function openSite(site) {
    const [, , , kind, , nearest, radius, name, label, , near] = site.row;
    const reach = typeof near !== "number" || quarter !== of ? null : data.points[near];
    popup(map, site, label, siteAddress(name), [
      (kind === null ? "" : data.kinds[kind] + "：") + SITE_WORDS[site.state] + (site.state ? "（" + course.causes[site.why] + "）" : ""),
      site.state === 2 || quarter !== of ? "" : nearest === null ? "二十公里内没有可用的接入点" : "最近的可用接入点 " + metres(nearest) + "，半径 " + metres(radius),
      reach ? element("a", reach[3] + " " + (reach[6] || reach[5]), pointAddress(reach[5])) : "",
      quarter === of ? "" : course.quarters[quarter][1] + "末",
      element("a", "台账", setup.site_page.replace("SITE", encodeURIComponent(name))),
    ]);
    chosen.show(quarter === of ? linksOf([site], points) : []);
  }
  map.on("popupclose", function () { chosen.show([]); });

  function openPoint(point) {
    const [, , , operator, speed, name, label] = point.row;
    popup(map, point, label || name, pointAddress(name), [operator + "，" + speed + " 兆", POINT_WORDS[point.state]]);
  }

  function causesOf(counts) {
    return counts.map(function (count, state) { return state && count ? course.causes[state] + " " + number(count) + " 个" : ""; }).filter(Boolean).join("，");
  }

  function openArea(at, code, name, mark, counts) {
    popup(map, at, name, code ? setup.area.replace("AREA", code) : "", [
      mark ? mark[1] : "", number(sum(counts)) + " 个点位中 " + number(counts[0]) + " 个具备能力", causesOf(counts), course.quarters[quarter][1] + "末",
      code ? element("a", "台账", setup.area_page.replace("AREA", code)) : "",
    ]);
  }

  function openVillage(village) {
    openArea(village, village.row[0], village.row[1], course.marks[village.state], countsOf(village.row[0]));
  }

  // What lies upon one another: each by its name.
  function openMany(name, group) {
    const lines = group.slice(0, LISTED).map(function (each) {
      const row = each.point.row;
      return name === "points" ? element("a", row[6] || row[5], pointAddress(row[5])) :
        name === "villages" ? element("a", row[1], setup.area.replace("AREA", row[0])) :
          element("a", row[8] + "（" + (each.point.state ? course.causes[each.point.why] : "具备") + "）", siteAddress(row[7]));
    });
    popup(map, group[0].point, number(group.length) + " 个在同一位置", "", lines.concat(group.length > LISTED ? "另有 " + number(group.length - LISTED) + " 个，列于下表" : ""));
  }

  // ---------------------------------------------------------------- clicks

  function hit(at) {
    for (const name of ["villages", "points", "sites", "lacking", "capable"]) {
      const found = map.hasLayer(layers[name]) ? layers[name].at(at) : null;
      if (found) return { name: name, found: found };
    }
    return null;
  }

  function fit(those) {
    map.fitBounds(L.latLngBounds(those.map(function (each) { return [each.lat, each.lon]; })), { maxZoom: ALONE + 1, padding: [40, 40] });
  }

  map.on("click", function (event) {
    const under = hit(event.layerPoint);
    if (!under) {
      const piece = layers.surface.at(event.layerPoint);
      if (!piece) return;
      const at = { lat: event.latlng.lat, lon: event.latlng.lng }, state = piece.course ? stateAt(piece.course, quarter) : undefined;
      return openArea(at, piece.code, piece.name, course.marks[state], piece.counts(quarter));
    }
    if (under.found.many) {
      const group = under.found.many;
      if (map.getZoom() >= ALONE) openMany(under.name, group);
      else fit(group.map(function (each) { return each.point; }));
    } else if (under.name === "points") openPoint(under.found.point);
    else if (under.name === "villages") openVillage(under.found.point);
    else openSite(under.found.point);
  });
  map.on("mousemove", function (event) { place.classList.toggle("is-over", Boolean(hit(event.layerPoint))); });

  // ---------------------------------------------------------------- what it is told

  const surfaceColour = function (piece) {
    const at = shown.way.of(piece, quarter);
    return at === undefined || shown.classes[at] || (piece.code && !members.has(piece.code)) ? "" : shown.way.classes[at].colour;
  };
  const surfaceSign = function (piece) { return shown.way.sign(piece, quarter); };

  // The quarter whose states are shown; what turns is drawn by turn().
  function go(next) {
    quarter = next;
    const texts = [course.sites[next], course.points[next]];
    sites.forEach(function (site, at) {
      const state = stateAt(texts[0], at);
      site.why = state;
      site.state = state === undefined ? undefined : course.states[state];
    });
    points.forEach(function (point, at) { point.state = stateAt(texts[1], at); });
    villages.forEach(function (village) { village.state = village.at < 0 ? undefined : stateAt(course.villages[village.at], next); });
    layers.surface.colours(surfaceColour, surfaceSign);
    ["sites", "capable", "lacking", "points", "circles", "villages"].forEach(function (name) { if (map.hasLayer(layers[name])) layers[name].draw(); });
    layers.links.show(next === of ? linksOf(sites, points) : []);
    map.closePopup();
    label();
  }

  // on: which layers; surface: {unit, measure}; hidden classes and causes by their number.
  function apply(on, surface, hidden) {
    const isNew = shown.unit !== surface.unit;
    Object.assign(shown, { unit: surface.unit, way: ways[surface.measure] || ways.marks, causes: hidden.causes, classes: hidden.classes });
    if (isNew) layers.surface.pieces(pieces[surface.unit]);
    layers.surface.colours(surfaceColour, surfaceSign);
    const marked = on.villages && surface.measure === "marks";
    const wanted = {
      surface: Boolean(surface.measure), circles: on.circles, sites: on.capable && on.lacking, capable: on.capable && !on.lacking,
      lacking: on.lacking && !on.capable, links: on.links, points: on.points, villages: marked,
    };
    // From afar a village says what its sites do; they would only cover it.
    ["sites", "capable", "lacking"].forEach(function (name) { layers[name].options.from = marked && !only ? SITES : 0; });
    Object.keys(wanted).forEach(function (name) {
      if (map.hasLayer(layers[name]) !== Boolean(wanted[name])) wanted[name] ? layers[name].addTo(map) : layers[name].remove();
      else if (wanted[name]) layers[name].draw();
    });
  }

  // How many pieces are of each class of the measure, and how many sites in each state.
  function counted() {
    const classes = shown.way.classes.map(function () { return 0; }), causes = course.states.map(function () { return 0; });
    pieces[shown.unit].forEach(function (piece) {
      const at = piece.code && !members.has(piece.code) ? undefined : shown.way.of(piece, quarter);
      if (at !== undefined) classes[at] += 1;
    });
    sites.forEach(function (site) { if (site.state !== undefined && site.isMember) causes[site.why] += 1; });
    return { classes: classes, causes: causes };
  }

  return {
    map, sites, points, villages, layers, fit, go, apply, counted, label, openSite, openPoint, openVillage,
    turn: function (part) { layers.surface.turn(part); }, way: function () { return shown.way; }, NAMES: NAMES, isWhole: isWhole, corners: corners,
    memberPlaces: function () { return only ? sites.concat(only.kind === "points" ? points : []).filter(function (each) { return each.isMember && (only.kind !== "points" || each.row.length === 7); }) : []; },
  };
}
