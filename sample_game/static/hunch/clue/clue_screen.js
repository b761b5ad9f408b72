/**
 * Clue: describe a secret word, the machine guesses along.
 * @module
 */
import { beforeOf } from "../learnt.js";
import { rememberRound } from "../past/past_rounds.js";
import { Dealt } from "../round.js";
import { html } from "../view.js";
import { ClueRound } from "./clue_round.js";

/** See `screens.js` for the props. */
export function Screen({ session, machine, deck, announce, open }) {
  const show = (round, deal) => html`<${ClueRound} key=${round.token} ...${{ round, machine, announce }}
    send=${sendOf(round, session, machine)} next=${deal} other=${() => open("guess")} />`;
  return html`<${Dealt} start=${() => session.startRound("clue", deck)} show=${show} />`;
}

const sendOf = (round, session, machine) => async (clues) => {
  await session.giveClues(round, clues, beforeOf(machine, clues, round.word));
  const { token, deck, word } = round;
  rememberRound(session.storage, { token, deck, kind: "clue", word, clues, points: 0, won: true, ended_at_ms: Date.now() });
};
