/**
 * The quiet list of what became of the player's clues.
 * @module
 */
import { explorerPage } from "./device/explorer.js";
import { t } from "./language.js";
import { learntWords } from "./learnt.js";
import { contributionWords } from "./wording.js";
import { html, useState } from "./view.js";

const FEW = 4;

/** Of these the machine has learnt. */
const LEARNT = ["mined", "confirmed", "settled"];

/** @param {{entries: import("./contribution_book.js").Entry[], machine: import("./machine.js").Machine | null}} props */
export function ContributionMarks({ entries, machine }) {
  const [all, setAll] = useState(false);
  if (entries.length === 0) return null;
  return html`<section class="marks" aria-labelledby="marks-title">
    <h2 id="marks-title">${t("marks.title")}</h2>
    <ul>${(all ? entries : entries.slice(0, FEW)).map((entry) => html`<${Mark} key=${entry.id} entry=${entry} machine=${machine} />`)}</ul>
    ${entries.length > FEW &&
    html`<button class="plain" type="button" onClick=${() => setAll(!all)}>${all ? t("marks.fewer") : t("marks.all", { count: entries.length })}</button>`}
  </section>`;
}

function Mark({ entry, machine }) {
  const { tone, word, detail } = contributionWords(entry);
  const hasLearnt = LEARNT.includes(entry.status);
  return html`<li class="mark" data-status=${entry.status}>
    <span class="mark-word">${entry.word}</span>
    <span class="mark-clues">${entry.clues.join(", ")}</span>
    <span class="status ${tone}"><span class="dot" aria-hidden="true"></span>${word}</span>
    <span class="mark-detail">${detail} ${hasLearnt && learntWords(entry, machine)}</span>
    ${hasLearnt && html`<${OnChain} entry=${entry} />`}
  </li>`;
}

function OnChain({ entry: { word, clues, transaction_hash } }) {
  const page = explorerPage(transaction_hash);
  const words = t("marks.on_chain");
  return page && html`<a class="mark-chain" href=${page} target="_blank" rel="noopener noreferrer" aria-label=${`${words}: ${word}, ${clues.join(", ")}`}>${words}</a>`;
}
