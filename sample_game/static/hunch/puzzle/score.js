/**
 * A result in squares and in words. Neither tells a secret word.
 * @module
 */
import { t } from "../language.js";

/** By the number of clues that were needed, from one on. */
const SQUARES = ["🟩", "🟨", "🟧", "🟥", "🟥"];
const MISSED = "⬛";
const NONE = "–";

/**
 * @typedef {object} Word
 * @property {"found" | "missed" | "playing" | "waiting"} state
 * @property {number | null} clues_needed
 * @property {number} points
 * @property {string | null} [word]
 *
 * @typedef {{words: Word[], found: number, points: number, is_complete: boolean}} Result
 */

const squareOf = ({ clues_needed: clues }) => (clues === null ? MISSED : (SQUARES[clues - 1] ?? SQUARES.at(-1)));

/** @param {Result} result @returns {string} "4 of 5 words, 11 points" */
export function sumOf({ found, points, words }) {
  return t("puzzle.sum", { found, count: words.length, points: t("points", { count: points }) });
}

/**
 * What is passed on: the result in words, in squares, and where to play.
 *
 * @param {string} name of the puzzle
 * @param {Result} result
 * @param {string} address
 */
export function shareText(name, result, address) {
  const clues = result.words.map(({ clues_needed: needed }) => needed ?? NONE).join(", ");
  return [
    `${name}: ${sumOf(result)}. ${t("puzzle.clues_needed", { clues })}`,
    result.words.map(squareOf).join(""),
    address,
  ].join("\n");
}
