/**
 * Who judges guesses: the server does. A round that is over is kept on the device.
 * @module
 */
import { post } from "../game_api.js";
import { rememberRound } from "../past/past_rounds.js";

/** @param {{token: string, deck: string}} round @param {import("../storage.js").Storage} storage */
export const judgeOf = ({ token, deck }, storage) => async (request) => {
  const result = await post("/api/guesses", { token, ...request });
  const { answer: word, clues, points, outcome } = result;
  if (word !== null) {
    rememberRound(storage, { token, deck, kind: "guess", word, clues, points, won: outcome === "right", ended_at_ms: Date.now() });
  }
  return result;
};
