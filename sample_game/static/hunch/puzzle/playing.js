/**
 * Plays a puzzle: its words as guess rounds, one after the other, then what came of it.
 * @module
 */
import { GuessRound } from "../guess/guess_round.js";
import { judgeOf } from "../guess/judging.js";
import { t } from "../language.js";
import { Dealt } from "../round.js";
import { loadStyle } from "../style.js";
import { html } from "../view.js";

await loadStyle(new URL("./puzzle.css", import.meta.url));

/**
 * @param {object} props
 * @param {object} props.screen what every screen is given, see `screens.js`
 * @param {() => Promise<object>} props.goOn asks the server for the next word, or the result
 * @param {(told: object) => string} props.nameOf the puzzle
 * @param {(told: object, again: () => void) => any} props.done shows the result
 */
export function PuzzlePlay({ screen, goOn, nameOf, done }) {
  const { session, machine, announce, scored } = screen;
  const show = (told, next) => {
    const { round } = told;
    if (round === null) return done(told, next);
    const place = t("puzzle.place", { place: round.position + 1, count: told.word_count });
    const isLast = round.position + 1 === told.word_count;
    return html`<${GuessRound} key=${round.token} ...${{ round, machine, announce, scored, next }}
      heading=${`${nameOf(told)} · ${place}`} nextLabel=${t(isLast ? "puzzle.see_result" : "guess.next")}
      judge=${judgeOf(round, session.storage)} confirm=${(number) => session.confirm(round, number).catch(() => {})} />`;
  };
  return html`<${Dealt} start=${goOn} show=${show} open=${screen.open} />`;
}
