// The days of a sweep on the map: a line and numbered stops for each, a legend, and stops that can be dragged to another day.
// Where a stop was dropped goes to the page as a place only; which day that is is for the server to say.
(function (G) {
  'use strict';
  // [on a light page, on a dark page]: told apart with any eyes, and never by themselves, since the dashes differ with them.
  const COLOURS = [['#0b5fa5', '#7cc0ff'], ['#b3400a', '#ffa777'], ['#00704c', '#62dcae'], ['#86377c', '#eaa8df'],
    ['#3a3f47', '#d5dae2'], ['#7a5200', '#e6bd68'], ['#007079', '#72dde5'], ['#a3123f', '#ff94b2']];
  const DASHES = [null, '11 6', '2 6', '14 5 2 5', '6 4', '18 6', '8 4 2 4 2 4', '1 4'];
  const SIZE = 22, DOT = 9;
  const look = slot => ({ light: COLOURS[slot % COLOURS.length][0], dark: COLOURS[slot % COLOURS.length][1],
    dash: DASHES[(slot + Math.floor(slot / COLOURS.length)) % DASHES.length] });

  // Days out of the flat list: the line of a day stands before its stops.
  function daysOf(items) {
    const days = [];
    items.forEach(item => {
      if (item.rings.length) days.push({ slot: +item.k, title: item.n, detail: item.d, line: item.rings[0], stops: [] });
      else days[days.length - 1].stops.push(item);
    });
    return days;
  }
  function corners(flat) {
    const found = [];
    for (let i = 0; i < flat.length; i += 2) found.push(G.latLng([flat[i], flat[i + 1]]));
    return found;
  }

  G.Routes = L.LayerGroup.extend({
    initialize: function (url, options) {
      L.LayerGroup.prototype.initialize.call(this, [], {});
      L.setOptions(this, options);
      this.url = url;
      this.markers = [];
      this.lines = [];
    },
    onAdd: function (map) {
      this.map = map;
      this._fill = G.shapes(this.url).then(given => {
        if (!map.hasLayer(this)) return;
        this.days = daysOf(given.items);
        this.days.forEach(day => this._draw(map, day));
        this.legend = new G.RouteLegend({ position: 'bottomright' }).addTo(map);
        this.legend.tell(this.days, this.options.dark);
        this.tell(this.shown, this.mayDrag, this.sweep);
        map.gridmap.fitRoutes();
        map.on('zoomend', this.thin, this);
        G.drew();
      }, () => { this.failed = true; });
    },
    onRemove: function (map) {
      map.off('zoomend', this.thin, this);
      if (this.legend) this.legend.remove();
      [...this.markers, ...this.lines].forEach(each => each.remove());
      this.markers = []; this.lines = []; this.days = null; this.legend = null;
    },
    _draw: function (map, day) {
      const how = look(day.slot), at = corners(day.line);
      const halo = L.polyline(at, { pane: 'gm-over', interactive: false, weight: 7, opacity: 0.85, color: this.options.dark ? '#0e1117' : '#ffffff' });
      const line = L.polyline(at, { pane: 'gm-over', interactive: false, weight: 3.5, dashArray: how.dash, color: this.options.dark ? how.dark : how.light });
      [halo, line].forEach(each => { each.slot = day.slot; this.lines.push(each.addTo(map)); });
      [at[0], ...(at[0].equals(at[at.length - 1]) ? [] : [at[at.length - 1]])].forEach(end => {
        const base = L.marker(end, { icon: L.divIcon({ className: 'gm-base', iconSize: [14, 14] }), interactive: false, keyboard: false, pane: 'gm-stops' });
        base.slot = day.slot;
        this.lines.push(base.addTo(map));
      });
      day.stops.forEach((stop, place) => this._stop(map, day, stop, place, how));
    },
    _stop: function (map, day, stop, place, how) {
      const text = document.createElement('span');
      text.textContent = place + 1;
      text.style.background = this.options.dark ? how.dark : how.light;
      const icon = L.divIcon({ className: 'gm-stop' + (day.slot % 2 ? ' gm-stop-odd' : ''), html: text, iconSize: [SIZE, SIZE] });
      const marker = L.marker(G.latLng(stop.at), { icon: icon, keyboard: false, pane: 'gm-stops', draggable: true, autoPan: true });
      Object.assign(marker, { slot: day.slot, place: place, title: stop.n, detail: stop.d, dayTitle: day.title });
      marker.on('mouseover', () => this._hover(marker)).on('mouseout', () => map.gridmap.hover.hide());
      marker.on('click', () => this._send(marker, null));
      marker.on('dragstart', () => { this.held = marker; map.gridmap.hover.hide(); marker.getElement().classList.add('gm-stop-held'); });
      marker.on('dragend', () => {
        marker.getElement().classList.remove('gm-stop-held');
        this._send(marker, marker.getLatLng());
      });
      this.markers.push(marker.addTo(map));
    },
    _hover: function (marker) {
      const map = this.map;
      if (this.held) return;
      map.gridmap.hover.show(map.latLngToContainerPoint(marker.getLatLng()), (marker.place + 1) + ' · ' + marker.title, [marker.detail, marker.dayTitle], null);
    },
    // A dropped stop stays where it was put until the page has answered; a page that refuses puts it back.
    _send: function (marker, dropped) {
      const map = this.map, middle = map.getCenter(), at = dropped || marker.getLatLng();
      this.held = null;
      clearTimeout(this.timer);
      if (dropped) this.timer = setTimeout(() => this.putBack(), 6000);
      if (window.Streamlit) window.Streamlit.setComponentValue({ stop: { sweep: this.sweep, day: marker.slot, number: marker.place, dropped: !!dropped,
        lat: +at.lat.toFixed(6), lon: +at.lng.toFixed(6), zoom: map.getZoom(), centre: [+middle.lat.toFixed(6), +middle.lng.toFixed(6)], seq: Date.now() } });
    },
    putBack: function () {
      clearTimeout(this.timer);
      (this.days || []).forEach(day => day.stops.forEach((stop, place) => {
        const marker = this.markers.find(each => each.slot === day.slot && each.place === place);
        if (marker && marker !== this.held) marker.setLatLng(G.latLng(stop.at));
      }));
    },
    // Which days are shown, whether stops may be dragged, and which save of which sweep this is.
    tell: function (shown, mayDrag, sweep) {
      Object.assign(this, { shown: shown, mayDrag: mayDrag, sweep: sweep });
      const wanted = slot => !shown || !shown.length || shown.includes(slot);
      this.lines.forEach(each => {
        const element = each.getElement();
        if (element) element.classList.toggle('gm-faint', !wanted(each.slot));
      });
      this.markers.forEach(marker => {
        const element = marker.getElement();
        if (element) element.classList.toggle('gm-hidden', !wanted(marker.slot));
        if (marker.dragging) marker.dragging[mayDrag ? 'enable' : 'disable']();
      });
      this.putBack();
      if (this.legend) this.legend.faint(wanted);
      this.thin();
    },
    // A number that would cover another one becomes a dot until one looks closer.
    thin: function () {
      if (!this.map) return;
      const taken = [];
      this.markers.forEach(marker => {
        const element = marker.getElement();
        if (!element || element.classList.contains('gm-hidden')) return;
        const at = this.map.latLngToLayerPoint(marker.getLatLng());
        const free = taken.every(other => Math.abs(other.x - at.x) > SIZE - 3 || Math.abs(other.y - at.y) > SIZE - 3);
        element.classList.toggle('gm-stop-dot', !free);
        marker.setZIndexOffset(free ? 1000 : 0);
        if (free) taken.push(at);
      });
    },
    find: function () { return null; },
  });

  // One line per day, with a sample of its stroke and the shape of its numbers.
  G.RouteLegend = L.Control.extend({
    onAdd: function (map) {
      const box = this.box = G.make('details', 'gm-legend gm-route-legend leaflet-bar');
      box.open = map.getSize().x > 420;
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    },
    tell: function (days, dark) {
      this.rows = [];
      this.box.replaceChildren();
      G.make('summary', '', G.texts.routes || '', this.box);
      const table = G.make('table', '', null, this.box);
      table.setAttribute('aria-label', G.texts.routes || '');
      days.forEach(day => {
        const row = G.make('tr', '', null, table), cell = G.make('td', '', null, row), how = look(day.slot);
        const svg = L.SVG.create('svg'), line = L.SVG.create('line');
        svg.setAttribute('width', 44); svg.setAttribute('height', 10); svg.setAttribute('aria-hidden', 'true');
        Object.entries({ x1: 1, x2: 43, y1: 5, y2: 5, 'stroke-width': 3.5, stroke: dark ? how.dark : how.light }).forEach(([name, value]) => line.setAttribute(name, value));
        if (how.dash) line.setAttribute('stroke-dasharray', how.dash);
        svg.appendChild(line);
        cell.appendChild(svg);
        G.make('td', '', day.title, row);
        G.make('td', 'gm-count', day.detail, row);
        this.rows.push([day.slot, row]);
      });
      if (days.length > 7) this.box.open = false;      // a long list would hide the ways it explains
    },
    faint: function (wanted) { (this.rows || []).forEach(([slot, row]) => row.classList.toggle('gm-faint', !wanted(slot))); },
  });
})(window.gridmap);
