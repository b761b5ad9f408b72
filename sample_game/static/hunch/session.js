/**
 * One visit: the device's key, the house's terms, the machine, and the clues under way.
 * @module
 */
import { hexToBytes } from "../../../relayer/javascript/on-the-house.js";
import { ContributionBook } from "./contribution_book.js";
import { ofDeck } from "./decks/deck_in_play.js";
import { openTabs } from "./device/tabs.js";
import { Problem, post, read } from "./game_api.js";
import { loadIdentity } from "./identity.js";
import { isBackedUp } from "./keyring.js";
import { Machine, encodeSample } from "./machine.js";
import { Outbox } from "./outbox.js";
import { t } from "./language.js";
import { asProvenPlayer } from "./puzzle/proof.js";
import { mayBeSignedAgain, signAndSend } from "./resigning.js";
import { signContribution, signValidation, signWithdrawal } from "./signing.js";
import { openStorage } from "./storage.js";

const TERMS_LAST_MS = 300_000;

/**
 * @typedef {object} SessionEvents
 * @property {(entries: object[], settled: object[]) => void} entries the player's clues changed
 * @property {(problem: Problem | null) => void} house the house cannot take clues now, or can again
 * @property {() => void} scored points may have changed
 */

/** @param {SessionEvents} events @returns {Promise<Session>} */
export async function openSession(events) {
  const storage = await openStorage();
  return new Session(storage, await loadIdentity(storage), events);
}

/** What the rounds need of the device and the server. */
export class Session {
  #identity;
  #outbox;
  #book;
  /** By deck; "" is the first one. */
  #terms = new Map();
  #nextNonce = 0;

  constructor(storage, identity, events) {
    this.#identity = identity;
    /** What this device remembers; screens about the player's own keys work with it. */
    this.storage = storage;
    this.lasting = storage.lasting;
    const tabs = openTabs("hunch");
    tabs.listen(async () => {
      events.entries(await this.entries(), []);
      events.scored();
      if ((await this.#outbox.waiting()).length === 0) events.house(null);
    });
    this.#book = new ContributionBook({
      storage,
      read,
      changed: (entries, settled) => {
        events.entries(entries, settled);
        tabs.tell();
        if (settled.length > 0) events.scored();
      },
      isHidden: () => document.hidden,
    });
    this.#outbox = new Outbox({
      storage,
      post,
      alone: tabs.alone,
      events: {
        taken: async ({ id }, { contribution }) => {
          events.house(null);
          const { status, reason, detail, settlement, transaction_hash } = contribution;
          await this.#book.note({ id, status, reason, detail, settlement, transaction_hash });
          events.scored();
        },
        refused: async (parcel, problem) => {
          this.#terms.clear();
          events.house(null); // it answers
          if (this.#canSignAgain(parcel, problem)) return this.#signAgain(parcel);
          const { reason: why, until_at } = problem.problem;
          await this.#book.note({ id: parcel.id, status: "refused", reason: problem.code, why, until_at });
          return undefined;
        },
        waiting: (problem) => events.house(problem),
      },
    });
  }

  /** Goes on with what an earlier visit left behind. */
  async resume() {
    await this.#book.refresh();
    this.#book.watch();
    await this.#outbox.flush();
  }

  /** The address that plays, and signing for it; the key itself is in neither. */
  get account() {
    return this.#identity;
  }

  entries() {
    return this.#book.entries();
  }

  /** @param {"guess" | "clue"} kind @param {string} [deck] undefined: the first one */
  startRound(kind, deck) {
    return asProvenPlayer(this.#identity, (who) => post("/api/rounds", { kind, deck, ...who }));
  }

  /** @param {string} [deck] undefined: the first one @returns {Promise<{code: string}>} */
  startDuel(deck) {
    return asProvenPlayer(this.#identity, (who) => post("/api/duels", { deck, ...who }));
  }

  /** @param {string} [deck] undefined: the first one */
  async machine(deck) {
    return new Machine(await read(ofDeck("/api/model", deck)));
  }

  async standing() {
    const standing = await read(`/api/players/${this.#identity.address}`);
    this.#nextNonce = Math.max(this.#nextNonce, standing.record?.next_nonce ?? 0);
    return { ...standing, is_backed_up: await isBackedUp(this.storage, this.#identity.address) };
  }

  /**
   * Signs the clues of a round and keeps them on the device until the house has them. Returns as
   * soon as they are kept; sending goes on by itself.
   *
   * @param {{token: string, deck: string, word: string, label: number}} round
   * @param {string[]} clues
   * @param {import("./learnt.js").Before | null} before kept beside them
   * @throws {Problem} the terms are not known, so nothing can be signed yet
   */
  async giveClues(round, clues, before) {
    const terms = await this.#currentTerms(round.deck);
    const signed = await this.#signClues(terms, round.label, encodeSample(clues));
    // The house takes them until their deadline, the game until the round is over.
    const until_at = Math.min(signed.message.deadline, round.expires_at) - terms.clockOffset_s;
    const entry = { word: round.word, clues, before, status: "waiting", sent_at_ms: Date.now(), until_at };
    await this.#book.note({ id: signed.id, ...entry });
    const parcel = { ...signed, token: round.token, deck: round.deck, word: round.word, clues };
    this.#outbox.add(parcel);
  }

  /**
   * Signs that the clues which a round was won from are good. Nobody waits for it.
   *
   * @param {{token: string, deck: string}} round
   * @param {number} contribution what `/api/guesses` told
   */
  async confirm({ token, deck }, contribution) {
    const terms = await this.#currentTerms(deck);
    await signAndSend(
      async () => signValidation(terms, this.#identity, { ...(await this.#nonceAndTime(terms)), contribution }),
      (signed) => post("/api/validations", { token, ...signed }),
      () => this.standing(),
    );
  }

  /**
   * Signs that rewards shall go to an address, and hands it to the house, which sends them.
   *
   * @param {{to: string, amount_wei: bigint, max_fee_gwei: number}} wish the fee is taken out of the amount
   * @returns {Promise<object>} the withdrawal as the house has it
   */
  async withdraw(wish) {
    const terms = await this.#currentTerms();
    const { withdrawal } = await signAndSend(
      async () => signWithdrawal(terms, this.#identity, { ...(await this.#nonceAndTime(terms)), ...wish }),
      (signed) => post("/api/withdrawals", signed),
      () => this.standing(),
    );
    return withdrawal;
  }

  async #signClues(terms, label, sample) {
    return signContribution(terms, this.#identity, { ...(await this.#nonceAndTime(terms)), label, sample });
  }

  /** Only what this player signed: a parcel may stem from a key that played here before. */
  #canSignAgain({ message, tries = 1 }, problem) {
    return mayBeSignedAgain(problem, tries) && message.player === this.#identity.address;
  }

  async #signAgain({ id, token, deck, word, clues, message, tries = 1 }) {
    await this.standing();
    const terms = await this.#currentTerms(deck);
    const signed = await this.#signClues(terms, message.label, hexToBytes(message.sample));
    await this.#book.rename(id, signed.id);
    return { ...signed, token, deck, word, clues, tries: tries + 1 };
  }

  async #nonceAndTime({ clockOffset_s }) {
    return { nonce: await this.#identity.takeNonce(this.#nextNonce), now_s: Date.now() / 1000 + clockOffset_s };
  }

  /** The house's terms for a deck, asked for again now and then: prices change. */
  async #currentTerms(deck = "") {
    if (!(Date.now() - this.#terms.get(deck)?.known_since_ms <= TERMS_LAST_MS)) {
      const terms = await read(ofDeck("/api/setup", deck)).catch((problem) => {
        throw new Problem({
          code: problem.code,
          detail: t("clue.no_terms"),
          retryable: true,
        });
      });
      const clockOffset_s = terms.now - Date.now() / 1000;
      this.#terms.set(deck, { ...terms, known_since_ms: Date.now(), clockOffset_s });
    }
    return this.#terms.get(deck);
  }
}
