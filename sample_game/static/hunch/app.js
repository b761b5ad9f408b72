/**
 * The page: what is being played, the points, and what is under way.
 * @module
 */
import { ClueRound } from "./clue_round.js";
import { ContributionMarks } from "./contribution_marks.js";
import { GuessRound } from "./guess_round.js";
import { openSession } from "./session.js";
import { contributionWords, counted, problemWords } from "./wording.js";
import { html, useCallback, useEffect, useRef, useState } from "./view.js";

const MODEL_EVERY_MS = 20_000;
const RETRY_MS = 4_000;
const TITLES = { guess: "Guess", clue: "Clue" };

export function App() {
  const [session, setSession] = useState(null);
  const [mode, setMode] = useState(modeOfAddress);
  const [round, setRound] = useState(null);
  const [problem, setProblem] = useState(null);
  const [houseProblem, setHouseProblem] = useState(null);
  const [entries, setEntries] = useState([]);
  const [standing, setStanding] = useState(null);
  const [said, announce] = useState("");
  const scored = useCallback((open) => open.standing().then(setStanding, () => {}), []);
  const machine = useMachine(session);

  useEffect(() => {
    let open = null;
    const changed = (all, settled) => {
      setEntries(all);
      settled.forEach((entry) => announce(`${entry.word}: ${contributionWords(entry).word}.`));
    };
    openSession({ entries: changed, house: setHouseProblem, scored: () => open && scored(open) }).then(async (opened) => {
      open = opened;
      setSession(opened);
      setEntries(await opened.entries());
      scored(opened);
      opened.resume();
      addEventListener("online", () => opened.resume());
    });
  }, []);

  const deal = useCallback(
    async (kind) => {
      setRound(null);
      setProblem(null);
      try {
        setRound({ ...(await session.startRound(kind)), kind });
      } catch (failure) {
        setProblem(failure);
      }
    },
    [session],
  );
  useEffect(() => {
    if (session) deal(mode);
  }, [session, mode]);
  useRetry(problem, () => deal(mode));
  useEffect(() => {
    document.title = `${TITLES[mode]} · Hunch`;
    const back = () => setMode(modeOfAddress());
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, [mode]);

  const go = (kind) => {
    if (kind === mode) return deal(kind);
    history.pushState(null, "", kind === "clue" ? "?play=clue" : "./");
    return setMode(kind);
  };
  const rounds = { guess: GuessRound, clue: ClueRound };
  const parts = {
    key: round?.token,
    round,
    machine,
    announce,
    scored: () => scored(session),
    send: (clues) => session.giveClues(round, clues),
    next: () => deal(mode),
    other: () => go(mode === "clue" ? "guess" : "clue"),
  };
  return html`
    <header class="top">
      <p class="name"><a href="./" onClick=${taken(() => go("guess"))}>Hunch</a></p>
      <nav aria-label="Ways to play">
        ${["guess", "clue"].map((kind) => html`<a key=${kind} href=${kind === "clue" ? "?play=clue" : "./"}
          aria-current=${kind === mode ? "page" : undefined} onClick=${taken(() => go(kind))}>${TITLES[kind]}</a>`)}
      </nav>
      <${Standing} standing=${standing} />
    </header>
    <main aria-busy=${round === null && problem === null}>
      ${houseProblem && html`<p class="notice" role="alert">${problemWords(houseProblem)}</p>`}
      ${problem && html`<${Failed} problem=${problem} again=${() => deal(mode)} />`}
      ${!problem && round?.kind === mode ? html`<${rounds[mode]} ...${parts} />` : !problem && html`<${Dealing} />`}
      <${ContributionMarks} entries=${entries} />
    </main>
    <${Foot} lasting=${session?.lasting ?? true} />
    <p class="visually-hidden" role="status" aria-live="polite">${said}</p>
  `;
}

/** The machine, fetched again now and then, because it learns from everybody. */
function useMachine(session) {
  const [machine, setMachine] = useState(null);
  useEffect(() => {
    if (!session) return undefined;
    const fetchOne = () => document.hidden || session.machine().then(setMachine, () => {});
    fetchOne();
    const timer = setInterval(fetchOne, MODEL_EVERY_MS);
    return () => clearInterval(timer);
  }, [session]);
  return machine;
}

/** Tries again by itself while a problem may pass. */
function useRetry(problem, again) {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    if (!problem?.retryable) return undefined;
    const timer = setTimeout(() => latest.current(), RETRY_MS);
    return () => clearTimeout(timer);
  }, [problem]);
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
      <p>After a while the record compares your clues with what the machine has learnt from everybody. If it agrees you get a
        point on the record, if not the clues earn nothing. Guesses are checked by the game and are not put on the record.</p>
    </details>
  </footer>`;
}

/** A click that the page handles itself, unless the player wants a new tab. */
const taken = (action) => (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  action();
};

function modeOfAddress() {
  return new URLSearchParams(location.search).get("play") === "clue" ? "clue" : "guess";
}
