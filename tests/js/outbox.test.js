import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Problem } from "../../sample_game/static/hunch/game_api.js";
import { Outbox } from "../../sample_game/static/hunch/outbox.js";
import { passing } from "../../sample_game/static/hunch/storage.js";

const parcel = (id) => ({ id, token: "t", word: "moon", clues: ["tide"], message: {}, signature: "0x" });
const tankEmpty = () => new Problem({ code: "tank-empty", detail: "Empty.", retryable: true });
const taken = () => new Problem({ code: "nonce-conflict", detail: "Taken.", retryable: false });
const refused = () => new Problem({ code: "clue-refused", detail: "No.", retryable: false });

/** An outbox whose server answers by a script and whose timers fire when the test says so. */
function outboxWith(answers, storage = passing(), instead = []) {
  const seen = { sent: [], taken: [], refused: [], waiting: [], pauses_ms: [], timers: [] };
  const outbox = new Outbox({
    storage,
    post: async (_path, body) => {
      seen.sent.push(body.id);
      const answer = answers.shift() ?? { contribution: { status: "queued" } };
      if (answer instanceof Error) throw answer;
      return answer;
    },
    events: {
      taken: ({ id }) => seen.taken.push(id),
      refused: async ({ id }, problem) => {
        seen.refused.push([id, problem.code]);
        return instead.shift();
      },
      waiting: (problem) => seen.waiting.push(problem.code),
    },
    later: (action, pause_ms) => {
      seen.pauses_ms.push(pause_ms);
      seen.timers.push(action);
      return seen.timers.length;
    },
  });
  return { outbox, seen };
}

describe("the outbox", () => {
  test("forgets a parcel only after the house took it", async () => {
    const { outbox, seen } = outboxWith([]);
    await outbox.add(parcel("a"));
    assert.deepEqual(seen.taken, ["a"]);
    assert.deepEqual(await outbox.waiting(), []);
  });

  test("keeps a parcel while the house is out of budget, and sends it again ever later", async () => {
    const { outbox, seen } = outboxWith([tankEmpty(), tankEmpty()]);
    await outbox.add(parcel("a"));
    assert.equal((await outbox.waiting()).length, 1);
    seen.timers.shift()();
    await outbox.flush();
    assert.deepEqual(seen.waiting, ["tank-empty", "tank-empty"]);
    assert.deepEqual(seen.pauses_ms, [2_000, 4_000]);
    seen.timers.shift()();
    await outbox.flush();
    assert.deepEqual(seen.taken, ["a"]);
  });

  test("drops a parcel that is refused for good, and tells why", async () => {
    const { outbox, seen } = outboxWith([refused()]);
    await outbox.add(parcel("a"));
    assert.deepEqual(seen.refused, [["a", "clue-refused"]]);
    assert.deepEqual(await outbox.waiting(), []);
  });

  test("sends what an earlier visit left behind", async () => {
    const storage = passing();
    await outboxWith([tankEmpty()], storage).outbox.add(parcel("a"));
    const { outbox, seen } = outboxWith([], storage);
    await outbox.flush();
    assert.deepEqual(seen.taken, ["a"]);
  });

  test("lets one waiting parcel not hold up the others", async () => {
    const { outbox, seen } = outboxWith([tankEmpty(), tankEmpty()]);
    await outbox.add(parcel("a"));
    await outbox.add(parcel("b"));
    assert.deepEqual(seen.taken, ["b"]);
  });

  test("sends what was signed again in the place of what was refused", async () => {
    const storage = passing();
    const { outbox, seen } = outboxWith([taken()], storage, [parcel("b")]);
    await outbox.add(parcel("a"));
    assert.deepEqual(seen.sent, ["a", "b"]);
    assert.deepEqual(seen.taken, ["b"]);
    assert.deepEqual(await outbox.waiting(), []);
  });

  test("keeps a parcel that cannot be signed again just now", async () => {
    const { outbox, seen } = outboxWith([taken()], passing(), [Promise.reject(tankEmpty())]);
    await outbox.add(parcel("a"));
    assert.deepEqual(seen.waiting, ["tank-empty"]);
    assert.deepEqual((await outbox.waiting()).map(({ id }) => id), ["a"]);
  });
});
