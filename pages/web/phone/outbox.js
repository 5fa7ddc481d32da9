// The outbox: every record from the moment it is made until the server has said what became of it, and after.
//
//   held     being written; nothing of it was sent, so it can still be changed or taken back
//   ready    finished, frozen as text, waiting; can still be taken back
//   trying   was sent at least once without an answer: the same text is sent again until there is one, never another
//   sent     counted by the server, or counted there before      review   accepted, a person looks at it
//   differs, refused   the server did not take it: stays here until the person has decided       settled   they have
(function (G) {
  'use strict';
  const AT_ONCE = 20, PATIENCE_MS = 30000;
  const STATES = { counted: 'sent', again: 'sent', review: 'review', differs: 'differs', refused: 'refused' };
  G.WAITING = ['held', 'ready', 'trying'];
  G.TROUBLED = ['differs', 'refused'];

  // The moment of a record as this phone's clock and zone have it, such as 2026-07-01T09:31:05+08:00.
  G.moment = function (date) {
    const two = number => String(Math.floor(Math.abs(number))).padStart(2, '0'), zone = -date.getTimezoneOffset();
    const day = date.getFullYear() + '-' + two(date.getMonth() + 1) + '-' + two(date.getDate());
    const time = two(date.getHours()) + ':' + two(date.getMinutes()) + ':' + two(date.getSeconds());
    return day + 'T' + time + (zone < 0 ? '-' : '+') + two(zone / 60) + ':' + two(zone % 60);
  };

  G.freeze = entry => ({ ...entry, state: 'ready', text: entry.text || JSON.stringify(entry.body) });

  G.count = function (entries) {
    const of = states => entries.filter(entry => states.includes(entry.state)).length;
    return { waiting: of(G.WAITING), sent: of(['sent']), review: of(['review']), trouble: of(G.TROUBLED) };
  };

  async function ask(url, options) {
    const stop = new AbortController(), clock = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      return await fetch(url, { cache: 'no-store', credentials: 'omit', signal: stop.signal, ...options });
    } finally {
      clearTimeout(clock);
    }
  }
  G.ask = ask;

  // Sends everything that waits, oldest first; returns what the server said of the links. Errors of the line end the round quietly:
  // what was not answered stays "trying".
  G.send = function (keep, language) {
    const round = () => send(keep, language);
    // One sender at a time, page or worker; two would do no harm, since resending is safe, but they would waste the line.
    return self.navigator.locks ? self.navigator.locks.request('gm-send', { ifAvailable: true }, lock => lock ? round() : null) : round();
  };

  async function send(keep, language) {
    const told = { answered: false, links: {}, wrong: '' };
    const waiting = (await keep.all('outbox')).filter(entry => ['ready', 'trying'].includes(entry.state));
    waiting.sort((one, other) => one.made_at - other.made_at);
    try {
      for (const token of new Set(waiting.map(entry => entry.token))) {
        const own = waiting.filter(entry => entry.token === token);
        for (let at = 0; at < own.length; at += AT_ONCE) await sendSome(keep, language, token, own.slice(at, at + AT_ONCE), told);
      }
      await sendPhotos(keep, language, told);
    } catch (error) {
      if (G.isFull(error)) throw error;
      told.wrong = told.wrong || 'line';
    }
    return told;
  }

  async function sendSome(keep, language, token, entries, told) {
    const trying = entries.map(entry => ({ ...entry, state: 'trying', tries: (entry.tries || 0) + 1 }));
    for (const entry of trying) await keep.put('outbox', entry.id, entry);
    const answer = await ask('captures?lang=' + language, {
      method: 'POST', body: '[' + trying.map(entry => entry.text).join(',') + ']',
      headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
    });
    if (answer.status === 413 && trying.length > 1) {
      for (const entry of trying) await sendSome(keep, language, token, [entry], told);
      return;
    }
    const said = await answer.json();
    told.answered = true;
    if (!said.receipts) { told.wrong = said.state || 'server'; told.message = said.message; return; }
    told.links[token] = said.link;
    for (const receipt of said.receipts) {
      const entry = trying.find(each => each.id === receipt.capture_id);
      if (!entry) continue;
      // "again" with a reason is one that was taken before and still waits for somebody at the branch.
      const state = receipt.status === 'again' && receipt.reason ? 'review' : STATES[receipt.status] || 'trying';
      await keep.put('outbox', entry.id, { ...entry, state, reason: receipt.reason, answered_at: Date.now() });
    }
  }

  async function sendPhotos(keep, language, told) {
    const entries = new Map((await keep.all('outbox')).map(entry => [entry.id, entry]));
    for (const photo of await keep.all('photos')) {
      const entry = entries.get(photo.capture_id);
      if (!entry || photo.reason || !['sent', 'review'].includes(entry.state)) continue;
      const answer = await ask('photos/' + photo.id + '?lang=' + language + '&capture=' + entry.id + '&taken=' + photo.taken_at, {
        method: 'PUT', body: G.bytesOf(photo.data), headers: { authorization: 'Bearer ' + entry.token, 'content-type': photo.type },
      });
      told.answered = true;
      if (answer.ok) await keep.remove('photos', photo.id);
      else if (answer.status < 500) await keep.put('photos', photo.id, { ...photo, reason: (await answer.json()).message });
    }
  }

  G.bytesOf = data => Uint8Array.from(atob(data), sign => sign.charCodeAt(0));
  G.textOf = function (bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  };

  // The return file: everything recorded under one link with its frozen text, whatever has become of it, and the photos not yet sent.
  G.returnFile = async function (keep, link) {
    const own = (await keep.all('outbox')).filter(entry => entry.link.link_id === link.link_id).map(G.freeze);
    const seal = await keep.get('meta', 'seal|' + link.link_id), captures = own.map(entry => JSON.parse(entry.text));
    const photos = (await keep.all('photos')).filter(photo => own.some(entry => entry.id === photo.capture_id));
    return {
      format: 'gridmap-return', version: 1, ...link, made_at: G.moment(new Date()), captures,
      seal: seal ? G.seal(seal, link.link_id, captures) : '',
      photos: photos.map(photo => ({ photo_id: photo.id, capture_id: photo.capture_id, taken_at: photo.taken_at, type: photo.type, data: photo.data })),
    };
  };
})(self.gmPhone);
