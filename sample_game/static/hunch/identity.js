/**
 * Who the player is: a key that this device makes by itself, keeps, and shows to nobody.
 * @module
 */
import { accountOf } from "./crypto.js";
import { activeKey } from "./keyring.js";

/**
 * @typedef {object} Identity
 * @property {string} address lower case
 * @property {(digest: Uint8Array) => string} signDigest 65 bytes as hexadecimal
 * @property {(atLeast: number) => Promise<number>} takeNonce a number that no other tab gets
 */

/**
 * Loads the device's key, or makes one the first time.
 *
 * @param {import("./storage.js").Storage} storage
 * @returns {Promise<Identity>}
 */
export async function loadIdentity(storage) {
  const account = accountOf(await activeKey(storage));
  return {
    ...account,
    async takeNonce(atLeast) {
      const counter = `next_nonce:${account.address}`;
      const next = await storage.update("identity", counter, (old) => Math.max(old ?? 0, atLeast) + 1);
      return next - 1;
    },
  };
}
