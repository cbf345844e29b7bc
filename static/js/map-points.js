// A Leaflet layer that draws many points on one canvas: alone where there is room, otherwise gathered by a grid.
// A point is {lon, lat, state, row}; a style says how a state is drawn. Needs Leaflet.
(function () {
  "use strict";

  const CELL = 56;
  const PADDING = 0.4;
  const WHOLE_TURN = 2 * Math.PI;

  function shape(canvas, style, x, y, size) {
    canvas.beginPath();
    if (style.shape === "square") canvas.rect(x - size, y - size, 2 * size, 2 * size);
    else if (style.shape === "triangle") {
      canvas.moveTo(x, y - size * 1.2);
      canvas.lineTo(x + size * 1.1, y + size * 0.8);
      canvas.lineTo(x - size * 1.1, y + size * 0.8);
      canvas.closePath();
    } else canvas.arc(x, y, size, 0, WHOLE_TURN);
    canvas.fillStyle = style.hollow ? "#fff" : style.colour;
    canvas.fill();
    canvas.lineWidth = 1.5;
    canvas.strokeStyle = style.hollow ? style.colour : "#fff";
    canvas.stroke();
  }

  window.PointsLayer = L.Layer.extend({
    // options: styles (by state), together (the zoom from which points stand alone), size, alert (the state shown as a
    // share of a group's ring), areas (a function: what is covered around every point, the widest first, as pairs of
    // metres and a colour; such a layer shows no points), outline ({stroke, fill}: the points are corners of a polygon).
    options: { pane: "overlayPane" },

    initialize: function (points, options) {
      L.setOptions(this, options);
      this._crs = L.CRS.EPSG3857;
      this._all = points.map(function (point) {
        const at = this._crs.latLngToPoint(L.latLng(point.lat, point.lon), 0);
        return { x: at.x, y: at.y, point: point };
      }, this);
      this._shown = [];
    },

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
      const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1)), origin = map.getPixelOrigin().add(corner);
      const scale = Math.pow(2, map.getZoom());
      L.DomUtil.setPosition(this._canvas, corner);
      this._canvas.width = whole.x * ratio;
      this._canvas.height = whole.y * ratio;
      this._canvas.style.width = whole.x + "px";
      this._canvas.style.height = whole.y + "px";
      const canvas = this._canvas.getContext("2d");
      canvas.scale(ratio, ratio);
      if (this.options.outline) {
        this._polygon(canvas, scale, origin);
        return;
      }
      const inside = [], edge = this.options.areas ? 4 * CELL : CELL;
      for (const each of this._all) {
        const x = each.x * scale - origin.x, y = each.y * scale - origin.y;
        if (x >= -edge && y >= -edge && x < whole.x + edge && y < whole.y + edge) inside.push({ x: x, y: y, point: each.point });
      }
      this._corner = corner;
      this._shown = map.getZoom() >= this.options.together ? inside : this._gathered(inside, origin);
      if (this.options.areas) this._cover(canvas, inside);
      else for (const each of this._shown) each.many ? this._group(canvas, each) : this._one(canvas, each);
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
      canvas.fillStyle = "#1d2733";
      canvas.font = "11px sans-serif";
      canvas.textAlign = "center";
      canvas.textBaseline = "middle";
      canvas.fillText(String(each.many.length), each.x, each.y);
    },

    _polygon: function (canvas, scale, origin) {
      canvas.beginPath();
      for (const each of this._all) canvas.lineTo(each.x * scale - origin.x, each.y * scale - origin.y);
      canvas.closePath();
      if (this.options.outline.fill) {
        canvas.fillStyle = this.options.outline.fill;
        canvas.fill();
      }
      canvas.lineWidth = 2;
      canvas.strokeStyle = this.options.outline.stroke;
      canvas.stroke();
    },

    // What is covered is one tint however often it is covered: circles are drawn solid, the canvas is translucent.
    _cover: function (canvas, inside) {
      const map = this._map, centre = map.getCenter();
      const metres = 40075016.686 * Math.cos(centre.lat * Math.PI / 180) / (256 * Math.pow(2, map.getZoom()));
      for (const [radius, colour] of this.options.areas()) {
        canvas.fillStyle = colour;
        for (const each of inside) {
          canvas.beginPath();
          canvas.arc(each.x, each.y, radius / metres, 0, WHOLE_TURN);
          canvas.fill();
        }
      }
    },

    // What lies under a point of the map's layer: a point, a group ({many}), or null.
    at: function (place) {
      const x = place.x - this._corner.x, y = place.y - this._corner.y;
      let best = null, nearest = 14 * 14;
      for (const each of this._shown) {
        const away = (each.x - x) * (each.x - x) + (each.y - y) * (each.y - y);
        if (away < nearest) {
          nearest = away;
          best = each;
        }
      }
      return best;
    },
  });
})();
