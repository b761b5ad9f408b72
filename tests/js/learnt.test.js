import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { beforeOf, learntWords } from "../../sample_game/static/hunch/learnt.js";
import { Machine, featureOf } from "../../sample_game/static/hunch/machine.js";
import { percent } from "../../sample_game/static/hunch/wording.js";
import { speakEnglish } from "./strings.js";

speakEnglish();

const clues = ["tide", "crater"];
/** A machine of three words that has met these clues with `moon` so often. */
const machineAfter = (rounds, labels = ["cat", "moon", "river"]) =>
  new Machine({
    kind: "naive-bayes",
    labels,
    parameters: { inverse_alpha: 8, vocabulary: 200 },
    docs: [1, rounds, 0],
    tokens: [2, 2 * rounds, 0],
    counts: Object.fromEntries(clues.map((clue) => [featureOf(clue), rounds ? [[1, rounds]] : []])),
  });

describe("what clues have changed", () => {
  const [fresh, taught] = [machineAfter(0), machineAfter(3)];
  const entry = { word: "moon", clues, before: beforeOf(fresh, clues, "moon") };

  test("is told as how sure the machine was, and is", () => {
    const [before, now] = [fresh, taught].map((machine) => percent(machine.standingOf(clues, "moon").share));
    assert.notEqual(before, now);
    const words = `The machine was ${before} sure of “moon” from these clues before, and is ${now} sure now.`;
    assert.equal(learntWords(entry, taught), words);
  });

  test("is not told before the machine has learnt anything since", () => {
    assert.equal(learntWords(entry, fresh), "");
    assert.equal(learntWords(entry, null), "");
  });

  test("is not told by the machine of another deck", () => {
    assert.equal(learntWords(entry, machineAfter(3, ["moon", "cat", "river"])), "");
    assert.equal(learntWords(entry, machineAfter(3, ["cat", "moon"])), "");
  });

  test("is not told of clues that were given without a machine", () => {
    assert.equal(learntWords({ ...entry, before: beforeOf(null, clues, "moon") }, taught), "");
    assert.equal(learntWords({ word: "moon", clues }, taught), "");
  });
});

describe("a share", () => {
  test("is never told as nothing when it is something", () => {
    assert.deepEqual([0, 0.004, 0.254, 1].map(percent), ["0 %", "< 1 %", "25 %", "100 %"].map((words) => words.replace(/ (?=%)/, "\u00a0")));
  });
});
