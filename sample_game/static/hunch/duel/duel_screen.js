/**
 * Duel: the same words for two or more, each in their own time, compared at the end.
 * @module
 */
import { post } from "../game_api.js";
import { t } from "../language.js";
import { PuzzlePlay } from "../puzzle/playing.js";
import { provenPlayer } from "../puzzle/proof.js";
import { html, useState } from "../view.js";
import { useMachine } from "../visit.js";
import { DuelResult } from "./duel_result.js";
import { DuelStart } from "./duel_start.js";

/** See `screens.js` for the props. */
export function Screen(screen) {
  const code = codeIn(screen.parameters.get("duel"));
  return code ? html`<${Duel} ...${{ screen, code }} />` : html`<${DuelStart} session=${screen.session} open=${screen.open} />`;
}

function Duel({ screen, code }) {
  const { session, announce, open } = screen;
  const [deck, setDeck] = useState(null); // the duel's own, whatever is chosen on this device
  const machine = useMachine(deck && session, deck);
  const goOn = async () => {
    const told = await post(`/api/duels/${code}/plays`, await provenPlayer(session.account, `duel-${code}`));
    setDeck(told.deck);
    return told;
  };
  const done = (told) => html`<${DuelResult} ...${{ told, code, goOn, announce, open }} />`;
  return html`<${PuzzlePlay} ...${{ goOn, done }} screen=${{ ...screen, machine }} nameOf=${() => t("duel.name", { code })} />`;
}

/** A code as the server keeps it, however it was typed. @param {string} typed */
export const codeIn = (typed) => (typed.toLowerCase().match(/[a-z]+/g) ?? []).join("-");
