// What stands on the map: the value under the pointer, the legend, the slider between two layers, trouble.
(function (G) {
  'use strict';
  function make(kind, className, text, parent) {
    const element = document.createElement(kind);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    if (parent) parent.appendChild(element);
    return element;
  }
  G.make = make;

  // Numbers as people read them; `about` says by what to multiply, how many digits, and what follows.
  G.write = function (about, value) {
    if (about.mode === 'index') return (about.legend[value] || {}).label || '';
    const scaled = value * about.scale, whole = Number.isInteger(scaled) && about.scale === 1;
    const text = scaled.toLocaleString(about.locale, { maximumFractionDigits: whole ? 0 : about.digits });
    return about.pattern.replace('{value}', text);
  };
  G.says = function (found) {
    const states = found.about.states, S = G.STATES;
    if (found.state === S.OK) return [G.write(found.about, found.value), ''];
    if (found.state === S.FEW) return [G.write(found.about, found.value), states[S.FEW]];
    return [states[found.state], ''];
  };

  G.Hover = L.Class.extend({
    initialize: function (map) {
      this.map = map;
      this.box = make('div', 'gm-hover gm-hidden', null, map.getContainer());
      this.box.setAttribute('role', 'status');
      this.outline = L.polygon([], { pane: 'gm-mark', interactive: false, fill: false, weight: 2, className: 'gm-hovered' });
    },
    show: function (point, title, lines, rings) {
      this.box.replaceChildren();
      make('b', '', title, this.box);
      lines.filter(Boolean).forEach(line => make('div', '', line, this.box));
      this.box.classList.remove('gm-hidden');
      const size = this.map.getSize(), wide = this.box.offsetWidth, high = this.box.offsetHeight;
      this.box.style.left = Math.max(4, Math.min(point.x + 14, size.x - wide - 4)) + 'px';
      this.box.style.top = Math.max(4, point.y + 18 + high > size.y ? point.y - high - 12 : point.y + 18) + 'px';
      if (rings) this.outline.setLatLngs(rings).addTo(this.map); else this.outline.remove();
    },
    hide: function () { this.box.classList.add('gm-hidden'); this.outline.remove(); },
  });

  // The legend: units, classes with their counts, states, and what should be reached.
  G.Legend = L.Control.extend({
    onAdd: function (map) {
      const box = make('details', 'gm-legend leaflet-bar');
      box.open = map.getSize().x > 520;
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      this.box = box;
      return box;
    },
    tell: function (about, dark) {
      if (this.about === about && this.dark === dark) return;
      this.about = about;
      this.dark = dark;
      const box = this.box;
      // A long list of owners would hide the map it explains: their names stand on the map, the list is one tap away.
      if (about.legend.length > 9 && this.title !== about.title) box.open = false;
      this.title = about.title;
      box.replaceChildren();
      make('summary', '', about.title, box);
      if (about.note) make('div', 'gm-note', about.note, box);
      const table = make('table', '', null, box);
      table.setAttribute('aria-label', about.title);
      const rows = about.legend.map((row, number) => [row, number]).sort((a, b) => (b[0].hatched ? 1 : 0) - (a[0].hatched ? 1 : 0));
      rows.forEach(([row, number]) => {
        if (row.target) line(table, 'gm-target', null, row.target, '');
        line(table, '', about.colours[number], row.label, row.count, row.hatched ? G.STATES.FEW : undefined, dark);
      });
      (about.others || []).forEach(row => { if (row.count) line(table, '', null, row.label, row.count, row.state, dark); });
      if (about.moved) line(table, '', null, about.moved.label, about.moved.count, undefined, dark, G.LOOKS.moved);
      if (about.target) make('div', 'gm-note', about.target, box);
      if (about.counted) make('div', 'gm-note', about.counted, box);
    },
  });
  function line(table, className, colour, label, count, state, dark, outline) {
    const row = make('tr', className, null, table), swatch = make('td', 'gm-swatch', null, row);
    if (outline) {
      const sample = make('span', 'gm-outline', null, swatch);
      sample.style.borderColor = outline.line[dark ? 2 : 1];
    } else if (colour || state !== undefined) {
      const canvas = make('canvas', '', null, swatch), g = canvas.getContext('2d'), plain = G.plain(dark);
      canvas.width = 36; canvas.height = 24;
      g.scale(2, 2);
      g.fillStyle = colour || (state === G.STATES.OUTSIDE ? plain.outside : state === G.STATES.FEW ? '#6f8fae' : plain.none);
      g.fillRect(0, 0, 18, 12);
      if (state === G.STATES.FEW || state === G.STATES.UNKNOWN) { g.fillStyle = G.pattern(g, state, dark); g.fillRect(0, 0, 18, 12); }
    }
    make('td', '', label, row);
    make('td', 'gm-count', typeof count === 'number' ? count.toLocaleString() : count, row);
  }

  // Two layers in one map: the left one ends, and the right one begins, at a line that a range input moves (mouse, touch, keys).
  G.Swipe = L.Control.extend({
    onAdd: function (map) {
      this.map = map;
      this.line = make('div', 'gm-line', null, map.getContainer());
      this.input = make('input', 'gm-swipe', null, map.getContainer());
      this.input.type = 'range'; this.input.min = 0; this.input.max = 1000; this.input.value = 500;
      this.input.setAttribute('aria-label', G.texts.swipe || '');
      L.DomEvent.disableClickPropagation(this.input);
      L.DomEvent.on(this.input, 'mousedown pointerdown touchstart', L.DomEvent.stopPropagation);
      this.input.addEventListener('input', () => this.clip());
      map.on('move zoom viewreset resize', this.clip, this);
      this.clip();
      return make('div', 'gm-hidden');
    },
    at: function () { return this.map.getSize().x * this.input.value / 1000; },
    clip: function () {
      const map = this.map, size = map.getSize(), nw = map.containerPointToLayerPoint([0, 0]), se = map.containerPointToLayerPoint(size);
      const x = nw.x + this.at(), box = (left, right) => 'polygon(' + [[left, nw.y], [right, nw.y], [right, se.y], [left, se.y]]
        .map(p => p[0] + 'px ' + p[1] + 'px').join(',') + ')';
      map.getPane('gm-cells').style.clipPath = box(nw.x, x);
      map.getPane('gm-beside').style.clipPath = box(x, se.x);
      this.line.style.left = this.at() + 'px';
    },
    onRemove: function (map) {
      map.off('move zoom viewreset resize', this.clip, this);
      map.getPane('gm-cells').style.clipPath = map.getPane('gm-beside').style.clipPath = '';
      this.line.remove();
      this.input.remove();
    },
  });

  G.Trouble = L.Class.extend({
    initialize: function (map, again) {
      this.box = make('div', 'gm-trouble gm-hidden', null, map.getContainer());
      this.box.setAttribute('role', 'alert');
      this.again = again;
      L.DomEvent.disableClickPropagation(this.box);
    },
    tell: function (error) {
      this.box.classList.toggle('gm-hidden', !error);
      if (!error || this.box.childNodes.length) return;
      make('span', '', G.texts.trouble || '', this.box);
      make('button', '', G.texts.again || '\u21bb', this.box).addEventListener('click', () => { this.box.replaceChildren(); this.tell(null); this.again(); });
    },
  });
})(window.gridmap);
