/**
 * Turning what is typed into clues, without a page.
 * @module
 */
import { normaliseWord } from "../../../../relayer/javascript/on-the-house.js";

const BETWEEN_WORDS = /[\s,;.]+/u;

/**
 * Splits typed text into finished clues and the one that is still being typed: a space or a comma
 * ends a clue.
 *
 * @param {string} typed
 * @returns {{finished: string[], rest: string}}
 */
export function splitTyped(typed) {
  const parts = typed.split(BETWEEN_WORDS);
  const rest = parts.pop();
  return { finished: parts.filter(Boolean), rest };
}

/**
 * Why a clue cannot be one, as far as this device can tell at once; the server knows all rules.
 *
 * @param {string} text
 * @param {string[]} clues those given so far
 * @returns {{reason: string, clue: string} | null} see `refusalWords`
 */
export function quickRefusal(text, clues) {
  try {
    const clue = normaliseWord(text);
    return clues.includes(clue) ? { reason: "repeated", clue } : null;
  } catch {
    return { reason: "not-a-word", clue: text };
  }
}
