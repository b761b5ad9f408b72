/**
 * What a player's clues have changed: how sure the machine was of the word before, and is now.
 * @module
 */
import { t } from "./language.js";
import { percent } from "./wording.js";

/**
 * @typedef {object} Before
 * @property {number} share how sure the machine was
 * @property {number} experience rounds that it had learnt from
 * @property {number} label of the word, and
 * @property {number} words how many the machine knew: these two tell one deck's machine from another's
 */

/**
 * To be kept with clues that are given.
 *
 * @param {import("./machine.js").Machine | null} machine
 * @param {string[]} clues
 * @param {string} word
 * @returns {Before | null} null: there was no machine
 */
export function beforeOf(machine, clues, word) {
  if (machine === null) return null;
  const { labels, experience } = machine;
  return { share: machine.standingOf(clues, word).share, experience, label: labels.indexOf(word), words: labels.length };
}

/**
 * @param {{word: string, clues: string[], before?: Before | null}} entry clues that the machine has learnt from
 * @param {import("./machine.js").Machine | null} machine as it is now
 * @returns {string} "" while it cannot be told
 */
export function learntWords({ word, clues, before }, machine) {
  if (!before || !machine || machine.experience <= before.experience) return "";
  if (machine.labels.length !== before.words || machine.labels[before.label] !== word) return ""; // another deck's
  return t("marks.learnt", { word, before: percent(before.share), now: percent(machine.standingOf(clues, word).share) });
}
