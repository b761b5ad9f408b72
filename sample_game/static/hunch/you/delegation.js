/**
 * One signature of a wallet lets this device play for it; one of the device ends that again.
 * @module
 */
import { signMessage } from "../../../../relayer/javascript/on-the-house.js";
import { keccak256 } from "../crypto.js";
import { connect, signTypedData, walletOf } from "./wallets.js";

const DOMAIN_MEMBERS = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
];

/**
 * Asks a wallet for its permission, and agrees to it with the key of this device.
 *
 * @param {import("./wallets.js").FoundWallet} wallet
 * @param {object} terms answer of `/api/delegation-terms`
 * @param {import("../identity.js").Identity} account of this device
 * @returns {Promise<object>} body of `POST /api/delegations`
 * @throws {import("./identity_problem.js").IdentityProblem} see `wallets.js`
 */
export async function askWallet(wallet, terms, account) {
  const chain_id = terms.domain.chainId;
  const owner = await connect(wallet, chain_id);
  const message = {
    wallet: owner,
    sessionKey: account.address,
    game: terms.game,
    scope: terms.scope,
    contributionLimit: terms.contribution_limit,
    issuedAt: terms.now,
    expiresAt: terms.now + terms.life_s,
  };
  const wallet_signature = await signTypedData(wallet, owner, typedData(terms, "SessionDelegation", message));
  const { signature } = await signWithKey(terms, "SessionDelegation", account, message);
  return { message, chain_id, wallet_signature, session_signature: signature };
}

/**
 * Ends a permission by the key of this device; no wallet is asked.
 *
 * @param {string} delegation its id
 * @param {object} terms answer of `/api/delegation-terms`
 * @param {import("../identity.js").Identity} account
 * @returns {Promise<object>} body of `POST /api/delegation-revocations`
 */
export async function endPermission(delegation, terms, account) {
  const message = { delegation, game: terms.game };
  const { signature, chain_id } = await signWithKey(terms, "SessionRevocation", account, message);
  return { message, chain_id, signature };
}

/**
 * Ends the permission of another device by the wallet itself, when that device is lost.
 *
 * @param {{id: string, wallet: string}} permission
 * @param {object} terms answer of `/api/delegation-terms`
 * @returns {Promise<object>} body of `POST /api/delegation-revocations`
 * @throws {import("./identity_problem.js").IdentityProblem} see `wallets.js`
 */
export async function endByWallet({ id, wallet }, terms) {
  const chain_id = terms.domain.chainId;
  const message = { delegation: id, game: terms.game };
  const signer = await walletOf(wallet, chain_id);
  const signature = await signTypedData(signer, wallet, typedData(terms, "SessionRevocation", message));
  return { message, chain_id, signature };
}

function typedData({ domain, types }, primaryType, message) {
  return { types: { EIP712Domain: DOMAIN_MEMBERS, [primaryType]: types[primaryType] }, domain, primaryType, message };
}

const signWithKey = ({ domain, types }, primaryType, account, message) =>
  signMessage(keccak256, { domain, types }, primaryType, account, message);
