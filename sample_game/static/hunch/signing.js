/**
 * What a player signs, for this house only: clues as features, or that another's clues are good.
 * @module
 */
import { bytesToHex, signMessage } from "../../../relayer/javascript/on-the-house.js";
import { keccak256 } from "./crypto.js";

/** @typedef {import("../../../relayer/javascript/on-the-house.js").Signed} SignedMessage */

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

function sign(primaryType, terms, identity, facts, now_s) {
  const deadline = Math.floor(now_s) + terms.deadline_s;
  const message = { trainer: terms.trainer, ...facts, deadline, maxFeeGwei: terms.max_fee_gwei };
  return signMessage(keccak256, terms.eip712, primaryType, identity, message);
}
