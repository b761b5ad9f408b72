/**
 * What the machine thinks: its five best words, how sure it is, and how much it knows.
 * @module
 */
import { t } from "./language.js";
import { knowledgeWords, percent } from "./wording.js";
import { html } from "./view.js";

/**
 * @param {object} props
 * @param {import("./machine.js").Machine | null} props.machine null while it is loading
 * @param {string[]} props.clues
 * @param {string} [props.target] a word to mark among the guesses
 * @param {string} props.title
 * @param {any} [props.children] what is shown below guesses that are more than blind
 */
export function MachinePanel({ machine, clues, target, title, children }) {
  if (machine === null) {
    return html`<section class="machine" aria-label=${title}>
      <h2>${title}</h2>
      <p class="quiet late">${t("machine.waking")}</p>
    </section>`;
  }
  const hunch = machine.guess(clues);
  const blind = machine.experience === 0 || clues.length === 0 || hunch.known === 0;
  return html`<section class=${blind ? "machine blind" : "machine"} aria-label=${title}>
    <h2>${title}</h2>
    <ol class="guesses">
      ${hunch.top.map((guess) => html`<${Guess} key=${guess.word} ...${guess} isTarget=${guess.word === target} />`)}
    </ol>
    <p class="quiet">${knowledgeWords(hunch, machine.experience, clues.length)}</p>
    ${!blind && children}
  </section>`;
}

function Guess({ word, share, isTarget }) {
  return html`<li class=${isTarget ? "target" : ""}>
    <span class="guess-word">${word}${isTarget && html`<span class="tag">${t("machine.the_word")}</span>`}</span>
    <span class="guess-share">${percent(share)}</span>
    <span class="bar" aria-hidden="true"><span style=${{ "--share": share }}></span></span>
  </li>`;
}
