/**
 * A clue round: the player describes a secret word, the machine guesses along.
 * @module
 */
import { quickRefusal, splitTyped } from "./clue_entry.js";
import { normaliseWord } from "../../../../relayer/javascript/on-the-house.js";
import { post } from "../game_api.js";
import { Others } from "../guess/others.js";
import { t } from "../language.js";
import { MachinePanel } from "../machine_panel.js";
import { Rating } from "../rating.js";
import { ordinal, refusalWords } from "../wording.js";
import { WordMeter } from "./word_meter.js";
import { html, useEffect, useRef, useState } from "../view.js";

const LEAST = 3;
const MOST = 5;

/**
 * @param {object} props
 * @param {object} props.round answer of `POST /api/rounds`
 * @param {import("../machine.js").Machine | null} props.machine
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
  const heard = text ? [...clues, text] : clues;
  return html`<div class="board">
    <section class="play">
      <p class="eyebrow">${t("clue.for")}</p>
      <h1 class="secret">${round.word}</h1>
      <${Taboo} words=${round.taboo} />
      <${Chips} clues=${clues} remove=${remove} />
      <${ClueForm} ...${{ clues, text, setText, setNote, add, remove, submit }} />
      <p id="clue-note" class=${note?.isRefusal ? "note refused" : "note"}>
        ${note?.isRefusal && html`<strong>${t("clue.not_that_one")}</strong>`} ${note?.reason ?? progress(clues.length)}</p>
      <${WordMeter} machine=${machine} clues=${heard} word=${round.word} />
    </section>
    <${MachinePanel} machine=${machine} clues=${heard} target=${round.word}
      title=${t(clues.length || text ? "clue.machine" : "clue.machine_listening")} />
    <section class="after" aria-label=${t("clue.rules_title")}>
      <p class="quiet rules">${t("clue.rules")}</p>
      <button class="plain" type="button" onClick=${next}>${t("clue.another")}</button>
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
    announce(t("clue.removed", { clue }));
  };
  const refuse = (clue, reason) => {
    keep(given.current.filter((other) => other !== clue));
    setNote({ reason, isRefusal: true });
    announce(reason);
  };
  const add = async (typed) => {
    const others = given.current;
    const refusal = others.length === MOST ? { reason: "enough" } : quickRefusal(typed, others);
    if (refusal) return setNote({ reason: refusalWords(refusal), isRefusal: true });
    const clue = normaliseWord(typed);
    keep([...others, clue]);
    announce(spoken(machine, given.current, clue, round.word));
    const verdict = await post("/api/clue-checks", { token: round.token, clue, others }).catch(() => null);
    return verdict && !verdict.fine && refuse(clue, refusalWords({ ...verdict, clue }));
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
    <label for="clue" class="visually-hidden">${t("clue.field")}</label>
    <input id="clue" ref=${input} value=${text} onInput=${(event) => type(event.target.value)} onKeyDown=${eraseLast}
      placeholder=${clues.length === MOST ? t("clue.full") : t("clue.place", { place: clues.length + 1 })} maxlength="80"
      autocomplete="off" autocapitalize="none" spellcheck=${false} enterkeyhint="send" aria-describedby="clue-note" />
    <button class="primary" type="submit" disabled=${busy || (missing > 0 && !text)}>
      ${text || missing > 0 ? t("clue.add") : t("clue.send", { count: clues.length })}
    </button>
  </form>`;
}

/** Words that this round refuses; the server has the last word on their forms. */
function Taboo({ words }) {
  if (words.length === 0) return null;
  return html`<div class="taboo">
    <p class="quiet" id="taboo-words">${t("clue.taboo")}</p>
    <ul aria-labelledby="taboo-words">${words.map((word) => html`<li key=${word}><s>${word}</s></li>`)}</ul>
  </div>`;
}

function Chips({ clues, remove }) {
  return html`<ul class="chips" aria-label=${t("clue.given")}>
    ${clues.map(
      (clue) => html`<li key=${clue}>
        <span>${clue}</span>
        ${remove && html`<button type="button" aria-label=${t("clue.remove", { clue })} onClick=${() => remove(clue)}>×</button>`}
      </li>`,
    )}
  </ul>`;
}

function ClueResult({ round, machine, clues, next, other }) {
  const button = useRef(null);
  useEffect(() => button.current?.focus(), []);
  return html`<div class="board">
    <section class="play result">
      <p class="verdict good">${t("clue.thanks")}</p>
      <h1 class="secret">${round.word}</h1>
      <p>${story(machine, clues, round.word)} ${t("clue.one_point")}</p>
      <${Chips} clues=${clues} />
      <div class="actions">
        <button class="primary" ref=${button} type="button" onClick=${next}>${t("clue.next")}</button>
        <button class="plain" type="button" onClick=${other}>${t("clue.other")}</button>
      </div>
      <p class="quiet">${t("clue.watch")}</p>
      <${Others} token=${round.token} />
    </section>
    <${MachinePanel} machine=${machine} clues=${clues} target=${round.word} title=${t("clue.machine_past")}>
      <${Rating} token=${round.token} />
    <//>
  </div>`;
}

function progress(count) {
  if (count < LEAST) return t("clue.more", { count: LEAST - count });
  return t(count < MOST ? "clue.enough" : "clue.all");
}

function spoken(machine, clues, clue, word) {
  const heard = t("clue.heard", { clue, place: clues.length, most: MOST });
  if (machine === null || machine.experience === 0) return heard;
  const [first, second] = machine.guess(clues).top;
  const place = ordinal(machine.placeOf(clues, word));
  return `${heard} ${t("clue.thinks", { first: first.word, second: second.word })} ${t("clue.thinks_yours", { place })}`;
}

function story(machine, clues, word) {
  if (machine === null || machine.experience === 0) return t("clue.story_first");
  const place = machine.placeOf(clues, word);
  if (place === 1) return t("clue.story_understood");
  return place <= 5 ? t("clue.story_close", { place: ordinal(place) }) : t("clue.story_missed");
}
