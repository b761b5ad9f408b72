import assert from "node:assert/strict";
import { test } from "node:test";

import { accountOf, readVectors } from "./vectors.js";
import { signContribution, signValidation, signWithdrawal } from "../../sample_game/static/hunch/signing.js";

const { messages, types } = readVectors("eip712.json");

function partsOf({ chain_id, forwarder, message, private_key }) {
  return {
    terms: {
      eip712: { domain: { name: "On the House", version: "1", chainId: Number(chain_id), verifyingContract: forwarder }, types },
      trainer: message.trainer,
      max_fee_gwei: Number(message.maxFeeGwei),
      deadline_s: 600,
    },
    identity: accountOf(private_key),
    now_s: Number(message.deadline) - 600 + 0.9,
  };
}

test("a validation that the page signs has the digest and the signature of the vectors", async () => {
  const vector = messages.find(({ kind }) => kind === "Validation");
  const { terms, identity, now_s } = partsOf(vector);
  const facts = { nonce: Number(vector.message.nonce), contribution: Number(vector.message.contribution), now_s };
  const signed = await signValidation(terms, identity, facts);
  assert.equal(signed.id, vector.digest);
  assert.equal(signed.signature.slice(0, 66), vector.r);
  assert.deepEqual(Object.keys(signed.message).sort(), types.Validation.map(({ name }) => name).sort());
  assert.equal(signed.chain_id, Number(vector.chain_id));
});

test("a contribution that the page signs has the digest of the vectors", async () => {
  const vector = messages.find(({ kind }) => kind === "Contribution");
  const { terms, identity, now_s } = partsOf(vector);
  const { nonce, label, sample } = vector.message;
  const bytes = Uint8Array.from(Buffer.from(sample.slice(2), "hex"));
  const signed = await signContribution(terms, identity, { nonce: Number(nonce), label: Number(label), sample: bytes, now_s });
  assert.equal(signed.id, vector.digest);
});

test("a withdrawal that the page signs has the digest and the signature of the vectors", async () => {
  const vector = messages.find(({ kind }) => kind === "Withdrawal");
  const { identity, terms, now_s } = partsOf(vector);
  const { nonce, to, amountWei, maxFeeGwei } = vector.message;
  const facts = { nonce: Number(nonce), to, amount_wei: BigInt(amountWei), max_fee_gwei: Number(maxFeeGwei), now_s };
  const signed = await signWithdrawal(terms, identity, facts);
  assert.equal(signed.id, vector.digest);
  assert.equal(signed.signature.slice(0, 66), vector.r);
  assert.equal(typeof signed.message.amountWei, "string", "JSON numbers lose digits");
});
