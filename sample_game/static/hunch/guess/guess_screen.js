/**
 * Guess: find the word from its clues.
 * @module
 */
import { Dealt } from "../round.js";
import { html } from "../view.js";
import { GuessRound } from "./guess_round.js";
import { judgeOf } from "./judging.js";

/** See `screens.js` for the props. */
export function Screen({ session, machine, deck, announce, scored, open }) {
  const confirm = (round) => (number) => session.confirm(round, number).catch(() => {}); // the round counts all the same
  const show = (round, deal) => html`<${GuessRound} key=${round.token} ...${{ round, machine, announce, scored }}
    judge=${judgeOf(round, session.storage)} confirm=${confirm(round)} next=${deal} other=${() => open("clue")} />`;
  return html`<${Dealt} start=${() => session.startRound("guess", deck)} show=${show} open=${open} />`;
}
