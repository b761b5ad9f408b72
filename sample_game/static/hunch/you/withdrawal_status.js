/**
 * A withdrawal on its way: kept on the device through reloads, asked about until it is there.
 * @module
 */
import { read } from "../game_api.js";
import { t } from "../language.js";
import { html, useEffect, useState } from "../view.js";
import { money, shortened } from "./parts.js";

const ASK_EVERY_MS = 2_000;
const ENDS = ["confirmed", "failed", "expired"];
/** Why one fails, where the player can do something about it. */
const REASONS = ["balance-too-low", "receiver-refused", "nonce-used", "expired"];

const keyOf = (session) => `withdrawal:${session.account.address}`;

/** @returns {Promise<object | null>} */
export async function keptWithdrawal(session) {
  return (await session.storage.update("identity", keyOf(session), (kept) => kept)) ?? null;
}

/** @param {object | undefined} withdrawal undefined: forget it */
export const keepWithdrawal = (session, withdrawal) => session.storage.update("identity", keyOf(session), () => withdrawal);

/** @param {{session: object, first: object, announce: (words: string) => void, done: () => void}} props */
export function WithdrawalStatus({ session, first, announce, done }) {
  const [withdrawal, setWithdrawal] = useState(first);
  const isOver = ENDS.includes(withdrawal.status);
  useEffect(() => {
    if (isOver) return undefined;
    const ask = () => read(`/api/withdrawals/${first.id}`).then((answer) => setWithdrawal(answer.withdrawal), () => {});
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isOver]);
  useEffect(() => void (isOver && announce(wordsFor(withdrawal))), [isOver]);
  const close = async () => {
    await keepWithdrawal(session, undefined);
    done();
  };
  return html`<div class="stack">
    <p class=${withdrawal.status === "confirmed" ? "good" : isOver ? "bad" : ""}>${wordsFor(withdrawal)}</p>
    <p class="quiet">${t("you.withdrawal_of", { amount: money(BigInt(withdrawal.amount_wei)), to: shortened(withdrawal.to) })}</p>
    ${isOver && html`<div><button class="plain" type="button" onClick=${close}>${t("you.withdrawal_close")}</button></div>`}
  </div>`;
}

function wordsFor({ status, reason }) {
  if (status === "failed") return t(`you.withdrawal_failed.${REASONS.includes(reason) ? reason : "other"}`);
  return t(`you.withdrawal.${status}`);
}
