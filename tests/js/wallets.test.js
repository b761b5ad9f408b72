import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { digestOf } from "../../relayer/javascript/on-the-house.js";
import { accountOf, generatePrivateKey, keccak256 } from "../../sample_game/static/hunch/crypto.js";
import { askWallet, endPermission } from "../../sample_game/static/hunch/you/delegation.js";
import { connect, discoverWallets } from "../../sample_game/static/hunch/you/wallets.js";

const code = (wanted) => (error) => error.code === wanted;
const failing = (number) => async () => {
  throw Object.assign(new Error("no"), { code: number });
};

/** A page that wallets announce themselves to. */
function stage() {
  const target = new EventTarget();
  const seen = [];
  const stop = discoverWallets((wallets) => seen.push(wallets), target);
  const announce = (detail) => target.dispatchEvent(Object.assign(new Event("eip6963:announceProvider"), { detail }));
  return { announce, stop, seen, last: () => seen.at(-1) ?? [] };
}

const provider = (answers = {}) => ({ request: ({ method, params }) => (answers[method] ?? failing(4200))(params) });
const detail = (info = {}, own = provider()) => ({ info: { uuid: "u1", name: "Lantern", rdns: "io.lantern", icon: "data:,", ...info }, provider: own });

describe("wallets that come forward", () => {
  test("are asked to, and listed once however often they come", () => {
    const target = new EventTarget();
    let asked = 0;
    target.addEventListener("eip6963:requestProvider", () => (asked += 1));
    discoverWallets(() => {}, target);
    assert.equal(asked, 1);
    const { announce, last } = stage();
    const own = provider();
    announce(detail({}, own));
    announce(detail({}, own));
    announce(detail({ uuid: "u2" }, own));
    announce(detail({ name: "Another with the same id" }));
    assert.deepEqual(last().map(({ id, name }) => [id, name]), [["u1", "Lantern"]]);
    announce(detail({ uuid: "u3", name: "Second" }));
    assert.equal(last().length, 2);
  });

  test("have plain, short names whatever they say, and no pictures", () => {
    const { announce, last } = stage();
    announce(detail({ name: "a\u0000b\u202ec\u200bd \n e", rdns: "<script>" }));
    announce(detail({ uuid: "u2", name: "x".repeat(999) }));
    announce(detail({ uuid: "u3", name: "\u200b" }));
    announce(detail({ uuid: "u4", name: { toString: () => "object" } }));
    assert.deepEqual(last().map(({ name }) => name), ["abcd e", "x".repeat(40), "io.lantern", "object"]);
    assert.equal(last()[0].site, "");
    assert.ok(last().every((wallet) => !("icon" in wallet)));
  });

  test("that are none are left out, and noise ends somewhere", () => {
    const { announce, last } = stage();
    for (const nothing of [null, undefined, {}, { info: {} }, detail({ uuid: 7 }), { info: { uuid: "u" }, provider: {} }]) announce(nothing);
    assert.deepEqual(last(), []);
    for (let number = 0; number < 100; number += 1) announce(detail({ uuid: `n${number}` }));
    assert.equal(last().length, 12);
  });

  test("are not heard any more after the end", () => {
    const { announce, stop, seen } = stage();
    stop();
    announce(detail());
    assert.deepEqual(seen, []);
  });
});

describe("connecting", () => {
  const ACCOUNT = `0x${"AB".repeat(20)}`;
  const wallet = (answers) => ({ provider: provider({ eth_requestAccounts: async () => [ACCOUNT], eth_chainId: async () => "0x7a69", ...answers }) });

  test("gives the account in lower case, on the right chain", async () => {
    assert.equal(await connect(wallet(), 31337), ACCOUNT.toLowerCase());
  });

  test("switches the chain where the wallet can", async () => {
    let chain = "0x1";
    const switching = { eth_chainId: async () => chain, wallet_switchEthereumChain: async ([{ chainId }]) => (chain = chainId) };
    assert.equal(await connect(wallet(switching), 31337), ACCOUNT.toLowerCase());
    assert.equal(chain, "0x7a69");
  });

  test("fails with what happened", async () => {
    await assert.rejects(connect(wallet({ eth_requestAccounts: failing(4001) }), 31337), code("wallet-rejected"));
    await assert.rejects(connect(wallet({ eth_requestAccounts: failing(-32002) }), 31337), code("wallet-busy"));
    await assert.rejects(connect(wallet({ eth_requestAccounts: async () => [] }), 31337), code("wallet-empty"));
    await assert.rejects(connect(wallet({ eth_requestAccounts: failing(undefined) }), 31337), code("wallet-failed"));
    const stubborn = { eth_chainId: async () => "0x1", wallet_switchEthereumChain: failing(4902) };
    await assert.rejects(connect(wallet(stubborn), 31337), (error) => error.code === "wallet-wrong-chain" && error.facts.given === "1");
    const declining = { eth_chainId: async () => "0x1", wallet_switchEthereumChain: failing(4001) };
    await assert.rejects(connect(wallet(declining), 31337), code("wallet-rejected"));
  });
});

describe("a permission", () => {
  const types = {
    SessionDelegation: ["address wallet", "address sessionKey", "string game", "string scope", "uint32 contributionLimit", "uint40 issuedAt", "uint40 expiresAt"],
    SessionRevocation: ["bytes32 delegation", "string game"],
  };
  const terms = {
    domain: { name: "Hunch", version: "1", chainId: 31337, verifyingContract: `0x${"f0".repeat(20)}` },
    types: Object.fromEntries(Object.entries(types).map(([name, members]) => [name, members.map((member) => ({ type: member.split(" ")[0], name: member.split(" ")[1] }))])),
    game: "https://hunch.example",
    scope: "Play.",
    contribution_limit: 5,
    life_s: 60,
    now: 1000,
  };
  const [owner, device] = [accountOf(generatePrivateKey()), accountOf(generatePrivateKey())];
  const asked = [];
  const wallet = {
    provider: provider({
      eth_requestAccounts: async () => [owner.address],
      eth_chainId: async () => "0x7a69",
      eth_signTypedData_v4: async ([account, json]) => {
        asked.push([account, JSON.parse(json)]);
        return owner.signDigest(digestOf(keccak256, JSON.parse(json)));
      },
    }),
  };

  test("is asked for once, within the terms, and both sign the same message", async () => {
    const body = await askWallet(wallet, terms, device);
    assert.equal(asked.length, 1);
    const [account, shown] = asked[0];
    assert.equal(account, owner.address);
    assert.deepEqual(shown.message, body.message);
    assert.deepEqual(body.message, {
      wallet: owner.address, sessionKey: device.address, game: terms.game, scope: terms.scope, contributionLimit: 5, issuedAt: 1000, expiresAt: 1060,
    });
    assert.equal(shown.types.EIP712Domain.length, 4);
    const digest = digestOf(keccak256, { domain: terms.domain, types: terms.types, primaryType: "SessionDelegation", message: body.message });
    assert.equal(body.wallet_signature, owner.signDigest(digest));
    assert.equal(body.session_signature, device.signDigest(digest));
    assert.equal(body.chain_id, 31337);
  });

  test("is ended by the device alone", async () => {
    const id = `0x${"ab".repeat(32)}`;
    const body = await endPermission(id, terms, device);
    const digest = digestOf(keccak256, { domain: terms.domain, types: terms.types, primaryType: "SessionRevocation", message: body.message });
    assert.equal(body.signature, device.signDigest(digest));
    assert.equal(asked.length, 1);
  });

  test("that a wallet answers with nonsense is none", async () => {
    const odd = { provider: provider({ eth_requestAccounts: async () => [owner.address], eth_chainId: async () => "0x7a69", eth_signTypedData_v4: async () => "0x12" }) };
    await assert.rejects(askWallet(odd, terms, device), code("wallet-failed"));
  });
});
