/**
 * A contribution: the clues as features, signed by the player for this house only.
 * @module
 */
import { bytesToHex, hashTypedData } from "./crypto.js";

/**
 * @typedef {object} SignedContribution
 * @property {string} id the EIP-712 digest; the house knows the contribution by it
 * @property {object} message as the house expects it
 * @property {string} signature
 * @property {number} chain_id that it was signed for
 */

/**
 * Signs a contribution.
 *
 * @param {object} terms answer of `/api/setup`
 * @param {import("./identity.js").Identity} identity
 * @param {{nonce: number, label: number, sample: Uint8Array, now_s: number}} facts
 * @returns {Promise<SignedContribution>}
 */
export async function signContribution(terms, identity, { nonce, label, sample, now_s }) {
  const message = {
    trainer: terms.trainer,
    player: identity.address,
    nonce,
    deadline: Math.floor(now_s) + terms.deadline_s,
    maxFeeGwei: terms.max_fee_gwei,
    label,
    sample: bytesToHex(sample),
  };
  const typedData = {
    domain: terms.eip712.domain,
    types: { Contribution: terms.eip712.types.Contribution },
    primaryType: "Contribution",
    message,
  };
  const signature = await identity.sign(typedData);
  return { id: hashTypedData(typedData), message, signature, chain_id: terms.eip712.domain.chainId };
}
