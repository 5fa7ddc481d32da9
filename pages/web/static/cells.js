// Cells on canvas tiles: geometry and values come apart and meet here; classes and colours are applied in the browser.
(function (G) {
  'use strict';
  const SIZE = 256;
  const OK = 0, FEW = 1, NO_DATA = 2, UNKNOWN = 3, OUTSIDE = 4;
  G.STATES = { OK, FEW, NO_DATA, UNKNOWN, OUTSIDE };

  // Small repeated pictures: hatching for too few, dots for unknown.
  G.pattern = function (context, kind, dark) {
    const tile = document.createElement('canvas'), size = kind === FEW ? 7 : 6;
    tile.width = tile.height = size;
    const g = tile.getContext('2d');
    if (kind === FEW) {
      g.strokeStyle = dark ? 'rgba(14,17,23,.85)' : 'rgba(255,255,255,.9)';
      g.lineWidth = 1.6;
      g.beginPath();
      for (const shift of [-size, 0, size]) { g.moveTo(shift - 1, size + 1); g.lineTo(shift + size + 1, -1); }
      g.stroke();
    } else {
      g.fillStyle = dark ? 'rgba(170,178,190,.75)' : 'rgba(95,102,115,.75)';
      g.fillRect(1, 1, 1.6, 1.6);
      g.fillRect(4, 4, 1.6, 1.6);
    }
    return context.createPattern(tile, 'repeat');
  };
  G.plain = dark => ({ none: dark ? '#3b414b' : '#d4d7dc', outside: dark ? 'rgba(120,128,140,.12)' : 'rgba(120,128,140,.13)' });

  G.classOf = function (about, value) {
    if (about.mode === 'index') return value;
    let number = 0;
    while (number < about.edges.length && value >= about.edges[number]) number += 1;
    return number;
  };

  // Where the outlines of cells come from: tiles made by the server, or whole polygons cut here.
  G.outlines = function (grid, z, x, y) {
    if (grid.kind === 'h3') return G.geometry.want(grid.geometry + '&res=' + grid.lod[z], z, x, y);
    return G.shapes(grid.shapes).then(given => {
      const k = Math.pow(2, z), west = x / k, east = (x + 1) / k, north = y / k, south = (y + 1) / k, found = [];
      given.items.forEach((item, number) => {
        const box = item.box;
        if (box[2] >= west && box[0] <= east && box[3] >= north && box[1] <= south) found.push(number);
      });
      return { n: found.length, items: found.map(number => given.items[number]), numbers: found, k: k, x: x, y: y };
    });
  };
  G.figures = function (grid, view, z, x, y) {
    if (grid.kind === 'h3') return G.values.want(view.values + '&res=' + grid.lod[z], z, x, y);
    return G.values.want(view.values + '&res=0', 0, 0, 0);
  };

  // One cell as a path; pixels of the tile.
  function trace(path, outline, i) {
    if (outline.items) {
      const item = outline.items[i], k = outline.k * SIZE;
      item.rings.forEach(ring => {
        let lastX = NaN, lastY = NaN;
        for (let j = 0; j < ring.length; j += 2) {
          const px = ring[j] * k - outline.x * SIZE, py = ring[j + 1] * k - outline.y * SIZE;
          if (j && Math.abs(px - lastX) < 0.4 && Math.abs(py - lastY) < 0.4) continue;
          if (j) path.lineTo(px, py); else path.moveTo(px, py);
          lastX = px; lastY = py;
        }
        path.closePath();
      });
      return;
    }
    const v = outline.v, X = outline.X, Y = outline.Y;
    path.moveTo(X[i * v], Y[i * v]);
    for (let j = 1; j < v; j += 1) path.lineTo(X[i * v + j], Y[i * v + j]);
    path.closePath();
  }

  function paint(canvas, outline, figures, about, dark) {
    const scale = canvas.width / SIZE, g = canvas.getContext('2d'), plain = G.plain(dark);
    g.setTransform(scale, 0, 0, scale, 0, 0);
    g.clearRect(0, 0, SIZE, SIZE);
    const classes = new Map(), few = new Path2D(), unknown = new Path2D(), edges = new Path2D();
    let anyFew = false, anyUnknown = false;
    for (let i = 0; i < outline.n; i += 1) {
      const at = outline.numbers ? outline.numbers[i] : i, state = figures.state[at];
      let colour = plain.none;
      if (state === OK || state === FEW) colour = about.colours[G.classOf(about, figures.value[at])] || plain.none;
      else if (state === OUTSIDE) colour = plain.outside;
      if (!classes.has(colour)) classes.set(colour, new Path2D());
      trace(classes.get(colour), outline, i);
      if (state === FEW) { trace(few, outline, i); anyFew = true; }
      if (state === UNKNOWN) { trace(unknown, outline, i); anyUnknown = true; }
      if (state !== OUTSIDE) trace(edges, outline, i);
    }
    classes.forEach((path, colour) => { g.fillStyle = colour; g.fill(path, 'evenodd'); });
    if (anyFew) { g.fillStyle = G.pattern(g, FEW, dark); g.fill(few); }
    if (anyUnknown) { g.fillStyle = G.pattern(g, UNKNOWN, dark); g.fill(unknown); }
    g.strokeStyle = dark ? 'rgba(14,17,23,.55)' : 'rgba(255,255,255,.6)';
    g.lineWidth = 0.6;
    g.stroke(edges);
  }

  G.Cells = L.GridLayer.extend({
    options: { tileSize: SIZE, keepBuffer: 1, updateWhenZooming: false, noWrap: true, className: 'gm-tile' },

    initialize: function (grid, view, options) {
      L.setOptions(this, options);
      this.grid = grid;
      this.view = view;
      this.about = null;
    },
    createTile: function (coords, done) {
      const canvas = document.createElement('canvas'), sharp = G.sharp();
      canvas.width = canvas.height = SIZE * sharp;
      this._load(coords, canvas).then(() => done(null, canvas), error => { this.failed = true; done(error, canvas); });
      return canvas;
    },
    _load: async function (coords, canvas) {
      const view = this.view, grid = this.grid;
      const [outline, figures, about] = await Promise.all([
        G.outlines(grid, coords.z, coords.x, coords.y), G.figures(grid, view, coords.z, coords.x, coords.y),
        G.document(this._about(view, coords.z))]);
      if (this.view !== view || this.grid !== grid) return;       // another layer was chosen meanwhile
      if (grid.kind === 'h3' && outline.n !== figures.n) throw new Error('geometry and values of a tile differ');
      this.about = about;
      paint(canvas, outline, figures, about, this.options.dark);
      canvas.drawn = { outline: outline, figures: figures, about: about };
      canvas.classList.add('leaflet-tile-loaded');   // one that failed at first stays hidden otherwise
      G.drew();
      this.fire('painted', { about: about });
    },
    _about: function (view, z) { return view.about + (view.perLevel ? '&res=' + this.grid.lod[z] : ''); },

    // Show something else on the tiles that stand: nothing is taken away before the new picture is there.
    change: function (grid, view, dark) {
      const moved = G.keyOf(grid.geometry || grid.shapes) !== G.keyOf(this.grid.geometry || this.grid.shapes);
      const other = moved || dark !== this.options.dark || view.name !== this.view.name || G.keyOf(view.values) !== G.keyOf(this.view.values);
      this.grid = grid;
      this.view = view;
      this.options.dark = dark;
      if (other || this.failed) this.again();
    },
    again: function () {
      this.failed = false;
      if (!this._map) return;
      for (const key in this._tiles || {}) {
        const tile = this._tiles[key];
        this._load(this._wrapCoords(Object.assign(L.point(tile.coords.x, tile.coords.y), { z: tile.coords.z })), tile.el)
          .catch(() => { this.failed = true; });
      }
    },

    // The cell under a place: its outline in degrees, value and state; null where nothing is drawn yet.
    find: function (latlng) {
      if (!this._map) return null;
      const z = this._tileZoom, world = this._map.project(latlng, z).divideBy(SIZE);
      const x = Math.floor(world.x), y = Math.floor(world.y), px = (world.x - x) * SIZE, py = (world.y - y) * SIZE;
      const tile = this._tiles[x + ':' + y + ':' + z];
      if (!tile || !tile.el.drawn) return null;
      const outline = tile.el.drawn.outline, figures = tile.el.drawn.figures;
      for (let i = 0; i < outline.n; i += 1) {
        const rings = corners(outline, i);
        if (!inside(rings, px, py)) continue;
        const at = outline.numbers ? outline.numbers[i] : i, map = this._map;
        return {
          value: figures.value[at], state: figures.state[at], about: tile.el.drawn.about, resolution: this.grid.lod[z],
          rings: rings.map(ring => ring.map(p => map.unproject(L.point((x + p[0] / SIZE) * SIZE, (y + p[1] / SIZE) * SIZE), z))),
        };
      }
      return null;
    },
  });

  function corners(outline, i) {
    if (outline.items) {
      const k = outline.k * SIZE;
      return outline.items[i].rings.map(ring => {
        const points = [];
        for (let j = 0; j < ring.length; j += 2) points.push([ring[j] * k - outline.x * SIZE, ring[j + 1] * k - outline.y * SIZE]);
        return points;
      });
    }
    const points = [];
    for (let j = 0; j < outline.v; j += 1) points.push([outline.X[i * outline.v + j], outline.Y[i * outline.v + j]]);
    return [points];
  }
  function inside(rings, x, y) {
    let odd = false;
    rings.forEach(ring => {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
        const [xi, yi] = ring[i], [xj, yj] = ring[j];
        if (yi > y !== yj > y && x < (xj - xi) * (y - yi) / (yj - yi) + xi) odd = !odd;
      }
    });
    return odd;
  }
})(window.gridmap);
