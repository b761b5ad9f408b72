/**
 * What a player signs, for this house only: clues as features, that another's clues are good, or
 * that rewards shall go somewhere.
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

/**
 * Signs that rewards shall go to an address.
 *
 * @param {object} terms answer of `/api/setup`
 * @param {import("./identity.js").Identity} identity
 * @param {{nonce: number, to: string, amount_wei: bigint, max_fee_gwei: number, now_s: number}} facts
 *        the fee is taken out of the amount
 * @returns {Promise<SignedMessage>}
 */
export function signWithdrawal(terms, identity, { nonce, to, amount_wei, max_fee_gwei, now_s }) {
  const message = {
    player: identity.address,
    to,
    amountWei: amount_wei.toString(),
    nonce,
    deadline: deadlineOf(terms, now_s),
    maxFeeGwei: max_fee_gwei,
  };
  return signMessage(keccak256, terms.eip712, "Withdrawal", identity, message);
}

function sign(primaryType, terms, identity, facts, now_s) {
  const message = { trainer: terms.trainer, ...facts, deadline: deadlineOf(terms, now_s), maxFeeGwei: terms.max_fee_gwei };
  return signMessage(keccak256, terms.eip712, primaryType, identity, message);
}

const deadlineOf = ({ deadline_s }, now_s) => Math.floor(now_s) + deadline_s;
