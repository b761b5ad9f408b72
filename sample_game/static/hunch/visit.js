/**
 * Hooks that hold what a visit is made of, apart from how it looks.
 * @module
 */
import { openSession } from "./session.js";
import { contributionWords } from "./wording.js";
import { useCallback, useEffect, useRef, useState } from "./view.js";

const MODEL_EVERY_MS = 20_000;
const RETRY_MS = 4_000;

/**
 * The session, and what it reports.
 *
 * @param {(words: string) => void} announce says something to screen readers
 */
export function useSession(announce) {
  const [session, setSession] = useState(null);
  const [entries, setEntries] = useState([]);
  const [houseProblem, setHouseProblem] = useState(null);
  const [standing, setStanding] = useState(null);
  const opened = useRef(null);
  const scored = useCallback(() => opened.current?.standing().then(setStanding, () => {}), []);
  useEffect(() => {
    const resume = () => opened.current?.resume();
    const changed = (all, settled) => {
      setEntries(all);
      settled.forEach((entry) => announce(`${entry.word}: ${contributionWords(entry).word}.`));
    };
    openSession({ entries: changed, house: setHouseProblem, scored }).then(async (fresh) => {
      opened.current = fresh;
      setSession(fresh);
      setEntries(await fresh.entries());
      scored();
      resume();
    });
    addEventListener("online", resume);
    return () => removeEventListener("online", resume);
  }, []);
  return { session, entries, houseProblem, standing, scored };
}

/** The machine, fetched again now and then, because it learns from everybody; null while it loads. */
export function useMachine(session) {
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

/** The round of a mode: dealt at once, dealt again by itself while a problem may pass. */
export function useRound(session, mode) {
  const [round, setRound] = useState(null);
  const [problem, setProblem] = useState(null);
  const deal = useCallback(async () => {
    setRound(null);
    setProblem(null);
    try {
      setRound({ ...(await session.startRound(mode)), kind: mode });
    } catch (failure) {
      setProblem(failure);
    }
  }, [session, mode]);
  useEffect(() => {
    if (session) deal();
  }, [deal]);
  useEffect(() => {
    if (!problem?.retryable) return undefined;
    const timer = setTimeout(deal, RETRY_MS);
    return () => clearTimeout(timer);
  }, [problem, deal]);
  return { round: round?.kind === mode ? round : null, problem, deal };
}

/** The way to play, kept in the address, so that back and reload do what they should. */
export function useMode() {
  const [mode, setMode] = useState(modeOfAddress);
  useEffect(() => {
    const back = () => setMode(modeOfAddress());
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const enter = (kind) => {
    history.pushState(null, "", addressOf(kind));
    setMode(kind);
  };
  return [mode, enter];
}

/** @param {"guess" | "clue"} kind */
export function addressOf(kind) {
  return kind === "clue" ? "?play=clue" : "./";
}

function modeOfAddress() {
  return new URLSearchParams(location.search).get("play") === "clue" ? "clue" : "guess";
}
