/**
 * Guess: find the word from its clues.
 * @module
 */
import { Dealt } from "../round.js";
import { html } from "../view.js";
import { GuessRound } from "./guess_round.js";

/** See `screens.js` for the props. */
export function Screen({ session, machine, announce, scored, open }) {
  const confirm = (round) => (number) => session.confirm(round, number).catch(() => {}); // the round counts all the same
  const show = (round, deal) => html`<${GuessRound} key=${round.token} ...${{ round, machine, announce, scored }}
    confirm=${confirm(round)} next=${deal} other=${() => open("clue")} />`;
  return html`<${Dealt} start=${() => session.startRound("guess")} show=${show} open=${open} />`;
}
