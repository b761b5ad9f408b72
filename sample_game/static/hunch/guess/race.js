/**
 * The race with the machine: who needed fewer clues.
 * @module
 */
import { t } from "../language.js";
import { ordinal } from "../wording.js";

/**
 * After how many clues the word was the machine's first guess; null: it never was.
 *
 * @param {import("../machine.js").Machine} machine
 * @param {string[]} clues all of a round
 * @param {string} answer
 */
export function cluesNeededBy(machine, clues, answer) {
  const needed = clues.findIndex((_, last) => machine.placeOf(clues.slice(0, last + 1), answer) === 1);
  return needed < 0 ? null : needed + 1;
}

/**
 * How the race ended, in words.
 *
 * @param {import("../machine.js").Machine | null} machine
 * @param {{clues: string[], answer: string}} shown all clues, and the word
 * @param {number | null} used clues that the player needed; null: it was not found
 */
export function raceWords(machine, { clues, answer }, used) {
  if (machine === null || machine.experience === 0) return t("guess.machine_new");
  const needed = cluesNeededBy(machine, clues, answer);
  if (needed === null) {
    const place = machine.placeOf(clues, answer);
    return place >= 2 && place <= 5 ? t("guess.machine_only", { place: ordinal(place) }) : t("guess.machine_missed");
  }
  const facts = { clues: t("clues", { count: needed }) };
  if (used === null) return t("guess.machine_had_it", facts);
  if (used === needed) return t("guess.race_even");
  return used < needed ? t("guess.race_won", facts) : t("guess.race_lost", facts);
}
