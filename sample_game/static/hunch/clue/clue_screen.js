/**
 * Clue: describe a secret word, the machine guesses along.
 * @module
 */
import { Dealt } from "../round.js";
import { html } from "../view.js";
import { ClueRound } from "./clue_round.js";

/** See `screens.js` for the props. */
export function Screen({ session, machine, announce, open }) {
  const show = (round, deal) => html`<${ClueRound} key=${round.token} ...${{ round, machine, announce }}
    send=${(clues) => session.giveClues(round, clues)} next=${deal} other=${() => open("guess")} />`;
  return html`<${Dealt} start=${() => session.startRound("clue")} show=${show} />`;
}
