/**
 * Signed clues wait here until the house has taken them: through reloads, lost connections and an
 * empty purse. Sending twice is harmless, because the house knows a contribution by its digest.
 * @module
 */

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * @typedef {object} Parcel
 * @property {string} id
 * @property {string} token of the round
 * @property {string} word
 * @property {string[]} clues
 * @property {object} message
 * @property {string} signature
 * @property {number} chain_id
 */

/** Sends parcels one after the other, and again until each is taken or refused for good. */
export class Outbox {
  #storage;
  #post;
  #events;
  #alone;
  #later;
  #timer = null;
  #running = null;
  #pause_ms = FIRST_PAUSE_MS;

  /**
   * @param {object} parts
   * @param {import("./storage.js").Storage} parts.storage
   * @param {(path: string, body: object) => Promise<any>} parts.post
   * @param {{taken: (parcel: Parcel, answer: any) => any, refused: (parcel: Parcel, problem: Error) => Promise<Parcel | undefined>,
   *          waiting: (problem: Error) => any}} parts.events `refused` may give another parcel, which goes out instead
   * @param {(work: () => Promise<any>) => Promise<any>} [parts.alone] keeps other tabs from sending meanwhile
   * @param {(action: () => void, pause_ms: number) => any} [parts.later]
   */
  constructor({ storage, post, events, alone = (work) => work(), later = (action, pause_ms) => setTimeout(action, pause_ms) }) {
    this.#storage = storage;
    this.#post = post;
    this.#events = events;
    this.#alone = alone;
    this.#later = later;
  }

  /** Keeps a parcel on this device, then tries to send all. @param {Parcel} parcel */
  async add(parcel) {
    await this.#storage.update("outbox", parcel.id, () => parcel);
    return this.flush();
  }

  /** @returns {Promise<Parcel[]>} */
  waiting() {
    return this.#storage.all("outbox");
  }

  /** Tries to send all that waits. A second call while one is under way joins it. */
  async flush() {
    this.#running ??= this.#alone(() => this.#sendAll()).finally(() => (this.#running = null));
    return this.#running;
  }

  async #sendAll() {
    let parcels = await this.waiting();
    while (parcels.length > 0) {
      const results = [];
      for (const parcel of parcels) results.push(await this.#send(parcel));
      if (results.includes(false)) return this.#tryLater();
      parcels = await this.waiting();
    }
    this.#pause_ms = FIRST_PAUSE_MS;
  }

  async #send(parcel) {
    const { id, token, clues, message, signature, chain_id } = parcel;
    try {
      const answer = await this.#post("/api/clues", { id, token, clues, message, signature, chain_id });
      await this.#events.taken(parcel, answer);
    } catch (problem) {
      if (!(await this.#isDecided(parcel, problem))) return false;
    }
    await this.#storage.update("outbox", parcel.id, () => undefined);
    return true;
  }

  /** Whether a parcel need not be sent again, because it was refused for good or another one goes instead. */
  async #isDecided(parcel, problem) {
    try {
      if (problem.retryable) throw problem;
      const instead = await this.#events.refused(parcel, problem);
      if (instead) await this.#storage.update("outbox", instead.id, () => instead);
      return true;
    } catch (trouble) {
      if (!trouble.retryable) throw trouble;
      this.#events.waiting(trouble);
      return false;
    }
  }

  #tryLater() {
    if (this.#timer !== null) return;
    this.#timer = this.#later(() => {
      this.#timer = null;
      this.flush();
    }, this.#pause_ms);
    this.#pause_ms = Math.min(2 * this.#pause_ms, LONGEST_PAUSE_MS);
  }
}
