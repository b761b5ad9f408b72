/**
 * What the machine of the deck in play has learnt: its marks as a plot, and as a table.
 * @module
 */
import { ofDeck } from "../decks/deck_in_play.js";
import { decksToChoose, titleOf } from "../decks/titles.js";
import { read } from "../game_api.js";
import { t } from "../language.js";
import { Dealt } from "../round.js";
import { loadStyle } from "../style.js";
import { html } from "../view.js";
import { percent } from "../wording.js";
import { Plot } from "./plot.js";

await loadStyle(new URL("./learning.css", import.meta.url));

/** See `screens.js` for the props. */
export function Screen({ deck, open }) {
  const start = async () => {
    const [{ marks, ratings }, { first, decks }] = await Promise.all([read(ofDeck("/api/marks", deck)), decksToChoose()]);
    return { marks, ratings, deck: decks.find(({ name }) => name === (deck ?? first)) };
  };
  return html`<${Dealt} start=${start} show=${(told) => html`<${Learnt} ...${told} play=${() => open("clue")} />`} />`;
}

function Learnt({ marks, ratings, deck, play }) {
  const last = marks.at(-1);
  return html`<section class="play learning">
    <p class="eyebrow">${t("machine.of_deck", { title: titleOf(deck), words: t("machine.words", { count: deck.word_count }) })}</p>
    <h1>${last ? t("machine.finds", { share: percent(last.top1) }) : t("machine.blank")}</h1>
    <p>${last ? t("machine.now", factsOf(last)) : t("machine.needs_you")}</p>
    ${ratings.count > 0 && html`<p>${t("rating.sum", { ...ratings, share: percent(ratings.good / ratings.count) })}</p>`}
    ${last && html`<${Plot} marks=${marks} /><${Table} marks=${marks} />`}
    <p class="quiet">${t("machine.exam")}</p>
    <div class="actions"><button class="primary" type="button" onClick=${play}>${t("machine.teach")}</button></div>
  </section>`;
}

const factsOf = ({ contributions, top5 }) => ({
  rounds: t("machine.rounds", { count: contributions }),
  share: percent(top5),
});

/** The same as the plot, for those who would rather read it. */
function Table({ marks }) {
  return html`<details class="more">
    <summary>${t("machine.as_table")}</summary>
    <table class="mark-table">
      <thead><tr>
        <th scope="col">${t("machine.learnt_from")}</th><th scope="col">${t("machine.first_guess")}</th>
        <th scope="col">${t("machine.among_five")}</th>
      </tr></thead>
      <tbody>
        ${marks.map(({ contributions, top1, top5 }) => html`<tr key=${contributions}>
          <th scope="row">${t("machine.number", { count: contributions })}</th><td>${percent(top1)}</td><td>${percent(top5)}</td></tr>`)}
      </tbody>
    </table>
  </details>`;
}
