/**
 * What others wrote for a word whose round is over; asked for when somebody wants to see it.
 * @module
 */
import { post } from "../game_api.js";
import { t } from "../language.js";
import { playProblemWords } from "../wording.js";
import { html, useState } from "../view.js";

/** @param {{token: string}} props of a round that is over */
export function Others({ token }) {
  const [others, setOthers] = useState(null);
  const [problem, setProblem] = useState(null);
  const look = async (event) => {
    if (!event.currentTarget.open || others) return;
    try {
      setOthers((await post("/api/others", { token })).others);
      setProblem(null);
    } catch (failure) {
      setProblem(failure);
    }
  };
  return html`<details class="more" onToggle=${look}>
    <summary>${t("others.title")}</summary>
    <div aria-live="polite">
      ${problem && html`<p>${problemWords(problem)}</p>`}
      ${others?.length === 0 && html`<p>${t("others.none")}</p>`}
      ${others?.length > 0 && html`<ul>${others.map(({ clues }) => html`<li key=${clues.join()}>${clues.join(" · ")}</li>`)}</ul>`}
    </div>
  </details>`;
}

function problemWords(problem) {
  if (problem.code === "round-not-over") return t("others.not_yet");
  return problem.code === "round-not-found" ? t("others.too_old") : playProblemWords(problem);
}
