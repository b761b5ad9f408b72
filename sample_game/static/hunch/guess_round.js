/**
 * A guess round: clues appear one by one, the player and the machine try to find the word.
 * @module
 */
import { post } from "./game_api.js";
import { MachinePanel } from "./machine_panel.js";
import { counted, ordinal } from "./wording.js";
import { html, useEffect, useRef, useState } from "./view.js";

/**
 * @param {object} props
 * @param {object} props.round answer of `POST /api/rounds`
 * @param {import("./machine.js").Machine | null} props.machine
 * @param {(words: string) => void} props.announce says something to screen readers
 * @param {() => void} props.scored points may have changed
 * @param {(contribution: number) => void} props.confirm signs that the clues are good
 * @param {() => void} props.next
 * @param {() => void} props.other
 */
export function GuessRound({ round, machine, announce, scored, confirm, next, other }) {
  const { shown, tries, note, busy, play } = useGuesses(round, announce, scored, confirm);
  if (shown.answer !== null) return html`<${GuessResult} ...${{ round, shown, tries, machine, next, other }} />`;
  const isLast = shown.clues.length === round.clue_count;
  return html`<div class="board">
    <section class="play">
      <h1>Which word is it?</h1>
      <${Clues} clues=${shown.clues} count=${round.clue_count} tries=${tries} />
      <${GuessForm} busy=${busy} guess=${(text) => play({ guess: text }, text)} />
      <p id="guess-note" class="note">${note ?? hint(round, shown)}</p>
      <div class="actions">
        ${!isLast && html`<button class="plain" type="button" onClick=${() => play({ guess: "" }, null)}>Show the next clue</button>`}
        <button class="plain" type="button" onClick=${() => play({ give_up: true }, null)}>Tell me the word</button>
      </div>
    </section>
    <${MachinePanel} machine=${machine} clues=${shown.clues} title="The machine guesses" />
  </div>`;
}

/** What was tried in a round, and what the server let the player see. */
function useGuesses(round, announce, scored, confirm) {
  const [shown, setShown] = useState({ clues: round.clues, outcome: null, answer: null, points: 0 });
  const [tries, setTries] = useState([]);
  const [note, setNote] = useState(null);
  const [busy, setBusy] = useState(false);
  /** Returns whether the field may be emptied. */
  const play = async (request, tried) => {
    if (busy) return false;
    setBusy(true);
    try {
      const result = await post("/api/guesses", { token: round.token, ...request });
      const counts = result.outcome !== "unknown";
      if (counts) {
        setTries([...tries, tried]);
        setShown(result);
      }
      setNote(noteOn(result, tried));
      announce(spoken(result, tried));
      if (result.outcome === "right") scored();
      if (result.contribution_number != null) confirm(result.contribution_number);
      return counts;
    } catch (problem) {
      setNote(problem.retryable ? `${problem.message} Try again.` : problem.message);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { shown, tries, note, busy, play };
}

function GuessForm({ busy, guess }) {
  const [text, setText] = useState("");
  const input = useRef(null);
  useEffect(() => {
    input.current?.focus();
    input.current?.select(); // what was tried stays to be corrected, and typing replaces it
  }, [busy]);
  const submit = async (event) => {
    event.preventDefault();
    if (text.trim() && (await guess(text.trim()))) setText("");
  };
  return html`<form class="entry" onSubmit=${submit}>
    <label for="guess" class="visually-hidden">Your guess</label>
    <input id="guess" ref=${input} value=${text} onInput=${(event) => setText(event.target.value)}
      placeholder="Your guess" maxlength="40" autocomplete="off" autocapitalize="none" spellcheck=${false}
      enterkeyhint="send" aria-describedby="guess-note" />
    <button class="primary" disabled=${busy}>Guess</button>
  </form>`;
}

function Clues({ clues, count, tries = [] }) {
  const places = Array.from({ length: count }, (_, place) => place);
  return html`<ol class="clues" aria-label="Clues">
    ${places.map((place) =>
      place < clues.length
        ? html`<li key=${place} class="clue"><span>${clues[place]}</span>${tries[place] && html`<s class="tried">${tries[place]}</s>`}</li>`
        : html`<li key=${place} class="clue hidden-clue"><span class="visually-hidden">still hidden</span></li>`,
    )}
  </ol>`;
}

function GuessResult({ round, shown, tries, machine, next, other }) {
  const button = useRef(null);
  useEffect(() => button.current?.focus(), []);
  const won = shown.outcome === "right";
  const used = won ? tries.length : round.clue_count;
  return html`<div class="board">
    <section class="play result">
      <p class="verdict ${won ? "good" : "missed"}">${won ? "You found it" : "Not this time"}</p>
      <h1 class="secret">${shown.answer}</h1>
      <p>${won ? `${counted(shown.points, "point")} with ${counted(used, "clue")} of ${round.clue_count}.` : "The next one is yours."}
        ${" "}${machineStory(machine, shown, used)}</p>
      <${Clues} clues=${shown.clues} count=${shown.clues.length} tries=${won ? tries.slice(0, -1) : tries} />
      <p class="quiet">${origin(round, shown)}</p>
      <div class="actions">
        <button class="primary" ref=${button} type="button" onClick=${next}>Next word</button>
        <button class="plain" type="button" onClick=${other}>Give clues instead</button>
      </div>
    </section>
    <${MachinePanel} machine=${machine} clues=${shown.clues} target=${shown.answer} title="The machine guessed" />
  </div>`;
}

function hint(round, shown) {
  if (shown.clues.length === round.clue_count) return "That was the last clue: one more try.";
  return shown.clues.length === 1
    ? "Fewer clues, more points. A wrong guess shows the next clue."
    : `${counted(round.clue_count - shown.clues.length, "clue")} left.`;
}

function noteOn({ outcome, clues, clue_count }, tried) {
  if (outcome === "unknown") return `“${tried}” is not among the words of this game. That cost you nothing.`;
  const left = clue_count - clues.length;
  const rest = left === 0 ? "That was the last clue: one more try." : `${counted(left, "clue")} left.`;
  return outcome === "wrong" ? `Not “${tried}”. ${rest}` : rest;
}

function spoken({ outcome, clues, answer, points }, tried) {
  if (outcome === "right") return `Right, the word is ${answer}. ${counted(points, "point")}.`;
  if (outcome === "over") return `The word was ${answer}.`;
  if (outcome === "unknown") return `${tried} is not among the words of this game.`;
  return `${outcome === "wrong" ? `Not ${tried}. ` : ""}Next clue: ${clues.at(-1)}.`;
}

function machineStory(machine, { clues, answer }, used) {
  if (machine === null || machine.experience === 0) return "The machine has not learnt anything yet.";
  const place = machine.placeOf(clues.slice(0, used), answer);
  if (place === 1) return "The machine had it, too.";
  return place <= 5 ? `The machine had it only ${ordinal(place)}.` : "The machine did not see it coming.";
}

function origin(round, shown) {
  if (round.given_by === "house") return "These clues came from the house. Yours could be next.";
  return shown.confirms_a_player
    ? "Another player gave these clues. You just confirmed that they are good."
    : "Another player gave these clues.";
}
