/**
 * On the House for JavaScript: sign what players contribute, hand it to a relayer, follow it.
 *
 * One file that imports nothing, for browsers and Node. Hashing comes in from the outside, as viem,
 * noble or ethers have it; an account is anything with an `address` and either `signTypedData`
 * (viem, wallets) or `signDigest` (32 bytes to sign).
 *
 *     import { keccak256 } from "viem";
 *     import { privateKeyToAccount } from "viem/accounts";
 *     import { Relayer } from "./on-the-house.mjs"; // this file, copied; pages may import it from the relayer
 *
 *     const relayer = new Relayer("https://relayer.example", { keccak256 });
 *     const signed = await relayer.signContribution(privateKeyToAccount(key), { label: "cat", words: ["fur", "purr"] });
 *     const { id } = await relayer.submit(signed);
 *     await relayer.wait(id, "settled");
 *
 * Sending the same signed message again is harmless: its digest is its id. So whatever fails in a
 * `retryable` way is tried again.
 * @module
 */

/** Features that one sample may name, as the contracts have it. */
export const MAX_FEATURES = 64;

const PATIENCE_MS = 12_000;
const LONGEST_POLL_S = 20;
const POLL_PAUSE_MS = 1_000;
/** Least pauses before the second, third and fourth try, and the longest that one call pauses in all. */
const RETRY_PAUSES_MS = [300, 1_000, 3_000];
const RETRY_PATIENCE_MS = 10_000;
/** What may still follow a status; what is not listed ends a contribution's life. */
const WAY = ["queued", "sent", "mined", "confirmed", "settled"];

/**
 * Why a call failed. `code` is stable; `retryable` says whether the same call may succeed later, and
 * `retry_after_s` how long the server asks to wait before (0: it does not say).
 */
export class RelayerError extends Error {
  name = "RelayerError";

  /** @param {{code: string, detail: string, retryable?: boolean, status?: number, problem?: object, retry_after_s?: number}} facts */
  constructor({ code, detail, retryable = false, status = 0, problem = {}, retry_after_s = 0 }) {
    super(detail);
    this.code = code;
    this.retryable = retryable;
    this.status = status;
    this.problem = problem;
    this.retry_after_s = retry_after_s;
  }
}

/** The text is no word, or the words make no sample. The message is fit for players. */
export class WordError extends Error {
  name = "WordError";
}

/** @param {Uint8Array} bytes @returns {string} with 0x */
export const bytesToHex = (bytes) => `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

/** @param {string} hex with 0x @returns {Uint8Array} */
export const hexToBytes = (hex) => Uint8Array.from(hex.slice(2).match(/../g) ?? [], (pair) => parseInt(pair, 16));

const asBytes = (hash) => (typeof hash === "string" ? hexToBytes(hash) : hash);
const utf8 = (text) => new TextEncoder().encode(text);

// trim() takes another set than Unicode's White_Space property (and than Python's strip()).
const OUTER_WHITE_SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu;

/**
 * The one spelling that all ways to type a word share: NFKC, lower case (of no particular
 * language), NFKC again, no white space at either end.
 *
 * @param {string} text
 * @returns {string}
 * @throws {WordError} nothing is left, or the text holds half of a surrogate pair
 */
export function normaliseWord(text) {
  const word = text.normalize("NFKC").toLowerCase().normalize("NFKC").replace(OUTER_WHITE_SPACE, "");
  if (word === "") throw new WordError("The word is empty. Type at least one visible character.");
  if (/\p{Surrogate}/u.test(word)) {
    throw new WordError("The word is not valid Unicode. Remove the broken character.");
  }
  return word;
}

/**
 * Packs features, in any order and with duplicates, into a sparse sample: strictly increasing,
 * big endian, two bytes each.
 *
 * @param {Iterable<number>} features
 * @returns {Uint8Array}
 * @throws {WordError} no feature, or more than `MAX_FEATURES`
 */
export function encodeFeatures(features) {
  const ordered = [...new Set(features)].sort((left, right) => left - right);
  if (ordered.length === 0) throw new WordError("Give at least one word.");
  if (ordered.length > MAX_FEATURES) throw new WordError(`Give ${MAX_FEATURES} words at most.`);
  return Uint8Array.from(ordered.flatMap((feature) => [feature >> 8, feature & 0xff]));
}

/**
 * Binds hashing to the functions that need it. The twin of `relayer/models/features.py`.
 *
 * @param {(bytes: Uint8Array) => Uint8Array | string} keccak256 returns bytes, or hexadecimal text
 * @returns {{featureOf: (word: string) => number, encodeSample: (words: Iterable<string>) => Uint8Array}}
 */
export function wordFeatures(keccak256) {
  const featureOf = (word) => {
    const hash = asBytes(keccak256(utf8(normaliseWord(word))));
    return (hash[30] << 8) | hash[31];
  };
  return { featureOf, encodeSample: (words) => encodeFeatures([...words].map(featureOf)) };
}

/**
 * The EIP-712 digest of a message whose members are addresses, unsigned integers and bytes.
 *
 * @param {(bytes: Uint8Array) => Uint8Array | string} keccak256
 * @param {{domain: object, types: object, primaryType: string, message: object}} typedData
 * @returns {Uint8Array} 32 bytes
 */
export function digestOf(keccak256, { domain, types, primaryType, message }) {
  const hash = (...parts) => asBytes(keccak256(Uint8Array.from(parts.flatMap((part) => [...part]))));
  const word = (value) => hexToBytes(`0x${BigInt(value).toString(16).padStart(64, "0")}`);
  const encode = (type, value) => (type === "bytes" ? hash(hexToBytes(value)) : type === "string" ? hash(utf8(value)) : word(value));
  const struct = (name, members, values) => {
    const form = `${name}(${members.map((member) => `${member.type} ${member.name}`)})`;
    return hash(hash(utf8(form)), ...members.map((member) => encode(member.type, values[member.name])));
  };
  const domainMembers = [
    { name: "name", type: "string" },
    { name: "version", type: "string" },
    { name: "chainId", type: "uint256" },
    { name: "verifyingContract", type: "address" },
  ];
  return hash(
    Uint8Array.of(0x19, 0x01),
    struct("EIP712Domain", domainMembers, domain),
    struct(primaryType, types[primaryType], message),
  );
}

/**
 * @typedef {object} Signed
 * @property {string} id the EIP-712 digest; the relayer knows the message by it
 * @property {object} message as the relayer expects it
 * @property {string} signature
 * @property {number} chain_id that it was signed for
 */

/**
 * Signs a message for one relayer's contracts.
 *
 * @param {(bytes: Uint8Array) => Uint8Array | string} keccak256
 * @param {{domain: object, types: object}} eip712 as `GET /v1/config` tells it
 * @param {"Contribution" | "Validation" | "Withdrawal"} primaryType
 * @param {{signTypedData?: Function, signDigest?: Function}} account
 * @param {object} message
 * @returns {Promise<Signed>}
 */
export async function signMessage(keccak256, eip712, primaryType, account, message) {
  const { domain, types } = eip712;
  const typedData = { domain, types: { [primaryType]: types[primaryType] }, primaryType, message };
  const digest = digestOf(keccak256, typedData);
  const signature = await (account.signDigest ? account.signDigest(digest) : account.signTypedData(typedData));
  return { id: bytesToHex(digest), message, signature, chain_id: Number(domain.chainId) };
}

/**
 * Asks a server for JSON.
 *
 * @param {string} url
 * @param {{method?: string, body?: object, headers?: object}} [request]
 * @param {{patience_ms?: number, server?: string}} [manner] `server`: what players are told it is
 * @returns {Promise<any>}
 * @throws {RelayerError} `offline`, `slow`, `server-error`, or the code of the problem that came back
 */
export async function askJson(url, { method = "GET", body, headers = {} } = {}, { patience_ms = PATIENCE_MS, server = "The relayer" } = {}) {
  const json = body === undefined ? {} : { "Content-Type": "application/json" };
  let response;
  try {
    response = await fetch(url, {
      method,
      headers: { Accept: "application/json", ...json, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(patience_ms),
    });
  } catch (error) {
    const slow = error.name === "TimeoutError";
    const detail = slow ? `${server} takes too long.` : `${server} cannot be reached.`;
    throw new RelayerError({ code: slow ? "slow" : "offline", detail, retryable: true });
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw new RelayerError({
    code: answer?.code ?? "server-error",
    detail: answer?.detail ?? `${server} gave no proper answer.`,
    retryable: answer?.retryable ?? response.status >= 500,
    status: response.status,
    problem: answer ?? {},
    retry_after_s: retryAfter(response.headers.get("Retry-After"), answer),
  });
}

/** Seconds that an answer asks to wait: a number or a date in the header, else what the problem says. */
function retryAfter(header, answer) {
  const told = header ?? answer?.retry_after_s ?? 0;
  const seconds = /^[0-9]{1,9}$/.test(`${told}`.trim()) ? Number(told) : (Date.parse(told) - Date.now()) / 1000;
  return seconds > 0 ? seconds : 0;
}

function findTrainer(trainers, wanted) {
  const fitting = trainers.filter(
    ({ address, name }) => wanted === undefined || name === wanted || address.toLowerCase() === wanted.toLowerCase(),
  );
  if (fitting.length === 1) return fitting[0];
  throw new RangeError(`Name one of the trainers: ${trainers.map(({ name }) => name).join(", ")}.`);
}

/** A relayer behind one address. */
export class Relayer {
  #root;
  #keccak256;
  #sleep;
  #patience_ms;
  #config = null;
  #offset_s = 0;

  /**
   * @param {string} url root of the service, with the prefix that it is mounted under
   * @param {{keccak256: Function, retry_patience_ms?: number, sleep?: (ms: number) => Promise<void>}} parts
   *        `retry_patience_ms`: longest that one call pauses in all between its tries
   */
  constructor(url, { keccak256, retry_patience_ms = RETRY_PATIENCE_MS, sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }) {
    this.#root = url.replace(/\/+$/, "");
    this.#keccak256 = keccak256;
    this.#sleep = sleep;
    this.#patience_ms = retry_patience_ms;
  }

  /** What the relayer tells about itself; asked for once. @param {{refresh?: boolean}} [how] */
  async config({ refresh = false } = {}) {
    if (refresh) this.#config = null;
    if (this.#config === null) {
      this.#config = await this.#ask("/v1/config");
      this.#offset_s = this.#config.now - Date.now() / 1000;
    }
    return this.#config;
  }

  /** A player's next nonce, points, balance and what is left to send. @param {string} address */
  player(address) {
    return this.#ask(`/v1/players/${address}`);
  }

  /**
   * Signs a contribution; nothing is sent yet.
   *
   * @param {{address: string}} account
   * @param {{label: string | number, words?: string[], features?: number[], sample?: Uint8Array,
   *          trainer?: string, nonce?: number, deadline?: number, maxFeeGwei?: number}} facts
   * @returns {Promise<Signed>}
   */
  async signContribution(account, { label, words, features, sample, trainer, nonce, deadline, maxFeeGwei }) {
    const { eip712, entry, terms } = await this.#terms(trainer, account, nonce, deadline, maxFeeGwei);
    const bytes = sample ?? (words ? wordFeatures(this.#keccak256).encodeSample(words) : encodeFeatures(features ?? []));
    const number = typeof label === "number" ? label : entry.labels.indexOf(label);
    if (number < 0) throw new RangeError(`The model has no label ${label}; it has ${entry.labels.join(", ")}.`);
    const message = { trainer: entry.address, player: account.address, ...terms, label: number, sample: bytesToHex(bytes) };
    return signMessage(this.#keccak256, eip712, "Contribution", account, message);
  }

  /**
   * Signs that another player's contribution is good; nothing is sent yet.
   *
   * @param {{address: string}} account
   * @param {{contribution: number, trainer?: string, nonce?: number, deadline?: number, maxFeeGwei?: number}} facts
   *        `contribution` is the contribution_number of a confirmed one
   * @returns {Promise<Signed>}
   */
  async signValidation(account, { contribution, trainer, nonce, deadline, maxFeeGwei }) {
    const { eip712, entry, terms } = await this.#terms(trainer, account, nonce, deadline, maxFeeGwei);
    const message = { trainer: entry.address, validator: account.address, contribution, ...terms };
    return signMessage(this.#keccak256, eip712, "Validation", account, message);
  }

  /**
   * Signs a withdrawal from the player's balance; nothing is sent yet.
   *
   * @param {{address: string}} account
   * @param {{amountWei: bigint | string, to?: string, nonce?: number, deadline?: number, maxFeeGwei?: number}} facts
   *        `amountWei` leaves the balance, the fee included; without `to` it goes to the account itself
   * @returns {Promise<Signed>}
   */
  async signWithdrawal(account, { amountWei, to = account.address, nonce, deadline, maxFeeGwei }) {
    // What a withdrawal costs moves with the base fee.
    const { eip712, withdrawals } = await this.config({ refresh: maxFeeGwei === undefined });
    const fee_gwei = maxFeeGwei ?? withdrawals.suggested_max_fee_gwei;
    const terms = await this.#commonTerms(account, nonce, deadline, fee_gwei);
    const message = { player: account.address, to, amountWei: `${amountWei}`, ...terms };
    return signMessage(this.#keccak256, eip712, "Withdrawal", account, message);
  }

  /** Hands a signed contribution over. @param {Signed} signed @param {{playTicket?: string}} [proof] */
  submit(signed, { playTicket } = {}) {
    return this.#send("/v1/contributions", signed, playTicket);
  }

  /** Hands a signed validation over. @param {Signed} signed @param {{playTicket?: string}} [proof] */
  submitValidation(signed, { playTicket } = {}) {
    return this.#send("/v1/validations", signed, playTicket);
  }

  /** Hands a signed withdrawal over. @param {Signed} signed */
  submitWithdrawal(signed) {
    return this.#send("/v1/withdrawals", signed);
  }

  /** A contribution as it stands. @param {string} id */
  contribution(id) {
    return this.#ask(`/v1/contributions/${id}`);
  }

  /** Takes a contribution back while it is queued. @param {Signed} signed */
  cancel({ id, signature }) {
    return this.#ask(`/v1/contributions/${id}`, { method: "DELETE", headers: { "Contribution-Signature": signature } });
  }

  /** A withdrawal as it stands. @param {string} id */
  withdrawal(id) {
    return this.#ask(`/v1/withdrawals/${id}`);
  }

  /** A player's contributions, newest first, page by page. @param {string} player */
  contributions(player) {
    return this.#pages("contributions", player);
  }

  /** A player's withdrawals, newest first, page by page. @param {string} player */
  withdrawals(player) {
    return this.#pages("withdrawals", player);
  }

  /**
   * Waits until a contribution has come so far, or to another end.
   *
   * @param {string} id
   * @param {"sent" | "mined" | "confirmed" | "settled"} until
   * @returns {Promise<any>} the contribution as it stands then
   */
  async wait(id, until = "confirmed") {
    let shown = await this.contribution(id);
    while (WAY.includes(shown.status) && WAY.indexOf(shown.status) < WAY.indexOf(until)) {
      const path = `/v1/contributions/${id}?wait=${LONGEST_POLL_S}&while=${shown.status}`;
      const before = shown.status;
      shown = await this.#ask(path, {}, { patience_ms: PATIENCE_MS + 1_000 * LONGEST_POLL_S });
      // A relayer on which many wait already answers at once.
      if (shown.status === before) await this.#sleep(POLL_PAUSE_MS);
    }
    return shown;
  }

  async #terms(trainer, account, nonce, deadline, maxFeeGwei) {
    const { eip712, trainers } = await this.config();
    const entry = findTrainer(trainers, trainer);
    const fee_gwei = maxFeeGwei ?? entry.suggested_max_fee_gwei;
    return { eip712, entry, terms: await this.#commonTerms(account, nonce, deadline, fee_gwei) };
  }

  async #commonTerms(account, nonce, deadline, fee_gwei) {
    const { limits } = await this.config();
    if (fee_gwei === null) {
      this.#config = null;
      throw new RelayerError({ code: "chain-unavailable", detail: "The relayer does not know its prices yet.", retryable: true });
    }
    return {
      nonce: nonce ?? (await this.player(account.address)).next_nonce,
      deadline: deadline ?? Math.floor(Date.now() / 1000 + this.#offset_s + limits.max_deadline_s / 2),
      maxFeeGwei: fee_gwei,
    };
  }

  async *#pages(kind, player) {
    let cursor = "";
    do {
      const page = await this.#ask(`/v1/${kind}?player=${player}${cursor}`);
      yield* page[kind];
      cursor = page.next_cursor && `&cursor=${encodeURIComponent(page.next_cursor)}`;
    } while (cursor);
  }

  #send(path, { message, signature, chain_id }, playTicket) {
    const headers = playTicket === undefined ? {} : { "Play-Ticket": playTicket };
    return this.#ask(path, { method: "POST", body: { message, signature, chain_id }, headers });
  }

  async #ask(path, request, manner) {
    let left_ms = this.#patience_ms;
    for (const least_pause_ms of RETRY_PAUSES_MS) {
      try {
        return await askJson(this.#root + path, request, manner);
      } catch (error) {
        const pause_ms = Math.max(least_pause_ms, 1_000 * (error.retry_after_s ?? 0));
        if (!error.retryable || pause_ms > left_ms) throw error;
        await this.#sleep(pause_ms);
        left_ms -= pause_ms;
      }
    }
    return askJson(this.#root + path, request, manner);
  }
}
