// Recording: one tap makes the record and keeps it; details may follow for some seconds, or longer while they are being written.
(function (G) {
  'use strict';
  const UNDO_S = 10;

  // What never left the phone, neither over the line nor in a file, may still be another.
  G.canChange = entry => ['held', 'ready'].includes(entry.state) && !entry.saved_at;

  // A new entry of the outbox; `about` is what the list shows of it, and is not sent.
  G.newEntry = function (app, kind, about, content) {
    const id = G.uuid(), now = new Date();
    const body = { capture_id: id, kind, captured_at: G.moment(now), ...content, check_in: null };
    return { id, kind, state: 'held', token: app.token, link: app.link, label: about, org_id: body.org_id || '', outcome: body.outcome || '',
      made_at: now.getTime(), body };
  };

  G.record = async function (app, door, outcome) {
    const entry = G.newEntry(app, 'visit', door.name, { org_id: door.org_id, outcome, note: '', next_due: null, filing: null, photo_id: null });
    await G.begin(app, entry);
    if (outcome === 'filed') G.details(app, entry, door);
  };

  // Keeps a new entry, asks where the phone is if the person wants that, and lets it be taken back for some seconds.
  G.begin = async function (app, entry) {
    await app.save(entry);
    if (app.checkIn === undefined) await askOnce(app);
    if (app.checkIn) entry.locating = locate(app, entry);
    wait(app, entry);
    app.draw();
  };

  function wait(app, entry) {
    const text = entry.outcome ? G.t('recorded_as', { outcome: G.t('o_' + entry.outcome), name: G.said(entry.label) }) : G.t('recorded', { name: G.said(entry.label) });
    const door = entry.org_id ? app.door(entry.org_id) : null;
    G.snack(text, [[G.t('undo'), () => G.takeBack(app, entry)], entry.kind === 'visit' && [G.t('details'), () => G.details(app, entry, door)]], UNDO_S);
    clearTimeout(entry.clock);
    entry.clock = setTimeout(() => G.finish(app, entry), UNDO_S * 1000);
  }

  async function locate(app, entry) {
    const spot = await G.locate();
    if (!spot || entry.state !== 'held') return;
    entry.body.check_in = spot;
    await app.save(entry);
  }

  const askOnce = app => new Promise(done => {
    const choose = (yes, close) => { app.choose('checkIn', yes); close(); };
    G.sheet(G.t('check_in'), close => [
      G.el('p', null, G.t('check_in_why')),
      G.button('big', G.t('check_in_yes'), () => choose(true, close)),
      G.button('plain', G.t('check_in_no'), () => choose(false, close)),
    ], () => { if (app.checkIn === undefined) app.checkIn = false; done(); });
  });

  G.finish = async function (app, entry) {
    clearTimeout(entry.clock);
    await entry.locating;
    if (entry.state !== 'held' || !app.entries.has(entry.id)) return;
    Object.assign(entry, G.freeze(entry));
    await app.save(entry);
    app.draw();
    app.send();
  };

  G.takeBack = async function (app, entry) {
    if (!G.canChange(entry)) { G.snack(G.t('too_late')); return; }
    clearTimeout(entry.clock);
    await app.forget(entry);
    G.snack(G.t('taken_back', { name: G.said(entry.label) }));
    app.draw();
  };

  G.details = function (app, entry, door) {
    clearTimeout(entry.clock);
    document.getElementById('snack').replaceChildren();
    if (entry.state === 'ready') Object.assign(entry, { state: 'held', text: '' });
    const body = entry.body, changed = () => app.save(entry);
    G.sheet(G.t('o_' + entry.outcome) + ' · ' + G.said(entry.label), close => [
      followUp(body, changed),
      (entry.outcome === 'filed' || entry.outcome === 'met') && filing(entry, door || {}, changed),
      G.note(body, changed),
      photo(app, entry, changed),
      G.el('div.sheet-end', null,
        G.button('plain', G.t('undo'), () => { G.takeBack(app, entry); close(); }), G.button('big', G.t('done'), close)),
    ], () => { if (app.entries.has(entry.id)) wait(app, entry); app.draw(); });
  };

  function followUp(body, changed) {
    const today = G.dateOf(new Date()), picks = [['tomorrow', 1], ['in_days', 3], ['in_a_week', 7], ['in_two_weeks', 14], ['in_a_month', 30]];
    const other = G.el('input', { type: 'date', min: today, value: body.next_due || '', 'aria-label': G.t('other_day') });
    const row = G.el('div.picks');
    const pick = day => { body.next_due = body.next_due === day ? null : day || null; other.value = body.next_due || ''; show(); changed(); };
    const show = () => row.replaceChildren(...picks.map(([key, days]) => {
      const day = G.dayAfter(today, days);
      return G.button('pick', G.t(key, { days }), () => pick(day), { 'aria-pressed': String(body.next_due === day) });
    }), other);
    other.addEventListener('change', () => { body.next_due = other.value || null; show(); changed(); });
    show();
    return G.el('fieldset', null, G.el('legend', null, G.t('follow_up')), row);
  }

  G.note = function (body, changed) {
    const area = G.el('textarea', { rows: '2', maxlength: '1000', oninput: () => { body.note = area.value; clearTimeout(area.clock); area.clock = setTimeout(changed, 400); }, onchange: changed });
    area.value = body.note || '';
    return G.field(G.t('note'), area);
  };

  // The checklist of a file, filled in with what is known; left alone it says nothing, so that nothing is confirmed by accident.
  function filing(entry, door, changed) {
    const known = door.filing || {}, asked = entry.body.filing;
    const held = asked || { licence_until: known.licence_until || null, agreement: known.agreement || null, roster_members: known.roster_members ?? null,
      decision_maker: !!known.decision_maker, key_contact: !!known.key_contact };
    const set = (name, value) => { held[name] = value; entry.body.filing = held; changed(); };
    if (entry.outcome === 'filed' && !asked) { entry.body.filing = held; changed(); }
    const licence = G.el('input', { type: 'date', value: held.licence_until || '', onchange: () => set('licence_until', licence.value || null) });
    const agreement = G.select([['', '—'], ...['signed', 'none', 'expired', 'expiring'].map(each => [each, G.t('a_' + each)])], held.agreement || '');
    agreement.addEventListener('change', () => set('agreement', agreement.value || null));
    const roster = G.el('input', { type: 'number', inputmode: 'numeric', min: '0', max: '999999', value: held.roster_members ?? '',
      onchange: () => set('roster_members', roster.value === '' ? null : Math.max(0, Math.round(Number(roster.value)) || 0)) });
    const tick = (name, key) => G.el('label.tick', null,
      G.el('input', { type: 'checkbox', checked: held[name], onchange: event => set(name, event.target.checked) }), G.el('span', null, G.t(key)));
    return G.el('details.filing', { open: entry.outcome === 'filed' || !!asked }, G.el('summary', null, G.t('filing')),
      tick('decision_maker', 'decision_maker'), tick('key_contact', 'key_contact'),
      G.field(G.t('licence_until'), licence), G.field(G.t('agreement'), agreement), G.field(G.t('roster_members'), roster));
  }

  function photo(app, entry, changed) {
    const place = G.el('div.photo'), body = entry.body;
    const input = G.el('input', { type: 'file', accept: 'image/*', capture: 'environment', class: 'unseen', id: 'photo-' + entry.id });
    const show = async () => {
      const kept = body.photo_id && await app.keep.get('photos', body.photo_id);
      place.replaceChildren(...(kept ? [
        G.el('img', { src: 'data:' + kept.type + ';base64,' + kept.data, alt: G.t('photo') }),
        G.button('plain', G.t('photo_away'), async () => { await app.keep.remove('photos', body.photo_id); body.photo_id = null; changed(); show(); }),
      ] : [G.el('label.plain', { for: input.id }, G.t('photo_take')), input]));
    };
    input.addEventListener('change', async () => {
      const bytes = input.files[0] && await G.shrink(input.files[0]);
      if (!bytes) { G.snack(G.t('photo_wrong')); return; }
      const id = G.sha256(bytes);
      await app.keep.put('photos', id, { id, capture_id: entry.id, type: 'image/jpeg', taken_at: Date.now(), data: G.textOf(bytes) });
      body.photo_id = id;
      changed();
      show();
    });
    show();
    return place;
  }
})(self.gmPhone);
