/**
 * The page: what is being played, the points, and what is under way.
 * @module
 */
import { ClueRound } from "./clue_round.js";
import { ContributionMarks } from "./contribution_marks.js";
import { GuessRound } from "./guess_round.js";
import { addressOf, useMachine, useMode, useRound, useSession } from "./visit.js";
import { counted, problemWords } from "./wording.js";
import { html, useEffect, useState } from "./view.js";

const TITLES = { guess: "Guess", clue: "Clue" };
const ROUNDS = { guess: GuessRound, clue: ClueRound };

export function App() {
  const [said, announce] = useState("");
  const [mode, enter] = useMode();
  const { session, entries, houseProblem, standing, scored } = useSession(announce);
  const { round, problem, deal } = useRound(session, mode);
  const machine = useMachine(session);
  useEffect(() => void (document.title = `${TITLES[mode]} · Hunch`), [mode]);

  const go = (kind) => (kind === mode ? deal() : enter(kind));
  const parts = {
    round,
    machine,
    announce,
    scored,
    send: (clues) => session.giveClues(round, clues),
    confirm: (number) => session.confirm(round, number).catch(() => {}), // the round counts all the same
    next: deal,
    other: () => go(mode === "clue" ? "guess" : "clue"),
  };
  return html`
    <${Top} mode=${mode} go=${go} standing=${standing} />
    <main aria-busy=${round === null && problem === null}>
      ${houseProblem && html`<p class="notice" role="alert">${problemWords(houseProblem)}</p>`}
      ${problem && html`<${Failed} problem=${problem} again=${deal} />`}
      ${!problem && (round ? html`<${ROUNDS[mode]} key=${round.token} ...${parts} />` : html`<${Dealing} />`)}
      <${ContributionMarks} entries=${entries} />
    </main>
    <${Foot} lasting=${session?.lasting ?? true} />
    <p class="visually-hidden" role="status" aria-live="polite">${said}</p>
  `;
}

function Top({ mode, go, standing }) {
  return html`<header class="top">
    <p class="name"><a href="./" onClick=${taken(() => go("guess"))}>Hunch</a></p>
    <nav aria-label="Ways to play">
      ${Object.keys(TITLES).map((kind) => html`<a key=${kind} href=${addressOf(kind)}
        aria-current=${kind === mode ? "page" : undefined} onClick=${taken(() => go(kind))}>${TITLES[kind]}</a>`)}
    </nav>
    <${Standing} standing=${standing} />
  </header>`;
}

function Standing({ standing }) {
  const record = standing?.record?.points;
  const title = record ? `${counted(record, "point")} on the public record` : "Points in this game";
  return html`<p class="points" title=${title}>
    ${standing === null ? html`<span class="quiet">–</span>` : counted(standing.score, "point")}
    ${record > 0 && html`<span class="quiet on-record">${record} on the record</span>`}
  </p>`;
}

function Dealing() {
  return html`<div class="dealing late" aria-hidden="true"><span></span><span></span><span></span></div>
    <p class="quiet slow">This takes longer than usual. It goes on by itself.</p>`;
}

function Failed({ problem, again }) {
  const words = problem.code === "offline" ? "You are offline, or the game is. It goes on by itself." : problem.message;
  return html`<section class="failed" role="alert">
    <h1>No round just now</h1>
    <p>${words}</p>
    <button class="primary" type="button" onClick=${again}>Try again</button>
  </section>`;
}

function Foot({ lasting }) {
  return html`<footer class="foot">
    <p>Free to play, no account: the house pays. ${lasting
      ? "Your points belong to this device."
      : "This browser window forgets everything when you close it, your points too."}</p>
    <details>
      <summary>What is kept, and where?</summary>
      <p>Your clues train a machine that belongs to nobody. Each accepted set of clues goes on a public record that cannot be
        erased: as numbers that stand for words, with the word you described and a number that stands for this device. No name,
        no address of yours. The words themselves stay with this game, so that other players can guess from them.</p>
      <p>You get a point on the record when another player finds the word from your clues, or when the machine agrees with them
        after a while: the house decides which. A right guess may be recorded as a yes to the clues, other guesses are not.</p>
    </details>
  </footer>`;
}

/** A click that the page handles itself, unless the player wants a new tab. */
const taken = (action) => (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  action();
};
