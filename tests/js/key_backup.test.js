import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { accountOf, generatePrivateKey } from "../../sample_game/static/hunch/crypto.js";
import { addressInKeyFile, readKeyFile, writeKeyFile } from "../../sample_game/static/hunch/you/key_file.js";
import { LINK_LIFE_S, makeKeyLink, readKeyLink } from "../../sample_game/static/hunch/you/key_link.js";
import { keyOfWords, wordsOfKey } from "../../sample_game/static/hunch/you/key_words.js";
import { ITERATIONS } from "../../sample_game/static/hunch/you/passphrase_seal.js";
import { bytesOf } from "./vectors.js";

const NOW = new Date("2026-11-30T08:00:00Z");
const PASSPHRASE = "quartz hermit lantern";
const KEY = bytesOf("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");

const problem = (code, facts) => (error) => {
  assert.equal(error.code, code);
  if (facts) assert.deepEqual(error.facts, facts);
  return true;
};
const changed = (file, change) => JSON.stringify({ ...JSON.parse(file), ...change });

describe("a backup file", async () => {
  const file = await writeKeyFile(KEY, PASSPHRASE, NOW);

  test("gives the key back, and says of whom it is before any passphrase", async () => {
    assert.deepEqual(await readKeyFile(file, PASSPHRASE), KEY);
    assert.equal(await addressInKeyFile(file), accountOf(KEY).address);
  });

  test("states its format, and holds the key in no form", () => {
    const { format, version, created_at, key_derivation, cipher } = JSON.parse(file);
    assert.deepEqual([format, version, created_at], ["hunch-key", 1, "2026-11-30T08:00:00.000Z"]);
    assert.deepEqual([key_derivation.name, key_derivation.iterations], ["PBKDF2-SHA256", ITERATIONS]);
    assert.ok(ITERATIONS >= 600_000);
    assert.equal(cipher.name, "AES-256-GCM");
    assert.ok(!file.includes(Buffer.from(KEY).toString("hex")) && !file.includes(Buffer.from(KEY).toString("base64url")));
  });

  test("of version 1 is read for ever", async () => {
    const first = {
      format: "hunch-key", version: 1, address: "0x2c7536e3605d9c16a7a3d7b1898e529396a65c23", created_at: "2026-11-30T08:00:00.000Z",
      key_derivation: { name: "PBKDF2-SHA256", iterations: 1000, salt: "AAECAwQFBgcICQoLDA0ODw" },
      cipher: { name: "AES-256-GCM", nonce: "AAECAwQFBgcICQoL" },
      sealed_key: "EvpjkPftHxYF8ladb03aK6IIvD4m30UxObiCaZkO6fatqQHe853KPZ6aufG-dH8-", check: "GyPpaA",
    };
    assert.deepEqual(await readKeyFile(JSON.stringify(first), "an old passphrase"), KEY);
  });

  test("takes a passphrase in every spelling of its letters", async () => {
    const composed = await writeKeyFile(KEY, "caf\u00e9 caf\u00e9 caf\u00e9", NOW);
    assert.deepEqual(await readKeyFile(composed, "cafe\u0301 cafe\u0301 cafe\u0301"), KEY);
  });

  test("is refused with what is wrong: passphrase, damage, version, another file", async () => {
    await assert.rejects(readKeyFile(file, "quartz hermit lanterns"), problem("passphrase-wrong"));
    const { sealed_key, address } = JSON.parse(file);
    const other = accountOf(generatePrivateKey()).address;
    await assert.rejects(readKeyFile(changed(file, { sealed_key: sealed_key.replace(/^./, (c) => (c === "A" ? "B" : "A")) }), PASSPHRASE), problem("file-damaged"));
    await assert.rejects(readKeyFile(changed(file, { address: other }), PASSPHRASE), problem("file-damaged"));
    await assert.rejects(readKeyFile(changed(file, { cipher: {} }), PASSPHRASE), problem("file-damaged"));
    await assert.rejects(readKeyFile(changed(file, { key_derivation: undefined }), PASSPHRASE), problem("file-damaged"));
    await assert.rejects(readKeyFile(changed(file, { key_derivation: { name: "PBKDF2-SHA256", iterations: 1e12, salt: "AA" } }), PASSPHRASE), problem("file-damaged"));
    await assert.rejects(readKeyFile(changed(file, { version: 2 }), PASSPHRASE), problem("file-newer"));
    await assert.rejects(readKeyFile(changed(file, { format: "web3" }), PASSPHRASE), problem("file-foreign"));
    for (const text of ["", "null", "[]", file.slice(0, -20), `{"address":"${address}"}`]) {
      await assert.rejects(readKeyFile(text, PASSPHRASE), problem("file-foreign"));
    }
  });

  test("is not written under a short passphrase", async () => {
    await assert.rejects(writeKeyFile(KEY, "quartz", NOW), problem("passphrase-short", { least: 10 }));
  });

  test("is another one each time", async () => {
    const again = JSON.parse(await writeKeyFile(KEY, PASSPHRASE, NOW));
    assert.notEqual(again.key_derivation.salt, JSON.parse(file).key_derivation.salt);
    assert.notEqual(again.sealed_key, JSON.parse(file).sealed_key);
  });
});

describe("24 words", () => {
  test("are those of BIP-39 for the same entropy", async () => {
    const vectors = [
      ["7f".repeat(32), "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title"],
      ["80".repeat(32), "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless"],
      ["68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c", "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length"],
    ];
    for (const [entropy, words] of vectors) {
      assert.equal((await wordsOfKey(bytesOf(`0x${entropy}`))).join(" "), words);
      assert.equal(Buffer.from(await keyOfWords(words)).toString("hex"), entropy);
    }
  });

  test("give every key back, whatever stands between them, four letters at least", async () => {
    for (let round = 0; round < 20; round += 1) {
      const key = generatePrivateKey();
      const words = await wordsOfKey(key);
      assert.equal(words.length, 24);
      assert.deepEqual(await keyOfWords(words.map((word, place) => `${place + 1}. ${word.toUpperCase()}\n`).join("")), key);
      assert.deepEqual(await keyOfWords(words.map((word) => word.slice(0, 4)).join(", ")), key);
    }
  });

  test("are refused with what is wrong: too few, an unknown one with its place and a guess, the order", async () => {
    const words = await wordsOfKey(KEY);
    await assert.rejects(keyOfWords(words.slice(1).join(" ")), problem("words-count", { wanted: 24, given: 23 }));
    await assert.rejects(keyOfWords(""), problem("words-count", { wanted: 24, given: 0 }));
    const mistyped = words.with(6, "lanturn").join(" ");
    await assert.rejects(keyOfWords(mistyped), (error) => error.code === "word-unknown" && error.facts.place === 7);
    await assert.rejects(keyOfWords(words.with(6, "abandn").join(" ")), problem("word-unknown", { place: 7, word: "abandn", guess: "abandon" }));
    await assert.rejects(keyOfWords([words[1], words[0], ...words.slice(2)].join(" ")), problem("words-unfit"));
  });

  test("that stand for no key of the curve are refused", async () => {
    const zero = `${"abandon ".repeat(23)}art`;
    await assert.rejects(keyOfWords(zero), problem("words-unfit"));
  });
});

describe("a link for a second device", async () => {
  const PAGE = "https://hunch.example/?show=you";
  const { link, code, expires_at } = await makeKeyLink(KEY, PAGE, 1_000);

  test("gives the key back to whoever has link and code", async () => {
    assert.ok(link.startsWith(`${PAGE}#import=`));
    assert.equal(expires_at, 1_000 + LINK_LIFE_S);
    assert.match(code, /^[0-9A-HJKMNP-TV-Z]{5} [0-9A-HJKMNP-TV-Z]{5}$/);
    assert.deepEqual(await readKeyLink(link, code, 1_001), KEY);
    assert.deepEqual(await readKeyLink(link.slice(link.indexOf("#")), code.toLowerCase().replace(" ", " - "), 1_001), KEY);
  });

  test("holds neither the key nor the code, and everything secret stands behind the #", () => {
    const secret = link.slice(link.indexOf("#"));
    const bytes = Buffer.from(secret.slice("#import=".length), "base64url").toString("hex");
    assert.ok(!bytes.includes(Buffer.from(KEY).toString("hex")));
    assert.ok(!link.includes(code.replace(" ", "")));
    assert.equal(link.slice(0, link.indexOf("#")), PAGE);
  });

  test("is refused with what is wrong", async () => {
    const other = (await makeKeyLink(KEY, PAGE, 1_000)).code;
    await assert.rejects(readKeyLink(link, other, 1_001), problem("code-wrong"));
    await assert.rejects(readKeyLink(link, code.slice(1), 1_001), problem("code-length", { wanted: 10, given: 9 }));
    await assert.rejects(readKeyLink(link, code, expires_at + 1), problem("link-expired"));
    await assert.rejects(readKeyLink(link.slice(0, -4), code, 1_001), problem("link-damaged"));
    await assert.rejects(readKeyLink(`${PAGE}#import=`, code, 1_001), problem("link-damaged"));
    await assert.rejects(readKeyLink(`${PAGE}#import=<b>`, code, 1_001), problem("link-damaged"));
    await assert.rejects(readKeyLink(`${PAGE}#import=Ag`, code, 1_001), problem("link-newer"));
  });

  test("cannot be made to last longer without the code", async () => {
    const bytes = Buffer.from(link.split("#import=")[1], "base64url");
    bytes.writeUInt32BE(4_000_000_000, 1);
    await assert.rejects(readKeyLink(`${PAGE}#import=${bytes.toString("base64url")}`, code, 9_999_999), problem("code-wrong"));
  });
});
