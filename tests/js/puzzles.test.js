import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { accountOf } from "../../sample_game/static/hunch/crypto.js";
import { hoursAndMinutes } from "../../sample_game/static/hunch/daily/countdown.js";
import { streakWords } from "../../sample_game/static/hunch/daily/streak.js";
import { dayToPlay } from "../../sample_game/static/hunch/daily/which_day.js";
import { cluesNeededBy, raceWords } from "../../sample_game/static/hunch/guess/race.js";
import { asProvenPlayer, provenPlayer } from "../../sample_game/static/hunch/puzzle/proof.js";
import { shareText } from "../../sample_game/static/hunch/puzzle/score.js";
import { passOn } from "../../sample_game/static/hunch/puzzle/share.js";
import { speakEnglish } from "./strings.js";

speakEnglish();

describe("the race with the machine", () => {
  /** A machine that guesses the word from so many clues on. */
  const machineThatNeeds = (needed) => ({ experience: 9, placeOf: (clues) => (clues.length >= needed ? 1 : 3) });
  const shown = { clues: ["wax", "wick", "flame"], answer: "candle" };

  test("is over for the machine as soon as its first guess is the word", () => {
    assert.equal(cluesNeededBy(machineThatNeeds(2), shown.clues, shown.answer), 2);
    assert.equal(cluesNeededBy(machineThatNeeds(4), shown.clues, shown.answer), null);
  });

  test("is told in words, whoever was first", () => {
    assert.equal(raceWords(machineThatNeeds(3), shown, 2), "You were first: the machine had it with 3 clues.");
    assert.equal(raceWords(machineThatNeeds(1), shown, 2), "The machine was first: it had it with 1 clue.");
    assert.equal(raceWords(machineThatNeeds(2), shown, 2), "The machine needed as many clues: a draw.");
    assert.equal(raceWords(machineThatNeeds(2), shown, null), "The machine had it with 2 clues.");
    assert.equal(raceWords(machineThatNeeds(4), shown, 2), "The machine had it only as its third guess.");
    assert.match(raceWords(null, shown, 2), /has not learnt/);
  });
});

describe("a result that is passed on", () => {
  const words = [2, 1, 4, null, 3].map((clues_needed) => ({ clues_needed, points: 0, word: "secret" }));
  const text = shareText("Hunch daily 12", { words, found: 4, points: 11 }, "https://hunch.example/?play=daily");

  test("stands in words and in squares, with the place to play", () => {
    assert.deepEqual(text.split("\n"), [
      "Hunch daily 12: 4 of 5 words, 11 points. Clues needed: 2, 1, 4, –, 3.",
      "🟨🟩🟥⬛🟧",
      "https://hunch.example/?play=daily",
    ]);
  });

  test("tells no secret word", () => assert.doesNotMatch(text, /secret/));

  test("goes the device's own way, else to the clipboard, else it is copied by hand", async () => {
    const passed = [];
    const clipboard = { writeText: async (copied) => passed.push(copied) };
    assert.equal(await passOn("text", { share: async ({ text: shared }) => passed.push(shared) }), "shared");
    assert.equal(await passOn("text", { clipboard }), "copied");
    const failing = async () => {
      throw new DOMException("", "NotAllowedError");
    };
    assert.equal(await passOn("text", { share: failing, clipboard }), "copied");
    assert.equal(await passOn("text", { clipboard: { writeText: failing } }), "by_hand");
    assert.equal(await passOn("text", {}), "by_hand");
    assert.deepEqual(passed, ["text", "text", "text"]);
  });

  test("goes nowhere when the player thinks better of it", async () => {
    const share = async () => {
      throw new DOMException("", "AbortError");
    };
    assert.equal(await passOn("text", { share, clipboard: { writeText: () => assert.fail() } }), null);
  });
});

describe("days in a row", () => {
  const streak = { days: 3, best: 3, is_frozen: false, next_freeze_day: null };

  test("are told with what one missed day would do", () => {
    assert.equal(streakWords(streak, 100), "3 days in a row. One missed day would not end it.");
    assert.match(streakWords({ ...streak, best: 9 }, 100), /Your longest row: 9 days\./);
    assert.match(streakWords({ ...streak, next_freeze_day: 103 }, 100), /frozen again in 3 days\.$/);
    assert.match(streakWords({ ...streak, next_freeze_day: 99 }, 100), /would not end it\.$/);
    assert.match(streakWords({ ...streak, is_frozen: true, next_freeze_day: 106 }, 100), /is frozen: play today/);
    assert.match(streakWords({ ...streak, days: 0 }, 100), /^No days in a row yet/);
  });
});

test("yesterday's puzzle may be finished for a while, if it was begun", () => {
  const today = { day: 100, now: 101 * 86_400 - 86_400 + 3_599, closes_at: 101 * 86_400, late_s: 3_600 };
  assert.equal(dayToPlay(today, 99), 99);
  assert.equal(dayToPlay({ ...today, now: today.now + 1 }, 99), 100);
  assert.equal(dayToPlay(today, 98), 100);
  assert.equal(dayToPlay(today, 0), 100);
});

test("the countdown rounds up, so that it never says that no time is left too early", () => {
  assert.deepEqual(hoursAndMinutes(7_200), { hours: 2, minutes: 0 });
  assert.deepEqual(hoursAndMinutes(61), { hours: 0, minutes: 2 });
  assert.deepEqual(hoursAndMinutes(1), { hours: 0, minutes: 1 });
});

test("a proof is a personal message that any wallet could have signed", async () => {
  const account = accountOf(`0x${"01".repeat(32)}`); // the signature is eth_account's, of the same text
  assert.deepEqual(await provenPlayer(account, "daily-20421"), {
    player: "0x1a642f0e3c3af545e7acbd38b07251b3990914f1",
    proof:
      "0xfcb11768901dfa96a0798430a627fa8a4c336be2b6ed7c107c0720e77d03a155" +
      "6f2cf9eed6b65f95769c527723daa74272c9f61571e78f25a4d8aa92b182622d1b",
  });
});

test("one signature is enough for all rounds of a day", async () => {
  const { address } = accountOf(`0x${"01".repeat(32)}`);
  let signed = 0;
  const account = { address, signDigest: () => `0x${++signed}` };
  const at = (day) => () => day * 86_400_000 + 1;
  const proofs = [];
  for (const day of [20_421, 20_421, 20_422]) await asProvenPlayer(account, async (who) => proofs.push(who), at(day));
  assert.deepEqual(proofs.map(({ proof_day, proof }) => [proof_day, proof]), [[20_421, "0x1"], [20_421, "0x1"], [20_422, "0x2"]]);
});

test("a device whose clock is off signs for the day that the server tells, at once from then on", async () => {
  const account = accountOf(`0x${"02".repeat(32)}`);
  const asked = [];
  const send = async ({ proof_day }) => {
    asked.push(proof_day);
    if (proof_day !== 20_430) throw { code: "proof-out-of-date", problem: { day: 20_430 } };
    return "dealt";
  };
  const now_ms = () => 20_421 * 86_400_000;
  assert.equal(await asProvenPlayer(account, send, now_ms), "dealt");
  assert.equal(await asProvenPlayer(account, send, now_ms), "dealt");
  assert.deepEqual(asked, [20_421, 20_430, 20_430]);
});
