/**
 * The rounds that were played on this device. They never leave it.
 * @module
 */

const SHELF = "rounds";
/** How many are kept, and how many more there may be until old ones are put away. */
const KEPT = 100;
const SLACK = 20;
const listeners = new Set();

/**
 * @typedef {object} PastRound
 * @property {string} token
 * @property {"guess" | "clue"} kind
 * @property {string} deck
 * @property {string} word
 * @property {string[]} clues
 * @property {boolean} won found, or given
 * @property {number} points
 * @property {number} ended_at_ms
 */

/**
 * Keeps a round that is over. A device that cannot keep it is no reason to stop playing.
 *
 * @param {import("../storage.js").Storage} storage
 * @param {PastRound} round
 */
export async function rememberRound(storage, round) {
  try {
    await storage.update(SHELF, round.token, () => round);
    listeners.forEach((listener) => listener());
    const all = await pastRounds(storage);
    const old = all.length > KEPT + SLACK ? all.slice(KEPT) : [];
    await Promise.all(old.map(({ token }) => storage.update(SHELF, token, () => undefined)));
  } catch {
    // the round itself counts all the same
  }
}

/**
 * Tells of each round that is kept from now on: an answer may come when the player is elsewhere already.
 *
 * @param {() => void} listener
 * @returns {() => void} call it to hear no more
 */
export function whenRemembered(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** All rounds that are kept, the latest first. @returns {Promise<PastRound[]>} */
export async function pastRounds(storage) {
  const all = await storage.all(SHELF);
  return all.sort((left, right) => right.ended_at_ms - left.ended_at_ms);
}
