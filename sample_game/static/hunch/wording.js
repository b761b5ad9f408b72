/**
 * Every state in plain words. Nothing here knows of the page.
 * @module
 */

/** @typedef {{tone: "waiting" | "good" | "bad", word: string, detail: string}} Wording */

const UNDER_WAY = {
  waiting: ["waiting", "kept on this device", "It is sent as soon as the house answers."],
  queued: ["waiting", "on its way", "The house has your clues and is about to write them down."],
  sent: ["waiting", "on its way", "The house is writing your clues down."],
  mined: ["good", "on the record", "The machine has learnt from your clues."],
  confirmed: ["good", "on the record", "The machine has learnt from your clues."],
};

const ENDED = {
  expired: ["bad", "not kept", "The house could not write it down in time. Nothing is lost but this round."],
  cancelled: ["bad", "not kept", "It was taken back before it was written down."],
  refunded: ["good", "settled", "The machine agrees with your clues: one point for you on the record."],
  validated: ["good", "settled", "Another player found the word from your clues: one point for you on the record."],
  lapsed: ["good", "settled", "Nobody came to guess from these clues in time. The machine keeps what it learnt."],
  forfeited: ["bad", "not kept", "The machine still guesses another word from these clues, so they earned nothing."],
};

const NOT_READ = "The machine could not read these clues. Give other words next time.";

const FAILED = {
  "nonce-used": "It was already on the record once. Nothing to do.",
  "bad-signature": "The signature did not fit. Reload the page and play on.",
  expired: ENDED.expired[2],
  "over-budget": "The house had used up its budget for today. Try again tomorrow.",
  "fee-above-max": "Writing it down had become too expensive. Later rounds are not affected.",
  unfit: NOT_READ,
};

const PROBLEMS = {
  offline: "You are offline, or the game is. Your clues are safe on this device and go out by themselves.",
  slow: "The game answers slowly just now. Your clues are safe on this device and go out by themselves.",
  "tank-empty":
    "The house is out of budget until somebody tops it up. Play on: your clues wait on this device and go out by themselves.",
  "intake-paused": "The house takes a break. Play on: your clues wait on this device and go out by themselves.",
  "chain-unavailable":
    "The house cannot reach the record just now. Play on: your clues wait on this device and go out by themselves.",
  "not-ready": "The house is being put in order. Play on: your clues wait on this device and go out by themselves.",
  "internal-error": "The house made a mistake. Play on: your clues wait on this device and go out by themselves.",
  "house-unreachable":
    "The house does not answer just now. Play on: your clues wait on this device and go out by themselves.",
  ...sameWords(
    "That was a lot in a short time. Play on: your clues wait on this device and go out by themselves.",
    "quota-exceeded too-many-open daily-allowance-used-up",
  ),
  ...sameWords(
    "The house takes a breath. Play on: your clues wait on this device and go out by themselves.",
    "house-budget-used-up circuit-open store-unavailable request-too-slow idempotency-key-in-flight",
  ),
};

const NOT_UNDERSTOOD = "The game and this page did not understand each other. Reload the page and play on.";
const OUT_OF_DATE = "This page no longer fits the house. Reload it and play on.";
const UNKNOWN = "The house could not take it. Play on, or reload the page.";

const REFUSALS = {
  "clue-refused": "A clue broke a rule.",
  "deadline-passed": "It waited too long on this device to be written down.",
  "deadline-too-far": "The clock of this device seems to be wrong. Set it, reload the page and play on.",
  "nonce-conflict": "Another tab sent something at the same moment. Play on.",
  "nonce-used": FAILED["nonce-used"],
  "bad-signature": FAILED["bad-signature"],
  "max-fee-too-low": "The house's terms had just changed. Later rounds are not affected.",
  banned: "The house takes nothing from here at the moment. You can play on all the same.",
  "market-not-open": "The house takes no clues for this model just now. Play on.",
  "no-snapshot": "The machine cannot guess along with this model. Play on.",
  "round-over": "The round was over before it could be sent.",
  "balance-too-low": "There is less than that to take out. Take out less, or wait for more.",
  "not-cancellable": "It is being written down already and cannot be taken back.",
  "body-too-large": "That was too much at once. Give fewer or shorter words.",
  ...sameWords(NOT_UNDERSTOOD, "malformed-json bad-request json-too-deep unsupported-media-type not-found method-not-allowed schema-violation address-too-long headers-too-large expectation-failed idempotency-key-malformed idempotency-key-reused webhook-target-refused too-many-webhooks metrics-closed"),
  ...sameWords(NOT_READ, "sample-malformed sample-too-long features-not-increasing feature-out-of-range vector-too-long"),
  ...sameWords("The clues need no yes from you. Play on.", "no-validations unknown-contribution contribution-not-open own-contribution never-contributed already-validated"),
  ...sameWords("The game may not send to this house. Play on: nothing of your game is lost.", "key-required bad-key scope-missing bad-ticket ticket-used-up"),
  ...sameWords(OUT_OF_DATE, "wrong-chain unknown-trainer label-out-of-range"),
};

/**
 * What became of a contribution.
 *
 * @param {{status: string, reason?: string | null, settlement?: {outcome: string} | null}} contribution
 * @returns {Wording}
 */
export function contributionWords({ status, reason, settlement }) {
  if (status === "settled") return wording(ENDED[settlement?.outcome] ?? ENDED.refunded);
  if (status === "failed") {
    return { tone: "bad", word: "not kept", detail: FAILED[reason] ?? "The house could not write it down. Later rounds are not affected." };
  }
  if (status === "refused") {
    return { tone: "bad", word: "not kept", detail: REFUSALS[reason] ?? PROBLEMS[reason] ?? UNKNOWN };
  }
  return wording(UNDER_WAY[status] ?? ENDED[status] ?? UNDER_WAY.queued);
}

/** Whether nothing more will happen to a contribution. @param {{status: string}} contribution */
export function isFinal({ status }) {
  return ["settled", "failed", "expired", "cancelled", "refused"].includes(status);
}

/** What a problem means for the player. @param {{code: string}} problem */
export function problemWords({ code }) {
  return PROBLEMS[code] ?? REFUSALS[code] ?? UNKNOWN;
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** @example ordinal(1) === "first" @param {number} place */
export function ordinal(place) {
  return ["first", "second", "third", "fourth", "fifth"][place - 1] ?? `number ${place}`;
}

/** What the machine knows about the clues. @param {import("./machine.js").Hunch} hunch @param {number} experience @param {number} clueCount */
export function knowledgeWords({ known }, experience, clueCount) {
  if (experience === 0) return "It has not learnt from anybody yet, so this is a blind guess.";
  if (clueCount === 0) return `It has learnt from ${counted(experience, "round")} of clues.`;
  if (known === 0) return "It has never met these words, so this is a blind guess.";
  if (known < clueCount) return `It has met ${known} of these ${clueCount} words before.`;
  return `It has learnt from ${counted(experience, "round")} of clues.`;
}

function wording([tone, word, detail]) {
  return { tone, word, detail };
}

function sameWords(words, codes) {
  return Object.fromEntries(codes.split(" ").map((code) => [code, words]));
}
