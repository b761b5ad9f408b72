/**
 * The list of keys: opened by `?` or in the foot, closed by Esc.
 * @module
 */
import { t } from "../language.js";
import { html, useEffect, useRef } from "../view.js";

const KEYS = ["enter", "up", "space", "backspace", "tab", "question", "escape"];
/** Fields for single words, where a question mark has no other meaning. */
const WORD_FIELDS = "#guess, #clue";

export function Keys() {
  const dialog = useRef(null);
  const open = () => dialog.current.open || dialog.current.showModal();
  useEffect(() => {
    const press = (event) => {
      if (event.key !== "?" || takesText(event.target)) return;
      event.preventDefault();
      open();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return html`
    <button class="plain" type="button" onClick=${open}>${t("keys.title")}</button>
    <dialog class="shortcuts" ref=${dialog} aria-labelledby="keys-title">
      <h2 id="keys-title">${t("keys.title")}</h2>
      <dl>${KEYS.map((key) => html`<div key=${key}><dt><kbd>${t(`keys.${key}_key`)}</kbd></dt><dd>${t(`keys.${key}`)}</dd></div>`)}</dl>
      <form method="dialog"><button class="primary">${t("keys.close")}</button></form>
    </dialog>`;
}

const takesText = (element) => element.matches("input, textarea, select") && !element.matches(WORD_FIELDS);
