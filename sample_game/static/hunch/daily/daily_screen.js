/**
 * Daily: the same words for everybody, once, until midnight in UTC.
 * @module
 */
import { keepChoice, keptChoice } from "../device/choices.js";
import { post, read } from "../game_api.js";
import { t } from "../language.js";
import { PuzzlePlay } from "../puzzle/playing.js";
import { provenPlayer } from "../puzzle/proof.js";
import { Words } from "../puzzle/result.js";
import { shareText, sumOf } from "../puzzle/score.js";
import { Share } from "../puzzle/share.js";
import { addressOf } from "../screens.js";
import { html, useRef } from "../view.js";
import { Countdown } from "./countdown.js";
import { streakWords } from "./streak.js";
import { dayToPlay } from "./which_day.js";

const BEGUN = "daily";

/** See `screens.js` for the props. */
export function Screen(screen) {
  const { session, announce, open } = screen;
  const day = useRef(null);
  const goOn = async () => {
    day.current ??= dayToPlay(await read("/api/daily"), Number(keptChoice(BEGUN)));
    const proven = await provenPlayer(session.account, `daily-${day.current}`);
    const told = await post("/api/daily/plays", { day: day.current, ...proven });
    keepChoice(BEGUN, told.round === null ? "" : String(day.current));
    return told;
  };
  const done = (told) => html`<${Done} ...${{ told, announce, open }} />`;
  return html`<${PuzzlePlay} ...${{ screen, goOn, nameOf, done }} />`;
}

const nameOf = ({ number }) => t("daily.name", { number });

function Done({ told, announce, open }) {
  const { result, streak } = told;
  const address = new URL(addressOf("daily"), location.href).href;
  return html`<section class="play result">
    <p class="eyebrow">${nameOf(told)}</p>
    <h1>${sumOf(result)}</h1>
    <${Words} words=${result.words} />
    <p>${streakWords(streak, told.day)}</p>
    <div class="actions">
      <${Share} text=${shareText(t("daily.shared_name", { number: told.number }), result, address)}
        label=${t("puzzle.share")} focus=${true} announce=${announce} />
      <button class="plain" type="button" onClick=${() => open("duel")}>${t("daily.to_duel")}</button>
    </div>
    <${Countdown} ends_in_s=${told.closes_at - told.now} again=${() => open("daily")} />
  </section>`;
}
