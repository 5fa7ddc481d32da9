// What this phone keeps: in IndexedDB; where there is none (a file opened from a folder) in localStorage; else in memory, and says so.
self.gmPhone = self.gmPhone || {};
(function (G) {
  'use strict';
  const STORES = ['meta', 'outbox', 'photos'];

  const settled = request => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

  function openDatabase(name) {
    const request = self.indexedDB.open(name, 1);
    request.onupgradeneeded = () => STORES.forEach(store => request.result.createObjectStore(store));
    return settled(request);
  }

  // A write is kept when its transaction is complete, on the disk and not in a buffer: a request that succeeded is not yet that.
  function written(database, store, act) {
    return new Promise((done, failed) => {
      const transaction = database.transaction(store, 'readwrite', { durability: 'strict' });
      transaction.oncomplete = () => done();
      transaction.onabort = () => failed(transaction.error || new Error('aborted'));
      act(transaction.objectStore(store));
    });
  }

  function inDatabase(database) {
    const read = store => database.transaction(store).objectStore(store);
    return {
      kind: 'database',
      get: (store, key) => settled(read(store).get(key)),
      all: store => settled(read(store).getAll()),
      put: (store, key, value) => written(database, store, kept => kept.put(value, key)),
      remove: (store, key) => written(database, store, kept => kept.delete(key)),
    };
  }

  function inStorage(storage, name) {
    const address = (store, key) => name + '|' + store + '|' + key;
    const keys = store => Object.keys(storage).filter(key => key.startsWith(address(store, ''))).sort();
    const read = key => { const text = storage.getItem(key); return text === null ? undefined : JSON.parse(text); };
    return {
      kind: 'storage',
      get: async (store, key) => read(address(store, key)),
      all: async store => keys(store).map(read),
      put: async (store, key, value) => storage.setItem(address(store, key), JSON.stringify(value)),
      remove: async (store, key) => storage.removeItem(address(store, key)),
    };
  }

  function inMemory() {
    const kept = new Map(STORES.map(store => [store, new Map()]));
    return {
      kind: 'memory',
      get: async (store, key) => kept.get(store).get(key),
      all: async store => [...kept.get(store).values()],
      put: async (store, key, value) => { kept.get(store).set(key, value); },
      remove: async (store, key) => { kept.get(store).delete(key); },
    };
  }

  // Opens what is there, the best first; `probe` finds out whether it really keeps.
  G.keep = async function (name) {
    try {
      return inDatabase(await openDatabase(name));
    } catch (error) {
      console.warn('no database: ' + error);
    }
    try {
      const probe = name + '|probe';
      self.localStorage.setItem(probe, '1');
      self.localStorage.removeItem(probe);
      return inStorage(self.localStorage, name);
    } catch (error) {
      console.warn('no storage: ' + error);
    }
    return inMemory();
  };

  // What could not be written stays in memory beside the rest, and is told: a full phone must not swallow a record.
  G.overlaid = function (kept, failed) {
    const memory = inMemory();
    const found = value => value !== undefined;
    return {
      kind: kept.kind,
      get: async (store, key) => { const over = await memory.get(store, key); return found(over) ? over : kept.get(store, key); },
      all: async store => {
        const both = new Map((await kept.all(store)).map(each => [each.id, each]));
        (await memory.all(store)).forEach(each => both.set(each.id, each));
        return [...both.values()];
      },
      put: async (store, key, value) => {
        try {
          await kept.put(store, key, value);
          await memory.remove(store, key);
        } catch (error) {
          await memory.put(store, key, value);
          failed(error);
        }
      },
      remove: async (store, key) => { await memory.remove(store, key); await kept.remove(store, key); },
    };
  };

  G.isFull = error => !!error && (error.name === 'QuotaExceededError' || /quota|full/i.test(String(error.message)));

  // Asks the browser not to throw our data away when it runs out of room.
  G.persist = async function () {
    const storage = self.navigator.storage;
    if (!storage || !storage.persist) return false;
    return await storage.persisted() || storage.persist();
  };
})(self.gmPhone);
