/**
 * What the sections of the screen have in common: actions that may fail, fields, short addresses.
 * @module
 */
import { spokenLanguage, t } from "../language.js";
import { html, useRef, useState } from "../view.js";
import { playProblemWords } from "../wording.js";
import { amountText } from "./amounts.js";
import { IdentityProblem } from "./identity_problem.js";

/** Codes of the game's server that have words of their own here. */
const OF_THE_GAME = new Set([
  ...["delegation-wrong-chain", "delegation-wrong-origin", "delegation-stale", "delegation-bad-signature"],
  ...["session-key-taken", "too-many-devices", "wallets-off", "receiver-refused", "balance-too-low", "max-fee-too-low"],
]);

/** @param {{code?: string, facts?: object}} problem @returns {string} */
export function wordsOf(problem) {
  if (problem instanceof IdentityProblem || OF_THE_GAME.has(problem.code)) return t(`you.problem.${problem.code}`, problem.facts);
  if (problem.code === undefined) throw problem; // a mistake of ours: not to be hidden
  return playProblemWords(problem);
}

/**
 * One action at a time; what goes wrong becomes words.
 *
 * @returns {{busy: boolean, words: string | null, run: (action: () => Promise<any>) => Promise<void>}}
 */
export function useAction() {
  const [state, setState] = useState({ busy: false, words: null });
  const isBusy = useRef(false);
  const run = async (action) => {
    if (isBusy.current) return;
    isBusy.current = true;
    setState({ busy: true, words: null });
    let words = null;
    try {
      await action();
    } catch (problem) {
      words = wordsOf(problem);
    } finally {
      isBusy.current = false;
    }
    setState({ busy: false, words });
  };
  return { ...state, run };
}

/** What went wrong, said aloud. @param {{words: string | null, id?: string}} props */
export function Trouble({ words, id }) {
  return html`<p class="trouble bad" role="alert" id=${id}>${words}</p>`;
}

/** @param {{title: string, id?: string, children: any}} props */
export function Section({ title, id, children }) {
  return html`<section class="card" id=${id}><h2>${title}</h2>${children}</section>`;
}

/** Leads to the first field of a section. @param {string} id */
export function leadTo(id) {
  document.getElementById(id).querySelector("input").focus();
}

/** A field for a secret: hidden unless the player wants to see it, and nobody's to remember. */
export function SecretField({ label, value, change, isNew = false, isShown = false }) {
  return html`<label class="field">${label}
    <input type=${isShown ? "text" : "password"} value=${value} onInput=${(event) => change(event.target.value)}
      autocomplete=${isNew ? "new-password" : "off"} autocapitalize="none" spellcheck=${false} /></label>`;
}

/** Money as the player's language writes it. @type {typeof amountText} */
export const money = (...amount) => amountText(...amount).replace(".", decimalMark());

const decimalMark = () =>
  new Intl.NumberFormat(spokenLanguage()).formatToParts(0.5).find(({ type }) => type === "decimal").value;

/** @example shortened("0x2c7536e3605d9c16a7a3d7b1898e529396a65c23") === "0x2c75…5c23" @param {string} address */
export const shortened = (address) => `${address.slice(0, 6)}…${address.slice(-4)}`;

/** Whether this browser can seal anything: only on https, and on the machine itself. */
export const canSeal = () => Boolean(globalThis.crypto?.subtle);
