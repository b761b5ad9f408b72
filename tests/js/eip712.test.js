import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { digestOf, signMessage } from "../../relayer/javascript/on-the-house.js";
import { accountOf, bytesToHex, keccak256, readVectors } from "./vectors.js";

const { messages, types } = readVectors("eip712.json");

/** The typed data as a browser builds it from `GET /v1/config`. */
function typedDataOf({ kind, chain_id: chainId, forwarder, message }) {
  return {
    domain: { name: "On the House", version: "1", chainId: BigInt(chainId), verifyingContract: forwarder },
    types: { [kind]: types[kind] },
    primaryType: kind,
    message,
  };
}

/** EIP-2098: the last byte of a signature moves into the top bit of s. */
function compactOf(signature) {
  const parity = BigInt(signature.slice(-2) === "1c") << 255n;
  const vs = BigInt(`0x${signature.slice(66, 130)}`) | parity;
  return { r: signature.slice(0, 66), vs: `0x${vs.toString(16).padStart(64, "0")}` };
}

describe("typed data in the browser", () => {
  messages.forEach((vector, index) => {
    test(`message ${index} (${vector.kind}) has the digest of the vectors`, () => {
      assert.equal(bytesToHex(digestOf(keccak256, typedDataOf(vector))), vector.digest);
    });

    test(`message ${index} (${vector.kind}) is signed as in the vectors`, async () => {
      const account = accountOf(vector.private_key);
      const { r, vs } = vector;
      const { domain, message } = typedDataOf(vector);
      const signed = await signMessage(keccak256, { domain, types }, vector.kind, account, message);
      assert.equal(account.address, (message.player ?? message.validator).toLowerCase());
      assert.equal(signed.id, vector.digest);
      assert.deepEqual(compactOf(signed.signature), { r, vs });
    });
  });
});
