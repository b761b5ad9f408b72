/**
 * Guess: find the word from its clues.
 * @module
 */
import { post } from "../game_api.js";
import { rememberRound } from "../past/past_rounds.js";
import { Dealt } from "../round.js";
import { html } from "../view.js";
import { GuessRound } from "./guess_round.js";

/** See `screens.js` for the props. */
export function Screen({ session, machine, deck, announce, scored, open }) {
  const confirm = (round) => (number) => session.confirm(round, number).catch(() => {}); // the round counts all the same
  const show = (round, deal) => html`<${GuessRound} key=${round.token} ...${{ round, machine, announce, scored }}
    judge=${judgeOf(round, session.storage)} confirm=${confirm(round)} next=${deal} other=${() => open("clue")} />`;
  return html`<${Dealt} start=${() => session.startRound("guess", deck)} show=${show} open=${open} />`;
}

/** The server judges; a round that is over is kept on the device. */
const judgeOf = ({ token, deck }, storage) => async (request) => {
  const result = await post("/api/guesses", { token, ...request });
  const { answer: word, clues, points, outcome } = result;
  if (word !== null) {
    rememberRound(storage, { token, deck, kind: "guess", word, clues, points, won: outcome === "right", ended_at_ms: Date.now() });
  }
  return result;
};
