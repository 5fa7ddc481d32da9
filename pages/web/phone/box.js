// The outbox as the person sees it: what waits, what was sent, what needs them, and the way out as a file.
(function (G) {
  'use strict';

  G.boxView = function (app) {
    const entries = [...app.entries.values()].sort((one, other) => other.made_at - one.made_at);
    const of = states => entries.filter(entry => states.includes(entry.state));
    const part = (title, some) => some.length > 0 && G.el('section', null, G.el('h3', null, title), some.map(entry => row(app, entry)));
    return G.el('div.view.box', null,
      G.el('p.count', { role: 'status' }, app.counted()),
      !app.packed && G.button('big', G.t('send_now'), () => app.send(true), { disabled: of(['ready', 'trying']).length === 0 }),
      part(G.t('needs_you'), of(G.TROUBLED)), part(G.t('waiting'), of(G.WAITING)), part(G.t('in_review'), of(['review'])),
      part(G.t('settled'), of(['settled'])), part(G.t('sent'), of(['sent'])),
      app.strayPhotos.map(photo => G.el('p.trouble', null, G.t('photo_refused'), ' ', G.said(photo.reason))),
      entries.length === 0 && G.el('p.empty', null, G.t('nothing_yet')),
      G.el('section', null, G.el('p', null, G.t(app.packed ? 'file_why_pack' : 'file_why')),
        G.button(app.packed ? 'big' : 'plain', G.t('save_file'), () => G.saveFile(app), { disabled: entries.length === 0 })));
  };

  function row(app, entry) {
    const said = [entry.outcome && G.t('o_' + entry.outcome), entry.kind !== 'visit' && G.t(entry.kind), G.clockOf(entry.made_at), entry.saved_at && G.t('in_file')];
    const again = entry.state === 'trying' && G.t('tried', { count: entry.tries });
    return G.el('article.entry', { 'data-state': entry.state }, G.el('div', null, G.el('b', null, G.said(entry.label)),
      G.el('span', null, [...said, again].filter(Boolean).join(' · ')), entry.reason && entry.state !== 'sent' && G.el('span.reason', null, entry.reason)),
      G.canChange(entry) && G.el('div.row-acts', null,
        entry.kind === 'visit' && G.button('plain', G.t('details'), () => G.details(app, entry, app.door(entry.org_id))),
        G.button('plain', G.t('take_back'), () => G.takeBack(app, entry))),
      G.TROUBLED.includes(entry.state) && trouble(app, entry));
  }

  // Never dropped: either it goes again as a record of its own, or the person says that the server's stands; both leave it in the list.
  function trouble(app, entry) {
    const settle = async (outcome) => { Object.assign(entry, { state: 'settled', reason: outcome }); await app.save(entry); app.draw(); };
    const again = async () => {
      const fresh = { ...G.newEntry(app, entry.kind, entry.label, {}), token: app.token, made_at: entry.made_at };
      fresh.body = { ...JSON.parse(entry.text), capture_id: fresh.id };
      Object.assign(fresh, { org_id: entry.org_id, outcome: entry.outcome });
      await app.save(fresh);
      await settle(G.t('sent_again'));
      if (entry.kind === 'visit') G.details(app, fresh, app.door(fresh.org_id)); else G.finish(app, fresh);
    };
    return G.el('div', null, G.el('p', null, G.t(entry.state === 'differs' ? 'differs_help' : 'refused_help')), G.el('div.row-acts', null,
      G.button('plain', G.t('send_as_new'), again), G.button('plain', G.t('leave_it'), () => settle(G.t('left')))));
  }

  G.saveFile = async function (app) {
    const links = new Map([...app.entries.values()].map(entry => [entry.link.link_id, entry.link]));
    for (const link of links.values()) {
      const held = [...app.entries.values()].filter(entry => entry.state === 'held' && entry.link.link_id === link.link_id);
      for (const entry of held) await G.finish(app, entry);
      const text = JSON.stringify(await G.returnFile(app.keep, link), null, 1);
      const name = 'gridmap-return-' + link.sweep_id + '-' + link.manager_id.replace(/[^\w.-]/g, '_') + '-' + G.dateOf(new Date()) + '.json';
      const url = URL.createObjectURL(new Blob([text], { type: 'application/json' })), way = G.el('a', { href: url, download: name });
      document.body.append(way);
      way.click();
      way.remove();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
      for (const entry of app.entries.values()) if (entry.link.link_id === link.link_id) { entry.saved_at = Date.now(); await app.save(entry); }
    }
    G.snack(G.t('file_saved'));
    app.draw();
  };
})(self.gmPhone);
