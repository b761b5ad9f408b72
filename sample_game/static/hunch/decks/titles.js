/**
 * The decks that there are to choose from, as the server tells them.
 * @module
 */
import { read } from "../game_api.js";
import { spokenLanguage } from "../language.js";

/**
 * @typedef {object} Deck
 * @property {string} name
 * @property {Record<string, string>} title by language
 * @property {number} word_count
 * @property {{contributions: number, top1: number, top5: number} | null} mark of its machine's latest exam
 */

let asked = null;

/** @returns {Promise<{first: string, decks: Deck[]}>} asked for once in a visit */
export function decksToChoose() {
  asked ??= read("/api/decks").catch((problem) => {
    asked = null;
    throw problem;
  });
  return asked;
}

/** What players read. @param {Deck} deck */
export const titleOf = ({ name, title }) => title[spokenLanguage()] ?? title.en ?? name;
