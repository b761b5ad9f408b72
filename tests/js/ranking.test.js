import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { standingText } from "../../sample_game/static/hunch/ranking/standing_text.js";
import { speakEnglish } from "./strings.js";

speakEnglish();

describe("a place in a ranking", () => {
  const own = { place: 3, points: 12 };

  test("is passed on in words, with a link to the game", () => {
    assert.equal(
      standingText(own, 57, "day", "https://hunch.example"),
      "Hunch: place 3 of 57 today, with 12 points. Can you guess better?\nhttps://hunch.example/",
    );
  });

  test("tells of which time it is", () => {
    const texts = ["day", "week", "all"].map((period) => standingText(own, 57, period, ""));
    assert.equal(new Set(texts).size, 3);
  });
});
