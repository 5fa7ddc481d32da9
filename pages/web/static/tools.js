// Tools on the map: move it, or select cells with a box, a lasso or a brush. What was drawn goes to the page as places only;
// which cells that are is for the server to say.
(function (G) {
  'use strict';
  const BRUSH = 14;                        // pixels; pages/parts/gestures.py reads a trail as this wide
  const STEP = 3, TAP = 6, MOST = 500;     // pixels between points and of a tap; points that are sent
  const KEPT_MS = 5000;                    // how long a drawing waits for its answer
  const NARROW = 720;                      // pixels of map
  const TOOLS = [
    ['pan', 'M12 3v18M3 12h18M12 3l-3 3M12 3l3 3M12 21l-3-3M12 21l3-3M3 12l3-3M3 12l3 3M21 12l-3-3M21 12l-3 3'],
    ['box', 'M4 5h4M11 5h3M17 5h3v3M20 11v3M20 17v2h-3M14 19h-3M8 19H4v-2M4 14v-3M4 8V5'],
    ['lasso', 'M8 15.6c-3-.9-5-2.9-5-5.3C3 6.8 7 4 12 4s9 2.8 9 6.3-4 6.2-9 6.2c-1.4 0-2.8-.3-4-.9M8 15.6a2 2 0 1 0-2.6 2.9c1.200.5 1.800 1.6 1.100 3'],
    ['paint', 'M21 3l-9.6 9.6M9.5 11.6l3 3M9.5 12.6c-2.500-.2-4 1.4-4.3 3.4-.2 1.6-.9 3-2.2 4 4.500 1 8.7-.6 9.2-5'],
  ];
  const HOWS = ['replace', 'add', 'remove'];

  function icon(path) {
    const svg = L.SVG.create('svg'), line = L.SVG.create('path');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    line.setAttribute('d', path);
    svg.appendChild(line);
    return svg;
  }
  function place(latlng) {
    return [+Math.max(-85, Math.min(85, latlng.lat)).toFixed(6), +Math.max(-180, Math.min(180, latlng.lng)).toFixed(6)];
  }
  function thinned(map, points) {
    const pixels = points.map(each => map.latLngToContainerPoint(each));
    let rough = 1, kept = L.LineUtil.simplify(pixels, rough);
    while (kept.length > MOST) kept = L.LineUtil.simplify(pixels, rough *= 1.5);
    return kept.map(each => map.containerPointToLatLng(each));
  }

  G.Tools = L.Control.extend({
    options: { position: 'topright' },

    onAdd: function (map) {
      this.map = map;
      this.tool = 'pan';
      this.how = 'replace';
      this.held = '';         // what a key that is held down makes of it
      this.buttons = {};
      const box = this.box = G.make('div', 'gm-tools');
      this.tools = this._row(box, TOOLS.map(each => each[0]), name => this.choose(name));
      this.hows = this._row(box, HOWS, name => { this.how = name; this.tell(); });
      TOOLS.forEach(([name, path]) => this.buttons[name].appendChild(icon(path)));
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      this.listened = [
        [map.getContainer(), 'pointerdown', event => this._down(event)], [map.getContainer(), 'pointermove', event => this._move(event)],
        [map.getContainer(), 'pointerup', event => this._up(event)], [map.getContainer(), 'pointercancel', () => this.cancel()],
        [document, 'keydown', event => this._key(event, true)], [document, 'keyup', event => this._key(event, false)],
        [window, 'blur', () => { this.held = ''; this.tell(); }],
      ];
      this.listened.forEach(([where, what, does]) => where.addEventListener(what, does));
      this.label();
      this.tell();
      return box;
    },
    onRemove: function () {
      this.cancel();
      this.answered();
      this.choose('pan');
      this.listened.forEach(([where, what, does]) => where.removeEventListener(what, does));
    },
    _row: function (box, names, chosen) {
      const row = G.make('div', 'gm-tool-row leaflet-bar', null, box);
      row.setAttribute('role', 'group');
      names.forEach(name => {
        const button = this.buttons[name] = G.make('button', 'gm-tool', null, row);
        button.type = 'button';
        button.addEventListener('click', () => chosen(name));
      });
      return row;
    },

    // The words come by a route after the map is there, and again in another language.
    label: function () {
      const texts = G.texts;
      this.tools.setAttribute('aria-label', texts.tools || '');
      this.hows.setAttribute('aria-label', texts.how || '');
      this.hows.title = texts.hint || '';
      TOOLS.forEach(([name]) => { this.buttons[name].title = texts[name] || ''; this.buttons[name].setAttribute('aria-label', texts[name] || ''); });
      HOWS.forEach(name => { this.buttons[name].textContent = texts[name] || ''; });
    },
    tell: function () {
      const does = this.held || this.how;
      TOOLS.forEach(([name]) => this.buttons[name].setAttribute('aria-pressed', String(name === this.tool)));
      HOWS.forEach(name => this.buttons[name].setAttribute('aria-pressed', String(name === does)));
      this.hows.classList.toggle('gm-hidden', this.tool === 'pan');
    },
    choose: function (name) {
      const map = this.map, draws = name !== 'pan', classes = map.getContainer().classList;
      this.cancel();
      this.tool = name;
      [map.dragging, map.boxZoom, map.doubleClickZoom].forEach(handler => handler && (draws ? handler.disable() : handler.enable()));
      classes.toggle('gm-drawing', draws);
      classes.toggle('gm-painting', name === 'paint');
      const legend = map.gridmap.legend.box;      // on a narrow map it lies over cells that one may want to draw on
      if (draws && legend && map.getSize().x < NARROW) legend.open = false;
      this.tell();
    },
    draws: function () { return this.tool !== 'pan'; },

    _key: function (event, down) {
      if (!this.draws()) return;
      if (down && event.key === 'Escape') { if (this.shape) this.cancel(); else this.choose('pan'); return; }
      if (event.key !== 'Shift' && event.key !== 'Alt') return;
      if (event.key === 'Alt') event.preventDefault();     // the browser would go to its menu
      this.held = event.altKey ? 'remove' : event.shiftKey ? 'add' : '';
      this.tell();
    },
    _down: function (event) {
      if (!this.draws() || event.target.closest('.leaflet-control, .gm-trouble, .gm-swipe')) return;
      if (this.shape) { this.cancel(); this.stopped = true; return; }    // a second finger moves the map instead
      if (event.button !== 0 || (this.stopped && !event.isPrimary)) return;
      const map = this.map, at = map.mouseEventToLatLng(event), look = { pane: 'gm-mark', interactive: false };
      this.stopped = false;
      this.pointer = event.pointerId;
      this.points = [at];
      this.last = this.first = map.mouseEventToContainerPoint(event);
      this.far = false;
      this.shape = this.tool === 'box' ? L.rectangle([at, at], Object.assign({ className: 'gm-drawn' }, look))
        : this.tool === 'lasso' ? L.polygon([at], Object.assign({ className: 'gm-drawn', smoothFactor: 0 }, look))
          : L.polyline([at, at], Object.assign({ className: 'gm-brushed', weight: BRUSH, smoothFactor: 0 }, look));
      this.shape.addTo(map);
      map.gridmap.hover.hide();
      L.DomUtil.disableTextSelection();
      try { map.getContainer().setPointerCapture(event.pointerId); } catch (error) { /* a pointer that is gone already: its end comes as cancel */ }
    },
    _move: function (event) {
      if (!this.shape || event.pointerId !== this.pointer) return;
      const map = this.map, at = map.mouseEventToContainerPoint(event);
      if (at.distanceTo(this.last) < STEP) return;
      this.last = at;
      this.far = this.far || at.distanceTo(this.first) > TAP;
      if (this.tool === 'box') { this.points[1] = map.containerPointToLatLng(at); this.shape.setBounds(this.points); return; }
      this.points.push(map.containerPointToLatLng(at));
      if (this.points.length > 8 * MOST) this.points = thinned(map, this.points);
      this.shape.setLatLngs(this.points);
    },
    _up: function (event) {
      if (!this.shape || event.pointerId !== this.pointer) return;
      const map = this.map, shape = this.shape, how = event.altKey ? 'remove' : event.shiftKey ? 'add' : this.how;
      let points = this.far ? this.points : [this.points[0]];
      if (points.length > 2) points = thinned(map, points);
      if (this.tool === 'lasso' && points.length === 2) points = [points[0]];
      this._end();
      if (points.length === 1) shape.remove(); else this._wait(shape);
      this.send(points, points.length === 1 && how === 'replace' ? 'toggle' : how);
    },

    // A tap by pointer or key selects one cell.
    tap: function (latlng) { this.send([latlng], (this.held || this.how) === 'replace' ? 'toggle' : this.held || this.how); },
    send: function (points, how) {
      const map = this.map;
      if (!window.Streamlit) return this.answered();
      window.Streamlit.setComponentValue({ select: { mode: this.tool, how: how, pts: points.map(place), zoom: map.getZoom(),
        centre: place(map.getCenter()), seq: Date.now() } });
    },
    cancel: function () {
      if (!this.shape) return;
      this.shape.remove();
      this._end();
    },
    _end: function () {
      this.shape = null;
      L.DomUtil.enableTextSelection();
      try { this.map.getContainer().releasePointerCapture(this.pointer); } catch (error) { /* it was never held, or has ended */ }
    },

    // What was drawn stays, paler, until the selection it made is there.
    _wait: function (shape) {
      this.answered();
      this.sent = shape;
      const drawn = shape.getElement();
      if (drawn) drawn.classList.add('gm-sent');
      this.timer = setTimeout(() => this.answered(), KEPT_MS);
    },
    answered: function () {
      clearTimeout(this.timer);
      if (this.sent) this.sent.remove();
      this.sent = null;
    },
  });

  // The selection: one outline, drawn twice so that it is seen on every colour.
  G.Selection = L.Class.extend({
    initialize: function (name) {
      this.parts = ['halo', 'line'].map(part => L.polygon([], { pane: 'gm-mark', interactive: false, smoothFactor: 0.5, className: 'gm-' + name + '-' + part }));
      this.text = '';
    },
    tell: function (map, text) {
      if (text === this.text) return;
      this.text = text;
      const rings = G.rings(text);
      this.parts.forEach(part => { if (rings.length) part.setLatLngs(rings).addTo(map); else part.remove(); });
    },
  });

  // What is proposed: each cell in the colour of who would take it, until it is accepted or laid aside.
  G.Proposed = L.Class.extend({
    initialize: function () { this.sign = ''; this.parts = []; },
    tell: function (map, given) {
      const sign = JSON.stringify(given || []);
      if (sign === this.sign) return;
      this.sign = sign;
      this.parts.forEach(part => part.remove());
      this.parts = (given || []).map(each => L.polygon(G.rings(each[0]),
        { pane: 'gm-over', interactive: false, smoothFactor: 0.5, weight: 2.5, fillColor: each[1], fillOpacity: 0.92, className: 'gm-proposed' }).addTo(map));
    },
  });
})(window.gridmap);
