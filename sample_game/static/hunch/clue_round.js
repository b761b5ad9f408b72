/**
 * A clue round: the player describes a secret word, the machine guesses along.
 * @module
 */
import { quickRefusal, splitTyped } from "./clue_entry.js";
import { normaliseWord } from "../../../relayer/javascript/on-the-house.js";
import { post } from "./game_api.js";
import { MachinePanel } from "./machine_panel.js";
import { counted, ordinal } from "./wording.js";
import { html, useEffect, useRef, useState } from "./view.js";

const LEAST = 3;
const MOST = 5;

/**
 * @param {object} props
 * @param {object} props.round answer of `POST /api/rounds`
 * @param {import("./machine.js").Machine | null} props.machine
 * @param {(words: string) => void} props.announce says something to screen readers
 * @param {(clues: string[]) => Promise<void>} props.send signs and keeps them; does not wait for the house
 * @param {() => void} props.next
 * @param {() => void} props.other
 */
export function ClueRound({ round, machine, announce, send, next, other }) {
  const { clues, note, setNote, add, remove } = useClues(round, machine, announce);
  const [text, setText] = useState("");
  const [sent, setSent] = useState(false);
  if (sent) return html`<${ClueResult} ...${{ round, machine, clues, next, other }} />`;
  const submit = async () => {
    try {
      await send(clues);
      setSent(true);
    } catch (problem) {
      setNote({ reason: problem.message, isRefusal: false });
    }
  };
  return html`<div class="board">
    <section class="play">
      <p class="eyebrow">Give clues for</p>
      <h1 class="secret">${round.word}</h1>
      <${Chips} clues=${clues} remove=${remove} />
      <${ClueForm} ...${{ clues, text, setText, setNote, add, remove, submit }} />
      <p id="clue-note" class=${note?.isRefusal ? "note refused" : "note"}>${note?.reason ?? progress(clues.length)}</p>
    </section>
    <${MachinePanel} machine=${machine} clues=${text ? [...clues, text] : clues} target=${round.word}
      title=${clues.length || text ? "The machine thinks of" : "The machine is listening"} />
    <section class="after" aria-label="Rules">
      <p class="quiet rules">Three to five single words. Not the word itself, a form or a part of it. Nothing that hurts people.
        Clues go on a public record as numbers that stand for words; other players guess from the words.</p>
      <button class="plain" type="button" onClick=${next}>Another word</button>
    </section>
  </div>`;
}

/** The clues given so far. The server has the last word on each, while the next one is typed. */
function useClues(round, machine, announce) {
  const [clues, setClues] = useState([]);
  const [note, setNote] = useState(null);
  const given = useRef([]); // what has been given by now, also between two renderings
  const keep = (kept) => {
    given.current = kept;
    setClues(kept);
  };
  const remove = (clue) => {
    keep(given.current.filter((other) => other !== clue));
    setNote(null);
    announce(`${clue} removed.`);
  };
  const refuse = (clue, reason) => {
    keep(given.current.filter((other) => other !== clue));
    setNote({ reason, isRefusal: true });
    announce(reason);
  };
  const add = async (typed) => {
    const others = given.current;
    const refusal = others.length === MOST ? "Five clues are enough." : quickRefusal(typed, others);
    if (refusal) return setNote({ reason: refusal, isRefusal: true });
    const clue = normaliseWord(typed);
    keep([...others, clue]);
    announce(spoken(machine, given.current, clue));
    const verdict = await post("/api/clue-checks", { token: round.token, clue, others }).catch(() => null);
    return verdict && !verdict.fine && refuse(clue, verdict.detail);
  };
  return { clues, note, setNote, add, remove };
}

function ClueForm({ clues, text, setText, setNote, add, remove, submit }) {
  const [busy, setBusy] = useState(false);
  const input = useRef(null);
  const begun = useRef(false); // whether a clue is being typed, also between two renderings
  useEffect(() => input.current?.focus(), [clues]);
  const missing = LEAST - clues.length;
  const type = async (typed) => {
    const { finished, rest } = splitTyped(typed);
    if (!begun.current && rest) setNote(null); // a reason stays until the next clue is begun
    begun.current = rest !== "";
    setText(rest);
    for (const word of finished) await add(word);
  };
  const enter = async (event) => {
    event.preventDefault();
    if (busy || (!text && missing > 0)) return;
    setBusy(true);
    setText("");
    begun.current = false;
    await (text ? add(text) : submit());
    setBusy(false);
  };
  const eraseLast = (event) => {
    if (event.key === "Backspace" && !text && clues.length > 0) remove(clues.at(-1));
  };
  return html`<form class="entry" onSubmit=${enter}>
    <label for="clue" class="visually-hidden">A clue, one word</label>
    <input id="clue" ref=${input} value=${text} onInput=${(event) => type(event.target.value)} onKeyDown=${eraseLast}
      placeholder=${clues.length === MOST ? "Press Enter to send" : `Clue ${clues.length + 1}, one word`} maxlength="80"
      autocomplete="off" autocapitalize="none" spellcheck=${false} enterkeyhint="send" aria-describedby="clue-note" />
    <button class="primary" type="submit" disabled=${busy || (missing > 0 && !text)}>
      ${text || missing > 0 ? "Add" : `Send ${counted(clues.length, "clue")}`}
    </button>
  </form>`;
}

function Chips({ clues, remove }) {
  return html`<ul class="chips" aria-label="Your clues">
    ${clues.map(
      (clue) => html`<li key=${clue}>
        <span>${clue}</span>
        ${remove && html`<button type="button" aria-label=${`Remove ${clue}`} onClick=${() => remove(clue)}>×</button>`}
      </li>`,
    )}
  </ul>`;
}

function ClueResult({ round, machine, clues, next, other }) {
  const button = useRef(null);
  useEffect(() => button.current?.focus(), []);
  return html`<div class="board">
    <section class="play result">
      <p class="verdict good">Thank you</p>
      <h1 class="secret">${round.word}</h1>
      <p>${story(machine, clues, round.word)} One point for you.</p>
      <${Chips} clues=${clues} />
      <p class="quiet">You can watch below what becomes of your clues. There is no need to wait.</p>
      <div class="actions">
        <button class="primary" ref=${button} type="button" onClick=${next}>Next word</button>
        <button class="plain" type="button" onClick=${other}>Guess instead</button>
      </div>
    </section>
    <${MachinePanel} machine=${machine} clues=${clues} target=${round.word} title="The machine thought of" />
  </div>`;
}

function progress(count) {
  if (count < LEAST) return `${counted(LEAST - count, "more clue")} to go. A space or Enter ends a clue.`;
  return count < MOST ? "Good. Press Enter to send, or add another one." : "Press Enter to send.";
}

function spoken(machine, clues, clue) {
  const heard = `${clue}, ${clues.length} of ${MOST}.`;
  if (machine === null || machine.experience === 0) return heard;
  const [first, second] = machine.guess(clues).top;
  return `${heard} The machine thinks of ${first.word}, then ${second.word}.`;
}

function story(machine, clues, word) {
  if (machine === null || machine.experience === 0) return "Yours are among the first clues that the machine learns from.";
  const place = machine.placeOf(clues, word);
  if (place === 1) return "The machine understood you: it guessed your word.";
  if (place <= 5) return `The machine was close: your word was its ${ordinal(place)} guess. It learns from you now.`;
  return "The machine did not understand you yet. That is when it learns most.";
}
