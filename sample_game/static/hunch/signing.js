/**
 * What a player signs, for this house only: clues as features, or that another's clues are good.
 * @module
 */
import { bytesToHex, hashTypedData } from "./crypto.js";

/**
 * @typedef {object} SignedMessage
 * @property {string} id the EIP-712 digest; the house knows the message by it
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
 * @returns {Promise<SignedMessage>}
 */
export function signContribution(terms, identity, { nonce, label, sample, now_s }) {
  const facts = { player: identity.address, nonce, label, sample: bytesToHex(sample) };
  return sign("Contribution", terms, identity, facts, now_s);
}

/**
 * Signs that another player's contribution is good.
 *
 * @param {object} terms answer of `/api/setup`
 * @param {import("./identity.js").Identity} identity
 * @param {{nonce: number, contribution: number, now_s: number}} facts
 * @returns {Promise<SignedMessage>}
 */
export function signValidation(terms, identity, { nonce, contribution, now_s }) {
  return sign("Validation", terms, identity, { validator: identity.address, contribution, nonce }, now_s);
}

async function sign(primaryType, terms, identity, facts, now_s) {
  const message = {
    trainer: terms.trainer,
    ...facts,
    deadline: Math.floor(now_s) + terms.deadline_s,
    maxFeeGwei: terms.max_fee_gwei,
  };
  const typedData = {
    domain: terms.eip712.domain,
    types: { [primaryType]: terms.eip712.types[primaryType] },
    primaryType,
    message,
  };
  const signature = await identity.sign(typedData);
  return { id: hashTypedData(typedData), message, signature, chain_id: terms.eip712.domain.chainId };
}
