/**
 * The keys of this device. Each lies in the storage sealed under a lock of its own, which the
 * browser uses for this page but exports to nobody: a dump of the storage, a log line or an error
 * report holds no key. `docs/explanation/identity.md` says what that does not guard against.
 * @module
 */
import { hexToBytes } from "../../../relayer/javascript/on-the-house.js";
import { accountOf, generatePrivateKey } from "./crypto.js";

const SHELF = "identity";
const ACTIVE = "key";
const OTHERS = "other_keys";
const NONCE_BYTES = 12;

/**
 * @typedef {object} KeptKey
 * @property {string} address lower case
 * @property {CryptoKey} [lock] not extractable
 * @property {Uint8Array} [nonce]
 * @property {Uint8Array} [sealed]
 * @property {Uint8Array} [plain] instead of the three above, where the browser has no WebCrypto (no https)
 */

/**
 * The key that plays, made the first time.
 *
 * @param {import("./storage.js").Storage} storage
 * @returns {Promise<Uint8Array>}
 */
export async function activeKey(storage) {
  const kept = await storage.update(SHELF, ACTIVE, same);
  if (typeof kept === "object") return opened(kept);
  // There is none yet, or one that an earlier version kept as plain text. Another tab may be first.
  const fresh = await keepable(kept === undefined ? generatePrivateKey() : hexToBytes(kept));
  return opened(await storage.update(SHELF, ACTIVE, (now) => (now === kept ? fresh : now)));
}

/**
 * Lets another key play. The present one stays on this device.
 *
 * @param {import("./storage.js").Storage} storage
 * @param {Uint8Array} key
 */
export async function adoptKey(storage, key) {
  await activate(storage, await keepable(key));
}

/** Lets a key play that stayed on this device. @param {import("./storage.js").Storage} storage @param {string} address */
export async function returnToKey(storage, address) {
  const others = (await storage.update(SHELF, OTHERS, same)) ?? [];
  const kept = others.find((other) => other.address === address);
  if (kept !== undefined) await activate(storage, kept);
}

/** @param {import("./storage.js").Storage} storage @returns {Promise<string[]>} addresses of the keys that do not play */
export async function otherAddresses(storage) {
  const active = await storage.update(SHELF, ACTIVE, same);
  const others = (await storage.update(SHELF, OTHERS, same)) ?? [];
  return others.map(({ address }) => address).filter((address) => address !== active?.address);
}

/**
 * Whether a key is known to lie somewhere else, too.
 *
 * @param {import("./storage.js").Storage} storage
 * @param {string} address
 * @returns {Promise<boolean>}
 */
export async function isBackedUp(storage, address) {
  return (await storage.update(SHELF, `backed_up:${address}`, same)) !== undefined;
}

/** @param {import("./storage.js").Storage} storage @param {string} address @param {"file" | "words" | "taken-over"} how */
export async function noteBackup(storage, address, how) {
  await storage.update(SHELF, `backed_up:${address}`, () => ({ how, at_ms: Date.now() }));
}

/** First the present key is kept beside, then the other one takes its place: no moment without either. */
async function activate(storage, next) {
  const { address } = accountOf(await activeKey(storage));
  if (next.address === address) return;
  const present = await storage.update(SHELF, ACTIVE, same);
  const beside = (others = []) => [...others.filter((other) => other.address !== address), present];
  await storage.update(SHELF, OTHERS, beside);
  await storage.update(SHELF, ACTIVE, () => next);
}

/** @param {Uint8Array} key @returns {Promise<KeptKey>} */
async function keepable(key) {
  const { address } = accountOf(key);
  if (!crypto.subtle) return { address, plain: key };
  const lock = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, lock, key));
  return { address, lock, nonce, sealed };
}

/** @param {KeptKey} kept @returns {Promise<Uint8Array>} */
async function opened({ plain, lock, nonce, sealed }) {
  if (plain) return plain;
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, lock, sealed));
}

const same = (value) => value;
