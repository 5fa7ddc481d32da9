// The service worker: the page itself from the cache first, so that it opens in a basement; everything about people from the network only.
// The server writes VERSION and SHELL before this file, so that a changed page is a changed worker.
(function (G) {
  'use strict';
  const CACHE = 'gm-phone-' + VERSION;

  self.addEventListener('install', event => {
    event.waitUntil(caches.open(CACHE).then(cache => cache.addAll(SHELL)).then(() => self.skipWaiting()));
  });

  self.addEventListener('activate', event => {
    const outdated = names => names.filter(name => name.startsWith('gm-phone-') && name !== CACHE);
    event.waitUntil(caches.keys().then(names => Promise.all(outdated(names).map(name => caches.delete(name)))).then(() => self.clients.claim()));
  });

  self.addEventListener('fetch', event => {
    const request = event.request, url = new URL(request.url);
    if (request.method !== 'GET' || url.origin !== self.location.origin) return;
    const kept = request.mode === 'navigate' ? './' : SHELL.find(each => new URL(each, self.location).href === url.href);
    if (kept) event.respondWith(caches.open(CACHE).then(cache => cache.match(kept)).then(found => found || fetch(request)));
  });

  // Background Sync, where there is any: sends when the signal is back although the page was closed.
  self.addEventListener('sync', event => {
    if (event.tag === 'gm-send') event.waitUntil(sendLater());
  });

  async function sendLater() {
    const keep = await G.keep('gm-phone');
    const told = await G.send(keep, await keep.get('meta', 'language') || 'en');
    for (const client of await self.clients.matchAll()) client.postMessage({ sent: true });
    if (told && told.wrong === 'line') throw new Error('not sent yet');  // the browser tries again later
  }
})(self.gmPhone);
