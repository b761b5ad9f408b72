import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { ContributionBook } from "../../sample_game/static/hunch/contribution_book.js";
import { passing } from "../../sample_game/static/hunch/storage.js";

const entry = (id, facts = {}) => ({ id, word: "moon", clues: ["tide"], sent_at_ms: 1, status: "queued", ...facts });

function bookWith(answers) {
  const seen = { asked: [], ended: [], timers: 0 };
  const book = new ContributionBook({
    storage: passing(),
    read: async (path) => {
      seen.asked.push(path);
      const answer = answers[path.split("/").pop()];
      if (answer === undefined) throw new Error("offline");
      return answer;
    },
    changed: (_entries, ended) => seen.ended.push(...ended.map(({ id }) => id)),
    later: () => (seen.timers += 1),
  });
  return { book, seen };
}

describe("the contribution book", () => {
  test("lists the newest first", async () => {
    const { book } = bookWith({});
    await book.note(entry("old", { sent_at_ms: 1 }));
    await book.note(entry("new", { sent_at_ms: 2 }));
    assert.deepEqual((await book.entries()).map(({ id }) => id), ["new", "old"]);
  });

  test("asks only about what is under way at the house", async () => {
    const { book, seen } = bookWith({});
    await book.note(entry("here", { status: "waiting" }));
    await book.note(entry("done", { status: "settled" }));
    await book.note(entry("there"));
    await book.refresh();
    assert.deepEqual(seen.asked, ["/api/contributions/there"]);
  });

  test("tells when a contribution came to its end", async () => {
    const { book, seen } = bookWith({ a: { status: "settled", settlement: { outcome: "refunded" } } });
    await book.note(entry("a"));
    assert.equal(await book.refresh(), 0);
    assert.deepEqual(seen.ended, ["a"]);
    assert.equal((await book.entries())[0].settlement.outcome, "refunded");
  });

  test("takes another transaction in although the status stays", async () => {
    const answers = { a: { status: "mined", transaction_hash: "0x1" } };
    const { book } = bookWith(answers);
    await book.note(entry("a"));
    for (const hash of ["0x1", "0x2", null]) {
      answers.a.transaction_hash = hash;
      await book.refresh();
      assert.equal((await book.entries())[0].transaction_hash, hash);
    }
  });

  test("keeps what it knows while the game cannot be reached", async () => {
    const { book } = bookWith({});
    await book.note(entry("a"));
    assert.equal(await book.refresh(), 1);
    assert.equal((await book.entries())[0].status, "queued");
  });

  test("forgets old finished entries but none that is under way", async () => {
    const { book } = bookWith({});
    await book.note(entry("open", { sent_at_ms: 0 }));
    for (let number = 1; number <= 45; number += 1) {
      await book.note(entry(`n${number}`, { sent_at_ms: number, status: "settled" }));
    }
    const ids = (await book.entries()).map(({ id }) => id);
    assert.ok(ids.includes("open"));
    assert.ok(!ids.includes("n1"));
  });
});
