/**
 * What a player made of a puzzle, word by word.
 * @module
 */
import { t } from "../language.js";
import { html } from "../view.js";
import { squareOf } from "./score.js";

/** @param {{words: import("./score.js").Word[]}} props */
export function Words({ words }) {
  return html`<ol class="puzzle-words">
    ${words.map((word, place) => html`<li key=${place}>
      <span aria-hidden="true">${squareOf(word)}</span>
      <span class="puzzle-word">${word.word ?? t("puzzle.not_played")}</span>
      <span class="quiet">${outcomeOf(word)}</span>
    </li>`)}
  </ol>`;
}

function outcomeOf({ state, clues_needed: needed, points }) {
  if (state !== "found") return t("puzzle.not_found");
  return t("puzzle.found_with", { clues: t("clues", { count: needed }), points: t("points", { count: points }) });
}
