// What comes over the wire: requests, the two binary tile forms, caches that outlive a change of layer.
window.gridmap = window.gridmap || {};
(function (G) {
  'use strict';
  const KEPT = 1500;
  G.status = { pending: 0, painted: 0, at: 0, requests: 0, bytes: 0 };

  G.drew = function () { G.status.painted += 1; G.status.at = performance.now(); };

  // Pixels of a canvas per pixel of the page: tiles are stretched by up to 1.4 between whole zooms, and stay crisp.
  G.sharp = () => Math.min(Math.max(window.devicePixelRatio || 1, 1.5), 3);

  // An address without its signature: a fresh link to the same thing must not fetch it again.
  G.keyOf = url => url.replace(/([?&])token=[^&]*&?/, '$1');

  class Expired extends Error {}
  G.Expired = Expired;

  // A refused link is renewed by the page, which alone knows who is looking. It is told once per refused address; what failed is
  // tried again with whatever addresses stand then, and after three times the reader is told.
  const refused = new Map();
  G.retry = function () {};     // set by the map: loads again what failed
  function askForLink(url, error) {
    const times = (refused.get(url) || 0) + 1;
    refused.set(url, times);
    if (times === 1 && window.Streamlit) window.Streamlit.setComponentValue({ expired: { seq: Date.now() } });
    if (times > 3) G.trouble(error); else setTimeout(() => G.retry(), 600 * times);
  }

  G.get = async function (url, form) {
    G.status.pending += 1;
    G.status.requests += 1;
    try {
      const answer = await fetch(url, { credentials: 'same-origin' });
      if (answer.status === 403) { const error = new Expired(url); askForLink(url, error); throw error; }
      if (!answer.ok) throw new Error(answer.status + ' ' + url);
      const body = form === 'json' ? await answer.json() : await answer.arrayBuffer();
      G.trouble(null);
      return body;
    } catch (error) {
      if (!(error instanceof Expired)) G.trouble(error);
      throw error;
    } finally { G.status.pending -= 1; }
  };

  G.trouble = function () {};   // set by the map: tells the reader, and offers to try again

  // JSON by address, kept: shapes, descriptions, texts.
  const documents = new Map();
  G.document = function (url) {
    const key = G.keyOf(url);
    if (!documents.has(key)) {
      documents.set(key, G.get(url, 'json').catch(error => { documents.delete(key); throw error; }));
      if (documents.size > 200) documents.delete(documents.keys().next().value);
    }
    return documents.get(key);
  };

  // Tiles asked for in one turn of the event loop travel in one request.
  class Batch {
    constructor(decode) { this.decode = decode; this.kept = new Map(); this.waiting = new Map(); }
    want(url, z, x, y) {
      const group = G.keyOf(url) + '|' + z, id = group + '/' + x + '.' + y;
      if (this.kept.has(id)) return Promise.resolve(this.kept.get(id));
      let wait = this.waiting.get(group);
      if (!wait) {
        wait = { url: url, z: z, tiles: new Map() };
        this.waiting.set(group, wait);
        setTimeout(() => { this.waiting.delete(group); this.send(group, wait); }, 0);
      }
      if (!wait.tiles.has(id)) {
        let settle; const promise = new Promise((resolve, reject) => { settle = { resolve, reject }; });
        promise.catch(() => {});
        wait.tiles.set(id, { x, y, promise, settle });
      }
      return wait.tiles.get(id).promise;
    }
    send(group, wait) {
      const all = [...wait.tiles.entries()].sort((a, b) => a[1].y - b[1].y || a[1].x - b[1].x);
      for (let from = 0; from < all.length; from += 64) {
        const part = all.slice(from, from + 64);
        G.get(wait.url + '&z=' + wait.z + '&t=' + part.map(each => each[1].x + '.' + each[1].y).join('_')).then(buffer => {
          G.status.bytes += buffer.byteLength;
          const decoded = this.decode(buffer);
          part.forEach(([id, each], place) => {
            this.kept.set(id, decoded[place]);
            each.settle.resolve(decoded[place]);
          });
          while (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
        }).catch(error => part.forEach(each => each[1].settle.reject(error)));
      }
    }
  }

  // Geometry: per tile the count n, the corners per cell v and the width of a number, then columns: first corner, then steps
  // from corner to corner, in sixteenths of a pixel. A cell with fewer corners repeats its last one.
  function geometry(buffer) {
    const view = new DataView(buffer), tiles = [];
    let at = 4;
    for (let left = view.getUint32(0, true); left > 0; left -= 1) {
      const n = view.getUint32(at, true), v = view.getUint16(at + 4, true), wide = view.getUint16(at + 6, true);
      at += 8;
      const size = n * v, Form = wide === 4 ? Int32Array : Int16Array;
      const column = () => { const part = new Form(buffer.slice(at, at + size * wide)); at += size * wide; return part; };
      const steps = [column(), column()], X = new Float32Array(size), Y = new Float32Array(size);
      steps.forEach((step, axis) => {
        const out = axis ? Y : X;
        for (let i = 0; i < n; i += 1) {
          let sum = 0;
          for (let j = 0; j < v; j += 1) { sum += step[j * n + i]; out[i * v + j] = sum / 16; }
        }
      });
      at += (4 - at % 4) % 4;
      tiles.push({ n: n, v: v, X: X, Y: Y });
    }
    return tiles;
  }

  // Values: per tile the count, 32-bit numbers, and one byte of state each.
  function values(buffer) {
    const view = new DataView(buffer), tiles = [];
    let at = 4;
    for (let left = view.getUint32(0, true); left > 0; left -= 1) {
      const n = view.getUint32(at, true);
      at += 4;
      const value = new Float32Array(buffer.slice(at, at + 4 * n)), state = new Uint8Array(buffer.slice(at + 4 * n, at + 5 * n));
      at += 5 * n;
      at += (4 - at % 4) % 4;
      tiles.push({ n: n, value: value, state: state });
    }
    return tiles;
  }

  G.geometry = new Batch(geometry);
  G.values = new Batch(values);

  // Shapes: whole numbers in 1/2^26 of the Mercator world, each ring or line as a start and steps.
  const WORLD = 67108864;
  G.shapes = async function (url) {
    const given = await G.document(url);
    if (!given.ready) {
      given.items.forEach(item => {
        let west = Infinity, east = -Infinity, north = Infinity, south = -Infinity;
        item.rings = item.p.map(flat => {
          const ring = new Float64Array(flat.length);
          let x = 0, y = 0;
          for (let i = 0; i < flat.length; i += 2) {
            ring[i] = (x += flat[i]) / WORLD; ring[i + 1] = (y += flat[i + 1]) / WORLD;
            west = Math.min(west, ring[i]); east = Math.max(east, ring[i]);
            north = Math.min(north, ring[i + 1]); south = Math.max(south, ring[i + 1]);
          }
          return ring;
        });
        item.box = [west, north, east, south];
        if (item.at) item.at = [item.at[0] / WORLD, item.at[1] / WORLD];
      });
      given.ready = true;
    }
    return given;
  };
  // An outline as a text of such steps: one ring after the other, set apart by spaces.
  G.rings = text => !text ? [] : text.split(' ').map(ring => {
    const steps = ring.split(','), found = [];
    for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) found.push(G.latLng([(x += +steps[i]) / WORLD, (y += +steps[i + 1]) / WORLD]));
    return found;
  });
  G.latLng = point => L.latLng(Math.atan(Math.sinh(Math.PI * (1 - 2 * point[1]))) * 180 / Math.PI, point[0] * 360 - 180);
})(window.gridmap);
