/**
 * How long it is until the next puzzle, by the server's clock.
 * @module
 */
import { t } from "../language.js";
import { html, useEffect, useState } from "../view.js";

const EVERY_MS = 15_000;

/** @param {number} left_s @returns {{hours: number, minutes: number}} minutes rounded up */
export function hoursAndMinutes(left_s) {
  const minutes = Math.ceil(left_s / 60);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}

/** @param {{ends_in_s: number, again: () => void}} props `again` goes to the new puzzle */
export function Countdown({ ends_in_s, again }) {
  const [ends_at_ms] = useState(() => Date.now() + 1_000 * ends_in_s);
  const [now_ms, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const left_s = (ends_at_ms - now_ms) / 1_000;
  if (left_s > 0) return html`<p class="quiet">${t("daily.countdown", hoursAndMinutes(left_s))}</p>`;
  return html`<p><button class="plain" type="button" onClick=${again}>${t("daily.new_words")}</button></p>`;
}
