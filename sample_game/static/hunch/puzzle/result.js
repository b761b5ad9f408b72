/**
 * What a player made of a puzzle, word by word.
 * @module
 */
import { t } from "../language.js";
import { html } from "../view.js";

/** @param {{words: import("./score.js").Word[]}} props */
export function Words({ words }) {
  return html`<ol class="puzzle-words">
    ${words.map((word, place) => html`<li key=${place}>
      <${Square} clues=${word.clues_needed} />
      <span class="puzzle-word">${word.word ?? t("puzzle.not_played")}</span>
      <span class="quiet">${outcomeOf(word)}</span>
    </li>`)}
  </ol>`;
}

/** The number of clues in a square, fuller the fewer there were. @param {{clues: number | null}} props */
export function Square({ clues }) {
  return html`<span class="square" data-clues=${clues ?? "none"} aria-hidden="true">${clues ?? "–"}</span>`;
}

/** How a word went, in words. @param {import("./score.js").Word} word */
export function outcomeOf({ state, clues_needed: needed, points }) {
  if (state !== "found") return t("puzzle.not_found");
  return t("puzzle.found_with", { clues: t("clues", { count: needed }), points: t("points", { count: points }) });
}
