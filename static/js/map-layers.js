// Leaflet layers that draw a great deal on one canvas each: points, links between them, what is covered.
// A point is {lon, lat, state, row}; a style says how a state is drawn. They draw when the map has come to rest.

const CELL = 56;
const PADDING = 0.4;
const REACH = 14, SAME = 3;
const WHOLE_TURN = 2 * Math.PI;
const INK = "#1d2733";
const FONT = "11px sans-serif";
// Lines on a marker, from its middle, as parts of its size.
const GLYPHS = {
  tick: [[-0.45, 0], [-0.1, 0.35], [0.45, -0.35]],
  dash: [[-0.4, 0], [0.4, 0]],
  cross: [[-0.35, -0.35], [0, 0], [0.35, -0.35], [0, 0], [0.35, 0.35], [0, 0], [-0.35, 0.35]],
  dot: [[0, -0.2], [0, 0.2]],
};

function follow(canvas, corners) {
  canvas.beginPath();
  corners.forEach(function (corner) { canvas.lineTo(corner[0], corner[1]); });
}

function shape(canvas, style, x, y, size) {
  canvas.beginPath();
  if (style.shape === "square") canvas.rect(x - size, y - size, 2 * size, 2 * size);
  else if (style.shape === "triangle") {
    follow(canvas, [[x, y - size * 1.2], [x + size * 1.1, y + size * 0.8], [x - size * 1.1, y + size * 0.8]]);
    canvas.closePath();
  } else if (style.shape === "diamond") {
    follow(canvas, [[x, y - size * 1.2], [x + size * 1.2, y], [x, y + size * 1.2], [x - size * 1.2, y]]);
    canvas.closePath();
  } else canvas.arc(x, y, size, 0, WHOLE_TURN);
  canvas.fillStyle = style.hollow ? "#fff" : style.colour;
  canvas.fill();
  canvas.lineWidth = 1.5;
  canvas.strokeStyle = style.hollow ? style.colour : "#fff";
  canvas.stroke();
  if (!style.glyph) return;
  follow(canvas, GLYPHS[style.glyph].map(function (part) { return [x + part[0] * size, y + part[1] * size]; }));
  canvas.lineWidth = 2;
  canvas.stroke();
}

// A place at zoom 0, to be multiplied and shifted when it is drawn.
function projected(place) {
  const at = L.CRS.EPSG3857.latLngToPoint(L.latLng(place.lat, place.lon), 0);
  return { x: at.x, y: at.y, point: place };
}

/** @type {any} */
export const CanvasLayer = L.Layer.extend({
  options: { pane: "overlayPane" },

  onAdd: function (map) {
    this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide map-points");
    map.getPane(this.options.pane).appendChild(this._canvas);
    map.on("moveend viewreset resize", this.draw, this);
    this.draw();
  },

  onRemove: function (map) {
    L.DomUtil.remove(this._canvas);
    map.off("moveend viewreset resize", this.draw, this);
  },

  draw: function () {
    const map = this._map, size = map.getSize(), ratio = window.devicePixelRatio || 1;
    const pad = size.multiplyBy(PADDING).round(), whole = size.add(pad.multiplyBy(2));
    const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1));
    L.DomUtil.setPosition(this._canvas, corner);
    this._canvas.width = whole.x * ratio;
    this._canvas.height = whole.y * ratio;
    this._canvas.style.width = whole.x + "px";
    this._canvas.style.height = whole.y + "px";
    const canvas = this._canvas.getContext("2d");
    canvas.scale(ratio, ratio);
    this._view = { corner: corner, origin: map.getPixelOrigin().add(corner), scale: Math.pow(2, map.getZoom()), width: whole.x, height: whole.y };
    this._paint(canvas, this._view);
  },

  _at: function (place) {
    const view = this._view;
    return { x: place.x * view.scale - view.origin.x, y: place.y * view.scale - view.origin.y, point: place.point };
  },

  // The places that are no farther outside the canvas than edge, of those that options.only lets through.
  _inside: function (places, edge) {
    const view = this._view, only = this.options.only, found = [];
    for (const place of places) {
      if (only && !only(place.point)) continue;
      const x = place.x * view.scale - view.origin.x, y = place.y * view.scale - view.origin.y;
      if (x >= -edge && y >= -edge && x < view.width + edge && y < view.height + edge) found.push({ x: x, y: y, point: place.point });
    }
    return found;
  },
});

/** @type {new (points: object[], options: object) => any} */
export const PointsLayer = CanvasLayer.extend({
  // options: styles (by state), size, from (the zoom from which they are drawn), together (the zoom from which they
  // stand alone; below it they are gathered by a grid), alert (the state shown as a share of a group's ring).
  initialize: function (points, options) {
    L.setOptions(this, options);
    this._all = points.map(projected);
    this._shown = [];
  },

  _paint: function (canvas, view) {
    const inside = this._map.getZoom() < (this.options.from || 0) ? [] : this._inside(this._all, CELL);
    this._shown = this._map.getZoom() >= this.options.together ? inside : this._gathered(inside, view.origin);
    for (const each of this._shown) each.many ? this._group(canvas, each) : this._one(canvas, each);
  },

  // Cells of the world, not of the window, so that groups stay where they are when the map is moved.
  _gathered: function (inside, origin) {
    const cells = new Map();
    for (const each of inside) {
      const key = Math.floor((each.x + origin.x) / CELL) + ":" + Math.floor((each.y + origin.y) / CELL);
      const cell = cells.get(key);
      if (cell) cell.push(each);
      else cells.set(key, [each]);
    }
    const alert = this.options.alert;
    return Array.from(cells.values(), function (cell) {
      if (cell.length === 1) return cell[0];
      let x = 0, y = 0, alerts = 0;
      for (const each of cell) {
        x += each.x;
        y += each.y;
        if (each.point.state === alert) alerts += 1;
      }
      return { x: x / cell.length, y: y / cell.length, many: cell, alerts: alerts };
    });
  },

  _one: function (canvas, each) {
    shape(canvas, this.options.styles[each.point.state], each.x, each.y, this.options.size);
  },

  _group: function (canvas, each) {
    const size = 10 + 3 * Math.min(4, Math.log10(each.many.length) * 2), share = each.alerts / each.many.length;
    const whole = this.options.styles[0], part = this.options.styles[this.options.alert];
    canvas.beginPath();
    canvas.arc(each.x, each.y, size, 0, WHOLE_TURN);
    canvas.fillStyle = "#fff";
    canvas.fill();
    canvas.lineWidth = 4;
    canvas.strokeStyle = whole.colour;
    canvas.stroke();
    if (part && share) {
      canvas.beginPath();
      canvas.arc(each.x, each.y, size, -Math.PI / 2, -Math.PI / 2 + WHOLE_TURN * share);
      canvas.strokeStyle = part.colour;
      canvas.stroke();
    }
    canvas.fillStyle = INK;
    canvas.font = FONT;
    canvas.textAlign = "center";
    canvas.textBaseline = "middle";
    canvas.fillText(String(each.many.length), each.x, each.y);
  },

  // What lies under a point of the map's layer: a point, a group ({many}), or null. Points that cover one another are one.
  at: function (place) {
    const x = place.x - this._view.corner.x, y = place.y - this._view.corner.y;
    let best = null, nearest = REACH * REACH;
    for (const each of this._shown) {
      const away = (each.x - x) * (each.x - x) + (each.y - y) * (each.y - y);
      if (away < nearest) {
        nearest = away;
        best = each;
      }
    }
    if (!best || best.many) return best;
    const many = this._shown.filter(function (each) { return !each.many && Math.hypot(each.x - best.x, each.y - best.y) < SAME; });
    return many.length > 1 ? { x: best.x, y: best.y, many: many } : best;
  },
});

/** @type {new (points: object[], options: object) => any} */
export const CoverLayer = CanvasLayer.extend({
  // options: from (the zoom from which it is drawn), circles (pairs of metres and a colour, the widest first).
  initialize: function (points, options) {
    L.setOptions(this, options);
    this._all = points.map(projected);
  },

  // What is covered is one tint however often it is covered: circles are drawn solid, the pane is translucent.
  _paint: function (canvas, view) {
    if (this._map.getZoom() < this.options.from) return;
    const pixel = 40075016.686 * Math.cos(this._map.getCenter().lat * Math.PI / 180) / (256 * view.scale);
    const widest = this.options.circles[0][0] / pixel, inside = this._inside(this._all, widest);
    for (const [radius, colour] of this.options.circles) {
      canvas.fillStyle = colour;
      for (const each of inside) {
        canvas.beginPath();
        canvas.arc(each.x, each.y, radius / pixel, 0, WHOLE_TURN);
        canvas.fill();
      }
    }
  },
});

/** @type {new (links: object[], options: object) => any} */
export const LinksLayer = CanvasLayer.extend({
  // A link is {from, to, text}: two places, joined by a dashed line with the text on it.
  // options: from (the zoom from which they are drawn), colour, end (the style of the place to which it leads).
  initialize: function (links, options) {
    L.setOptions(this, options);
    this.show(links);
  },

  show: function (links) {
    this._links = links.map(function (link) {
      return { from: projected(link.from), to: projected(link.to), text: link.text };
    });
    if (this._map) this.draw();
  },

  _paint: function (canvas, view) {
    if (this._map.getZoom() < this.options.from) return;
    const whole = L.bounds([0, 0], [view.width, view.height]);
    const drawn = this._links.map(function (link) {
      const from = this._at(link.from), to = this._at(link.to);
      return { from: from, to: to, text: link.text, seen: L.LineUtil.clipSegment(L.point(from), L.point(to), whole, false, true) };
    }, this).filter(function (link) { return link.seen; });
    canvas.setLineDash([5, 4]);
    canvas.lineWidth = 1.5;
    canvas.strokeStyle = this.options.colour;
    canvas.beginPath();
    for (const link of drawn) {
      canvas.moveTo(link.seen[0].x, link.seen[0].y);
      canvas.lineTo(link.seen[1].x, link.seen[1].y);
    }
    canvas.stroke();
    canvas.setLineDash([]);
    for (const link of drawn) shape(canvas, this.options.end, link.to.x, link.to.y, 4);
    this._label(canvas, drawn);
  },

  // Only where the line is longer than its text, and no other text is there.
  _label: function (canvas, drawn) {
    const taken = [];
    canvas.font = FONT;
    canvas.textAlign = "center";
    canvas.textBaseline = "middle";
    for (const link of drawn) {
      const wide = canvas.measureText(link.text).width + 6;
      const x = (link.from.x + link.to.x) / 2, y = (link.from.y + link.to.y) / 2;
      const covered = taken.some(function (box) { return Math.abs(box.x - x) < (box.wide + wide) / 2 && Math.abs(box.y - y) < 16; });
      if (covered || Math.hypot(link.to.x - link.from.x, link.to.y - link.from.y) < wide + 20) continue;
      taken.push({ x: x, y: y, wide: wide });
      canvas.fillStyle = "rgba(255, 255, 255, 0.85)";
      canvas.fillRect(x - wide / 2, y - 8, wide, 16);
      canvas.fillStyle = INK;
      canvas.fillText(link.text, x, y);
    }
  },
});
