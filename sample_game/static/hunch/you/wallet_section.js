/**
 * Own wallet: it signs once, then this device plays for it without asking again.
 * @module
 */
import { post, read } from "../game_api.js";
import { t } from "../language.js";
import { html, useEffect, useState } from "../view.js";
import { askWallet, endByWallet, endPermission } from "./delegation.js";
import { Section, Trouble, shortened, useAction } from "./parts.js";
import { discoverWallets } from "./wallets.js";

/** See `you_screen.js` for the props. */
export function WalletSection({ session, standing, scored, announce }) {
  const [permission, setPermission] = useState(null);
  const { account } = session;
  const look = () => read(`/api/delegations/${account.address}`).then(({ delegation }) => setPermission(delegation), () => {});
  useEffect(() => void look(), []);
  const changed = async (words) => {
    announce(words);
    scored();
    await look();
  };
  const isLinked = permission?.state === "living";
  if (permission === null && !(standing?.score > 0)) return null; // offered after the first win
  return html`<${Section} title=${t("you.wallet")}>
    ${isLinked
      ? html`<${Linked} permission=${permission} account=${account} changed=${changed} />`
      : html`<${Linking} permission=${permission} account=${account} changed=${changed} />`}
  <//>`;
}

function Linked({ permission, account, changed }) {
  const { busy, words, run } = useAction();
  const end = async () => {
    const terms = await read("/api/delegation-terms");
    await post("/api/delegation-revocations", await endPermission(permission.id, terms, account));
    await changed(t("you.wallet_ended"));
  };
  const until = new Date(1000 * permission.expires_at).toLocaleDateString(document.documentElement.lang);
  return html`<p>${t("you.wallet_linked", { wallet: shortened(permission.wallet) })}</p>
    <p class="quiet">${t("you.wallet_limits", { until, used: permission.contributions, most: permission.contribution_limit })}</p>
    <${Trouble} words=${words} />
    <div><button class="plain" type="button" disabled=${busy} onClick=${() => run(end)}>${t("you.wallet_end")}</button></div>
    <${OtherDevices} permission=${permission} changed=${changed} />`;
}

/** What else plays for the wallet: its own signature ends a device that was lost. */
function OtherDevices({ permission, changed }) {
  const [others, setOthers] = useState([]);
  const { busy, words, run } = useAction();
  const isOther = ({ id }) => id !== permission.id;
  const look = () => read(`/api/wallets/${permission.wallet}/delegations`).then(({ delegations }) => setOthers(delegations.filter(isOther)), () => {});
  useEffect(() => void look(), [permission.id]);
  if (others.length === 0) return null;
  const end = (other) => async () => {
    await post("/api/delegation-revocations", await endByWallet(other, await read("/api/delegation-terms")));
    await changed(t("you.device_ended"));
    await look();
  };
  return html`<div class="stack">
    <h3>${t("you.wallet_devices")}</h3>
    <ul class="key-list">${others.map((other) => html`<li key=${other.id}><span>${shortened(other.session_key)}</span>
      <button class="plain" type="button" disabled=${busy} onClick=${() => run(end(other))}>${t("you.device_end")}</button></li>`)}</ul>
    <${Trouble} words=${words} />
  </div>`;
}

function Linking({ permission, account, changed }) {
  const [wallets, setWallets] = useState(null);
  const { busy, words, run } = useAction();
  useEffect(() => (wallets === null ? undefined : discoverWallets(setWallets)), [wallets === null]);
  const link = (wallet) => async () => {
    const terms = await read("/api/delegation-terms");
    await post("/api/delegations", await askWallet(wallet, terms, account));
    await changed(t("you.wallet_done"));
  };
  return html`<p>${t(ENDED[permission?.state] ?? "you.wallet_how")}</p>
    ${wallets === null
      ? html`<div><button class="secondary" type="button" onClick=${() => setWallets([])}>${t("you.wallet_find")}</button></div>`
      : html`<${Found} wallets=${wallets} busy=${busy} choose=${(wallet) => run(link(wallet))} />`}
    <${Trouble} words=${words} />
    <p class="quiet">${t("you.wallet_scope")}</p>`;
}

const ENDED = { expired: "you.wallet_expired", "used-up": "you.wallet_used_up" };

function Found({ wallets, busy, choose }) {
  if (wallets.length === 0) return html`<p role="status">${t("you.wallet_none")}</p>`;
  return html`<ul class="key-list">${wallets.map((wallet) => html`<li key=${wallet.id}>
    <span><bdi>${wallet.name}</bdi> <span class="quiet">${wallet.site}</span></span>
    <button class="secondary" type="button" disabled=${busy} onClick=${() => choose(wallet)}>${t("you.wallet_use")}</button></li>`)}</ul>`;
}
