/**
 * Backup: the key of this device as a file under a passphrase, or as words.
 * @module
 */
import { t } from "../language.js";
import { activeKey, noteBackup } from "../keyring.js";
import { html, useEffect, useState } from "../view.js";
import { need } from "./identity_problem.js";
import { writeKeyFile } from "./key_file.js";
import { Section, SecretField, Trouble, canSeal, useAction } from "./parts.js";

/** See `you_screen.js` for the props. */
export function BackupSection({ session, standing, scored, announce }) {
  const saved = async (how) => {
    await noteBackup(session.storage, session.account.address, how);
    announce(t("you.backup_done"));
    scored();
  };
  return html`<${Section} id="backup" title=${t("you.backup")}>
    <p>${t(standing?.is_backed_up ? "you.backed_up" : "you.lives_here")}</p>
    ${canSeal()
      ? html`<${FileBackup} session=${session} saved=${() => saved("file")} />
          <${WordsBackup} session=${session} saved=${() => saved("words")} />`
      : html`<p class="quiet">${t("you.needs_https")}</p>`}
  <//>`;
}

function FileBackup({ session, saved }) {
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [isShown, setShown] = useState(false);
  const { busy, words, run } = useAction();
  const save = async () => {
    need(passphrase === again || isShown, "passphrase-differs");
    const file = await writeKeyFile(await activeKey(session.storage), passphrase, new Date());
    download(`hunch-${session.account.address.slice(2, 8)}.json`, file);
    setPassphrase("");
    setAgain("");
    await saved();
  };
  const submit = (event) => {
    event.preventDefault();
    run(save);
  };
  return html`<form class="stack" onSubmit=${submit}>
    <p class="quiet">${t("you.file_how")}</p>
    <${SecretField} label=${t("you.passphrase")} value=${passphrase} change=${setPassphrase} isNew=${true} isShown=${isShown} />
    ${!isShown && html`<${SecretField} label=${t("you.passphrase_again")} value=${again} change=${setAgain} isNew=${true} />`}
    <button class="plain" type="button" aria-pressed=${isShown} onClick=${() => setShown(!isShown)}>${t("you.show_passphrase")}</button>
    <${Trouble} words=${words} />
    <button class="primary" disabled=${busy}>${t("you.save_file")}</button>
  </form>`;
}

function WordsBackup({ session, saved }) {
  const [shown, setShown] = useState(null);
  const { words, run } = useAction();
  useEffect(() => () => setShown(null), []);
  const show = async () => {
    const { wordsOfKey } = await import("./key_words.js");
    setShown(await wordsOfKey(await activeKey(session.storage)));
  };
  const written = async () => {
    setShown(null);
    await saved();
  };
  if (shown === null) {
    return html`<div><button class="plain" type="button" onClick=${() => run(show)}>${t("you.show_words")}</button><${Trouble} words=${words} /></div>`;
  }
  return html`<div class="stack">
    <p>${t("you.words_how")}</p>
    <ol class="words" lang="en" translate="no">${shown.map((word, place) => html`<li key=${place}>${word}</li>`)}</ol>
    <div class="actions">
      <button class="primary" type="button" onClick=${() => run(written)}>${t("you.words_written")}</button>
      <button class="plain" type="button" onClick=${() => setShown(null)}>${t("you.hide")}</button>
    </div>
  </div>`;
}

/** @param {string} name @param {string} text */
function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
