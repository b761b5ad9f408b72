/**
 * Proof for the server that it is this player who plays a puzzle: nobody uses up another one's try.
 * @module
 */
import { keccak256 } from "../crypto.js";

const UTF8 = new TextEncoder();

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
 * What `POST …/plays` wants to know of the player.
 *
 * @param {{address: string, signDigest: (digest: Uint8Array) => string | Promise<string>}} account
 * @param {string} puzzle
 */
export async function provenPlayer(account, puzzle) {
  const proof = await account.signDigest(personalDigest(`Hunch: ${account.address} plays ${puzzle}.`));
  return { player: account.address, proof };
}
