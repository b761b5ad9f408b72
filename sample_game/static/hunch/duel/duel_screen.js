/**
 * Duel: the same words for two or more, each in their own time, compared at the end.
 * @module
 */
import { post } from "../game_api.js";
import { t } from "../language.js";
import { PuzzlePlay } from "../puzzle/playing.js";
import { provenPlayer } from "../puzzle/proof.js";
import { html } from "../view.js";
import { DuelResult } from "./duel_result.js";
import { DuelStart } from "./duel_start.js";

/** See `screens.js` for the props. */
export function Screen(screen) {
  const { session, parameters, announce, open } = screen;
  const code = codeIn(parameters.get("duel"));
  if (!code) return html`<${DuelStart} ...${{ session, open }} />`;
  const goOn = async () => post(`/api/duels/${code}/plays`, await provenPlayer(session.account, `duel-${code}`));
  const done = (told) => html`<${DuelResult} ...${{ told, code, goOn, announce, open }} />`;
  return html`<${PuzzlePlay} ...${{ screen, goOn, done }} nameOf=${() => t("duel.name", { code })} />`;
}

/** A code as the server keeps it, however it was typed. @param {string} typed */
export const codeIn = (typed) => (typed.toLowerCase().match(/[a-z]+/g) ?? []).join("-");
