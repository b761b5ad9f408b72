/**
 * A round from the server: dealt at once, dealt again by itself while a problem may pass.
 * @module
 */
import { Dealing, Failed } from "./frame/between.js";
import { playProblemWords } from "./wording.js";
import { html, useCallback, useEffect, useState } from "./view.js";

const RETRY_MS = 4_000;

/**
 * Deals a round and shows it with `show(round, deal)`; meanwhile says what is going on.
 *
 * @param {{start: () => Promise<object>, show: (round: object, deal: () => void) => any}} props
 */
export function Dealt({ start, show }) {
  const { round, problem, deal } = useRound(start);
  if (problem) return html`<${Failed} words=${playProblemWords(problem)} again=${deal} />`;
  return round ? show(round, deal) : html`<${Dealing} />`;
}

function useRound(start) {
  const [round, setRound] = useState(null);
  const [problem, setProblem] = useState(null);
  const deal = useCallback(async () => {
    setRound(null);
    setProblem(null);
    try {
      setRound(await start());
    } catch (failure) {
      setProblem(failure);
    }
  }, []);
  useEffect(() => void deal(), [deal]);
  useEffect(() => {
    if (!problem?.retryable) return undefined;
    const timer = setTimeout(deal, RETRY_MS);
    return () => clearTimeout(timer);
  }, [problem, deal]);
  return { round, problem, deal };
}
