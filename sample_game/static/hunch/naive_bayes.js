/**
 * The on-chain classifier, run in the browser: multinomial naive Bayes in integers, the twin of
 * `contracts/src/classifier/NaiveBayes.sol` and `relayer/models/naive_bayes.py`.
 * `tests/vectors/naive_bayes.json` binds the three together.
 *
 * score(c) = L(docs_c + 1) + sum of L(A * count + 1) over the features
 *            - features * L(A * tokens_c + V)
 *
 * A label without samples never wins, unless none has any (then label 0 does).
 * Every number that counts stays below 2^53, so plain numbers are exact and BigInt is not needed.
 */

const FRACTION = 65_536;
const CORRECTION = 22_525;
const MAX_COUNT = 255;
/** Score of a label without samples, as the contract gives it; a power of two is exact. */
const NEVER = -(2 ** 255);

/**
 * log2(x) in units of 2^-16, with the error of the contracts (below 0.009).
 *
 * @param {number} x a positive integer below 2^53
 * @returns {number}
 */
export function fixedLog2(x) {
  const high = Math.floor(x / 2 ** 32);
  const n = high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(x);
  // Scaling by a power of two only moves the exponent: exact before the floor.
  const m = Math.floor(x * 2 ** (16 - n)) - FRACTION;
  const curve = Math.floor((m * (FRACTION - m)) / FRACTION);
  return n * FRACTION + m + Math.floor((curve * CORRECTION) / FRACTION);
}

/** The model of one snapshot (`GET /v1/models/{trainer}`); learns on from there when told to. */
export class NaiveBayes {
  #inverseAlpha;
  #vocabulary;
  #docs;
  #tokens;
  #counts;

  /**
   * @param {{kind: string, labels: string[],
   *          parameters: {inverse_alpha: number, vocabulary: number}, docs: number[],
   *          tokens: number[], counts: Record<string, [number, number][]>}} snapshot
   * @throws {Error} it is the snapshot of another kind of model
   */
  constructor(snapshot) {
    if (snapshot.kind !== "naive-bayes") {
      throw new Error(`This page cannot run a model of kind ${snapshot.kind}. Reload the page.`);
    }
    /** Names of the labels, in order. */
    this.labels = [...snapshot.labels];
    this.#inverseAlpha = snapshot.parameters.inverse_alpha;
    this.#vocabulary = snapshot.parameters.vocabulary;
    this.#docs = [...snapshot.docs];
    this.#tokens = [...snapshot.tokens];
    this.#counts = new Map(
      Object.entries(snapshot.counts).map(([feature, lanes]) => [Number(feature), new Map(lanes)]),
    );
  }

  /**
   * The score of each label, in units of 2^-16 bits; -(2^255) for labels without samples.
   *
   * @param {number[]} features distinct features of a sample
   * @returns {number[]}
   */
  scores(features) {
    const scores = this.labels.map((_, label) => this.#baseScore(label, features.length));
    for (const feature of features) {
      for (const [label, count] of this.#counts.get(feature) ?? []) {
        scores[label] += fixedLog2(this.#inverseAlpha * count + 1);
      }
    }
    return scores;
  }

  /**
   * All labels, the best first; ties in the order of the labels.
   *
   * @param {number[]} features distinct features of a sample
   * @returns {number[]}
   */
  ranking(features) {
    const scores = this.scores(features);
    return [...scores.keys()].sort((left, right) => scores[right] - scores[left] || left - right);
  }

  /**
   * The label that the contract would predict.
   *
   * @param {number[]} features distinct features of a sample
   * @returns {number}
   */
  predict(features) {
    const scores = this.scores(features);
    return scores.reduce((best, score, label) => (score > scores[best] ? label : best), 0);
  }

  /**
   * Learns one sample, as the contract will when the contribution takes effect.
   *
   * @param {number[]} features distinct features of a sample
   * @param {number} label
   */
  train(features, label) {
    for (const feature of features) {
      if (!this.#counts.has(feature)) this.#counts.set(feature, new Map());
      const lanes = this.#counts.get(feature);
      const count = lanes.get(label) ?? 0;
      if (count === MAX_COUNT) continue;
      lanes.set(label, count + 1);
      this.#tokens[label] += 1;
    }
    this.#docs[label] += 1;
  }

  #baseScore(label, featureCount) {
    if (this.#docs[label] === 0) return NEVER;
    const denominator = this.#inverseAlpha * this.#tokens[label] + this.#vocabulary;
    return fixedLog2(this.#docs[label] + 1) - featureCount * fixedLog2(denominator);
  }
}
