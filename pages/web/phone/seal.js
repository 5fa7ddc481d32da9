// Ids and digests. `crypto.subtle` and `randomUUID` exist in a secure context only, and a file opened on a phone is none.
(function (G) {
  'use strict';
  G.uuid = function () {
    const bytes = self.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    const text = hex(bytes);
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
  };

  const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

  // SHA-256 (FIPS 180-4): the first 32 bits of the fractional parts of roots of the first primes.
  const primes = [];
  for (let number = 2; primes.length < 64; number += 1) if (primes.every(prime => number % prime)) primes.push(number);
  const fraction = value => (value - Math.floor(value)) * 4294967296 | 0;
  const K = primes.map(prime => fraction(Math.cbrt(prime)));
  const START = primes.slice(0, 8).map(prime => fraction(Math.sqrt(prime)));

  G.sha256 = function (bytes) {
    const length = bytes.length, blocks = new Uint8Array((length + 9 + 63 >> 6) << 6), state = START.slice(), w = new Int32Array(64);
    blocks.set(bytes);
    blocks[length] = 128;
    const view = new DataView(blocks.buffer);
    view.setUint32(blocks.length - 8, Math.floor(length / 536870912));
    view.setUint32(blocks.length - 4, length << 3);
    for (let at = 0; at < blocks.length; at += 64) turn(view, at, state, w);
    const result = new DataView(new ArrayBuffer(32));
    state.forEach((word, place) => result.setInt32(place * 4, word));
    return hex(new Uint8Array(result.buffer));
  };

  const bytesOf = text => new TextEncoder().encode(text);
  const fromHex = text => Uint8Array.from(text.match(/../g) || [], pair => parseInt(pair, 16));

  // HMAC-SHA-256 (RFC 2104) with a key in hexadecimal.
  function hmac(key, text) {
    const padded = new Uint8Array(64), joined = (by, more) => Uint8Array.from([...padded.map(byte => byte ^ by), ...more]);
    padded.set(fromHex(key));
    return G.sha256(joined(0x5c, fromHex(G.sha256(joined(0x36, bytesOf(text))))));
  }

  // JSON with its names in order, as the server writes it before it takes the digest.
  function canonical(value) {
    if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
    if (!value || typeof value !== 'object') return JSON.stringify(value);
    return '{' + Object.keys(value).sort().map(name => JSON.stringify(name) + ':' + canonical(value[name])).join(',') + '}';
  }

  // The seal of a return file over what its captures say; where somebody stood takes no part, so that it can be forgotten.
  G.seal = function (key, link_id, captures) {
    const marks = captures.map(({ check_in, ...said }) => G.sha256(bytesOf(canonical(said))));
    return hmac(key, [link_id, ...marks].join('\n'));
  };

  const turned = (word, by) => word >>> by | word << 32 - by;

  function turn(view, at, state, w) {
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) { w[i] = view.getInt32(at + i * 4); continue; }
      const low = w[i - 15], high = w[i - 2];
      w[i] = w[i - 16] + (turned(low, 7) ^ turned(low, 18) ^ low >>> 3) + w[i - 7] + (turned(high, 17) ^ turned(high, 19) ^ high >>> 10);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + (e & f ^ ~e & g) + K[i] + w[i] | 0;
      const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + two | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, place) => { state[place] = state[place] + word | 0; });
  }
})(self.gmPhone);
