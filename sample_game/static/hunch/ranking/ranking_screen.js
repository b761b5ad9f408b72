/**
 * Rankings of the day, the week and all time. The own place is always in sight.
 * @module
 */
import { read } from "../game_api.js";
import { clockTime, t } from "../language.js";
import { Share } from "../puzzle/share.js";
import { Dealt } from "../round.js";
import { loadStyle } from "../style.js";
import { html, useState } from "../view.js";
import { excludedWords } from "../wording.js";
import { standingText } from "./standing_text.js";

await loadStyle(new URL("./ranking.css", import.meta.url));

const PERIODS = ["day", "week", "all"];

/** See `screens.js` for the props. */
export function Screen({ session, standing, announce, open }) {
  const [period, setPeriod] = useState(PERIODS[0]);
  const start = () => read(`/api/rankings/${period}?player=${session.account.address}`);
  return html`<section class="play">
    <h1>${t("ranking.title")}</h1>
    <div class="periods" role="group" aria-label=${t("ranking.periods")}>
      ${PERIODS.map((one) => html`<button key=${one} class="choice" type="button" aria-pressed=${one === period} onClick=${() => setPeriod(one)}>${t(`ranking.${one}`)}</button>`)}
    </div>
    <${Dealt} key=${period} start=${start} show=${(ranking) => html`<${Ranking} ...${{ ranking, excluded: standing?.excluded, announce, open }} />`} />
  </section>`;
}

function Ranking({ ranking, excluded, announce, open }) {
  const { rows, own, players, period, ends_at: endsAt } = ranking;
  const isFarOff = own !== null && !rows.some((row) => row.is_you);
  const leftOut = excluded && html`<p class="bad">${excludedWords(excluded)}</p>`;
  if (rows.length === 0) {
    return html`${leftOut}<p>${t("ranking.empty")}</p>
      <div class="actions"><button class="primary" type="button" onClick=${() => open("guess")}>${t("ranking.begin")}</button></div>`;
  }
  return html`${leftOut}<table class="ranking">
      <thead><tr><th scope="col">${t("ranking.place")}</th><th scope="col">${t("ranking.name")}</th><th scope="col" class="amount">${t("ranking.points")}</th></tr></thead>
      <tbody>
        ${rows.map((row, index) => html`<${Row} key=${index} ...${row} />`)}
        ${isFarOff && html`<tr class="between"><td colspan="3" aria-hidden="true">⋮</td></tr><${Row} ...${own} />`}
      </tbody>
    </table>
    <p>${own === null ? !excluded && t("ranking.not_yet") : t("ranking.of", { place: own.place, count: players })}</p>
    <p class="quiet">${endsAt === null ? t("ranking.for_ever") : t("ranking.until", { time: clockTime(endsAt) })} ${t("ranking.names")}</p>
    ${own !== null && html`<div class="actions"><${Share} text=${standingText(own, players, period, location.origin)} label=${t("ranking.share")} announce=${announce} /></div>`}`;
}

function Row({ place, name, points, is_you: isYou }) {
  return html`<tr class=${isYou ? "own" : undefined}>
    <td>${t("ranking.nth", { place })}</td>
    <td>${isYou ? t("ranking.you", { name }) : name}</td>
    <td class="amount">${t("ranking.amount", { points })}</td>
  </tr>`;
}
