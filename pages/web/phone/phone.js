// The phone page: opens what is kept, asks the server for the day where there is a line, and holds everything that the views show.
(function (G) {
  'use strict';
  const UNDO_MS = 10000, BEAT_MS = 20000, SOON_MS = 2000;
  const VIEWS = [['next', 'next_stop'], ['list', 'list'], ['map', 'map'], ['box', 'outbox']];
  const app = { entries: new Map(), strayPhotos: [], view: 'next', stop: null, org: '', day: '', token: '', link: null, pack: null, packed: false, banner: '' };
  G.app = app;

  app.dayNow = () => G.dayOf(app.pack, app.day);
  app.done = () => G.doneBy(app.pack, [...app.entries.values()]);
  app.door = org => app.pack.days.flatMap(G.doorsOf).find(door => door.org_id === org) || null;
  app.show = view => { app.view = view; draw(); };

  // Promises and timers of an entry stay in memory.
  const plain = ({ clock, locating, ...entry }) => entry;
  app.save = async entry => { app.entries.set(entry.id, entry); await app.keep.put('outbox', entry.id, plain(entry)); };
  app.forget = async entry => {
    app.entries.delete(entry.id);
    await app.keep.remove('outbox', entry.id);
    if (entry.body.photo_id) await app.keep.remove('photos', entry.body.photo_id);
  };
  app.choose = (name, value) => { app[name] = value; return app.keep.put('meta', name, value); };

  app.counted = function () {
    const entries = [...app.entries.values()], found = G.count(entries);
    if (app.packed) {
      const saved = entries.filter(entry => entry.saved_at).length;
      return G.t('count_pack', { fresh: entries.length - saved, saved });
    }
    const more = [found.review && G.t('count_review', { count: found.review }), found.trouble && G.t('count_trouble', { count: found.trouble })];
    return [G.t('count', { waiting: found.waiting, sent: found.sent }), ...more].filter(Boolean).join(' · ');
  };

  app.send = async function (asked) {
    if (app.packed || !navigator.onLine) { if (asked) G.snack(G.t('no_line')); return; }
    const told = await G.send(app.keep, G.language);
    await readBox();
    if (!told && G.count([...app.entries.values()]).waiting) { clearTimeout(app.soon); app.soon = setTimeout(app.send, SOON_MS); }  // the worker is sending
    if (told && told.wrong === 'line') { later(); if (asked) G.snack(G.t('no_line')); }
    else if (told && told.wrong) app.notice = told.message || G.t('server_trouble');
    if (told && told.answered && told.wrong !== 'line') app.offline = false;
    if (told && told.links[app.token]) app.linkState = told.links[app.token];
    redraw();
  };

  async function later() {
    app.offline = true;
    const ready = await (navigator.serviceWorker && navigator.serviceWorker.controller && navigator.serviceWorker.ready);
    if (ready && ready.sync) ready.sync.register('gm-send').catch(error => console.warn('no background sync: ' + error));
  }

  async function readBox() {
    for (const entry of await app.keep.all('outbox')) if (!(app.entries.get(entry.id) || {}).clock || entry.state !== 'held') app.entries.set(entry.id, entry);
    app.strayPhotos = (await app.keep.all('photos')).filter(photo => photo.reason);
  }

  app.reveal = async function (contact_id) {
    if (app.packed || !navigator.onLine) { G.snack(G.t('reveal_line')); return ''; }
    try {
      const answer = await G.ask('reveal?lang=' + G.language, {
        method: 'POST', body: JSON.stringify({ contact_id }), headers: { authorization: 'Bearer ' + app.token, 'content-type': 'application/json' },
      });
      const told = await answer.json();
      if (answer.ok) return told.phone;
      G.snack(told.message);
    } catch (error) {
      console.warn('not revealed: ' + error);
      G.snack(G.t('reveal_line'));
    }
    return '';
  };

  // The day from the network first; the kept one where there is no line. A revoked link takes the names from the phone, never the outbox.
  async function refresh() {
    if (app.packed || !app.token) return;
    try {
      const answer = await G.ask('day?lang=' + G.language, { headers: { authorization: 'Bearer ' + app.token } });
      const told = await answer.json();
      app.offline = false;
      if (answer.ok) { app.linkState = 'live'; app.notice = ''; await take(told); await app.keep.put('meta', 'pack', { token: app.token, pack: told }); }
      else { app.linkState = told.state; app.notice = told.message; }
      if (told.state === 'revoked') { app.pack = null; await app.keep.remove('meta', 'pack'); }
    } catch (error) {
      console.warn('no day: ' + error);
      app.offline = true;
    }
    redraw();
  }

  async function take(pack) {
    app.pack = pack;
    app.link = pack.link;
    await app.keep.put('meta', 'seal|' + pack.link.link_id, pack.seal);
    if (!pack.days.some(each => each.day === app.day)) app.day = G.firstDay(pack);
    if (app.stop) app.stop = app.dayNow().stops.find(stop => stop.stop_id === app.stop.stop_id) || null;
  }

  // The view is not drawn again under a finger or an open form.
  const redraw = () => { if (!document.querySelector('dialog[open]')) draw(); };

  function draw() {
    const focus = document.activeElement && document.activeElement.id;
    document.documentElement.lang = G.language.replace('_', '-');
    document.title = G.t('title');
    const shown = app.pack ? view() : waitingRoom();
    document.getElementById('top').replaceChildren(...top());
    document.getElementById('main').replaceChildren(shown);
    document.getElementById('nav').replaceChildren(...(app.pack || app.entries.size ? nav() : []));
    placeSnack();
    if (focus && document.getElementById(focus)) document.getElementById(focus).focus();
  }
  app.draw = draw;

  // The line at the bottom lies over the page, above the buttons: none may move away from under a thumb.
  function placeSnack() {
    const under = document.querySelector('.outcomes') || document.getElementById('nav');
    document.getElementById('snack').style.bottom = Math.max(0, window.innerHeight - under.getBoundingClientRect().top) + 'px';
  }

  function view() {
    if (app.view === 'box') return G.boxView(app);
    if (!app.pack.days.length) return G.el('div.view', null, G.el('p.empty', null, G.t('no_days')));
    return { next: G.nextView, list: G.listView, map: G.mapView }[app.view](app);
  }

  function waitingRoom() {
    if (app.view === 'box' && app.entries.size) return G.boxView(app);
    const told = app.notice || (app.token ? G.t(app.offline ? 'first_line' : 'opening') : G.t('no_link'));
    return G.el('div.view', null, G.el('p.empty', null, told), app.entries.size > 0 && G.button('big', G.t('outbox'), () => app.show('box')));
  }

  function top() {
    const day = app.pack && app.pack.days.length ? app.dayNow() : null, went = day && G.progress(day, app.done());
    const days = day && G.select(app.pack.days.map(each => [each.day, G.dayName(each.day)]), day.day);
    if (days) {
      days.id = 'day';
      days.setAttribute('aria-label', G.t('day'));
      days.addEventListener('change', () => { app.day = days.value; app.stop = null; app.org = ''; draw(); });
    }
    return [
      G.el('div.bar', null, days || G.el('b.name', null, G.t('title')),
        went && G.el('span.went', null, G.t('progress', went)), G.button('menu', G.icon('menu'), menu, { 'aria-label': G.t('menu'), id: 'menu' })),
      went ? G.el('progress', { max: String(went.all || 1), value: String(went.done), 'aria-label': G.t('progress', went) }) : '',
      app.entries.size > 0 || app.packed ? G.el('p.counted', { role: 'status', id: 'counted' }, app.counted()) : '',
      ...banners().map(text => G.el('p.banner', { role: 'status' }, text)),
    ].filter(Boolean);
  }

  function banners() {
    const told = [];
    if (app.full) told.push(G.t('full'));
    else if (app.keep.kind === 'memory') told.push(G.t('memory_only'));
    if (!app.packed && !window.isSecureContext) told.push(G.t('no_tls'));
    if (app.linkState === 'expired' || app.linkState === 'revoked') told.push(G.t('link_' + app.linkState));
    else if (app.notice && app.pack) told.push(app.notice);
    if (!app.packed && app.offline && app.pack) told.push(G.t('offline'));
    return told;
  }

  const nav = () => VIEWS.map(([key, name]) => G.el('button.tab', { type: 'button', id: 'tab-' + key, 'aria-current': app.view === key ? 'page' : null,
    onclick: () => { if (key === 'next' && app.view === 'next') { app.stop = null; app.org = ''; } app.show(key); } },
  G.el('span', null, G.t(name)), key === 'box' && badge()));

  function badge() {
    const found = G.count([...app.entries.values()]), some = found.waiting + found.trouble;
    return some > 0 && !app.packed ? G.el('span.dot' + (found.trouble ? '.bad' : ''), null, String(some)) : null;
  }

  function menu() {
    const languages = { en: 'English', zh_CN: '简体中文' };
    const checkIn = G.el('input', { type: 'checkbox', checked: !!app.checkIn, onchange: () => app.choose('checkIn', checkIn.checked) });
    G.sheet(G.t('menu'), close => [
      app.pack && G.el('p', null, [app.pack.title, G.said(app.pack.manager), G.said(app.pack.branch)].filter(Boolean).join(' · ')),
      app.pack && app.pack.link.expires_on && G.el('p', null, G.t('link_until', { day: G.dayName(app.pack.link.expires_on) })),
      G.el('label.tick', null, checkIn, G.el('span', null, G.t('check_in_always'))),
      G.el('div.picks', null, Object.entries(languages).map(([key, name]) =>
        G.button('pick', name, async () => { await app.choose('language', key); G.language = key; close(); draw(); }, { 'aria-pressed': String(G.language === key), lang: key.replace('_', '-') }))),
      !app.packed && G.button('plain', G.t('refresh'), () => { close(); refresh(); }),
      G.button('plain', G.t('save_file'), () => { close(); G.saveFile(app); }, { disabled: app.entries.size === 0 }),
      G.el('p.small', null, G.t(app.keep.kind === 'memory' ? 'kept_memory' : app.persisted ? 'kept_safe' : 'kept')),
    ]);
  }

  async function words() {
    if (app.packed) { G.words = app.packed.texts; return; }
    const version = document.documentElement.dataset.version;
    const read = async language => [language, await (await fetch('texts?lang=' + language + '&v=' + version)).json()];
    G.words = Object.fromEntries(await Promise.all(['en', 'zh_CN'].map(read)));
  }

  // The token stands after the # so that no server and no Referer ever has it; once kept, it leaves the address as well.
  async function token() {
    const given = decodeURIComponent(location.hash.slice(1));
    if (given) {
      await app.keep.put('meta', 'token', given);
      if (app.keep.kind !== 'memory') history.replaceState(null, '', location.pathname);
    }
    app.token = given || await app.keep.get('meta', 'token') || '';
  }

  async function settleHeld() {
    for (const entry of app.entries.values()) {
      if (entry.state !== 'held') continue;
      entry.clock = setTimeout(() => G.finish(app, entry), Math.max(0, entry.made_at + UNDO_MS - Date.now()));
    }
  }

  function worker() {
    if (app.packed || !navigator.serviceWorker) return;
    navigator.serviceWorker.register('worker.js').catch(error => console.warn('no worker: ' + error));
    navigator.serviceWorker.addEventListener('message', async () => { await readBox(); redraw(); });
  }

  async function start() {
    const packed = document.getElementById('gm-pack');
    app.packed = packed ? JSON.parse(packed.textContent) : false;
    app.keep = G.overlaid(await G.keep(app.packed ? 'gm-pack-' + app.packed.pack.link.link_id : 'gm-phone'), error => {
      console.warn('not kept: ' + error);
      app.full = true;
    });
    await words();
    G.language = await app.keep.get('meta', 'language') || (/^zh/i.test(navigator.language) ? 'zh_CN' : 'en');
    app.checkIn = await app.keep.get('meta', 'checkIn');
    if (app.packed) await take(app.packed.pack);
    else {
      worker();
      await token();
      const kept = await app.keep.get('meta', 'pack');
      if (kept && kept.token === app.token) await take(kept.pack);
    }
    await readBox();
    settleHeld();
    draw();
    G.persist().then(yes => { app.persisted = yes; });
    await refresh();
    await app.send();
    listen();
  }

  function listen() {
    window.addEventListener('online', () => { app.offline = false; app.send(); refresh(); });
    window.addEventListener('offline', () => { app.offline = true; redraw(); });
    window.addEventListener('hashchange', async () => { await token(); app.pack = null; app.notice = app.linkState = ''; await refresh(); });
    window.addEventListener('resize', placeSnack);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) app.send(); });
    setInterval(() => { if (!document.hidden && G.count([...app.entries.values()]).waiting) app.send(); }, BEAT_MS);
  }

  start();
})(self.gmPhone);
