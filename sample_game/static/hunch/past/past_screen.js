/**
 * Past rounds of this device, and what others wrote for their words.
 * @module
 */
import { Others } from "../guess/others.js";
import { clockTime, t } from "../language.js";
import { Dealt } from "../round.js";
import { html, useEffect, useState } from "../view.js";
import { pastRounds, whenRemembered } from "./past_rounds.js";

const SHOWN = 20;

/** See `screens.js` for the props. */
export function Screen({ session, open }) {
  const start = async () => ({ rounds: await pastRounds(session.storage) });
  return html`<${Dealt} start=${start} show=${({ rounds }) => html`<${Past} first=${rounds} storage=${session.storage} play=${() => open("guess")} />`} />`;
}

function Past({ first, storage, play }) {
  const [rounds, setRounds] = useState(first);
  const [shown, setShown] = useState(SHOWN);
  useEffect(() => whenRemembered(() => pastRounds(storage).then(setRounds, () => {})), [storage]);
  return html`<section class="play">
    <h1>${t("past.title")}</h1>
    <p>${rounds.length === 0 ? t("past.none") : t("past.kept_here")}</p>
    <ul class="past">${rounds.slice(0, shown).map((round) => html`<${PastRound} key=${round.token} round=${round} />`)}</ul>
    <div class="actions">
      ${shown < rounds.length && html`<button class="plain" type="button" onClick=${() => setShown(shown + SHOWN)}>${t("past.more")}</button>`}
      ${rounds.length === 0 && html`<button class="primary" type="button" onClick=${play}>${t("past.begin")}</button>`}
    </div>
  </section>`;
}

function PastRound({ round }) {
  const { kind, word, clues, won, points, ended_at_ms } = round;
  const outcome = kind === "clue" ? "past.described" : won ? "past.found" : "past.missed";
  return html`<li class="mark">
    <span class="mark-word">${word}</span>
    <span class="status ${won ? "good" : "missed"}"><span class="dot" aria-hidden="true"></span>${t(outcome)}</span>
    <span class="mark-clues">${clues.join(" · ")}</span>
    <span class="mark-detail">${clockTime(ended_at_ms / 1_000)}${points > 0 && `, ${t("points", { count: points })}`}</span>
    <${Others} token=${round.token} />
  </li>`;
}
