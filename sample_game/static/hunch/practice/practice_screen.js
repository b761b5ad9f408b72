/**
 * Practice: guess without points from clues that ship with the page, also with no connection.
 * @module
 */
import { Dealing } from "../frame/between.js";
import { GuessRound } from "../guess/guess_round.js";
import { t } from "../language.js";
import { html, useEffect, useState } from "../view.js";
import { dealPractice } from "./practice_round.js";

/** How long the first round waits for the machine, so that both know the same words. */
const MACHINE_WITHIN_MS = 1_500;
const nothing = () => {};

/** See `screens.js` for the props. */
export function Screen({ machine, announce, open }) {
  const [decks, setDecks] = useState(null);
  const [dealt, setDealt] = useState(null);
  const deal = () => setDealt(dealPractice(decks, machine?.labels ?? []));
  useEffect(() => {
    fetch(new URL("./clues.json", import.meta.url)).then(async (answer) => setDecks(await answer.json()), nothing);
  }, []);
  useEffect(() => {
    if (!decks || dealt) return undefined;
    const timer = setTimeout(deal, machine ? 0 : MACHINE_WITHIN_MS);
    return () => clearTimeout(timer);
  }, [decks, machine]);
  if (dealt === null) return html`<${Dealing} />`;
  return html`
    <p class="notice">${t("practice.notice")}${" "}
      <button class="plain" type="button" onClick=${() => open("guess")}>${t("practice.end")}</button></p>
    <${GuessRound} key=${dealt.round.token} ...${dealt} machine=${machine} announce=${announce}
      scored=${nothing} confirm=${nothing} next=${deal} other=${() => open("clue")} />`;
}
