/**
 * A key as 24 words and back: entropy and checksum of BIP-39, English list. The key itself is the
 * entropy, so these words fit this game and no purse: a purse would derive other keys from them.
 * @module
 */
import { isPrivateKey } from "../crypto.js";
import { wordlist } from "../../vendor/bip39-english-2.4.0.js";
import { sha256 } from "./bytes.js";
import { need } from "./identity_problem.js";

export const WORD_COUNT = 24;

const BITS = 11;
/** In this list the first four letters tell all words apart. */
const TELLING_LETTERS = 4;

/** @param {Uint8Array} key 32 bytes @returns {Promise<string[]>} */
export async function wordsOfKey(key) {
  const bits = bitsOf([...key, (await sha256(key))[0]]);
  return bits.match(/.{11}/g).map((chunk) => wordlist[parseInt(chunk, 2)]);
}

/**
 * @param {string} text words in any case, with anything between them; four letters of each are enough
 * @returns {Promise<Uint8Array>}
 * @throws {import("./identity_problem.js").IdentityProblem} `words-count`, `word-unknown`, `words-unfit`
 */
export async function keyOfWords(text) {
  const words = wordsIn(text);
  need(words.length === WORD_COUNT, "words-count", { wanted: WORD_COUNT, given: words.length });
  const bits = words.map(bitsOfWord).join("");
  const bytes = Uint8Array.from(bits.match(/.{8}/g), (chunk) => parseInt(chunk, 2));
  const key = bytes.slice(0, 32);
  need((await sha256(key))[0] === bytes[32] && isPrivateKey(key), "words-unfit");
  return key;
}

/** @param {string} text @returns {string[]} in lower case, without numbers and punctuation between them */
export const wordsIn = (text) => text.normalize("NFKD").toLowerCase().match(/[a-z]+/g) ?? [];

function bitsOfWord(word, place) {
  const index = indexOf(word);
  need(index >= 0, "word-unknown", { place: place + 1, word, guess: nearest(word) });
  return index.toString(2).padStart(BITS, "0");
}

function indexOf(word) {
  const exact = wordlist.indexOf(word);
  if (exact >= 0 || word.length < TELLING_LETTERS) return exact;
  const shortened = word.length === TELLING_LETTERS;
  return shortened ? wordlist.findIndex((listed) => listed.startsWith(word)) : -1;
}

/** The listed word that takes the fewest changes. @param {string} word */
function nearest(word) {
  const costs = wordlist.map((listed) => distance(word, listed));
  return wordlist[costs.indexOf(Math.min(...costs))];
}

/** Letters to put in, take out or change (Levenshtein). */
function distance(left, right) {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...left].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...right].entries()) {
      next.push(Math.min(next[column] + 1, row[column + 1] + 1, row[column] + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[right.length];
}

const bitsOf = (bytes) => bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("");
