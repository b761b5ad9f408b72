/**
 * What is shown while something is on its way, and when it does not come.
 * @module
 */
import { t } from "../language.js";
import { html } from "../view.js";

/** Grey lines after 300 ms, words after 3 s. */
export function Dealing() {
  return html`<div class="dealing late" aria-hidden="true"><span></span><span></span><span></span></div>
    <p class="quiet slow">${t("frame.slow")}</p>`;
}

/** @param {{words: string, again: () => void, children?: any}} props `children`: what else can be done */
export function Failed({ words, again, children }) {
  return html`<section class="failed" role="alert">
    <h1>${t("frame.failed_title")}</h1>
    <p>${words}</p>
    <div class="actions">
      <button class="primary" type="button" onClick=${again}>${t("frame.try_again")}</button>
      ${children}
    </div>
  </section>`;
}
