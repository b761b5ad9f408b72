/** The kit for JavaScript against a server that answers as a test wants. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, describe, test } from "node:test";

import { digestOf, Relayer, RelayerError } from "../../relayer/javascript/on-the-house.js";
import { accountOf, bytesToHex, keccak256, readVectors } from "./vectors.js";

const { types } = readVectors("eip712.json");
const FORWARDER = "0x52908400098527886e0f7030069857d2e4169ee7";
const TRAINER = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";
const account = accountOf(`0x${"11".repeat(32)}`);
const CONFIG = {
  eip712: { domain: { name: "On the House", version: "1", chainId: 31337, verifyingContract: FORWARDER }, types },
  trainers: [{ address: TRAINER, name: "Hunch", labels: ["cat", "moon"], suggested_max_fee_gwei: 5 }],
  limits: { max_deadline_s: 600 },
  withdrawals: { expected_fee_gwei: 8, suggested_max_fee_gwei: 9 },
  now: 1_700_000_000,
};

let server, url, answers, asked, slept;

before(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      asked.push({ method: request.method, path: request.url, headers: request.headers, body: body && JSON.parse(body) });
      const [status, answer, headers = {}] = answers(request.url, asked.length);
      response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(answer));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());
afterEach(() => (asked = []));

/** A relayer whose answers are given by path. */
function relayerThat(routes) {
  asked = [];
  answers = (path, count) => {
    const found = Object.entries({ "/v1/config": () => [200, CONFIG], ...routes }).find(([start]) => path.startsWith(start));
    return found ? found[1](path, count) : [404, { code: "not-found", detail: "Nothing here.", retryable: false }];
  };
  slept = [];
  return new Relayer(`${url}/`, { keccak256, sleep: async (ms) => void slept.push(ms) });
}

const player = { [`/v1/players/${account.address}`]: () => [200, { next_nonce: 7 }] };

describe("signing with what the relayer tells", () => {
  test("a contribution of words has the relayer's terms and the digest as its id", async () => {
    const relayer = relayerThat(player);
    const signed = await relayer.signContribution(account, { label: "moon", words: ["tide", "night"] });
    assert.equal(signed.message.nonce, 7);
    assert.equal(signed.message.label, 1);
    assert.equal(signed.message.maxFeeGwei, 5);
    assert.ok(Math.abs(signed.message.deadline - (CONFIG.now + 300)) <= 2);
    assert.equal(signed.message.sample.length, 2 + 8);
    const typedData = { domain: CONFIG.eip712.domain, types, primaryType: "Contribution", message: signed.message };
    assert.equal(signed.id, bytesToHex(digestOf(keccak256, typedData)));
  });

  test("a wallet gets the typed data instead of a digest", async () => {
    const relayer = relayerThat(player);
    let shown;
    const wallet = { address: account.address, signTypedData: async (typedData) => ((shown = typedData), "0xsigned") };
    const signed = await relayer.signValidation(wallet, { contribution: 256 });
    assert.equal(signed.signature, "0xsigned");
    assert.deepEqual(Object.keys(shown.types), ["Validation"]);
    assert.equal(shown.message.validator, account.address);
  });

  test("hashes as text do as well as bytes", async () => {
    const asText = new Relayer(url, { keccak256: (bytes) => bytesToHex(keccak256(bytes)) });
    relayerThat(player);
    const facts = { label: 0, words: ["tide"], nonce: 1, deadline: 2, maxFeeGwei: 3 };
    const other = relayerThat(player);
    assert.deepEqual(await asText.signContribution(account, facts), await other.signContribution(account, facts));
  });

  test("a withdrawal has the fee that the relayer suggests, and goes to the player unless another is named", async () => {
    const relayer = relayerThat(player);
    const signed = await relayer.signWithdrawal(account, { amountWei: 10n ** 18n });
    assert.deepEqual(
      { ...signed.message, deadline: 0 },
      { player: account.address, to: account.address, amountWei: "1000000000000000000", nonce: 7, deadline: 0, maxFeeGwei: 9 },
    );
    const typedData = { domain: CONFIG.eip712.domain, types, primaryType: "Withdrawal", message: signed.message };
    assert.equal(signed.id, bytesToHex(digestOf(keccak256, typedData)));
    const other = await relayer.signWithdrawal(account, { amountWei: "5", to: TRAINER, nonce: 1, maxFeeGwei: 2 });
    assert.deepEqual([other.message.to, other.message.nonce, other.message.maxFeeGwei], [TRAINER, 1, 2]);
  });

  test("a withdrawal has the fee of now, however long ago the relayer was asked first", async () => {
    const relayer = relayerThat(player);
    const dearer = { ...CONFIG, withdrawals: { expected_fee_gwei: 80, suggested_max_fee_gwei: 90 } };
    await relayer.config();
    const told = answers;
    answers = (path, count) => (path === "/v1/config" ? [200, dearer] : told(path, count));
    assert.equal((await relayer.signWithdrawal(account, { amountWei: 5n })).message.maxFeeGwei, 90);
  });

  test("an unknown label or trainer is named", async () => {
    const relayer = relayerThat(player);
    await assert.rejects(relayer.signContribution(account, { label: "sun", words: ["tide"] }), /no label sun; it has cat, moon/);
    await assert.rejects(relayer.signContribution(account, { label: 0, words: ["tide"], trainer: "Spam" }), /one of the trainers: Hunch/);
  });

  test("without a price nothing is signed, and the next try asks anew", async () => {
    const relayer = relayerThat(player);
    const unknown = { ...CONFIG, trainers: [{ ...CONFIG.trainers[0], suggested_max_fee_gwei: null }] };
    const told = answers;
    answers = (path, count) => (path === "/v1/config" && count === 1 ? [200, unknown] : told(path, count));
    const facts = { label: 0, words: ["tide"] };
    await assert.rejects(relayer.signContribution(account, facts), { code: "chain-unavailable", retryable: true });
    assert.equal((await relayer.signContribution(account, facts)).message.maxFeeGwei, 5);
  });
});

describe("handing over and following", () => {
  const signed = { id: `0x${"ab".repeat(32)}`, message: { nonce: 1 }, signature: "0x12", chain_id: 31337 };

  test("a submission carries the message, the signature and the play ticket", async () => {
    const relayer = relayerThat({ "/v1/contributions": () => [202, { id: signed.id, status: "queued" }] });
    assert.equal((await relayer.submit(signed, { playTicket: "ticket" })).status, "queued");
    const [{ method, headers, body }] = asked;
    assert.equal(method, "POST");
    assert.equal(headers["play-ticket"], "ticket");
    assert.deepEqual(body, { message: { nonce: 1 }, signature: "0x12", chain_id: 31337 });
  });

  test("what may succeed later is tried again, the rest is not", async () => {
    const busy = { code: "tank-empty", detail: "Later.", retryable: true };
    let relayer = relayerThat({ "/v1/contributions": (_, count) => (count < 3 ? [503, busy] : [202, { id: signed.id }]) });
    await relayer.submit(signed);
    assert.equal(asked.length, 3);
    relayer = relayerThat({ "/v1/contributions": () => [503, busy] });
    await assert.rejects(relayer.submit(signed), { code: "tank-empty", status: 503 });
    assert.equal(asked.length, 4);
    relayer = relayerThat({ "/v1/contributions": () => [422, { code: "bad-signature", detail: "No.", retryable: false }] });
    await assert.rejects(relayer.submit(signed), RelayerError);
    assert.equal(asked.length, 1);
  });

  test("the server's own word on when to try again is kept", async () => {
    const limited = { code: "quota-exceeded", detail: "Later.", retryable: true };
    const after = (headers, facts = {}) =>
      relayerThat({ "/v1/contributions": (_, count) => (count < 2 ? [429, { ...limited, ...facts }, headers] : [202, { id: signed.id }]) });
    await after({ "Retry-After": "3" }).submit(signed);
    assert.deepEqual(slept, [3_000]);
    await after({ "Retry-After": new Date(Date.now() + 5_000).toUTCString() }).submit(signed);
    assert.ok(slept[0] > 3_000 && slept[0] <= 5_000);
    for (const [headers, facts] of [[{ "Retry-After": "soon" }], [{ "Retry-After": "-3" }], [{}, { retry_after_s: "x" }], [{}, { retry_after_s: {} }]]) {
      await after(headers, facts).submit(signed);
      assert.deepEqual(slept, [300]);
    }
    await after({}, { retry_after_s: 2 }).submit(signed);
    assert.deepEqual(slept, [2_000]);
    await assert.rejects(after({ "Retry-After": "11" }).submit(signed), { code: "quota-exceeded", retry_after_s: 11 });
    assert.deepEqual([slept, asked.length], [[], 1]);
  });

  test("an answer that is no JSON, and no answer at all, are errors that may pass", async () => {
    const relayer = relayerThat({});
    const gone = new Relayer("http://127.0.0.1:9", { keccak256, sleep: async () => {} });
    await assert.rejects(gone.contribution(signed.id), { code: "offline", retryable: true });
    await assert.rejects(relayer.contribution(signed.id), { code: "not-found", retryable: false });
  });

  test("a relayer that cannot let anybody wait is not asked without pause", async () => {
    const relayer = relayerThat({ "/v1/contributions": (_, count) => [200, { id: signed.id, status: count < 4 ? "queued" : "sent" }] });
    assert.equal((await relayer.wait(signed.id, "sent")).status, "sent");
    assert.deepEqual(slept, [1_000, 1_000]);
  });

  test("waiting goes from status to status until the wanted one or another end", async () => {
    const way = ["queued", "sent", "mined", "confirmed"];
    const relayer = relayerThat({ "/v1/contributions": (_, count) => [200, { status: way[count - 1] }] });
    assert.equal((await relayer.wait(signed.id, "confirmed")).status, "confirmed");
    assert.match(asked[1].path, /wait=20&while=queued$/);
    const ended = relayerThat({ "/v1/contributions": () => [200, { status: "failed" }] });
    assert.equal((await ended.wait(signed.id, "settled")).status, "failed");
  });

  test("a list comes page by page", async () => {
    const relayer = relayerThat({
      "/v1/contributions": (path) =>
        path.includes("cursor=a%3D")
          ? [200, { contributions: [{ id: 3 }], next_cursor: null }]
          : [200, { contributions: [{ id: 1 }, { id: 2 }], next_cursor: "a=" }],
    });
    const ids = [];
    for await (const { id } of relayer.contributions(account.address)) ids.push(id);
    assert.deepEqual(ids, [1, 2, 3]);
  });

  test("withdrawals are handed over, looked at and listed", async () => {
    const withdrawal = { id: signed.id, status: "queued" };
    const relayer = relayerThat({
      "/v1/withdrawals?": () => [200, { withdrawals: [withdrawal], next_cursor: null }],
      "/v1/withdrawals": () => [202, withdrawal],
    });
    assert.deepEqual(await relayer.submitWithdrawal(signed), withdrawal);
    assert.deepEqual(asked[0].body, { message: { nonce: 1 }, signature: "0x12", chain_id: 31337 });
    assert.deepEqual(await relayer.withdrawal(signed.id), withdrawal);
    for await (const listed of relayer.withdrawals(account.address)) assert.deepEqual(listed, withdrawal);
    assert.equal(asked.at(-1).path, `/v1/withdrawals?player=${account.address}`);
  });

  test("cancelling proves with the signature whose it is", async () => {
    const relayer = relayerThat({ "/v1/contributions": () => [200, { status: "cancelled" }] });
    await relayer.cancel(signed);
    assert.equal(asked[0].method, "DELETE");
    assert.equal(asked[0].headers["contribution-signature"], "0x12");
  });
});
