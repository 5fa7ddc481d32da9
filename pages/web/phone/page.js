// Words, days and the little that makes elements: every text goes through textContent, whoever wrote it.
(function (G) {
  'use strict';
  G.words = {};
  G.language = 'en';

  G.t = function (key, values) {
    const text = (G.words[G.language] || {})[key] || (G.words.en || {})[key] || key;
    return values ? text.replace(/\{(\w+)\}/g, (place, name) => name in values ? String(values[name]) : place) : text;
  };

  // What is said in both languages, such as a name: {en, zh_CN}.
  G.said = each => !each ? '' : typeof each === 'string' ? each : each[G.language] || each.en || each.zh_CN || '';

  const locale = () => G.language.replace('_', '-');
  const noon = day => new Date(day + 'T12:00:00');
  G.dayName = day => noon(day).toLocaleDateString(locale(), { weekday: 'short', day: 'numeric', month: 'short' });
  G.clock = minutes => [minutes / 60, minutes % 60].map(part => String(Math.floor(part)).padStart(2, '0')).join(':');
  G.clockOf = stamp => new Date(stamp).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  G.dateOf = date => G.moment(date).slice(0, 10);
  G.dayAfter = (day, count) => { const date = noon(day); date.setDate(date.getDate() + count); return G.dateOf(date); };
  G.distance = metres => metres < 950 ? Math.max(10, Math.round(metres / 10) * 10) + ' m' : (metres / 1000).toFixed(1) + ' km';

  // An element: el('button.big', { onclick, 'aria-label': … }, child, 'text', [more])
  G.el = function (form, attributes, ...children) {
    const [tag, ...classes] = form.split('.'), made = document.createElement(tag || 'div');
    if (classes.length) made.className = classes.join(' ');
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
      else if (name in made && name !== 'list' && typeof value !== 'string') made[name] = value;
      else made.setAttribute(name, value === true ? '' : value);
    }
    children.flat(3).filter(child => child !== null && child !== undefined && child !== false && child !== '').forEach(child => made.append(child));
    return made;
  };

  G.button = (form, text, act, more) => G.el('button.' + form, { type: 'button', onclick: act, ...more }, text);

  // Drawn here, since not every phone has a letter for them.
  const ICONS = { closer: 'M12 5v14M5 12h14', wider: 'M5 12h14', whole: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5', where_am_i: 'M12 2v4M12 18v4M2 12h4M18 12h4M12 6a6 6 0 1 0 .01 0M12 11v2',
    menu: 'M4 6h16M4 12h16M4 18h16' };
  G.icon = function (name) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    made.setAttribute('viewBox', '0 0 24 24');
    made.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', ICONS[name]);
    made.append(path);
    return made;
  };

  // A sheet over the page; it closes with Escape, the cross, or by its own buttons. `closed` is called once, however it closes.
  G.sheet = function (title, content, closed) {
    const sheet = G.el('dialog.sheet', { 'aria-label': title });
    const close = () => { if (sheet.open) sheet.close(); };
    sheet.append(
      G.el('div.sheet-head', null, G.el('h2', null, title), G.button('cross', '×', close, { 'aria-label': G.t('close') })),
      G.el('div.sheet-body', null, content(close)),
    );
    sheet.addEventListener('close', () => { sheet.remove(); if (closed) closed(); });
    document.body.append(sheet);
    sheet.showModal();
    return close;
  };

  // One line at the bottom for some seconds, with what can be done about it: [[text, act], …].
  G.snack = function (text, acts, seconds) {
    const place = document.getElementById('snack');
    clearTimeout(G.snack.clock);
    const gone = () => place.replaceChildren();
    place.replaceChildren(G.el('div.snack', { role: 'status' }, G.el('span', null, text),
      (acts || []).filter(Boolean).map(([name, act]) => G.button('snack-act', name, () => { gone(); act(); }))));
    G.snack.clock = setTimeout(gone, (seconds || 5) * 1000);
  };

  G.field = (label, input, hint) => G.el('label.field', null, G.el('span', null, label), input, hint && G.el('small', null, hint));
  G.select = (options, chosen) => {
    const made = G.el('select');
    options.forEach(([value, text]) => made.append(G.el('option', { value, selected: value === chosen }, text)));
    return made;
  };
})(self.gmPhone);
