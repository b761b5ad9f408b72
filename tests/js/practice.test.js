import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { dealPractice } from "../../sample_game/static/hunch/practice/practice_round.js";

const decks = { first: { apple: ["pie", "core"] }, second: { moon: ["tide", "night", "crater"], river: ["flow"] }, third: { moon: ["sky"] } };
const dealt = () => dealPractice(decks, ["moon", "river"], () => 0);

describe("practice", () => {
  test("deals from the deck that the machine knows, one clue at first", () => {
    const { round } = dealt();
    assert.deepEqual(round.clues, ["tide"]);
    assert.equal(round.clue_count, 3);
    assert.equal(dealPractice(decks, [], () => 0).round.clue_count, 2);
  });

  test("judges as the server does, for no points", async () => {
    const { judge } = dealt();
    assert.equal((await judge({ guess: "quartz" })).outcome, "unknown");
    assert.deepEqual((await judge({ guess: "River" })).clues, ["tide", "night"]);
    assert.equal((await judge({ guess: "river" })).outcome, "repeated");
    assert.equal((await judge({ guess: "" })).outcome, "passed");
    const { outcome, answer, points } = await judge({ guess: " Moon " });
    assert.deepEqual({ outcome, answer, points }, { outcome: "right", answer: "moon", points: 0 });
  });

  test("ends when the word is told, or after a wrong guess at the last clue", async () => {
    assert.deepEqual((await dealt().judge({ give_up: true })).outcome, "over");
    const { judge } = dealt();
    await judge({ guess: "" });
    await judge({ guess: "" });
    const { outcome, answer } = await judge({ guess: "river" });
    assert.deepEqual({ outcome, answer }, { outcome: "over", answer: "moon" });
  });
});
