/**
 * Every state in plain words: which words of `strings/` belong to which code. Nothing here knows of the page.
 * @module
 */
import { contact } from "./device/contact.js";
import { clockTime, t } from "./language.js";

/** @typedef {{tone: "waiting" | "good" | "bad", word: string, detail: string}} Wording */

/** Tone, and the keys of the word and the detail. */
const UNDER_WAY = {
  waiting: ["waiting", "state.kept_here", "state.waiting"],
  queued: ["waiting", "state.on_its_way", "state.queued"],
  sent: ["waiting", "state.on_its_way", "state.sent"],
  mined: ["good", "state.on_the_record", "state.learnt"],
  confirmed: ["good", "state.on_the_record", "state.learnt"],
};

const ENDED = {
  expired: ["bad", "state.not_kept", "state.expired"],
  cancelled: ["bad", "state.not_kept", "state.cancelled"],
  refunded: ["good", "state.settled", "state.refunded"],
  validated: ["good", "state.settled", "state.validated"],
  lapsed: ["good", "state.settled", "state.lapsed"],
  forfeited: ["bad", "state.not_kept", "state.forfeited"],
};

const FAILED = {
  ...sameKey("failed.nonce_used", "nonce-used brought-by-another"),
  "bad-signature": "failed.bad_signature",
  expired: "state.expired",
  "over-budget": "failed.over_budget",
  "fee-above-max": "failed.fee_above_max",
  unfit: "failed.not_read",
};

/** Passing troubles: the clues wait and go out by themselves. */
const PROBLEMS = {
  offline: "problem.offline",
  slow: "problem.slow",
  "tank-empty": "problem.tank_empty",
  "intake-paused": "problem.intake_paused",
  "chain-unavailable": "problem.record_unavailable",
  "not-ready": "problem.not_ready",
  "internal-error": "problem.internal_error",
  "house-unreachable": "problem.house_unreachable",
  ...sameKey("problem.too_much", "quota-exceeded too-many-open daily-allowance-used-up too-fast"),
  ...sameKey("problem.breath", "house-budget-used-up circuit-open store-unavailable request-too-slow idempotency-key-in-flight"),
};

const REFUSALS = {
  "clue-refused": "refused.clue",
  "deadline-passed": "refused.deadline_passed",
  "deadline-too-far": "refused.clock",
  "nonce-conflict": "refused.other_tab",
  "nonce-used": "failed.nonce_used",
  "bad-signature": "failed.bad_signature",
  "max-fee-too-low": "refused.terms_changed",
  banned: "refused.banned",
  "market-not-open": "refused.market_closed",
  "no-snapshot": "refused.no_snapshot",
  "round-over": "refused.round_over",
  "round-not-found": "refused.round_over",
  "unknown-deck": "refused.no_deck",
  "round-not-over": "refused.round_not_over",
  "receiver-refused": "refused.receiver",
  "balance-too-low": "refused.balance",
  "not-cancellable": "refused.not_cancellable",
  "body-too-large": "refused.too_large",
  ...sameKey("refused.not_understood", "malformed-json malformed-request bad-request json-too-deep unsupported-media-type not-found method-not-allowed schema-violation address-too-long headers-too-large expectation-failed idempotency-key-malformed idempotency-key-reused webhook-target-refused too-many-webhooks metrics-closed ops-token-required bad-ops-token role-missing confirmation-needed action-refused round-tampered contribution-mismatch unknown-sender"),
  ...sameKey("failed.not_read", "sample-malformed sample-too-long features-not-increasing feature-out-of-range vector-too-long"),
  ...sameKey("refused.no_yes", "no-validations unknown-contribution contribution-not-open own-contribution never-contributed already-validated"),
  ...sameKey("refused.key", "key-required bad-key scope-missing bad-ticket ticket-used-up"),
  ...sameKey("refused.out_of_date", "wrong-chain unknown-trainer label-out-of-range"),
};

/** Budgets that begin anew with the day, in UTC. */
const UNTIL_MIDNIGHT = {
  "house-budget-used-up": "problem.budget_until",
  "daily-allowance-used-up": "problem.allowance_until",
};
const DAY_S = 86_400;

/** Who is kept out for good, and for a while. */
const BANNED = ["refused.banned", "refused.banned_until"];
const LEFT_OUT = ["ranking.left_out", "ranking.left_out_until"];

/** Troubles with what the player does right now, where no clues wait. */
const PLAY_PROBLEMS = {
  offline: "play.offline",
  slow: "play.slow",
  "too-fast": "play.too_fast",
  "puzzle-over": "puzzle.over",
  "puzzle-not-found": "puzzle.gone",
  ...sameKey("puzzle.not_yours", "not-your-key proof-out-of-date"),
  ...sameKey("play.not_now", "internal-error house-unreachable not-ready chain-unavailable intake-paused tank-empty store-unavailable circuit-open"),
};

/** Why a single clue is no good; the server's reasons and those that the page finds by itself. */
const CLUE_REFUSALS = {
  enough: "clue.refused_enough",
  "clue-count": "clue.refused_count",
  "not-a-word": "clue.refused_no_word",
  "not-one-word": "clue.refused_not_one_word",
  length: "clue.refused_length",
  "secret-word": "clue.refused_secret",
  "contains-secret": "clue.refused_contains",
  "same-stem": "clue.refused_stem",
  "part-of-secret": "clue.refused_part",
  repeated: "clue.refused_repeated",
  "same-feature": "clue.refused_same",
  "unkind-word": "clue.refused_unkind",
  taboo: "clue.refused_taboo",
};

/**
 * What became of a contribution.
 *
 * @param {{status: string, reason?: string | null, settlement?: {outcome: string} | null,
 *          why?: string | null, until_at?: number | null}} contribution
 * @param {number} [now_s] unix seconds
 * @returns {Wording}
 */
export function contributionWords({ status, reason, settlement, why, until_at }, now_s = Date.now() / 1000) {
  if (status === "waiting" && until_at) return waitingWords(until_at, now_s);
  if (status === "settled") return wording(ENDED[settlement?.outcome] ?? ENDED.refunded);
  if (status === "failed") return wording(["bad", "state.not_kept", FAILED[reason] ?? "failed.unknown"]);
  if (status === "refused" && reason === "banned") {
    return { tone: "bad", word: t("state.not_kept"), detail: bannedWords({ reason: why, until_at }) };
  }
  if (status === "refused") {
    return wording(["bad", "state.not_kept", REFUSALS[reason] ?? PROBLEMS[reason] ?? "refused.unknown"]);
  }
  return wording(UNDER_WAY[status] ?? ENDED[status] ?? UNDER_WAY.queued);
}

/** Whether nothing more will happen to a contribution. @param {{status: string}} contribution */
export function isFinal({ status }) {
  return ["settled", "failed", "expired", "cancelled", "refused"].includes(status);
}

/** What a problem means for clues that are to be sent. @param {{code: string, problem?: object}} problem */
export function problemWords({ code, problem = {} }) {
  if (code === "intake-paused" && problem.until_at) return t("problem.paused_until", { until: clockTime(problem.until_at) });
  if (code in UNTIL_MIDNIGHT) return t(UNTIL_MIDNIGHT[code], { until: clockTime(nextMidnight()) });
  if (code === "banned") return bannedWords(problem);
  return t(PROBLEMS[code] ?? REFUSALS[code] ?? "refused.unknown");
}

/** What a problem means for what the player just did. @param {{code: string}} problem */
export function playProblemWords({ code }) {
  return t(PLAY_PROBLEMS[code] ?? PROBLEMS[code] ?? REFUSALS[code] ?? "refused.unknown");
}

/** A share as a percentage. @example percent(0.254) === "25 %" @param {number} share from 0 to 1 */
export function percent(share) {
  const whole = Math.round(100 * share);
  return t("machine.percent", { share: share > 0 && whole < 1 ? "< 1" : whole });
}

/** Why a clue is no good. @param {{reason: string, clue?: string}} refusal */
export function refusalWords({ reason, clue = "" }) {
  return t(CLUE_REFUSALS[reason] ?? "refused.clue", { clue });
}

/** @example ordinal(1) === "first" @param {number} place */
export function ordinal(place) {
  return t(place <= 5 ? `ordinal.${place}` : "ordinal.later", { place });
}

/** What the machine knows about the clues. @param {import("./machine.js").Hunch} hunch @param {number} experience @param {number} clueCount */
export function knowledgeWords({ known }, experience, clueCount) {
  if (experience === 0) return t("machine.new");
  if (clueCount > 0 && known === 0) return t("machine.never_met");
  if (known < clueCount) return t("machine.met_some", { known, count: clueCount });
  return t("machine.experience", { count: experience });
}

function waitingWords(until_at, now_s) {
  const isLate = now_s > until_at;
  return {
    tone: "waiting",
    word: isLate ? t("state.kept_here") : t("state.kept_until", { until: clockTime(until_at) }),
    detail: t(isLate ? "state.waiting_late" : "state.waiting"),
  };
}

/** The next midnight in UTC, in unix seconds. */
const nextMidnight = () => DAY_S * Math.ceil(Date.now() / 1_000 / DAY_S);

/** Why a player is in no ranking. @param {{by: "house" | "game", reason: string, until: number | null}} excluded */
export const excludedWords = ({ by, reason, until }) => keptOutWords(by === "house" ? BANNED : LEFT_OUT, reason, until);

const bannedWords = ({ reason, until_at }) => keptOutWords(BANNED, reason, until_at);

/** Who keeps a player out says why, until when, and whom to ask. */
function keptOutWords([forGood, forAWhile], reason, until_at) {
  const words = [until_at ? t(forAWhile, { until: clockTime(until_at) }) : t(forGood)];
  if (reason) words.push(t("refused.banned_reason", { reason }));
  if (contact()) words.push(t("refused.appeal", { contact: contact().replace("mailto:", "") }));
  return words.join(" ");
}

function wording([tone, word, detail]) {
  return { tone, word: t(word), detail: t(detail) };
}

function sameKey(key, codes) {
  return Object.fromEntries(codes.split(" ").map((code) => [code, key]));
}
