/**
 * The one place that names the vendored curve and hash: keys, signatures, hashes.
 * @module
 */
import { bytesToHex, hexToBytes } from "../../../relayer/javascript/on-the-house.js";
import { keccak_256, secp256k1 } from "../vendor/noble-secp256k1-keccak-1.9.1.js";

/** @type {(bytes: Uint8Array) => Uint8Array} */
export const keccak256 = keccak_256;

/** @returns {Uint8Array} 32 random bytes that are a key */
export const generatePrivateKey = () => secp256k1.utils.randomPrivateKey();

/** @param {Uint8Array} bytes @returns {boolean} whether they are a key of the curve */
export const isPrivateKey = (bytes) => secp256k1.utils.isValidPrivateKey(bytes);

/**
 * The account of a key.
 *
 * @param {Uint8Array | string} privateKey 32 bytes, or hexadecimal
 * @returns {{address: string, signDigest: (digest: Uint8Array) => string}} the address in lower case; signatures
 *          have 65 bytes and a low s
 */
export function accountOf(privateKey) {
  const key = typeof privateKey === "string" ? hexToBytes(privateKey) : privateKey.slice();
  return {
    address: bytesToHex(keccak256(secp256k1.getPublicKey(key, false).slice(1)).slice(-20)),
    signDigest(digest) {
      const signature = secp256k1.sign(digest, key, { lowS: true });
      return bytesToHex(Uint8Array.of(...signature.toCompactRawBytes(), 27 + signature.recovery));
    },
  };
}
