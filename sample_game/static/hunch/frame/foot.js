/**
 * The foot of the page: what it costs, what is kept where, and the few settings.
 * @module
 */
import { contact } from "../device/contact.js";
import { SCHEMES, chooseScheme, chosenScheme } from "../device/scheme.js";
import { LANGUAGES, chooseLanguage, spokenLanguage, t } from "../language.js";
import { html, useState } from "../view.js";
import { Keys } from "./keys.js";

/** @param {{lasting: boolean, spoken: (code: string) => void}} props `spoken`: another language from now on */
export function Foot({ lasting, spoken }) {
  return html`<footer class="foot">
    <p>${t("foot.free")} ${t(lasting ? "foot.device" : "foot.passing")}</p>
    <details>
      <summary>${t("foot.kept_title")}</summary>
      <p>${t("foot.kept_record")}</p>
      <p>${t("foot.kept_points")}</p>
    </details>
    <${Settings} spoken=${spoken} />
    <div class="actions">
      <${Keys} />
      ${contact() && html`<a class="plain" href=${contact()}>${t("foot.contact")}</a>`}
      <a class="plain" href="/static/hunch/main.js">${t("foot.source")}</a>
    </div>
  </footer>`;
}

function Settings({ spoken }) {
  const [scheme, setScheme] = useState(chosenScheme);
  const speak = (code) => chooseLanguage(code).then(() => spoken(code), () => {});
  const paint = (name) => {
    chooseScheme(name);
    setScheme(name);
  };
  return html`<form class="settings">
    <label>${t("foot.language")}
      <select value=${spokenLanguage()} onChange=${(event) => speak(event.target.value)}>
        ${Object.entries(LANGUAGES).map(([code, name]) => html`<option key=${code} value=${code} lang=${code}>${name}</option>`)}
      </select></label>
    <label>${t("foot.scheme")}
      <select value=${scheme} onChange=${(event) => paint(event.target.value)}>
        ${SCHEMES.map((name) => html`<option key=${name} value=${name}>${t(`foot.scheme_${name || "device"}`)}</option>`)}
      </select></label>
  </form>`;
}
