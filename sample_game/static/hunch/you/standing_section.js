/**
 * Where the player stands: points here and on the record, days in a row, badges.
 * @module
 */
import { streakWords } from "../daily/streak.js";
import { t } from "../language.js";
import { html } from "../view.js";
import { excludedWords } from "../wording.js";
import { Section } from "./parts.js";

const MS_PER_DAY = 86_400_000;

/** In the order in which they are earned; the names are those of the record. */
export const BADGES = ["first-clue", "ten-validated", "hundred-validated", "thousand-validated", "week-streak"];

/** See `screens.js` for the props. */
export function StandingSection({ standing, open }) {
  if (standing === null) return null;
  const { score, record, streak, excluded } = standing;
  return html`<${Section} title=${t("you.standing.title")}>
    <p>${t("you.standing.points", { points: t("points", { count: score }) })}
      ${record !== null && ` ${t("you.standing.on_record", { points: t("points", { count: record.points }) })}`}</p>
    ${excluded && html`<p class="bad">${excludedWords(excluded)}</p>`}
    <p>${streakWords(streak, Math.floor(Date.now() / MS_PER_DAY))}</p>
    ${record?.badges && html`<${Badges} earned=${record.badges} />`}
    <div class="actions">
      <button class="secondary" type="button" onClick=${() => open("ranking")}>${t("you.standing.ranking")}</button>
      <button class="plain" type="button" onClick=${() => open("past")}>${t("you.standing.past")}</button>
    </div>
  <//>`;
}

function Badges({ earned }) {
  return html`<h3>${t("you.badges.title")}</h3>
    <ul class="badges">${BADGES.map((badge) => {
      const isEarned = earned.includes(badge);
      return html`<li key=${badge}><span class="status ${isEarned ? "good" : ""}"><span class="dot" aria-hidden="true"></span>${t(isEarned ? "you.badges.earned" : "you.badges.open")}</span>
        <span><strong>${t(`you.badges.${badge}`)}</strong> <span class="quiet">${t(`you.badges.${badge}.how`)}</span></span></li>`;
    })}</ul>`;
}
