/**
 * The end of a duel for one player: the link to pass on, and everybody's result side by side.
 * @module
 */
import { t } from "../language.js";
import { Square, Words, outcomeOf } from "../puzzle/result.js";
import { shareText, sumOf } from "../puzzle/score.js";
import { Share } from "../puzzle/share.js";
import { addressOf } from "../screens.js";
import { html, useEffect, useState } from "../view.js";

const EVERY_MS = 10_000;

/**
 * @param {object} props
 * @param {object} props.told answer of `POST /api/duels/CODE/plays`
 * @param {string} props.code
 * @param {() => Promise<object>} props.goOn asks again how everybody did
 */
export function DuelResult({ told, code, goOn, announce, open }) {
  const table = useTable(told.table, goOn);
  const { result } = told;
  const address = new URL(addressOf("duel", code), location.href).href;
  const days = Math.max(0, Math.ceil((told.closes_at - told.now) / 86_400));
  return html`<section class="play result">
    <p class="eyebrow">${t("duel.name", { code })}</p>
    <h1>${sumOf(result)}</h1>
    <p>${t(table.length > 1 ? "duel.compared" : "duel.alone")}</p>
    ${table.length > 1 && html`<${Table} table=${table} />`}
    <div class="actions">
      <${Share} text=${shareText(t("duel.shared_name"), result, address)} label=${t("duel.share")} focus=${true} announce=${announce} />
      <button class="plain" type="button" onClick=${() => open("duel")}>${t("duel.another")}</button>
    </div>
    ${days > 0 && html`<p class="quiet">${t("duel.ends", { count: days })}</p>`}
    <${Words} words=${result.words} />
  </section>`;
}

/** Everybody's result, looked up again while somebody looks at it. */
function useTable(first, goOn) {
  const [table, setTable] = useState(first);
  useEffect(() => {
    const look = () => document.hidden || goOn().then((told) => setTable(told.table), () => {});
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return table;
}

function Table({ table }) {
  const places = table[0].words.map((_, place) => place);
  return html`<div class="duel-table" tabindex="0" role="region" aria-label=${t("duel.table")}><table>
    <caption>${t("duel.table")}</caption>
    <thead><tr>
      <th scope="col">${t("duel.player")}</th>
      ${places.map((place) => html`<th key=${place} scope="col">${place + 1}</th>`)}
      <th scope="col">${t("duel.points")}</th>
    </tr></thead>
    <tbody>${table.map((row, at) => html`<tr key=${at} class=${row.is_you ? "you" : ""}>
      <th scope="row">${row.is_you ? t("duel.you", { name: row.name }) : row.name}</th>
      ${row.words.map((word, place) => html`<${Cell} key=${place} word=${word} />`)}
      <td>${row.points}${!row.is_complete && html`<span class="visually-hidden"> ${t("duel.still_playing")}</span>`}</td>
    </tr>`)}</tbody>
  </table></div>`;
}

function Cell({ word }) {
  if (word.state === "playing" || word.state === "waiting") return html`<td><span class="quiet">…</span></td>`;
  return html`<td><${Square} clues=${word.clues_needed} /><span class="visually-hidden">${outcomeOf(word)}</span></td>`;
}
