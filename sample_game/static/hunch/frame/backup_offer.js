/**
 * After the first points: they live on this device alone, and can be kept elsewhere. An offer, in nobody's way.
 * @module
 */
import { keepChoice, keptChoice } from "../device/choices.js";
import { t } from "../language.js";
import { html, useState } from "../view.js";

/** Whether there is something to lose with this device. @param {object | null} standing of the player */
export const livesHereOnly = (standing) => standing?.score > 0 && !standing.is_backed_up;

/** @param {{standing: object | null, open: (name: string) => void}} props */
export function BackupOffer({ standing, open }) {
  const [isPutOff, setPutOff] = useState(() => keptChoice("offer") !== null);
  if (!livesHereOnly(standing) || isPutOff) return null;
  const putOff = () => {
    keepChoice("offer", "later");
    setPutOff(true);
  };
  return html`<aside class="offer" aria-label=${t("offer.title")}>
    <p>${t("offer.lives_here")}</p>
    <p class="actions">
      <button class="plain" type="button" onClick=${() => open("you")}>${t("offer.keep")}</button>
      <button class="plain" type="button" onClick=${putOff}>${t("offer.later")}</button>
    </p>
  </aside>`;
}
