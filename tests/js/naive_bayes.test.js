import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { fixedLog2, NaiveBayes } from "../../sample_game/static/hunch/naive_bayes.js";
import { featuresOf, readVectors } from "./vectors.js";

const runs = readVectors("naive_bayes.json").runs;

/** The snapshot that the service publishes after a run, or before it. */
function snapshotOf(run, learnt) {
  const none = Array(run.label_count).fill(0);
  return {
    kind: "naive-bayes",
    labels: none.map((_, label) => `label ${label}`),
    parameters: { inverse_alpha: run.inverse_alpha, vocabulary: Number(run.vocabulary) },
    docs: learnt ? run.docs : none,
    tokens: learnt ? run.tokens : none,
    counts: learnt ? run.counts : {},
  };
}

/** Label and features of the records that the contract accepted. */
function* acceptedRecords({ records, accepted_map: acceptedMap }) {
  let rest = records.slice(2);
  for (let index = 0n; rest !== ""; index += 1n) {
    const end = 48 + 2 * parseInt(rest.slice(44, 48), 16);
    if ((BigInt(acceptedMap) >> index) & 1n) {
      yield { label: parseInt(rest.slice(40, 44), 16), features: featuresOf(`0x${rest.slice(48, end)}`) };
    }
    rest = rest.slice(end);
  }
}

function assertAnswers(model, run) {
  for (const { sample, scores, label } of run.queries) {
    const features = featuresOf(sample);
    assert.deepEqual(model.scores(features), scores.map(Number));
    assert.equal(model.predict(features), label);
    assert.equal(model.ranking(features)[0], label);
  }
}

test("the fixed-point logarithm agrees with the vectors", () => {
  const { x, log2 } = readVectors("fixed_log.json");
  assert.deepEqual(x.map(Number).map(fixedLog2), log2.map(Number));
});

describe("naive Bayes", () => {
  for (const run of runs) {
    test(`${run.name}: a snapshot gives the scores of the contract`, () => {
      assertAnswers(new NaiveBayes(snapshotOf(run, true)), run);
    });

    test(`${run.name}: learning sample by sample gives the same model`, () => {
      const model = new NaiveBayes(snapshotOf(run, false));
      for (const batch of run.batches) {
        for (const { label, features } of acceptedRecords(batch)) model.train(features, label);
      }
      assertAnswers(model, run);
    });
  }

  test("ties go to the lower label, and the ranking names every label once", () => {
    const model = new NaiveBayes(snapshotOf({ ...runs[0], label_count: 4 }, false));
    assert.equal(model.predict([1, 2]), 0);
    assert.deepEqual(model.ranking([1, 2]), [0, 1, 2, 3]);
  });

  test("learning leaves the snapshot as it was", () => {
    const snapshot = snapshotOf(runs[0], true);
    const before = structuredClone(snapshot);
    new NaiveBayes(snapshot).train([1, 2, 3], 0);
    assert.deepEqual(snapshot, before);
  });

  test("the snapshot of another kind of model is refused", () => {
    assert.throws(() => new NaiveBayes({ kind: "sparse-perceptron" }), /kind sparse-perceptron/);
  });
});
