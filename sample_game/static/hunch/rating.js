/**
 * Was the machine's guess good? One tap, and what all players say.
 * @module
 */
import { post } from "./game_api.js";
import { t } from "./language.js";
import { playProblemWords } from "./wording.js";
import { html, useState } from "./view.js";

const ANSWERS = { yes: true, no: false };

/** @param {{token: string}} props of the round in which it guessed */
export function Rating({ token }) {
  const [answer, setAnswer] = useState(null);
  const [words, setWords] = useState("");
  const rate = async (name) => {
    setAnswer(name);
    try {
      setWords(t("rating.thanks", await post("/api/ratings", { token, is_good: ANSWERS[name] })));
    } catch (problem) {
      setAnswer(null);
      setWords(playProblemWords(problem));
    }
  };
  return html`<div class="rating" role="group" aria-labelledby="rating-question">
    <span id="rating-question">${t("rating.question")}</span>
    ${Object.keys(ANSWERS).map((name) => html`<button key=${name} class="choice" type="button"
      aria-pressed=${name === answer} onClick=${() => rate(name)}>${t(`rating.${name}`)}</button>`)}
    <p class="quiet" aria-live="polite">${words}</p>
  </div>`;
}
