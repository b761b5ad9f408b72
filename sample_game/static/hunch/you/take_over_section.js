/**
 * Taking a key over: from a file, from words, from a link of another device. No key is lost by it.
 * @module
 */
import { accountOf } from "../crypto.js";
import { arrivedLink } from "../device/arrived_link.js";
import { read } from "../game_api.js";
import { adoptKey, noteBackup, otherAddresses, returnToKey } from "../keyring.js";
import { t } from "../language.js";
import { html, useEffect, useRef, useState } from "../view.js";
import { PLAYERS } from "../visit.js";
import { need } from "./identity_problem.js";
import { looksLikeKeyFile, readKeyFile } from "./key_file.js";
import { looksLikeKeyLink, readKeyLink } from "./key_link.js";
import { Section, SecretField, Trouble, canSeal, leadTo, shortened, useAction } from "./parts.js";

/** See `you_screen.js` for the props. */
export function TakeOverSection({ session, standing, entries }) {
  const [found, setFound] = useState(null);
  if (!canSeal()) return null;
  const mayLose = standing === null || standing.score > 0 || standing.record?.points > 0 || entries.length > 0;
  const taken = async (key) => {
    const { address } = accountOf(key);
    need(address !== session.account.address, "same-key");
    if (!mayLose) return playAs(session, key);
    setFound({ key, address, score: await scoreOf(address) });
    return undefined;
  };
  return html`<${Section} title=${t("you.take_over")}>
    ${found === null
      ? html`<${KeyForm} taken=${taken} />`
      : html`<${Choice} session=${session} standing=${standing} found=${found} stay=${() => setFound(null)} />`}
    <${OtherKeys} session=${session} />
  <//>`;
}

/** Words, a link or a file: what it is shows by itself. */
function KeyForm({ taken }) {
  const [text, setText] = useState(arrivedLink);
  const [secret, setSecret] = useState("");
  const { busy, words, run } = useAction();
  const form = useRef(null);
  useEffect(() => {
    if (text === "") return; // nothing arrived with the address
    form.current.scrollIntoView();
    form.current.querySelector("input").focus();
  }, []);
  const kind = looksLikeKeyLink(text) ? "link" : looksLikeKeyFile(text) ? "file" : "words";
  const submit = (event) => {
    event.preventDefault();
    run(async () => taken(await READERS[kind](text, secret)));
  };
  const choose = async ({ target }) => target.files[0] && setText(await target.files[0].text());
  return html`<form class="stack" ref=${form} onSubmit=${submit}>
    <p class="quiet">${t(kind === "link" ? "you.link_arrived" : "you.take_over_how")}</p>
    ${kind !== "link" && html`<label class="field">${t("you.paste")}
      <textarea rows="3" value=${text} onInput=${(event) => setText(event.target.value)}
        autocomplete="off" autocapitalize="none" spellcheck=${false}></textarea></label>
      <label class="field">${t("you.choose_file")}<input type="file" accept=".json,application/json" onChange=${choose} /></label>`}
    ${kind !== "words" && html`<${SecretField} label=${t(kind === "link" ? "you.code" : "you.passphrase")}
      value=${secret} change=${setSecret} isShown=${kind === "link"} />`}
    <${Trouble} words=${words} />
    <div class="actions"><button class="secondary" disabled=${busy || text.trim() === ""}>${t("you.take_over_button")}</button>
      ${kind === "link" && html`<button class="plain" type="button" onClick=${() => setText("")}>${t("you.not_now")}</button>`}</div>
  </form>`;
}

const READERS = {
  file: readKeyFile,
  link: (text, code) => readKeyLink(text, code, Date.now() / 1000),
  words: async (text) => (await import("./key_words.js")).keyOfWords(text),
};

/** Both keys by name: nothing is decided, and nothing lost, without the player. */
function Choice({ session, standing, found, stay }) {
  const { busy, words, run } = useAction();
  return html`<div class="stack" role="group" aria-label=${t("you.which")}>
    <h3>${t("you.which")}</h3>
    <dl class="facts">
      <dt>${t("you.here_now")}</dt><dd>${shortened(session.account.address)} · ${pointsOf(standing?.score)}</dd>
      <dt>${t("you.taken_over")}</dt><dd>${shortened(found.address)} · ${pointsOf(found.score)}</dd>
    </dl>
    <p>${t(standing?.is_backed_up ? "you.other_stays" : "you.other_stays_save_first")}</p>
    <${Trouble} words=${words} />
    <div class="actions">
      <button class="secondary" type="button" disabled=${busy} onClick=${() => run(() => playAs(session, found.key))}>${t("you.use_taken_over")}</button>
      <button class="secondary" type="button" onClick=${stay}>${t("you.keep_present")}</button>
      ${!standing?.is_backed_up && html`<button class="plain" type="button" onClick=${() => leadTo("backup")}>${t("you.backup_first")}</button>`}
    </div>
  </div>`;
}

function OtherKeys({ session }) {
  const [others, setOthers] = useState([]);
  const { words, run } = useAction();
  useEffect(() => void otherAddresses(session.storage).then(setOthers), []);
  if (others.length === 0) return null;
  const back = (address) => async () => {
    await returnToKey(session.storage, address);
    startAnew();
  };
  return html`<div class="stack">
    <h3>${t("you.others")}</h3>
    <ul class="key-list">${others.map((address) => html`<li key=${address}><span>${shortened(address)}</span>
      <button class="plain" type="button" onClick=${() => run(back(address))}>${t("you.play_as")}</button></li>`)}</ul>
    <${Trouble} words=${words} />
  </div>`;
}

async function playAs(session, key) {
  await adoptKey(session.storage, key);
  await noteBackup(session.storage, accountOf(key).address, "taken-over");
  startAnew();
}

/** All tabs, this one among them, begin again with the key that plays from now on. */
function startAnew() {
  new BroadcastChannel(PLAYERS).postMessage("changed");
}

/** @returns {Promise<number | null>} null: the game does not tell now */
const scoreOf = (address) => read(`/api/players/${address}`).then(({ score }) => score, () => null);

const pointsOf = (score) => (score == null ? t("you.points_unknown") : t("points", { count: score }));
