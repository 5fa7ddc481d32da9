// What gives the map its bearings: areas, roads, waters, outlines, points and names; all from the branch's own tables.
(function (G) {
  'use strict';
  const SIZE = 256;

  // Strokes are [width in pixels, colour on a light page, colour on a dark page, dashes].
  const LOOKS = {
    areas: { fill: ['#f4f2ec', '#1b2129'], line: [0.8, '#c9c3b4', '#39424f'] },
    boundary: { line: [2, '#6b6658', '#8d96a5'] },
    towns: { line: [1.1, 'rgba(70,66,55,.55)', 'rgba(190,198,210,.5)', [5, 3]] },
    waters: { fill: ['#bcd8ea', '#16364d'], line: [1.4, '#9cc4de', '#1f4a68'] },
    roads: { line: [1, '#b9ad93', '#4d5663'] },
    parks: { fill: ['rgba(126,60,168,.10)', 'rgba(200,150,255,.12)'], line: [2, '#7e3ca8', '#c99bf2'] },
    territories: { line: [2.2, 'rgba(25,25,30,.8)', 'rgba(240,240,245,.8)'] },
    moved: { line: [2.6, '#e3007b', '#ff5cab'], halo: [5.2, '#ffffff', '#0e1117'] },
  };
  const ROADS = { motorway: 2.6, trunk: 2.2, primary: 1.8, secondary: 1.2, street: 0.7, railway: 1.2 };
  const FROM = { secondary: 10, street: 13 };

  G.LOOKS = LOOKS;
  function lineOf(look, item, zoom) {
    let width = look.line[0];
    if (item.k && ROADS[item.k]) width = ROADS[item.k];
    return zoom < 10 ? width * 0.7 : zoom > 14 ? width * 1.5 : width;
  }

  G.Shapes = L.GridLayer.extend({
    options: { tileSize: SIZE, keepBuffer: 1, updateWhenZooming: false, noWrap: true },
    initialize: function (kind, url, options) {
      L.setOptions(this, options);
      this.kind = kind;
      this.url = url;
    },
    createTile: function (coords, done) {
      const canvas = document.createElement('canvas'), sharp = G.sharp();
      canvas.width = canvas.height = SIZE * sharp;
      G.shapes(this.url).then(given => { this._paint(canvas, coords, given); G.drew(); done(null, canvas); }, error => { this.failed = true; done(error, canvas); });
      return canvas;
    },
    _paint: function (canvas, coords, given) {
      const g = canvas.getContext('2d'), k = Math.pow(2, coords.z) * SIZE, sharp = canvas.width / SIZE, look = LOOKS[this.kind];
      const ox = coords.x * SIZE, oy = coords.y * SIZE, margin = 4 / k, dark = this.options.dark ? 1 : 0;
      const west = ox / k - margin, north = oy / k - margin, east = (ox + SIZE) / k + margin, south = (oy + SIZE) / k + margin;
      g.setTransform(sharp, 0, 0, sharp, 0, 0);
      g.lineJoin = g.lineCap = 'round';
      given.items.forEach(item => {
        const box = item.box;
        if (box[0] > east || box[2] < west || box[1] > south || box[3] < north || coords.z < (FROM[item.k] || 0)) return;
        const path = new Path2D();
        item.rings.forEach(ring => {
          let lastX = NaN, lastY = NaN;
          for (let i = 0; i < ring.length; i += 2) {
            const x = ring[i] * k - ox, y = ring[i + 1] * k - oy;
            if (i && i < ring.length - 2 && Math.abs(x - lastX) < 0.5 && Math.abs(y - lastY) < 0.5) continue;
            if (i) path.lineTo(x, y); else path.moveTo(x, y);
            lastX = x; lastY = y;
          }
          if (item.c) path.closePath();
        });
        if (item.c && look.fill) { g.fillStyle = look.fill[dark]; g.fill(path, 'evenodd'); }
        if (this.options.linesOnly && item.c && this.kind === 'waters') return;
        if (look.halo) { g.strokeStyle = look.halo[1 + dark]; g.lineWidth = look.halo[0]; g.setLineDash([]); g.stroke(path); }
        g.strokeStyle = look.line[1 + dark];
        g.lineWidth = lineOf(look, item, coords.z);
        g.setLineDash(item.k === 'railway' ? [6, 4] : look.line[3] || []);
        g.stroke(path);
      });
    },
  });

  // Points on one canvas each tile; found again by the pointer.
  const POINTS = {
    served: ['#117733', '#5fd38a', 'square'], unserved: ['#cc3311', '#ff8a66', 'square'],
    loss: ['#b2182b', '#ff8a7a', 'cross'], attack: ['#c77c11', '#ffc46b', 'ring'], place: ['#3b528b', '#9db9ff', 'dot'],
    danger_blue: ['#4a7fb5', '#8ec1ff', 'dot'], danger_yellow: ['#e0b000', '#ffd84d', 'dot'],
    danger_orange: ['#e06a00', '#ff9a3d', 'square'], danger_red: ['#b2001d', '#ff5a66', 'square'],
  };
  function mark(g, kind, x, y, dark, r) {
    const look = POINTS[kind] || POINTS.place, colour = look[dark ? 1 : 0], rim = dark ? '#0e1117' : '#ffffff';
    g.beginPath();
    g.lineWidth = r < 4 ? 2.4 : 3.4;
    if (look[2] === 'cross') { g.moveTo(x - r, y - r); g.lineTo(x + r, y + r); g.moveTo(x + r, y - r); g.lineTo(x - r, y + r); }
    else if (look[2] === 'square') g.rect(x - r, y - r, 2 * r, 2 * r);
    else g.arc(x, y, r, 0, 7);
    g.strokeStyle = rim; g.stroke();
    if (look[2] === 'dot' || look[2] === 'square') { g.fillStyle = colour; g.fill(); return; }
    g.lineWidth = r < 4 ? 1.4 : 2; g.strokeStyle = colour; g.stroke();
  }
  G.Points = L.GridLayer.extend({
    options: { tileSize: SIZE, keepBuffer: 1, updateWhenZooming: false, noWrap: true },
    initialize: function (url, options) { L.setOptions(this, options); this.url = url; },
    createTile: function (coords, done) {
      const canvas = document.createElement('canvas'), sharp = G.sharp();
      canvas.width = canvas.height = SIZE * sharp;
      G.shapes(this.url).then(given => {
        const g = canvas.getContext('2d'), k = Math.pow(2, coords.z) * SIZE;
        g.setTransform(sharp, 0, 0, sharp, 0, 0);
        given.items.forEach(item => {
          const x = item.at[0] * k - coords.x * SIZE, y = item.at[1] * k - coords.y * SIZE;
          if (x > -8 && y > -8 && x < SIZE + 8 && y < SIZE + 8) mark(g, item.k, x, y, this.options.dark, coords.z < 11 ? 2.6 : coords.z < 13 ? 3.4 : 4.5);
        });
        this.given = given;
        G.drew();
        done(null, canvas);
      }, error => { this.failed = true; done(error, canvas); });
      return canvas;
    },
    find: function (latlng) {
      if (!this._map || !this.given) return null;
      const here = this._map.latLngToContainerPoint(latlng);
      let best = null, near = 9;
      this.given.items.forEach(item => {
        const away = this._map.latLngToContainerPoint(G.latLng(item.at)).distanceTo(here);
        if (away < near) { near = away; best = item; }
      });
      return best;
    },
  });

  // Names stand above everything, earlier groups and larger things first; one that would cover another waits for a closer look.
  G.Labels = L.LayerGroup.extend({
    initialize: function (url, options) {
      L.LayerGroup.prototype.initialize.call(this, [], options);
      this.url = url;
      this.texts = [];
    },
    onAdd: function (map) {
      this._fill = G.shapes(this.url).then(given => {
        if (!map.hasLayer(this)) return;
        given.items.filter(item => item.n && item.at).sort((a, b) => size(b) - size(a)).forEach(item => {
          const text = document.createElement('span');
          text.textContent = item.n;
          const icon = L.divIcon({ className: 'gm-label gm-label-' + this.options.look, html: text, iconSize: null });
          const marker = L.marker(G.latLng(item.at), { icon: icon, interactive: false, keyboard: false, pane: this.options.pane });
          this.texts.push(marker);
          marker.addTo(map);
        });
        G.spread(map);
      }, () => { this.failed = true; });
    },
    onRemove: function (map) { this.texts.forEach(marker => marker.remove()); this.texts = []; G.spread(map); },
  });
  G.spread = function (map) {
    const taken = [];
    map.gridmap.rest.forEach(group => (group.texts || []).forEach(marker => {
      const element = marker.getElement();
      if (!element) return;
      element.classList.remove('gm-hidden');
      const at = map.latLngToLayerPoint(marker.getLatLng()), text = element.firstChild, w = text.offsetWidth, h = text.offsetHeight;
      const box = [at.x - w / 2 - 3, at.y - h / 2 - 1, at.x + w / 2 + 3, at.y + h / 2 + 1];
      const free = taken.every(other => box[0] > other[2] || box[2] < other[0] || box[1] > other[3] || box[3] < other[1]);
      element.classList.toggle('gm-hidden', !free);
      if (free) taken.push(box);
    }));
  };
  function size(item) { return (item.box[2] - item.box[0]) * (item.box[3] - item.box[1]); }
})(window.gridmap);
