/**
 * Bytes as text and back.
 * @module
 */

/** @param {Uint8Array} bytes @returns {string} base64url without padding (RFC 4648) */
export function toBase64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text
 * @returns {Uint8Array | null} null: it is not base64url
 */
export function fromBase64Url(text) {
  if (typeof text !== "string" || !/^[\w-]*$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

/** @param {string} text @returns {Uint8Array} */
export const utf8 = (text) => new TextEncoder().encode(text);

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} SHA-256 */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** @param {number} count @returns {Uint8Array} */
export const randomBytes = (count) => crypto.getRandomValues(new Uint8Array(count));
