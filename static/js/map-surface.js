// The surface: villages by their ground or cells of a square kilometre, coloured by what is asked for, quarter by quarter.

import { colour } from "./map-base.js";
import { CanvasLayer } from "./map-layers.js";
import { stateAt } from "./map-data.js";

const CELL_M = 1000;
const EQUATOR_M = 40075016.686, TILE = 256;
const NARROW = 30;
const SIDES = [0, 1, 2, 3, 4, 5].map(function (side) { return Math.PI / 3 * side + Math.PI / 6; });

// Shares in hundredths from which a class begins, with its words and its colour; the first is the whole.
/** @type {[number, string, string][]} */
const SHARES = [[100, "全部具备", "#1f7a4d"], [95, "95% 以上", "#7fbf9b"], [90, "90% 以上", "#d9d38a"], [80, "80% 以上", "#e9a25b"], [0, "不足 80%", "#c0492f"]];
// One for each state of a site, the capable first: its word comes with the data.
const CAUSES = [["#9fc7b0", "足"], ["#7d3c98", "迟"], ["#b57a00", "速"], ["#8a5a00", "视"], ["#4d86c0", "停"], ["#c0492f", "远"], ["#6b7783", "标"]];

// ---------------------------------------------------------------- what a piece is worth

function total(counts) {
  return counts.reduce(function (sum, count) { return sum + count; }, 0);
}

// Tones in the order of a legend.
const TONES = ["met", "late", "missed", "pending", "info"];

// The class of a piece with such counts by state; undefined where there is nothing to say.
function shareOf(counts) {
  const all = total(counts);
  return all ? SHARES.findIndex(function (share) { return counts[0] * 100 >= share[0] * all; }) : undefined;
}

// The cause of most sites that are not capable, the first of those that have as many; 0 where all are.
function causeOf(counts) {
  if (!total(counts)) return undefined;
  let most = 0;
  for (let state = 1; state < counts.length; state += 1) {
    if (counts[state] && (!most || counts[state] > counts[most])) most = state;
  }
  return most;
}

// Each way to colour pieces: its classes (label, colour, sign), and which of them a piece is of in a quarter.
export function measures(course) {
  return {
    marks: {
      classes: course.marks.map(function (mark) { return { label: mark[1], colour: colour("area-" + mark[0]), tone: mark[0], rank: TONES.indexOf(mark[0]) }; }),
      of: function (piece, quarter) { return piece.course ? stateAt(piece.course, quarter) : undefined; },
      sign: function () { return ""; },
    },
    share: {
      classes: SHARES.map(function (share) { return { label: share[1], colour: share[2] }; }),
      of: function (piece, quarter) { return shareOf(piece.counts(quarter)); },
      sign: function (piece, quarter) {
        const counts = piece.counts(quarter);
        return Math.floor(100 * counts[0] / total(counts)) + "%";
      },
    },
    cause: {
      classes: course.causes.map(function (label, at) { return { label: label || "全部具备", colour: CAUSES[at][0], sign: CAUSES[at][1] }; }),
      of: function (piece, quarter) { return causeOf(piece.counts(quarter)); },
      sign: function (piece, quarter) { return CAUSES[causeOf(piece.counts(quarter))][1]; },
    },
  };
}

// ---------------------------------------------------------------- pieces

function at0(lon, lat) {
  return L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lon), 0);
}

// Villages with ground: a piece is {name, code, rings (at zoom 0), counts(quarter), course}.
export function villages(course) {
  const width = course.states.length;
  return course.codes.map(function (code, number) {
    return {
      code: code, name: course.names[number], course: course.villages[number],
      rings: course.grounds[number].map(function (ring) { return ring.map(function (pair) { return at0(pair[0], pair[1]); }); }),
      counts: function (quarter) { return course.counts[quarter].slice(number * width, (number + 1) * width); },
    };
  });
}

// Six-sided cells of about a square kilometre, of those that hold a site in any quarter. places are [lon, lat].
export function cells(course, places) {
  if (!places.length) return [];
  const radius = CELL_M / Math.sqrt(3) * TILE / (EQUATOR_M * Math.cos(places[0][1] * Math.PI / 180));
  const found = new Map();
  places.forEach(function (place, site) {
    const cell = cellOf(at0(place[0], place[1]), radius), key = cell.join(":");
    if (!found.has(key)) found.set(key, { cell: cell, sites: [] });
    found.get(key).sites.push(site);
  });
  return Array.from(found.values(), function (each) {
    const x = radius * Math.sqrt(3) * (each.cell[0] + each.cell[1] / 2), y = radius * 1.5 * each.cell[1];
    const known = [];
    return {
      name: "一平方公里网格", code: "", course: "",
      rings: [SIDES.map(function (side) { return { x: x + radius * Math.cos(side), y: y + radius * Math.sin(side) }; })],
      counts: function (quarter) { return known[quarter] || (known[quarter] = countsOf(each.sites, course, quarter)); },
    };
  });
}

function countsOf(sites, course, quarter) {
  const counts = course.states.map(function () { return 0; });
  sites.forEach(function (site) {
    const state = stateAt(course.sites[quarter], site);
    if (state !== undefined) counts[state] += 1;
  });
  return counts;
}

// Column and row of the cell in which a place lies: the nearest middle, by rounding three coordinates that add up to 0.
function cellOf(place, radius) {
  const column = (place.x * Math.sqrt(3) / 3 - place.y / 3) / radius, row = place.y * 2 / 3 / radius, third = -column - row;
  let q = Math.round(column), r = Math.round(row);
  const s = Math.round(third), dq = Math.abs(q - column), dr = Math.abs(r - row), ds = Math.abs(s - third);
  if (dq > dr && dq > ds) q = -r - s;
  else if (dr > ds) r = -q - s;
  return [q, r];
}

// ---------------------------------------------------------------- the layer

function channels(hex) {
  return [1, 3, 5].map(function (at) { return parseInt(hex.slice(at, at + 2), 16); });
}

function mixed(from, to, part) {
  if (!from || from === to || part >= 1) return to;
  const first = channels(from), last = channels(to);
  return "rgb(" + first.map(function (value, at) { return Math.round(value + (last[at] - value) * part); }).join(",") + ")";
}

/** @type {new (options: object) => any} */
export const SurfaceLayer = CanvasLayer.extend({
  initialize: function (options) {
    L.setOptions(this, options);
    this._pieces = [];
    this._part = 1;
    this._kept = null;
  },

  // The pieces to be drawn; corners are kept near 0, for far from it a canvas would round them to several pixels.
  pieces: function (pieces) {
    this._kept = null;
    const first = pieces.find(function (piece) { return piece.rings.length; });
    this._base = first ? first.rings[0][0] : { x: 0, y: 0 };
    this._pieces = pieces.filter(function (piece) { return piece.rings.length; }).map(function (piece) {
      return this._prepared(piece);
    }, this);
  },

  _prepared: function (piece) {
    const path = new Path2D(), base = this._base, all = L.bounds([]);
    piece.rings.forEach(function (ring) {
      ring.forEach(function (corner, at) {
        path[at ? "lineTo" : "moveTo"](corner.x - base.x, corner.y - base.y);
        all.extend([corner.x, corner.y]);
      });
      path.closePath();
    });
    const widest = piece.rings.reduce(function (best, ring) { return ring.length > best.length ? ring : best; });
    return { piece: piece, path: path, bounds: all, middle: L.bounds(widest.map(function (corner) { return L.point(corner.x, corner.y); })).getCenter(), fill: "", before: "", sign: "" };
  },

  // What is shown from now on: fill(piece) is a colour or "", sign(piece) a short text or "".
  colours: function (fill, sign) {
    this._kept = null;
    this._pieces.forEach(function (each) {
      each.before = each.fill;
      each.fill = fill(each.piece);
      each.sign = each.fill ? sign(each.piece) : "";
    });
  },

  // How far the change from the colours before is under way, from 0 to 1.
  turn: function (part) {
    this._part = part;
    if (this._map) this.draw();
  },

  // While colours turn only what the window shows is drawn, and no signs: many times a second.
  _paint: function (canvas, view) {
    const scale = view.scale, part = this._part, isTurning = part < 1;
    const seen = this._seen(isTurning ? this._map.getSize() : L.point(view.width, view.height), view);
    canvas.save();
    canvas.translate(this._base.x * scale - view.origin.x, this._base.y * scale - view.origin.y);
    canvas.scale(scale, scale);
    canvas.globalAlpha = this.options.alpha;
    for (const each of seen.fills) {
      canvas.fillStyle = mixed(each.before, each.fill, part);
      canvas.fill(each.path, "evenodd");
    }
    canvas.globalAlpha = 1;
    canvas.lineWidth = 1 / scale;
    canvas.strokeStyle = "#fff";
    canvas.stroke(seen.lines);
    canvas.restore();
    if (!isTurning) this._signs(canvas, seen.pieces);
  },

  // The pieces within a middle part of the canvas, in pixels, and their paths: one for all that change alike, for pieces lie over no others.
  _seen: function (size, view) {
    const scale = view.scale, left = view.origin.x + (view.width - size.x) / 2, top = view.origin.y + (view.height - size.y) / 2;
    const key = [left, top, size.x, size.y, scale].join();
    if (this._kept && this._kept.key === key) return this._kept;
    const alike = new Map(), lines = new Path2D();
    const pieces = this._pieces.filter(function (each) {
      const low = each.bounds.min, high = each.bounds.max;
      return high.x * scale > left && low.x * scale < left + size.x && high.y * scale > top && low.y * scale < top + size.y;
    });
    pieces.forEach(function (each) {
      lines.addPath(each.path);
      if (!each.fill) return;
      const change = each.before + each.fill;
      if (!alike.has(change)) alike.set(change, { before: each.before, fill: each.fill, path: new Path2D() });
      alike.get(change).path.addPath(each.path);
    });
    this._kept = { key: key, pieces: pieces, fills: Array.from(alike.values()), lines: lines };
    return this._kept;
  },

  _signs: function (canvas, seen) {
    canvas.font = "12px sans-serif";
    canvas.textAlign = "center";
    canvas.textBaseline = "middle";
    canvas.fillStyle = "#10202f";
    canvas.strokeStyle = "rgba(255, 255, 255, 0.8)";
    canvas.lineWidth = 3;
    for (const each of seen) {
      if (!each.sign || each.bounds.getSize().x * this._view.scale < NARROW) continue;
      const at = this._at(each.middle);
      canvas.strokeText(each.sign, at.x, at.y);
      canvas.fillText(each.sign, at.x, at.y);
    }
  },

  // The piece under a point of the map's layer, or null.
  at: function (place) {
    if (!this._view || !this._map) return null;
    const view = this._view, canvas = this._canvas.getContext("2d");
    const x = (place.x - view.corner.x + view.origin.x) / view.scale - this._base.x;
    const y = (place.y - view.corner.y + view.origin.y) / view.scale - this._base.y;
    canvas.save();
    canvas.setTransform(1, 0, 0, 1, 0, 0);
    const found = this._pieces.find(function (each) { return each.fill && canvas.isPointInPath(each.path, x, y, "evenodd"); });
    canvas.restore();
    return found ? found.piece : null;
  },
});
