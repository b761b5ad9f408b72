/**
 * What this device remembers, in IndexedDB: the key, signed clues that wait to be sent, what became
 * of earlier ones, and past rounds. Without IndexedDB (some private windows) it lasts as long as the page.
 * @module
 */

const DATABASE = "hunch";
const VERSION = 2;
const SHELVES = ["identity", "outbox", "contributions", "rounds"];

/**
 * @typedef {object} Storage
 * @property {boolean} lasting whether it survives a reload
 * @property {(shelf: string, key: string, change: (old: any) => any) => Promise<any>} update
 *   replaces a value by what `change` makes of it, atomically across tabs; returns the new value;
 *   a value of `undefined` is removed
 * @property {(shelf: string) => Promise<any[]>} all values of a shelf
 */

/** @returns {Promise<Storage>} */
export async function openStorage() {
  try {
    return persistent(await opened());
  } catch {
    return passing();
  }
}

/** A storage that forgets; also good for tests. @returns {Storage} */
export function passing() {
  const shelves = new Map(SHELVES.map((shelf) => [shelf, new Map()]));
  return {
    lasting: false,
    async update(shelf, key, change) {
      const values = shelves.get(shelf);
      const next = change(values.get(key));
      if (next === undefined) values.delete(key);
      else values.set(key, next);
      return next;
    },
    async all(shelf) {
      return [...shelves.get(shelf).values()];
    },
  };
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      const missing = SHELVES.filter((shelf) => !request.result.objectStoreNames.contains(shelf));
      missing.forEach((shelf) => request.result.createObjectStore(shelf));
    };
    request.onsuccess = () => {
      // a newer version of the page in another tab must not wait for this one
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("Another tab holds an older version open."));
  });
}

/** @param {IDBDatabase} database @returns {Storage} */
function persistent(database) {
  return {
    lasting: true,
    update(shelf, key, change) {
      return new Promise((resolve, reject) => {
        const transaction = database.transaction(shelf, "readwrite", { durability: "strict" });
        const values = transaction.objectStore(shelf);
        let next;
        values.get(key).onsuccess = (event) => {
          next = change(event.target.result);
          if (next === undefined) values.delete(key);
          else values.put(next, key);
        };
        transaction.oncomplete = () => resolve(next);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    },
    all(shelf) {
      return new Promise((resolve, reject) => {
        const request = database.transaction(shelf).objectStore(shelf).getAll();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    },
  };
}
