import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { quickRefusal, splitTyped } from "../../sample_game/static/hunch/clue/clue_entry.js";
import { loadIdentity } from "../../sample_game/static/hunch/identity.js";
import { Machine, sharesOf } from "../../sample_game/static/hunch/machine.js";
import { signContribution } from "../../sample_game/static/hunch/signing.js";
import { passing } from "../../sample_game/static/hunch/storage.js";
import { contributionWords, excludedWords, isFinal, knowledgeWords, playProblemWords, problemWords, refusalWords } from "../../sample_game/static/hunch/wording.js";
import { readVectors } from "./vectors.js";
import { encodeSample, featureOf } from "../../sample_game/static/hunch/machine.js";
import { speakEnglish } from "./strings.js";

speakEnglish();

const snapshot = {
  kind: "naive-bayes",
  labels: ["cat", "moon", "river"],
  parameters: { inverse_alpha: 8, vocabulary: 200 },
  docs: [2, 1, 0],
  tokens: [4, 2, 0],
  counts: { [featureOf("whiskers")]: [[0, 2]], [featureOf("tide")]: [[1, 1]] },
};

describe("typing clues", () => {
  test("a space, a comma or a line break ends a clue", () => {
    assert.deepEqual(splitTyped("ring wall, ti"), { finished: ["ring", "wall"], rest: "ti" });
    assert.deepEqual(splitTyped("ring\n"), { finished: ["ring"], rest: "" });
    assert.deepEqual(splitTyped(" "), { finished: [], rest: "" });
  });

  test("a clue that was given is refused at once, however it is spelled", () => {
    assert.match(refusalWords(quickRefusal("Ring", ["ring"])), /already given/);
    assert.match(refusalWords(quickRefusal(" ", [])), /not a word/);
    assert.equal(quickRefusal("wall", ["ring"]), null);
  });
});

describe("the machine", () => {
  const machine = new Machine(snapshot);

  test("guesses the word that the clues speak for", () => {
    const { top, known } = machine.guess(["whiskers", "unheard"]);
    assert.equal(top[0].word, "cat");
    assert.equal(known, 1);
    assert.ok(top[0].share > 0.5);
  });

  test("guesses something from nothing, and says that it does", () => {
    const hunch = machine.guess([]);
    assert.equal(hunch.top.length, 3);
    assert.match(knowledgeWords(machine.guess(["unheard"]), machine.experience, 1), /never met/);
  });

  test("leaves out what is no word", () => {
    assert.deepEqual(machine.guess(["", "tide", " "]), machine.guess(["tide"]));
  });

  test("tells the place of a word", () => {
    assert.equal(machine.placeOf(["tide"], "moon"), 1);
  });

  test("tells how sure it is of a word, in the shares of its guesses", () => {
    const [first] = machine.guess(["tide"]).top;
    assert.deepEqual(machine.standingOf(["tide"], "moon"), { place: 1, share: first.share });
    assert.ok(machine.standingOf(["tide"], "cat").share < first.share);
  });

  test("gives shares that add up to one", () => {
    assert.equal(sharesOf([-65_536, 0, -65_536]).reduce((sum, share) => sum + share), 1);
    assert.deepEqual(sharesOf([-65_536, 0, -65_536]), [0.25, 0.5, 0.25]);
  });
});

describe("the device's key", () => {
  test("is made once and then kept", async () => {
    const storage = passing();
    const [first, second] = [await loadIdentity(storage), await loadIdentity(storage)];
    assert.equal(first.address, second.address);
    assert.notEqual((await loadIdentity(passing())).address, first.address);
  });

  test("never takes a number twice, nor one that the house has seen", async () => {
    const identity = await loadIdentity(passing());
    assert.equal(await identity.takeNonce(0), 0);
    assert.equal(await identity.takeNonce(0), 1);
    assert.equal(await identity.takeNonce(7), 7);
    assert.equal(await identity.takeNonce(3), 8);
  });
});

describe("a signed contribution", () => {
  test("has the digest of the golden vectors as its id", async () => {
    const { messages, types } = readVectors("eip712.json");
    const vector = messages.find(({ kind }) => kind === "Contribution");
    const { message, chain_id: chainId, forwarder } = vector;
    const domain = { name: "On the House", version: "1", chainId, verifyingContract: forwarder };
    const terms = {
      eip712: { domain, types },
      trainer: message.trainer,
      max_fee_gwei: message.maxFeeGwei,
      deadline_s: Number(message.deadline),
    };
    const identity = { address: message.player, signDigest: () => "0x" };
    const sample = Uint8Array.from(Buffer.from(message.sample.slice(2), "hex"));
    const facts = { nonce: message.nonce, label: message.label, sample, now_s: 0 };
    const signed = await signContribution(terms, identity, facts);
    assert.equal(signed.id, vector.digest);
    assert.equal(signed.chain_id, Number(chainId));
  });

  test("names the clues' features in increasing order", () => {
    const sample = encodeSample(["tide", "night", "crater"]);
    const features = [0, 2, 4].map((at) => sample[at] * 256 + sample[at + 1]);
    assert.deepEqual(features, [...features].sort((left, right) => left - right));
  });
});

describe("words for players", () => {
  const everyStatus = ["waiting", "queued", "sent", "mined", "confirmed", "settled", "failed", "expired", "cancelled", "refused"];

  test("exist for every status, and none speaks of chains", () => {
    for (const status of everyStatus) {
      const { tone, word, detail } = contributionWords({ status });
      assert.ok(["waiting", "good", "bad"].includes(tone));
      assert.ok(word && detail.endsWith("."), status);
      assert.doesNotMatch(`${word} ${detail}`, /gas|wallet|transaction|stake|wei/i);
    }
  });

  test("tell why clues were not kept", () => {
    const forfeited = contributionWords({ status: "settled", settlement: { outcome: "forfeited" } });
    assert.equal(forfeited.word, "not kept");
    assert.match(forfeited.detail, /still guesses another word/);
    assert.match(contributionWords({ status: "failed", reason: "over-budget" }).detail, /budget/);
  });

  test("say until when waiting clues can be taken, and what it means when that has passed", () => {
    const until_at = Date.UTC(2026, 10, 30, 14, 32) / 1000;
    const before = contributionWords({ status: "waiting", until_at }, until_at - 60);
    const after = contributionWords({ status: "waiting", until_at }, until_at + 60);
    assert.match(before.word, /kept on this device until .*\d:32/);
    assert.equal(after.word, "kept on this device");
    assert.match(after.detail, /The time to write it down is over/);
  });

  test("tell of a ban why and until when, in the operator's words", () => {
    const { detail } = contributionWords({ status: "refused", reason: "banned", why: "floods", until_at: 2_000_000_000 });
    assert.match(detail, /until .*“floods”/);
    assert.doesNotMatch(contributionWords({ status: "refused", reason: "banned" }).detail, /until|“/);
  });

  test("tell who is left out of rankings by whom, why and until when", () => {
    const why = { reason: "a script", until: 2_000_000_000 };
    assert.match(excludedWords({ by: "game", ...why }), /^This game leaves you out of its rankings until .*“a script”\.$/);
    assert.match(excludedWords({ by: "house", ...why }), /^The house takes nothing from here until .*“a script”\.$/);
    assert.equal(excludedWords({ by: "game", reason: "", until: null }), "This game leaves you out of its rankings.");
  });

  test("name whom to ask where somebody runs the game who says so", () => {
    globalThis.document = { querySelector: () => ({ href: "mailto:help@hunch.example" }) };
    assert.match(problemWords({ code: "banned" }), / Is that wrong\? Write to help@hunch\.example\.$/);
    delete globalThis.document;
    assert.doesNotMatch(problemWords({ code: "banned" }), /Write to/);
  });

  test("say until when the budget of a day is used up", () => {
    for (const code of ["house-budget-used-up", "daily-allowance-used-up"]) {
      assert.match(problemWords({ code }), /used up until .*\d+:00.*Play on: your clues wait/);
    }
  });

  test("call an end an end", () => {
    assert.deepEqual(everyStatus.filter((status) => isFinal({ status })), ["settled", "failed", "expired", "cancelled", "refused"]);
  });

  test("say that an empty tank is no fault of the player", () => {
    assert.match(problemWords({ code: "tank-empty", message: "" }), /out of budget.*Play on/);
  });

  test("exist for every reason to refuse a clue, and every error of the game", () => {
    const source = (name) => readFileSync(new URL(`../../sample_game/${name}.py`, import.meta.url), "utf8");
    const reasons = [...source("moderation").matchAll(/(?:return|Refusal\(\w*"*,) "([a-z-]+)"/g)].map(([, reason]) => reason);
    assert.ok(reasons.length >= 12, reasons.join(" "));
    for (const reason of reasons) {
      assert.notEqual(refusalWords({ reason, clue: "moon" }), refusalWords({ reason: "unheard-of" }), `${reason} has words of its own`);
    }
    const codes = [...source("errors").matchAll(/^ {4}code(?:: ClassVar\[str\])? = "([a-z-]+)"/gm)].map(([, code]) => code);
    const everyError = codes.filter((code) => !["play-problem", "house-error", "unknown-sender"].includes(code)); // bases, and a webhook's
    assert.ok(everyError.length >= 7, codes.join(" "));
    for (const code of everyError) assert.notEqual(playProblemWords({ code }), playProblemWords({ code: "unheard-of" }), code);
  });

  test("exist for every error of the house, and none is written for developers", () => {
    const reference = readFileSync(new URL("../../docs/reference/errors.md", import.meta.url), "utf8");
    const operators = readFileSync(new URL("../../relayer/refusals/operators.py", import.meta.url), "utf8");
    const ofOperators = [...operators.matchAll(/^ {4}code, status = "([a-z-]+)"/gm)].map(([, code]) => code);
    const codes = [...reference.matchAll(/^## ([a-z-]+)$/gm)].map(([, code]) => code).filter((code) => !ofOperators.includes(code));
    assert.ok(codes.length > 20, "the reference lists its codes as headings");
    assert.ok(ofOperators.length > 3, "no player meets them");
    const developer = "GET /v1/config tells the gas, the gwei and the nonce.";
    const fallback = problemWords({ code: "unheard-of", message: developer });
    for (const code of [...codes, "unheard-of"]) {
      const facts = { code, message: developer, status: "refused", reason: code, detail: developer };
      for (const words of [problemWords(facts), contributionWords(facts).detail]) {
        assert.match(words, /^[A-Z].*\.$/, code);
        assert.doesNotMatch(words, /GET|gwei|nonce|\/v1|gas|wallet|transaction/, code);
        assert.equal(words === fallback, code === "unheard-of", `${code} has words of its own`);
      }
    }
  });
});
