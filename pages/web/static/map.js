// The map itself: made once, then told what to show; only what differs is touched, so nothing flickers.
(function (G) {
  'use strict';
  G.texts = {};
  const PANES = { 'gm-base': 210, 'gm-cells': 300, 'gm-beside': 301, 'gm-lines': 360, 'gm-over': 380, 'gm-points': 400, 'gm-mark': 450, 'gm-stops': 610, 'gm-names': 620 };

  G.start = function (map) {
    for (const name in PANES) {
      const pane = map.createPane(name);
      pane.style.zIndex = PANES[name];
      if (name !== 'gm-mark' && name !== 'gm-stops') pane.style.pointerEvents = 'none';
    }
    const here = map.gridmap = {
      hover: new G.Hover(map), legend: new G.Legend({ position: 'bottomright' }), rest: new Map(), shown: null, seq: 0,
      tools: null, selection: new G.Selection('selected'), proposed: new G.Proposed(), fit: '', fitRoutes: () => {},
      mark: L.polygon([], { pane: 'gm-mark', interactive: false, fill: false, weight: 3, className: 'gm-marked' }),
    };
    G.retry = () => { if (here.shown) G.show(map, here.shown); };
    const trouble = new G.Trouble(map, G.retry);
    G.trouble = error => trouble.tell(error);
    map.attributionControl.setPrefix(false);
    map.on('mousemove', event => point(map, event.latlng, event.containerPoint));
    map.on('mouseout movestart', () => here.hover.hide());
    map.on('click', event => choose(map, event.latlng, event.containerPoint));
    map.getContainer().addEventListener('keydown', event => {
      if (event.key === 'Enter' && event.target === map.getContainer()) choose(map, map.getCenter(), map.getSize().divideBy(2), true);
    });
    map.on('zoomend', () => G.spread(map));
    map.on('resize', () => { if (here.legend.box && map.getSize().x <= 520) here.legend.box.open = false; });
  };

  function under(map, latlng, at) {
    const here = map.gridmap;
    for (const layer of here.rest.values()) {
      const found = layer.find && layer.find(latlng);
      if (found) return { point: found };
    }
    const layer = here.beside && at.x > here.swipe.at() ? here.beside : here.main;
    return layer ? layer.find(latlng) : null;
  }
  function point(map, latlng, at) {
    const here = map.gridmap, drawing = here.tools && here.tools.shape, found = drawing ? null : under(map, latlng, at);
    if (!found) return here.hover.hide();
    if (found.point) return here.hover.show(at, found.point.n || G.texts[found.point.k] || '', [found.point.d], null);
    const [said, remark] = G.says(found);
    here.hover.show(at, said, [remark, found.about.title], found.rings);
  }
  // With a tool in hand a click has been taken as a tap already; Enter taps the middle.
  function choose(map, latlng, at, byKey) {
    const here = map.gridmap;
    if (here.tools && here.tools.draws()) { if (byKey) here.tools.tap(latlng); return; }
    const found = under(map, latlng, at), res = found && !found.point ? found.resolution : null;
    if (found && found.rings) here.mark.setLatLngs(found.rings).addTo(map);
    point(map, latlng, at);
    if (!window.Streamlit) return;
    const middle = map.getCenter();
    window.Streamlit.setComponentValue({ click: { lat: +latlng.lat.toFixed(6), lon: +latlng.lng.toFixed(6), zoom: map.getZoom(), res: res,
      centre: [+middle.lat.toFixed(6), +middle.lng.toFixed(6)], seq: Date.now() } });
  }

  // A cell layer that stands is told the change; otherwise one is made.
  function cells(map, slot, pane, wanted, state) {
    const here = map.gridmap;
    if (!wanted) { if (here[slot]) { here[slot].remove(); here[slot] = null; } return; }
    if (here[slot]) { here[slot].change(state.grid, wanted, state.dark); return; }
    here[slot] = new G.Cells(state.grid, wanted, { pane: pane, dark: state.dark, bounds: state.bounds, maxZoom: 19 });
    here[slot].on('painted', event => legends(map, slot, event.about));
    here[slot].addTo(map);
  }
  function legends(map, slot, about) {
    const here = map.gridmap;
    if (slot === 'main') { if (!here.legend._map) here.legend.addTo(map); here.legend.tell(about, here.shown.dark); }
    else if (here.second) here.second.tell(about, here.shown.dark);
  }

  // Everything else by key: kept while its address and the theme stay, taken away when no longer wanted.
  function others(map, state) {
    const here = map.gridmap, wanted = new Map(), common = { dark: state.dark, maxZoom: 19, bounds: state.bounds };
    if (state.raster) wanted.set('raster', () => raster(state.raster));
    if (!state.raster) ['areas', 'waters'].forEach(kind => state.base[kind] &&
      wanted.set(kind + '.below', () => new G.Shapes(kind, state.base[kind], Object.assign({ pane: 'gm-base' }, common))));
    ['waters', 'roads', 'boundary'].forEach(kind => state.base[kind] && !(state.raster && kind !== 'boundary') &&
      wanted.set(kind, () => new G.Shapes(kind, state.base[kind], Object.assign({ pane: 'gm-lines', linesOnly: true }, common))));
    (state.over || []).forEach(each => {
      if (each.form === 'routes') wanted.set(each.key, () => new G.Routes(each.url, common));
      else if (each.form === 'points') wanted.set(each.key, () => new G.Points(each.url, Object.assign({ pane: 'gm-points' }, common)));
      else wanted.set(each.key, () => new G.Shapes(each.look, each.url, Object.assign({ pane: 'gm-over' }, common)));
      if (each.names) wanted.set(each.key + '.names', () => new G.Labels(each.url, { pane: 'gm-names', look: each.look }));
    });
    const old = new Map(), signs = new Map([...wanted.keys()].map(key => [key, key + '|' + state.dark + '|' + G.keyOf(addressOf(state, key))]));
    here.rest.forEach((layer, key) => {
      if (signs.get(key) === layer.sign && !layer.failed) return;
      here.rest.delete(key);
      if (signs.has(key)) old.set(key, layer); else layer.remove();
    });
    wanted.forEach((build, key) => {
      if (here.rest.has(key)) return;
      const layer = build();
      layer.sign = signs.get(key);
      here.rest.set(key, layer.addTo(map));
      if (old.has(key)) after(layer, () => { old.get(key).remove(); G.spread(map); });
    });
  }
  // What is replaced stands until the new one is drawn, so that nothing is gone for a moment.
  function after(layer, then) {
    if (layer instanceof L.GridLayer) layer.once('load remove', then);
    else if (layer._fill) layer._fill.then(then, then);
    else then();
  }
  function addressOf(state, key) {
    const name = key.split('.')[0], over = (state.over || []).find(each => each.key === name);
    return over ? over.url : state.base[name] || state[name] || '';
  }
  // The raster's own address and attribution come from the operator's settings by a route, never through folium.
  function raster(url) {
    const group = L.layerGroup();
    G.document(url).then(given => {
      const credit = G.make('span', '', given.attribution);
      L.tileLayer(given.url, { maxNativeZoom: given.longest_zoom, maxZoom: 19, attribution: credit.innerHTML }).addTo(group);
    }, () => { group.failed = true; });
    return group;
  }

  // The days of a sweep that are shown; another sweep, or other days of it, come into sight as a whole.
  function route(map, state, first) {
    const here = map.gridmap, layer = here.rest.get('routes'), fit = state.fit ? state.fit.join() : '';
    if (layer && state.sweep) layer.tell(state.sweep.shown, state.sweep.drag, state.sweep.sign);
    if (!fit || fit === here.fit) return;
    here.fit = fit;
    if (first && state.place) return;
    // Once now, and once with the legend there: the ways end above it as far as there is room.
    here.fitRoutes = () => {
      const box = layer && layer.legend && layer.legend.box, below = box && box.open ? Math.min(box.offsetHeight + 18, map.getSize().y * 0.4) : 34;
      map.fitBounds(here.shown.fit, { animate: false, paddingTopLeft: [34, 34], paddingBottomRight: [34, below], maxZoom: 16 });
    };
    here.fitRoutes();
  }

  // A cell chosen beside the map, in a table or a list, comes into sight; one that was clicked is in sight, and the map stays.
  function select(map, selected, first) {
    const here = map.gridmap, changed = selected !== here.chosen;
    here.chosen = selected;
    if (!selected) { here.mark.remove(); return; }
    here.mark.setLatLngs(G.rings(selected)).addTo(map);
    const middle = here.mark.getBounds().getCenter();
    if (changed && !first && !map.getBounds().contains(middle)) map.panTo(middle, { animate: false });
  }

  G.show = function (map, state) {
    const here = map.gridmap, first = !here.shown;
    here.shown = state;
    map.getContainer().classList.toggle('gm-dark', state.dark);
    map.getContainer().style.setProperty('--gm-opacity', state.opacity);
    if (first || G.keyOf(state.texts) !== here.language) {
      here.language = G.keyOf(state.texts);
      G.document(state.texts).then(texts => {
        G.texts = texts;
        if (here.tools) here.tools.label();
        map.getContainer().setAttribute('aria-label', texts.map);
        map.getContainer().setAttribute('role', 'application');
        map.getContainer().querySelectorAll('.leaflet-control-zoom-in').forEach(e => { e.title = texts.closer; e.setAttribute('aria-label', texts.closer); });
        map.getContainer().querySelectorAll('.leaflet-control-zoom-out').forEach(e => { e.title = texts.wider; e.setAttribute('aria-label', texts.wider); });
      }).catch(() => {});
    }
    if (first && state.place) map.setView(state.place.slice(0, 2), state.place[2], { animate: false });
    else if (first) {
      map.fitBounds(state.bounds, { animate: false, padding: [8, 8] });
      // The legend opens at the right: the branch stands left of it as far as there is room.
      const free = map.getSize().x - (map.latLngToContainerPoint(state.bounds[1]).x - map.latLngToContainerPoint(state.bounds[0]).x);
      if (!state.beside && map.getSize().x > 520 && free > 32) map.panBy([Math.min(free / 2 - 16, 120), 0], { animate: false });
    }
    ['gm-cells', 'gm-beside'].forEach(name => { map.getPane(name).style.opacity = state.opacity; });
    cells(map, 'main', 'gm-cells', state.main, state);
    cells(map, 'beside', 'gm-beside', state.beside, state);
    if (state.beside && !here.swipe) {
      here.swipe = new G.Swipe({ position: 'bottomleft' }).addTo(map);
      here.second = new G.Legend({ position: 'bottomright' }).addTo(map);
      here.legend.setPosition('bottomleft');
    }
    if (!state.beside && here.swipe) {
      here.swipe.remove(); here.second.remove();
      here.swipe = here.second = null;
      here.legend.setPosition('bottomright');
    }
    ['main', 'beside'].forEach(slot => { if (here[slot] && here[slot].about) legends(map, slot, here[slot].about); });
    others(map, state);
    if (state.tools && !here.tools) here.tools = new G.Tools().addTo(map);
    if (!state.tools && here.tools) { here.tools.remove(); here.tools = null; }
    if (here.tools) here.tools.answered();
    here.proposed.tell(map, state.proposed);
    here.selection.tell(map, state.marked);
    route(map, state, first);
    select(map, state.selected, first);
    here.hover.hide();
  };
})(window.gridmap);
