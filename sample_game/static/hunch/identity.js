/**
 * Who the player is: a key that this device makes by itself, keeps, and shows to nobody.
 * @module
 */
import { accountOf, generatePrivateKey } from "./crypto.js";

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
  return {
    ...accountOf(await storage.update("identity", "key", (key) => key ?? generatePrivateKey())),
    async takeNonce(atLeast) {
      const next = await storage.update("identity", "next_nonce", (old) => Math.max(old ?? 0, atLeast) + 1);
      return next - 1;
    },
  };
}
