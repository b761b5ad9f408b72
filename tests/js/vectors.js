/** Reads the golden vectors; hashes and signs with the very module that players load. */
import { readFileSync } from "node:fs";

export * from "../../sample_game/static/hunch/crypto.js";
export { bytesToHex } from "../../relayer/javascript/on-the-house.js";

/** @param {string} name of a file in tests/vectors */
export const readVectors = (name) =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8"));

/** @param {string} hex */
export const bytesOf = (hex) => Uint8Array.from(Buffer.from(hex.slice(2), "hex"));

/** @param {string} hex of a sparse sample */
export const featuresOf = (hex) => (hex.slice(2).match(/.{4}/g) ?? []).map((id) => parseInt(id, 16));
