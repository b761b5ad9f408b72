/**
 * Judges an address before money goes there: spelling (EIP-55), and places from which nobody can
 * take it out again.
 * @module
 */
import { keccak256 } from "../crypto.js";
import { bytesToHex } from "../../../../relayer/javascript/on-the-house.js";
import { utf8 } from "./bytes.js";
import { need } from "./identity_problem.js";

/** Below this lie the zero address and the chain's own contracts. */
const FIRST_PLAIN = 0x1_0000n;
const BURNT = ["0x000000000000000000000000000000000000dead", "0xdead000000000000000042069420694206942069", `0x${"f".repeat(40)}`];

/**
 * @param {string} text
 * @param {{ours?: string[], own?: string}} [known] contracts of the house, and the player's own address, in lower case
 * @returns {{address: string, warnings: string[]}} with EIP-55 spelling; warnings are `no-checksum` and `own-key`
 * @throws {import("./identity_problem.js").IdentityProblem} `receiver-malformed`, `receiver-mistyped`,
 *         `receiver-burns` or `receiver-is-contract`
 */
export function judgedReceiver(text, { ours = [], own = "" } = {}) {
  const typed = text.trim();
  need(/^0x[0-9a-fA-F]{40}$/.test(typed), "receiver-malformed");
  const lower = typed.toLowerCase();
  const address = withChecksum(lower);
  const isPlain = typed === lower || typed.slice(2) === lower.slice(2).toUpperCase();
  need(isPlain || typed === address, "receiver-mistyped");
  need(BigInt(lower) >= FIRST_PLAIN && !BURNT.includes(lower), "receiver-burns");
  need(!ours.includes(lower), "receiver-is-contract");
  const hasLetters = /[a-f]/.test(lower.slice(2));
  return { address, warnings: [isPlain && hasLetters && "no-checksum", lower === own && "own-key"].filter(Boolean) };
}

/** @param {string} lower an address in lower case @returns {string} as EIP-55 spells it */
export function withChecksum(lower) {
  const hash = bytesToHex(keccak256(utf8(lower.slice(2)))).slice(2);
  const letters = [...lower.slice(2)].map((letter, place) => (parseInt(hash[place], 16) >= 8 ? letter.toUpperCase() : letter));
  return `0x${letters.join("")}`;
}
