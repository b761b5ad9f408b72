/**
 * Passing a text on: by the device's own way of sharing, else the clipboard, else to be copied by hand.
 * @module
 */
import { t } from "../language.js";
import { html, useEffect, useRef, useState } from "../view.js";

/**
 * @param {string} text
 * @param {Navigator} [device]
 * @returns {Promise<"shared" | "copied" | "by_hand" | null>} null: the player thought better of it
 */
export async function passOn(text, device = navigator) {
  if (device.share) {
    try {
      await device.share({ text });
      return "shared";
    } catch (failure) {
      if (failure.name === "AbortError") return null;
    }
  }
  try {
    await device.clipboard.writeText(text);
    return "copied";
  } catch {
    return "by_hand";
  }
}

/** @param {{text: string, label: string, focus?: boolean, announce: (words: string) => void}} props */
export function Share({ text, label, focus = false, announce }) {
  const [outcome, setOutcome] = useState(null);
  const button = useRef(null);
  const field = useRef(null);
  useEffect(() => void (focus && button.current?.focus()), []);
  useEffect(() => field.current?.select(), [outcome]);
  const pass = async () => {
    const way = await passOn(text);
    setOutcome(way);
    if (way === "copied") announce(t("puzzle.copied"));
  };
  return html`<button class="primary" ref=${button} type="button" onClick=${pass}>${label}</button>
    ${outcome === "copied" && html`<span class="quiet">${t("puzzle.copied")}</span>`}
    ${outcome === "by_hand" && html`<label class="by-hand">${t("puzzle.by_hand")}
      <textarea ref=${field} readonly rows="3" value=${text}></textarea></label>`}`;
}
