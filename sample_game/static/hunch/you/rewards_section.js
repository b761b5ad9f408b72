/**
 * Rewards in coin: what there is, what arrives, and the sending, which costs the player no coin beforehand.
 * @module
 */
import { read } from "../game_api.js";
import { t } from "../language.js";
import { html, useEffect, useState } from "../view.js";
import { amountOf } from "./amounts.js";
import { need } from "./identity_problem.js";
import { Section, Trouble, money, shortened, useAction } from "./parts.js";
import { judgedReceiver, withChecksum } from "./receivers.js";
import { WithdrawalStatus, keptWithdrawal, keepWithdrawal } from "./withdrawal_status.js";

const GWEI = 1_000_000_000n;
const LOOK_EVERY_MS = 10_000;

/** See `you_screen.js` for the props. */
export function RewardsSection({ session, standing, announce }) {
  const [purse, setPurse] = useState(null);
  const [under_way, setUnderWay] = useState(null);
  const look = () => read(`/api/purses/${session.account.address}`).then(setPurse, () => {});
  useEffect(() => {
    look();
    keptWithdrawal(session).then(setUnderWay);
    const timer = setInterval(() => document.hidden || look(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const sent = async (withdrawal) => {
    await keepWithdrawal(session, withdrawal);
    setUnderWay(withdrawal);
  };
  const available_wei = BigInt(purse?.available_wei ?? 0);
  if (under_way === null && available_wei === 0n) return null;
  return html`<${Section} title=${t("you.rewards")}>
    <p>${t("you.rewards_there", { amount: money(available_wei) })}</p>
    ${under_way !== null
      ? html`<${WithdrawalStatus} session=${session} first=${under_way} announce=${announce} done=${() => { setUnderWay(null); look(); }} />`
      : purse.suggested_max_fee_gwei === null
        ? html`<p class="quiet">${t("you.fee_unknown")}</p>`
        : html`<${WithdrawalForm} session=${session} purse=${purse} wallet=${standing?.wallet ?? null} sent=${sent} />`}
  <//>`;
}

function WithdrawalForm({ session, purse, wallet, sent }) {
  const [to, setTo] = useState(wallet ? withChecksum(wallet) : "");
  const [amount, setAmount] = useState(money(BigInt(purse.available_wei)));
  const [wish, setWish] = useState(null);
  const { busy, words, run } = useAction();
  const check = async () => {
    const receiver = judgedReceiver(to, { ours: purse.contracts, own: session.account.address });
    setWish({ receiver, ...worthIt(amountOf(amount), purse) });
  };
  const submit = (event) => {
    event.preventDefault();
    run(check);
  };
  if (wish !== null) return html`<${Confirmation} session=${session} wish=${wish} sent=${sent} back=${() => setWish(null)} />`;
  return html`<form class="stack" onSubmit=${submit}>
    <label class="field">${t(wallet ? "you.to_wallet" : "you.to_address")}
      <input value=${to} onInput=${(event) => setTo(event.target.value)} autocomplete="off" autocapitalize="none" spellcheck=${false} /></label>
    <label class="field">${t("you.amount")}
      <input inputmode="decimal" value=${amount} onInput=${(event) => setAmount(event.target.value)} autocomplete="off" /></label>
    <${Trouble} words=${words} />
    <div><button class="secondary" disabled=${busy}>${t("you.see_what_arrives")}</button></div>
  </form>`;
}

/** The last look before signing: who gets how much, and what the house takes. */
function Confirmation({ session, wish, sent, back }) {
  const { busy, words, run } = useAction();
  const { receiver, amount_wei, most_fee_wei, likely_fee_wei, max_fee_gwei } = wish;
  const send = async () => sent(await session.withdraw({ to: receiver.address, amount_wei, max_fee_gwei }));
  return html`<div class="stack" role="group" aria-label=${t("you.rewards")}>
    <p>${t("you.house_takes", { likely: money(likely_fee_wei, 9, "up"), most: money(most_fee_wei, 9, "up") })}</p>
    <p><strong>${t("you.you_get", { least: money(amount_wei - most_fee_wei), to: shortened(receiver.address) })}</strong></p>
    <p class="address" translate="no">${receiver.address}</p>
    ${receiver.warnings.map((warning) => html`<p class="bad" key=${warning}>${t(`you.warning.${warning}`)}</p>`)}
    <${Trouble} words=${words} />
    <div class="actions">
      <button class="primary" type="button" disabled=${busy} onClick=${() => run(send)}>${t("you.sign_and_send")}</button>
      <button class="plain" type="button" onClick=${back}>${t("you.back")}</button>
    </div>
  </div>`;
}

/** @throws {import("./identity_problem.js").IdentityProblem} `amount-too-high` or `amount-too-low` */
function worthIt(amount_wei, { available_wei, suggested_max_fee_gwei, expected_fee_gwei }) {
  const most_fee_wei = BigInt(suggested_max_fee_gwei) * GWEI;
  need(amount_wei <= BigInt(available_wei), "amount-too-high", { most: money(BigInt(available_wei)) });
  need(amount_wei > most_fee_wei, "amount-too-low", { fee: money(most_fee_wei, 9, "up") });
  return { amount_wei, most_fee_wei, likely_fee_wei: BigInt(expected_fee_gwei) * GWEI, max_fee_gwei: suggested_max_fee_gwei };
}
