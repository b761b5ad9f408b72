/**
 * A guess round: clues appear one by one, the player and the machine try to find the word.
 * @module
 */
import { post } from "../game_api.js";
import { t } from "../language.js";
import { MachinePanel } from "../machine_panel.js";
import { Rating } from "../rating.js";
import { playProblemWords } from "../wording.js";
import { html, useEffect, useRef, useState } from "../view.js";
import { Others } from "./others.js";
import { cluesNeededBy, raceWords } from "./race.js";

/**
 * @param {object} props
 * @param {object} props.round answer of `POST /api/rounds`
 * @param {import("../machine.js").Machine | null} props.machine
 * @param {(words: string) => void} props.announce says something to screen readers
 * @param {() => void} props.scored points may have changed
 * @param {(contribution: number) => void} props.confirm signs that the clues are good
 * @param {() => void} props.next
 * @param {() => void} [props.other] to another way to play
 * @param {string} [props.heading] what the round belongs to
 * @param {string} [props.nextLabel]
 * @param {(request: object) => Promise<object>} [props.judge] what a guess leads to; default: the server tells
 */
export function GuessRound(props) {
  const { round, machine, announce, scored, confirm, heading, judge = serverOf(round) } = props;
  const { shown, tries, note, busy, play } = useGuesses(round, judge, announce, scored, confirm);
  if (shown.answer !== null) return html`<${GuessResult} ...${{ ...props, shown, tries }} />`;
  const isLast = shown.clues.length === round.clue_count;
  return html`<div class="board">
    <section class="play">
      ${heading && html`<p class="eyebrow">${heading}</p>`}
      <h1>${t("guess.question")}</h1>
      <${Clues} clues=${shown.clues} count=${round.clue_count} tries=${tries} />
      ${round.given_by !== "practice" && html`<p class="worth">${worthNow(shown.clues.length, round.clue_count)}</p>`}
      <${GuessForm} busy=${busy} last=${tries.findLast(Boolean)} guess=${(text) => play({ guess: text }, text)} />
      <p id="guess-note" class="note">${note?.() ?? hint(round, shown)}</p>
      <div class="actions">
        ${!isLast && html`<button class="plain" type="button" onClick=${() => play({ guess: "" }, null)}>${t("guess.next_clue")}</button>`}
        <button class="plain" type="button" onClick=${() => play({ give_up: true }, null)}>${t("guess.give_up")}</button>
      </div>
    </section>
    <${MachinePanel} machine=${machine} clues=${shown.clues} title=${t("guess.machine")} />
  </div>`;
}

const serverOf = ({ token }) => (request) => post("/api/guesses", { token, ...request });

/** Outcomes that cost nothing: nothing new is shown. */
const FREE = ["unknown", "repeated"];

/** What was tried in a round, and what the server let the player see. */
function useGuesses(round, judge, announce, scored, confirm) {
  const [shown, setShown] = useState({ clues: round.clues, outcome: null, answer: null, points: 0 });
  const [tries, setTries] = useState(round.tries ?? []);
  const [note, setNote] = useState(null); // makes the words, so that they follow the language
  const [busy, setBusy] = useState(false);
  /** Returns whether the field may be emptied. */
  const play = async (request, tried) => {
    if (busy) return false;
    setBusy(true);
    try {
      const result = await judge(request);
      const counts = !FREE.includes(result.outcome);
      if (counts) {
        setTries([...tries, tried]);
        setShown(result);
      }
      setNote(() => () => noteOn(result, tried));
      announce(spoken(result, tried));
      if (result.outcome === "right") scored();
      if (result.contribution_number != null) confirm(result.contribution_number);
      return counts;
    } catch (problem) {
      setNote(() => () => playProblemWords(problem));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { shown, tries, note, busy, play };
}

function GuessForm({ busy, guess, last }) {
  const [text, setText] = useState("");
  const input = useRef(null);
  const sent = useRef("");
  useEffect(() => {
    input.current?.focus();
    // What was tried stays to be corrected, and typing replaces it; what was typed meanwhile stays.
    if (input.current?.value === sent.current) input.current?.select();
  }, [busy]);
  const submit = async (event) => {
    event.preventDefault();
    sent.current = text;
    if (text.trim() && (await guess(text.trim()))) setText((now) => (now === text ? "" : now));
  };
  const recall = (event) => {
    if (event.key !== "ArrowUp" || !last) return;
    event.preventDefault();
    setText(last);
  };
  return html`<form class="entry" onSubmit=${submit}>
    <label for="guess" class="visually-hidden">${t("guess.field")}</label>
    <input id="guess" ref=${input} value=${text} onInput=${(event) => setText(event.target.value)} onKeyDown=${recall}
      placeholder=${t("guess.field")} maxlength="40" autocomplete="off" autocapitalize="none" spellcheck=${false}
      enterkeyhint="send" aria-describedby="guess-note" />
    <button class="primary" disabled=${busy}>${t("guess.send")}</button>
  </form>`;
}

/** `raced`: after how many clues the machine, and the player, had the word. */
function Clues({ clues, count, tries = [], raced = {} }) {
  const places = Array.from({ length: count }, (_, place) => place);
  return html`<ol class="clues" aria-label=${t("guess.clues")}>
    ${places.map((place) =>
      place < clues.length
        ? html`<li key=${place} class="clue"><span>${clues[place]}</span>${tries[place] && html`<s class="tried">${tries[place]}</s>`}
            ${raced.player === place + 1 && html`<span class="tag">${t("guess.you_here")}</span>`}
            ${raced.machine === place + 1 && html`<span class="tag">${t("guess.machine_here")}</span>`}</li>`
        : html`<li key=${place} class="clue hidden-clue"><span class="visually-hidden">${t("guess.hidden")}</span></li>`,
    )}
  </ol>`;
}

function GuessResult({ round, shown, tries, machine, next, other, heading, nextLabel = t("guess.next") }) {
  const button = useRef(null);
  useEffect(() => button.current?.focus(), []);
  const won = shown.outcome === "right";
  const used = won ? tries.length : null;
  return html`<div class="board">
    <section class="play result">
      ${heading && html`<p class="eyebrow">${heading}</p>`}
      <p class="verdict ${won ? "good" : "missed"}">${t(won ? "guess.won" : "guess.lost")}</p>
      <h1 class="secret">${shown.answer}</h1>
      <p>${won ? wonWith(shown.points, used, round.clue_count) : t("guess.next_is_yours")}
        ${" "}${raceWords(machine, shown, used)}</p>
      <div class="actions">
        <button class="primary" ref=${button} type="button" onClick=${next}>${nextLabel}</button>
        ${other && html`<button class="plain" type="button" onClick=${other}>${t("guess.other")}</button>`}
      </div>
      <${Clues} clues=${shown.clues} count=${shown.clues.length} tries=${won ? tries.slice(0, -1) : tries}
        raced=${{ player: used, machine: machine?.experience && cluesNeededBy(machine, shown.clues, shown.answer) }} />
      <p class="quiet">${origin(round, shown)}</p>
      ${round.given_by !== "practice" && html`<${Others} token=${round.token} />`}
    </section>
    <${MachinePanel} machine=${machine} clues=${shown.clues} target=${shown.answer} title=${t("guess.machine_past")}>
      ${round.given_by !== "practice" && html`<${Rating} token=${round.token} />`}
    <//>
  </div>`;
}

function wonWith(points, used, count) {
  if (points === 0) return t("guess.won_without_points", { clues: t("clues", { count: used }), of: count });
  return t("guess.won_with", { points: t("points", { count: points }), clues: t("clues", { count: used }), of: count });
}

function hint(round, shown) {
  if (shown.clues.length === 1 && round.clue_count > 1) return t("guess.hint");
  return cluesLeft(round.clue_count - shown.clues.length);
}

const cluesLeft = (left) => (left === 0 ? t("guess.last_clue") : t("guess.left", { count: left }));

function noteOn({ outcome, clues, clue_count }, tried) {
  if (FREE.includes(outcome)) return t(`guess.${outcome}`, { tried });
  const rest = cluesLeft(clue_count - clues.length);
  return outcome === "wrong" ? t("guess.wrong", { tried, rest }) : rest;
}

function spoken({ outcome, clues, answer, points }, tried) {
  if (outcome === "right") return t("guess.spoken_right", { answer, points: t("points", { count: points }) });
  if (outcome === "over") return t("guess.spoken_over", { answer });
  if (FREE.includes(outcome)) return t(`guess.${outcome}`, { tried });
  const clue = clues.at(-1);
  return outcome === "wrong" ? t("guess.spoken_wrong", { tried, clue }) : t("guess.spoken_next", { clue });
}

const worthNow = (seen, count) => t("guess.worth", { points: t("points", { count: 1 + count - seen }) });

function origin(round, shown) {
  if (round.given_by === "practice") return t("practice.origin");
  if (round.given_by === "house") return t("guess.from_house");
  if (shown.is_capped) return t("guess.capped");
  return t(shown.confirms_a_player ? "guess.confirmed" : "guess.from_player");
}
