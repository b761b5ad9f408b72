/**
 * Words become features: normalise, hash, keep sixteen bits. The twin of
 * `relayer/models/features.py`; `tests/vectors/features.json` binds them together.
 *
 * The module imports nothing. Hashing comes in as a parameter, in the form that viem has:
 *
 *     import { keccak256 } from "viem";            // (bytes: Uint8Array) => "0x…"
 *     const words = wordFeatures(keccak256);
 *     words.featureOf("Katze");                    // 0 … 65535
 *     words.encodeSample(["fur", "purr", "milk"]); // Uint8Array, ready to be signed
 */

/** Features that one sample may name, as the contracts have it. */
export const MAX_FEATURES = 64;

/** The text is no word, or the words make no sample. The message is fit for players. */
export class WordError extends Error {
  name = "WordError";
}

// trim() takes another set than Unicode's White_Space property (and than Python's strip()).
const OUTER_WHITE_SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu;

/**
 * The one spelling that all ways to type a word share: NFKC, lower case (of no particular
 * language), NFKC again, no white space at either end.
 *
 * @param {string} text
 * @returns {string}
 * @throws {WordError} nothing is left, or the text holds half of a surrogate pair
 */
export function normaliseWord(text) {
  const word = text.normalize("NFKC").toLowerCase().normalize("NFKC").replace(OUTER_WHITE_SPACE, "");
  if (word === "") throw new WordError("The word is empty. Type at least one visible character.");
  if (/\p{Surrogate}/u.test(word)) {
    throw new WordError("The word is not valid Unicode. Remove the broken character.");
  }
  return word;
}

/**
 * Packs features, in any order and with duplicates, into a sparse sample: strictly increasing,
 * big endian, two bytes each.
 *
 * @param {Iterable<number>} features
 * @returns {Uint8Array}
 * @throws {WordError} no feature, or more than `MAX_FEATURES`
 */
export function encodeFeatures(features) {
  const ordered = [...new Set(features)].sort((left, right) => left - right);
  if (ordered.length === 0) throw new WordError("Give at least one word.");
  if (ordered.length > MAX_FEATURES) throw new WordError(`Give ${MAX_FEATURES} words at most.`);
  const sample = new Uint8Array(2 * ordered.length);
  ordered.forEach((feature, position) => {
    sample[2 * position] = feature >> 8;
    sample[2 * position + 1] = feature & 0xff;
  });
  return sample;
}

/**
 * Binds hashing to the functions that need it.
 *
 * @param {(bytes: Uint8Array) => string} keccak256 returns the hash as a hexadecimal string
 * @returns {{featureOf: (word: string) => number, encodeSample: (words: Iterable<string>) => Uint8Array}}
 */
export function wordFeatures(keccak256) {
  const utf8 = new TextEncoder();
  const featureOf = (word) => parseInt(keccak256(utf8.encode(normaliseWord(word))).slice(-4), 16);
  const encodeSample = (words) => encodeFeatures([...words].map(featureOf));
  return { featureOf, encodeSample };
}
