/**
 * How near the machine is to the player's own word: its place among all words, and its share.
 * @module
 */
import { t } from "../language.js";
import { html } from "../view.js";
import { percent } from "../wording.js";

/** @param {{machine: import("../machine.js").Machine | null, clues: string[], word: string}} props */
export function WordMeter({ machine, clues, word }) {
  if (machine === null || machine.experience === 0) return null;
  const { place, share } = machine.standingOf(clues, word);
  const facts = { word, place, count: machine.labels.length, share: percent(share) };
  return html`<div class=${place === 1 ? "word-meter first" : "word-meter"}>
    <p id="word-meter-words">${t("clue.meter", facts)}</p>
    <div class="bar" role="meter" aria-labelledby="word-meter-words" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(100 * share)}>
      <span style=${{ "--share": share }}></span></div>
  </div>`;
}
