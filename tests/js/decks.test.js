import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { deckIn, ofDeck } from "../../sample_game/static/hunch/decks/deck_in_play.js";
import { pointsOf, scaleOf } from "../../sample_game/static/hunch/learning/plot.js";
import { pastRounds, rememberRound } from "../../sample_game/static/hunch/past/past_rounds.js";
import { addressOf, screenOf } from "../../sample_game/static/hunch/screens.js";
import { passing } from "../../sample_game/static/hunch/storage.js";

describe("the deck in play", () => {
  test("is the one that the address names", () => {
    assert.equal(deckIn(new URLSearchParams("?play=clue&deck=food")), "food");
    assert.equal(deckIn(new URLSearchParams("")), undefined);
  });

  test("stands in the addresses of the page and of the server, but for what all play alike", () => {
    assert.equal(addressOf("guess", undefined, "food"), "?deck=food");
    assert.equal(addressOf("clue", undefined, "food"), "?play=clue&deck=food");
    assert.equal(addressOf("daily", undefined, "food"), "?play=daily");
    assert.equal(addressOf("guess"), "./");
    assert.equal(screenOf("?play=clue&deck=food").name, "clue");
    assert.equal(ofDeck("/api/model", "food"), "/api/model?deck=food");
    assert.equal(ofDeck("/api/model"), "/api/model");
  });
});

describe("past rounds", () => {
  const round = (ended_at_ms) => ({ token: `t${ended_at_ms}`, kind: "guess", word: "moon", clues: [], ended_at_ms });

  test("are kept with the latest first, each once", async () => {
    const storage = passing();
    for (const at of [2, 3, 1, 3]) await rememberRound(storage, round(at));
    assert.deepEqual((await pastRounds(storage)).map((one) => one.ended_at_ms), [3, 2, 1]);
  });

  test("do not grow without end: of many the oldest go", async () => {
    const storage = passing();
    for (let at = 1; at <= 121; at += 1) await rememberRound(storage, round(at));
    const kept = (await pastRounds(storage)).map((one) => one.ended_at_ms);
    assert.equal(kept.length, 100);
    assert.equal(kept.at(-1), 22);
  });

  test("that cannot be kept stop nobody", async () => {
    const full = { update: () => Promise.reject(new Error("full")), all: async () => [] };
    await rememberRound(full, round(1));
  });
});

describe("the plot of what a machine has learnt", () => {
  const marks = [
    { contributions: 10, top1: 0, top5: 0.25 },
    { contributions: 100, top1: 0.5, top5: 0.75 },
    { contributions: 1_000, top1: 1, top5: 1 },
  ];

  test("gives each tenfold of contributions the same room, and shares rise from 0 to 1", () => {
    const scale = scaleOf(marks);
    const [left, middle, right] = marks.map(({ contributions }) => scale.x(contributions));
    assert.ok(left < middle && Math.abs(middle - left - (right - middle)) < 1e-9);
    assert.ok(scale.y(0) > scale.y(1));
    assert.deepEqual(scale.ticks, [10, 100, 1_000]);
    assert.equal(pointsOf(marks, "top1", scale).split(" ").length, 3);
  });

  test("can be drawn from the first mark on", () => {
    const { x, ticks } = scaleOf(marks.slice(0, 1));
    assert.ok(Number.isFinite(x(10)));
    assert.equal(ticks.at(-1), 10);
  });
});
