/**
 * You: what belongs to the player, section by section. A section knows nothing of the others.
 * @module
 */
import { t } from "../language.js";
import { loadStyle } from "../style.js";
import { html } from "../view.js";
import { BackupSection } from "./backup_section.js";
import { DeviceSection } from "./device_section.js";
import { RewardsSection } from "./rewards_section.js";
import { StandingSection } from "./standing_section.js";
import { TakeOverSection } from "./take_over_section.js";
import { WalletSection } from "./wallet_section.js";

await loadStyle(new URL("./you.css", import.meta.url));

/**
 * In the order of the page. A section gets the props of the screen (see `screens.js`), and shows
 * nothing at all when there is nothing to show.
 */
export const SECTIONS = [StandingSection, BackupSection, DeviceSection, TakeOverSection, RewardsSection, WalletSection];

/** See `screens.js` for the props. */
export function Screen(props) {
  return html`<div class="sections">
    <h1>${t("you.title")}</h1>
    ${SECTIONS.map((Section) => html`<${Section} key=${Section.name} ...${props} />`)}
  </div>`;
}
