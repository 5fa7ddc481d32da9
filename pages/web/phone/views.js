// The next stop, big and with the seven buttons under the thumb; and the list of the day.
(function (G) {
  'use strict';

  G.nextView = function (app) {
    const day = app.dayNow(), done = app.done();
    const stop = app.stop && day.stops.includes(app.stop) ? app.stop : G.nextStop(day, done);
    if (!stop) return G.el('div.view', null, G.el('div.empty', null, G.el('h2', null, G.t(day.stops.length ? 'day_done' : 'day_empty')),
      G.el('p', null, G.t('day_done_more'))), found(app, null));
    const door = stop.doors.find(each => each.org_id === app.org) || stop.doors.find(each => !done.has(each.org_id)) || stop.doors[0];
    const choose = each => { app.stop = stop; app.org = each.org_id; app.draw(); };
    return G.el('div.view.next', null,
      G.el('section.card', { 'aria-label': G.t('next_stop') }, head(app, day, stop),
        stop.doors.length > 1 && G.el('div.doors', null, stop.doors.map(each => doorLine(each, done, each === door, choose))),
        doorCard(app, stop, door, done)),
      outcomes(app, stop, door, done));
  };

  function head(app, day, stop) {
    const place = day.stops.indexOf(stop), step = by => { app.stop = day.stops[place + by]; app.org = ''; app.draw(); };
    const times = G.clock(stop.start_min) + '–' + G.clock(stop.leave_min);
    return G.el('div.stop-head', null,
      G.el('span.badge.big-badge', null, String(stop.number)),
      G.el('div.stop-name', null, G.el('h2', null, G.stopName(stop)),
        G.el('p', null, [times, stop.fixed && G.t('fixed'), stop.travel_m > 0 && G.distance(stop.travel_m)].filter(Boolean).join(' · '))),
      G.el('div.steps', null,
        G.button('step', '‹', () => step(-1), { disabled: place < 1, 'aria-label': G.t('stop_before') }),
        G.button('step', '›', () => step(1), { disabled: place + 1 >= day.stops.length, 'aria-label': G.t('stop_after') })));
  }

  function doorLine(door, done, chosen, choose) {
    const known = done.get(door.org_id);
    return G.el('button.door', { type: 'button', 'aria-pressed': String(chosen), onclick: () => choose(door) },
      G.el('span.door-name', null, G.said(door.name)), G.el('span.door-place', null, known ? G.t('o_' + known.outcome) : G.doorPlace(door)));
  }

  const line = (form, ...parts) => { const kept = parts.filter(Boolean); return kept.length ? G.el(form, null, kept.join(' · ')) : null; };

  function doorCard(app, stop, door, done) {
    const known = done.get(door.org_id), visits = door.visits || [];
    return G.el('div.door-card', null,
      G.stopName(stop) !== G.said(door.name) && G.el('h3', null, G.said(door.name)),
      line('p.place', door.address, G.doorPlace(door)),
      G.el('p.chips', null, door.tier && G.el('span.chip', null, G.t('tier', { tier: door.tier })), door.trade && G.el('span.chip', null, G.said(door.trade)),
        door.hours && G.el('span.chip', null, door.hours)),
      known && G.el('p.was', null, G.t('recorded_already', { outcome: G.t('o_' + known.outcome) })),
      door.gone && G.el('p.was', null, G.t('gone')),
      (door.reasons || []).length > 0 && G.el('ul.reasons', null, door.reasons.map(each => G.el('li', null, G.said(each)))),
      (door.contacts || []).map(each => contact(app, each)),
      visits.length > 0 && G.el('details.visits', null, G.el('summary', null, G.t('last_visit', { day: G.dayName(visits[0].on), outcome: G.t('o_' + visits[0].outcome) })),
        visits.map(each => line('p', G.dayName(each.on), G.t('o_' + each.outcome), each.note))),
      directions(stop));
  }

  function contact(app, each) {
    const place = G.el('p.contact', null, G.el('span', null, [each.name, each.role && G.said(each.role)].filter(Boolean).join(' · ')));
    if (!each.phone) return place;
    const masked = G.el('button.number', { type: 'button', 'aria-label': G.t('reveal', { name: each.name }), onclick: async () => {
      const number = await app.reveal(each.contact_id);
      if (number) masked.replaceWith(G.el('a.number', { href: 'tel:' + number.replace(/[^+\d]/g, '') }, number));
    } }, each.phone);
    place.append(masked);
    return place;
  }

  function directions(stop) {
    const ways = stop.ways || [];
    return ways.length > 0 && G.el('details', null, G.el('summary', null, G.t('directions')), G.el('p.ways', null,
      ways.map(([name, url]) => G.el('a.way', { href: url, rel: 'noreferrer noopener', target: '_blank' }, G.said(name)))));
  }

  function outcomes(app, stop, door) {
    const record = outcome => { app.org = ''; app.stop = null; G.record(app, door, outcome); };
    return G.el('div.outcomes', { role: 'group', 'aria-label': G.t('record_for', { name: G.said(door.name) }) },
      G.OUTCOMES.map(outcome => G.button('outcome.' + outcome, G.t('o_' + outcome), () => record(outcome), { 'data-outcome': outcome })),
      G.button('outcome.more', G.t('found'), () => G.sheet(G.t('found'), close => [found(app, stop, close)])));
  }

  function found(app, stop, close) {
    const then = act => () => { if (close) close(); act(app, stop); };
    return G.el('div.found', null,
      G.button('big', G.t('new_prospect'), then(G.newProspect)), G.button('plain', G.t('street_walked'), then(G.streetWalked)));
  }

  G.listView = function (app) {
    const day = app.dayNow(), done = app.done(), next = G.nextStop(day, done);
    const open = stop => { app.stop = stop; app.org = ''; app.show('next'); };
    return G.el('div.view', null, G.el('ol.stops', null, day.stops.map(stop => {
      const over = G.isDone(stop, done), said = over ? 'stop_done' : stop === next ? 'next_stop' : '';
      const records = stop.doors.map(each => done.get(each.org_id)).filter(Boolean).map(each => G.t('o_' + each.outcome));
      return G.el('li', null, G.el('button.stop' + (over ? '.over' : stop === next ? '.now' : ''), { type: 'button', onclick: () => open(stop) },
        G.el('span.badge', null, String(stop.number)),
        G.el('span.stop-text', null, G.el('b', null, G.stopName(stop)),
          G.el('span', null, [G.clock(stop.start_min), G.t('doors_here', { count: stop.doors.length }), said && G.t(said)].filter(Boolean).join(' · ')),
          records.length > 0 && G.el('span', null, records.join(', ')))));
    })), G.el('p.totals', null, G.t('totals', { begins: G.clock(day.leaves_min), ends: G.clock(day.returns_min), road: Math.round(day.travel_min) })),
    found(app, next));
  };

  G.mapView = function (app) {
    const day = app.dayNow();
    return G.map(app.pack, day, app.done(), app.stop && day.stops.includes(app.stop) ? app.stop : null, stop => { app.stop = stop; app.org = ''; app.show('next'); });
  };
})(self.gmPhone);
