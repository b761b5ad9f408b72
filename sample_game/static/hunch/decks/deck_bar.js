/**
 * Which deck is played, and the ways to what its machine has learnt and to past rounds.
 * @module
 */
import { taken } from "../frame/top.js";
import { t } from "../language.js";
import { addressOf } from "../screens.js";
import { html, useEffect, useState } from "../view.js";
import { keepDeck } from "./deck_in_play.js";
import { percent } from "../wording.js";
import { decksToChoose, titleOf } from "./titles.js";

const LOOKS = ["machine", "past"];

/** @param {{here: object, deck?: string, open: (name: string, value?: string, deck?: string) => void}} props */
export function Part({ here, deck, open }) {
  const [told, setTold] = useState(null);
  useEffect(() => void decksToChoose().then(setTold, () => {}), []);
  const choose = (name) => {
    keepDeck(name);
    open(here.name, undefined, name);
  };
  const played = deck ?? told?.first;
  const isGone = told && !told.decks.some(({ name }) => name === played);
  return html`<section class="deck-bar" aria-label=${t("decks.title")}>
    ${told && !here.isOfFirstDeck && html`<label>${t("decks.deck")}
      <select value=${isGone ? "" : played} onChange=${(event) => choose(event.target.value)}>
        ${isGone && html`<option value="">–</option>`}
        ${told.decks.map((one) => html`<option key=${one.name} value=${one.name}>${optionWords(one)}</option>`)}
      </select></label>`}
    ${LOOKS.map((name) => html`<a key=${name} href=${addressOf(name, undefined, deck)}
      aria-current=${name === here.name ? "page" : undefined} onClick=${taken(() => open(name))}>${t(`${name}.title`)}</a>`)}
  </section>`;
}

function optionWords(deck) {
  const title = titleOf(deck);
  return deck.mark ? t("decks.learnt", { title, share: percent(deck.mark.top1) }) : t("decks.new", { title });
}
