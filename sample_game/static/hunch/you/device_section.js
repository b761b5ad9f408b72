/**
 * A second device: a QR code of a link that holds the key, sealed under the code beside it.
 * @module
 */
import { t } from "../language.js";
import { activeKey } from "../keyring.js";
import { html, useEffect, useState } from "../view.js";
import { LINK_LIFE_S, makeKeyLink } from "./key_link.js";
import { Section, Trouble, canSeal, useAction } from "./parts.js";

/** See `you_screen.js` for the props. */
export function DeviceSection({ session }) {
  const [shown, setShown] = useState(null);
  const { busy, words, run } = useAction();
  useEffect(() => {
    if (shown === null) return undefined;
    const timer = setTimeout(() => setShown(null), 1000 * LINK_LIFE_S);
    return () => clearTimeout(timer);
  }, [shown]);
  const show = async () => {
    const { qrCode } = await import("./qr_code.js");
    const page = `${location.origin}${location.pathname}?show=you`;
    const made = await makeKeyLink(await activeKey(session.storage), page, Date.now() / 1000);
    setShown({ ...made, ...qrCode(made.link) });
  };
  if (!canSeal()) return null;
  return html`<${Section} title=${t("you.second_device")}>
    <p>${t("you.second_device_how")}</p>
    ${shown && html`<${KeyLink} ...${shown} />`}
    <${Trouble} words=${words} />
    ${shown
      ? html`<div><button class="plain" type="button" onClick=${() => setShown(null)}>${t("you.hide")}</button></div>`
      : html`<div><button class="secondary" type="button" disabled=${busy} onClick=${() => run(show)}>${t("you.show_qr")}</button></div>`}
  <//>`;
}

function KeyLink({ link, code, size, path }) {
  return html`<div class="key-link">
    <svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${t("you.qr_label")} shape-rendering="crispEdges">
      <rect width=${size} height=${size} fill="#fff" /><path d=${path} fill="#000" />
    </svg>
    <div class="stack">
      <p>${t("you.code_how", { minutes: LINK_LIFE_S / 60 })}</p>
      <p class="code" translate="no">${code}</p>
      <div><button class="plain" type="button" onClick=${() => navigator.clipboard?.writeText(link)}>${t("you.copy_link")}</button></div>
    </div>
  </div>`;
}
