/**
 * Hooks that hold what a visit is made of, apart from how it looks.
 * @module
 */
import { t } from "./language.js";
import { openSession } from "./session.js";
import { contributionWords } from "./wording.js";
import { useCallback, useEffect, useRef, useState } from "./view.js";

const MODEL_EVERY_MS = 20_000;
/** Where tabs tell each other that another key plays from now on. */
export const PLAYERS = "hunch-player";

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
      settled.forEach((entry) => announce(t("marks.spoken", { word: entry.word, state: contributionWords(entry).word })));
    };
    openSession({ entries: changed, house: setHouseProblem, scored }).then(async (fresh) => {
      opened.current = fresh;
      setSession(fresh);
      setEntries(await fresh.entries());
      scored();
      resume();
    });
    addEventListener("online", resume);
    const players = new BroadcastChannel(PLAYERS);
    players.onmessage = () => location.reload(); // another key plays from now on
    return () => {
      removeEventListener("online", resume);
      players.close();
    };
  }, []);
  return { session, entries, houseProblem, standing, scored };
}

/** The machine of a deck, fetched again now and then, because it learns from everybody; null while it loads. */
export function useMachine(session, deck) {
  const [machine, setMachine] = useState(null);
  useEffect(() => {
    if (!session) return undefined;
    let isWanted = true;
    const set = (machine) => isWanted && setMachine(machine);
    const fetchOne = () => document.hidden || session.machine(deck).then(set, () => {});
    set(null); // what another deck's machine thinks would only mislead
    fetchOne();
    const timer = setInterval(fetchOne, MODEL_EVERY_MS);
    const keeper = navigator.serviceWorker;
    keeper?.addEventListener("controllerchange", fetchOne); // what was asked for before it came is not kept
    return () => {
      isWanted = false;
      keeper?.removeEventListener("controllerchange", fetchOne);
      clearInterval(timer);
    };
  }, [session, deck]);
  return machine;
}
