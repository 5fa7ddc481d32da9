// What is found on the way: a new prospect at the door, and a street walked to its end.
(function (G) {
  'use strict';
  const input = (more) => G.el('input', { type: 'text', maxlength: '200', autocomplete: 'off', ...more });

  G.newProspect = function (app, stop) {
    const door = stop ? stop.doors[0] : {};
    const name = input({ required: true }), street = input({ value: door.street || '' }), building = input({ value: stop ? stop.building : '' });
    const floor = input({ maxlength: '20' }), room = input({ maxlength: '40' }), lines = G.el('input', { type: 'number', inputmode: 'numeric', min: '0' });
    const trade = G.select([['', '—'], ...(app.pack.trades || []).map(([key, said]) => [key, G.said(said)])], '');
    const outcome = G.select([['', G.t('not_asked')], ...G.OUTCOMES.filter(each => each !== 'moved' && each !== 'closed').map(each => [each, G.t('o_' + each)])], '');
    const where = G.select([...(stop ? [['stop', G.t('place_stop')]] : []), ['me', G.t('place_me')], ['', G.t('place_none')]], stop ? 'stop' : '');
    const body = { note: '' };
    const save = async close => {
      if (!name.value.trim()) { name.setAttribute('aria-invalid', 'true'); name.focus(); G.snack(G.t('name_missing')); return; }
      const spot = where.value === 'me' ? await G.locate() : where.value === 'stop' ? stop : null;
      if (where.value === 'me' && !spot) { G.snack(G.t('no_position')); return; }
      const whole = name.value.trim();
      close();
      await G.begin(app, G.newEntry(app, 'prospect', whole, {
        name: whole, trade: trade.value || null, street: street.value.trim(), building: building.value.trim(), floor: floor.value.trim(), room: room.value.trim(),
        lines_known: lines.value === '' ? null : Math.max(0, Math.round(Number(lines.value)) || 0), outcome: outcome.value || null, note: body.note,
        place: spot ? { lat: spot.lat, lon: spot.lon } : null,
      }));
    };
    G.sheet(G.t('new_prospect'), close => [
      G.field(G.t('name'), name), G.field(G.t('trade'), trade),
      G.el('div.two', null, G.field(G.t('street'), street), G.field(G.t('building'), building)),
      G.el('div.two', null, G.field(G.t('floor_label'), floor), G.field(G.t('room'), room)),
      G.field(G.t('place'), where),
      G.el('div.two', null, G.field(G.t('outcome'), outcome), G.field(G.t('lines'), lines)),
      G.note(body, () => {}),
      G.el('div.sheet-end', null, G.button('plain', G.t('cancel'), close), G.button('big', G.t('record'), () => save(close))),
    ]);
  };

  G.streetWalked = function (app, stop) {
    const door = stop ? stop.doors[0] : {}, body = { note: '' };
    const street = input({ value: door.street || '', required: true });
    const doors = G.el('input', { type: 'number', inputmode: 'numeric', min: '0', required: true });
    const whole = G.el('input', { type: 'checkbox' });
    const save = async close => {
      const wrong = [street, doors].find(each => !each.value.trim());
      if (wrong) { wrong.setAttribute('aria-invalid', 'true'); wrong.focus(); G.snack(G.t('street_missing')); return; }
      close();
      await G.begin(app, G.newEntry(app, 'survey', street.value.trim(), {
        street: street.value.trim(), cell: whole.checked && stop ? stop.cell : null, park_id: null,
        doors: Math.max(0, Math.round(Number(doors.value)) || 0), note: body.note,
      }));
    };
    G.sheet(G.t('street_walked'), close => [
      G.el('p', null, G.t('street_why')),
      G.field(G.t('street'), street), G.field(G.t('doors_counted'), doors),
      stop && G.el('label.tick', null, whole, G.el('span', null, G.t('cell_walked'))),
      G.note(body, () => {}),
      G.el('div.sheet-end', null, G.button('plain', G.t('cancel'), close), G.button('big', G.t('record'), () => save(close))),
    ]);
  };
})(self.gmPhone);
