/**
 * A round from the server: dealt at once, dealt again by itself while a problem may pass.
 * @module
 */
import { Dealing, Failed } from "./frame/between.js";
import { t } from "./language.js";
import { playProblemWords } from "./wording.js";
import { html, useCallback, useEffect, useState } from "./view.js";

const RETRY_MS = 4_000;

/**
 * Deals a round and shows it with `show(round, deal)`; meanwhile says what is going on.
 *
 * @param {object} props
 * @param {() => Promise<object>} props.start
 * @param {(round: object, deal: () => void) => any} props.show
 * @param {(name: string) => void} [props.open] given: practice is offered while no round can be had
 */
export function Dealt({ start, show, open }) {
  const { round, problem, deal } = useRound(start);
  if (problem) return html`<${Failed} words=${playProblemWords(problem)} again=${deal}>
    ${problem.retryable && open && navigator.onLine && html`<button class="plain" type="button" onClick=${() => open("practice")}>${t("practice.begin")}</button>`}
  <//>`;
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
