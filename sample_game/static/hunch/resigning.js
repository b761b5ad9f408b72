/**
 * Two devices with one key count their numbers apart. When the other one was faster with a number,
 * the message is signed again with a fresh one, and nobody notices.
 * @module
 */

/** The house's words for a number that somebody else has used. */
const TAKEN = ["nonce-conflict", "nonce-used"];
/** Each time at least one of those who meet gets through. */
const MOST_TRIES = 5;

/**
 * Whether signing again may help.
 *
 * @param {{code?: string}} problem
 * @param {number} tries so far
 */
export const mayBeSignedAgain = ({ code }, tries) => TAKEN.includes(code) && tries < MOST_TRIES;

/**
 * Signs and sends, again while the number was taken.
 *
 * @template Answer
 * @param {() => Promise<object>} sign with the next number
 * @param {(signed: object) => Promise<Answer>} send
 * @param {() => Promise<any>} refresh asks the house for the next number
 * @returns {Promise<Answer>}
 */
export async function signAndSend(sign, send, refresh) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send(await sign());
    } catch (problem) {
      if (!mayBeSignedAgain(problem, tries)) throw problem;
      await refresh();
    }
  }
}
