/**
 * The top of the page: the name, the ways to play, the points.
 * @module
 */
import { t } from "../language.js";
import { SCREENS, addressOf } from "../screens.js";
import { html } from "../view.js";
import { livesHereOnly } from "./backup_offer.js";

/** @param {{here: object, deck?: string, open: (name: string) => void, standing: object | null}} props */
export function Top({ here, deck, open, standing }) {
  return html`<header class="top">
    <p class="name"><a href=${addressOf("guess", undefined, deck)} onClick=${taken(() => open("guess"))}>Hunch</a></p>
    <nav aria-label=${t("frame.navigation")}>
      ${SCREENS.filter(({ isHidden }) => !isHidden).map(({ name }) => html`<a key=${name} href=${addressOf(name, undefined, deck)}
        aria-current=${name === here.name ? "page" : undefined} onClick=${taken(() => open(name))}>${t(`${name}.title`)}
        ${name === "you" && livesHereOnly(standing) && html`<span class="badge"><span class="visually-hidden">${t("offer.badge")}</span></span>`}</a>`)}
    </nav>
    <${Points} standing=${standing} />
  </header>`;
}

function Points({ standing }) {
  const record = standing?.record?.points;
  const title = record ? t("frame.points_on_record", { count: record }) : t("frame.points_here");
  return html`<p class="points" title=${title}>
    ${standing === null ? html`<span class="quiet">–</span>` : t("points", { count: standing.score })}
    ${record > 0 && html`<span class="quiet on-record">${t("frame.on_record", { count: record })}</span>`}
  </p>`;
}

/** A click that the page handles itself, unless the player wants a new tab. */
export const taken = (action) => (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  action();
};
