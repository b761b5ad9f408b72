/**
 * The machine: the public model, run on this device from a snapshot.
 * @module
 */
import { keccak256 } from "./crypto.js";
import { normaliseWord, wordFeatures } from "../../../relayer/javascript/on-the-house.js";
import { NaiveBayes } from "./naive_bayes.js";

const TOP = 5;
/** Scores are logarithms to base 2 in units of 2^-16. */
const SCORE_UNIT = 65_536;

export const { featureOf, encodeSample } = wordFeatures(keccak256);

/**
 * @typedef {object} Hunch
 * @property {{word: string, share: number}[]} top the five best words; shares of all add up to 1
 * @property {number} known how many of the clues the machine has met before
 */

/** One snapshot of the model, ready to guess. */
export class Machine {
  #model;
  #known;

  /** @param {object} snapshot answer of `/api/model` */
  constructor(snapshot) {
    this.#model = new NaiveBayes(snapshot);
    this.#known = new Set(Object.keys(snapshot.counts).map(Number));
    /** How many rounds of clues it has learnt from. */
    this.experience = snapshot.docs.reduce((sum, docs) => sum + docs, 0);
    this.labels = snapshot.labels;
  }

  /**
   * Guesses from clues. Texts that are no words are left out.
   *
   * @param {string[]} clues
   * @returns {Hunch}
   */
  guess(clues) {
    const features = distinctFeatures(clues);
    const scores = this.#model.scores(features);
    const shares = sharesOf(scores);
    const ranking = this.#model.ranking(features).slice(0, TOP);
    return {
      top: ranking.map((label) => ({ word: this.labels[label], share: shares[label] })),
      known: features.filter((feature) => this.#known.has(feature)).length,
    };
  }

  /**
   * The place of a word among all words, 1 for the machine's first guess.
   *
   * @param {string[]} clues
   * @param {string} word
   */
  placeOf(clues, word) {
    return this.#model.ranking(distinctFeatures(clues)).indexOf(this.labels.indexOf(word)) + 1;
  }

  /**
   * The place of a word, and how sure the machine is of it.
   *
   * @param {string[]} clues
   * @param {string} word
   * @returns {{place: number, share: number}}
   */
  standingOf(clues, word) {
    const shares = sharesOf(this.#model.scores(distinctFeatures(clues)));
    return { place: this.placeOf(clues, word), share: shares[this.labels.indexOf(word)] };
  }
}

/** @param {string[]} clues @returns {number[]} */
function distinctFeatures(clues) {
  return [...new Set(clues.filter(isWord).map(featureOf))];
}

function isWord(text) {
  try {
    return normaliseWord(text) !== "";
  } catch {
    return false;
  }
}

/** @param {number[]} scores @returns {number[]} how sure the model is of each label; they add up to 1 */
export function sharesOf(scores) {
  const best = Math.max(...scores);
  const weights = scores.map((score) => 2 ** ((score - best) / SCORE_UNIT));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
