/**
 * The way into a duel: start one, or join by its code.
 * @module
 */
import { deckIn } from "../decks/deck_in_play.js";
import { decksToChoose, titleOf } from "../decks/titles.js";
import { t } from "../language.js";
import { playProblemWords } from "../wording.js";
import { html, useEffect, useRef, useState } from "../view.js";

/** @param {{session: import("../session.js").Session, open: (name: string, value?: string) => void}} props */
export function DuelStart({ session, open }) {
  const [problem, setProblem] = useState(null);
  const [typed, setTyped] = useState("");
  const [deck, setDeck] = useState(deckIn(new URLSearchParams()));
  const button = useRef(null);
  useEffect(() => button.current?.focus(), []);
  const start = async () => {
    try {
      const { code } = await session.startDuel(deck);
      open("duel", code);
    } catch (failure) {
      setProblem(failure);
    }
  };
  const join = (event) => {
    event.preventDefault();
    if (typed.trim()) open("duel", typed.trim());
  };
  return html`<section class="play">
    <h1>${t("duel.invite")}</h1>
    <p>${t("duel.rules")}</p>
    <${DeckChoice} deck=${deck} choose=${setDeck} />
    <div class="actions"><button class="primary" ref=${button} type="button" onClick=${start}>${t("duel.start")}</button></div>
    ${problem && html`<p class="note" role="alert">${playProblemWords(problem)}</p>`}
    <form class="entry" onSubmit=${join}>
      <label for="duel-code" class="visually-hidden">${t("duel.code")}</label>
      <input id="duel-code" value=${typed} onInput=${(event) => setTyped(event.target.value)} placeholder=${t("duel.code")}
        maxlength="60" autocomplete="off" autocapitalize="none" spellcheck=${false} enterkeyhint="go" />
      <button class="primary" disabled=${!typed.trim()}>${t("duel.join")}</button>
    </form>
  </section>`;
}

function DeckChoice({ deck, choose }) {
  const [told, setTold] = useState(null);
  useEffect(() => void decksToChoose().then(setTold, () => {}), []);
  if (told === null) return null;
  return html`<div class="settings"><label>${t("decks.deck")}
    <select value=${deck ?? told.first} onChange=${(event) => choose(event.target.value)}>
      ${told.decks.map((one) => html`<option key=${one.name} value=${one.name}>${titleOf(one)}</option>`)}
    </select></label></div>`;
}
