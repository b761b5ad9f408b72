/**
 * Proof for the server that it is this player who plays: nobody plays in another one's name.
 * @module
 */
import { keccak256 } from "../crypto.js";

const UTF8 = new TextEncoder();
const DAY_MS = 86_400_000;
/** By how many days this device's clock is behind the server's. */
let daysBehind = 0;
/** The last proof of a day: one signature is enough for all its rounds. */
let kept = null;

/**
 * The hash that is signed for a personal message (EIP-191, version 0x45).
 *
 * @param {string} text
 * @returns {Uint8Array}
 */
export function personalDigest(text) {
  const message = UTF8.encode(text);
  const prefix = UTF8.encode(`\x19Ethereum Signed Message:\n${message.length}`);
  return keccak256(Uint8Array.of(...prefix, ...message));
}

/**
 * What the server wants to know of a player who plays something: a puzzle, or the rounds of a day.
 *
 * @param {{address: string, signDigest: (digest: Uint8Array) => string | Promise<string>}} account
 * @param {string} what
 */
export async function provenPlayer(account, what) {
  const proof = await account.signDigest(personalDigest(`Hunch: ${account.address} plays ${what}.`));
  return { player: account.address, proof };
}

/**
 * Sends what names the player, with a proof for today by the server's clock.
 *
 * @param {{address: string, signDigest: (digest: Uint8Array) => string | Promise<string>}} account
 * @param {(who: object) => Promise<any>} send what to send, with these facts in it
 * @param {() => number} [now_ms]
 */
export async function asProvenPlayer(account, send, now_ms = Date.now) {
  const day = Math.floor(now_ms() / DAY_MS);
  try {
    return await send(await provenOn(account, day + daysBehind));
  } catch (problem) {
    if (problem.code !== "proof-out-of-date") throw problem;
    daysBehind = problem.problem.day - day;
    return send(await provenOn(account, problem.problem.day));
  }
}

async function provenOn(account, day) {
  if (kept?.player !== account.address || kept.proof_day !== day) {
    kept = { ...(await provenPlayer(account, `rounds-${day}`)), proof_day: day };
  }
  return kept;
}
