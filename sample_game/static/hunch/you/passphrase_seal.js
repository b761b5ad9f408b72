/**
 * Seals a key under a passphrase: PBKDF2 with SHA-256 (RFC 8018), then AES-256-GCM (NIST SP
 * 800-38D), both by the browser itself.
 * @module
 */
import { utf8 } from "./bytes.js";

/** What OWASP asks of PBKDF2 with SHA-256; half a second on a telephone. */
export const ITERATIONS = 600_000;
export const SALT_BYTES = 16;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/**
 * @typedef {object} SealTerms
 * @property {string} passphrase any spelling of it: it is brought to NFKC
 * @property {Uint8Array} salt
 * @property {Uint8Array} nonce
 * @property {number} iterations
 * @property {Uint8Array} header what the seal covers without hiding it
 */

/** @param {Uint8Array} key @param {SealTerms} terms @returns {Promise<Uint8Array>} 16 bytes longer than the key */
export async function seal(key, terms) {
  return new Uint8Array(await crypto.subtle.encrypt(cipher(terms), await sealingKey(terms, "encrypt"), key));
}

/** @param {Uint8Array} sealed @param {SealTerms} terms @returns {Promise<Uint8Array | null>} null: another passphrase */
export async function unseal(sealed, terms) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(cipher(terms), await sealingKey(terms, "decrypt"), sealed));
  } catch (error) {
    if (error.name === "OperationError") return null; // the tag does not fit
    throw error;
  }
}

const cipher = ({ nonce, header }) => ({ name: "AES-GCM", iv: nonce, additionalData: header });

async function sealingKey({ passphrase, salt, iterations }, use) {
  const secret = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(derivation, secret, { name: "AES-GCM", length: 256 }, false, [use]);
}
