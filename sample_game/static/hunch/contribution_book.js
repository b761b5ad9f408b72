/**
 * What became of the clues that this device sent, newest first.
 * @module
 */
import { isFinal } from "./wording.js";

const FIRST_PAUSE_MS = 1_500;
const LONGEST_PAUSE_MS = 20_000;
const KEPT = 40;

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} word
 * @property {string[]} clues
 * @property {import("./learnt.js").Before | null} [before]
 * @property {number} sent_at_ms
 * @property {string} status a status of the house, or `waiting` or `refused`
 * @property {string | null} [reason]
 * @property {string | null} [why] the operator's words, of a ban
 * @property {number} [until_at] unix seconds: until when waiting clues can be taken, or a ban lasts
 * @property {{outcome: string} | null} [settlement]
 * @property {string | null} [transaction_hash] of what put it on the chain; it may change, or go, until it is settled
 */

/** Keeps entries on the device and asks the house how they stand, ever less often while nothing changes. */
export class ContributionBook {
  #storage;
  #read;
  #changed;
  #later;
  #isHidden;
  #timer = null;
  #pause_ms = FIRST_PAUSE_MS;

  /**
   * @param {object} parts
   * @param {import("./storage.js").Storage} parts.storage
   * @param {(path: string) => Promise<any>} parts.read
   * @param {(entries: Entry[], settled: Entry[]) => void} parts.changed called with all entries, and
   *   those that came to an end just now
   * @param {(action: () => void, pause_ms: number) => any} [parts.later]
   * @param {() => boolean} [parts.isHidden] nothing is asked while nobody looks
   */
  constructor({ storage, read, changed, later = (action, pause_ms) => setTimeout(action, pause_ms), isHidden = () => false }) {
    this.#storage = storage;
    this.#read = read;
    this.#changed = changed;
    this.#later = later;
    this.#isHidden = isHidden;
  }

  /** @returns {Promise<Entry[]>} newest first */
  async entries() {
    const entries = await this.#storage.all("contributions");
    return entries.sort((left, right) => right.sent_at_ms - left.sent_at_ms);
  }

  /** Writes down how a contribution stands. @param {Partial<Entry> & {id: string}} news */
  async note(news) {
    await this.#storage.update("contributions", news.id, (old) => ({ ...old, ...news }));
    await this.#prune();
    this.#changed(await this.entries(), []);
    this.watch();
  }

  /** Lets an entry go on under another id, because its clues were signed again. @param {string} id @param {string} newId */
  async rename(id, newId) {
    const entry = (await this.entries()).find((one) => one.id === id);
    if (entry === undefined) return;
    await this.#storage.update("contributions", newId, () => ({ ...entry, id: newId }));
    await this.#storage.update("contributions", id, () => undefined);
  }

  /** Asks about everything that is under way, soon and then ever less often. */
  watch() {
    this.#pause_ms = FIRST_PAUSE_MS;
    this.#schedule();
  }

  /** Asks once about everything that is under way. */
  async refresh() {
    const open = (await this.entries()).filter((entry) => !isFinal(entry) && entry.status !== "waiting");
    const ended = [];
    let isNew = false;
    for (const entry of open) {
      const news = await this.#ask(entry);
      if (news === null || (news.status === entry.status && news.transaction_hash === entry.transaction_hash)) continue;
      isNew = true;
      await this.#storage.update("contributions", entry.id, (old) => ({ ...old, ...news }));
      if (isFinal(news)) ended.push({ ...entry, ...news });
    }
    if (isNew) this.#changed(await this.entries(), ended);
    this.#pause_ms = isNew ? FIRST_PAUSE_MS : Math.min(1.5 * this.#pause_ms, LONGEST_PAUSE_MS);
    return open.length - ended.length;
  }

  async #ask({ id }) {
    try {
      const { status, reason, detail, settlement, transaction_hash } = await this.#read(`/api/contributions/${id}`);
      return { status, reason, detail, settlement, transaction_hash };
    } catch {
      return null; // asked again later; the page says elsewhere that it is offline
    }
  }

  #schedule() {
    if (this.#timer !== null) return;
    this.#timer = this.#later(async () => {
      this.#timer = null;
      if (this.#isHidden() || (await this.refresh()) > 0) this.#schedule();
    }, this.#pause_ms);
  }

  async #prune() {
    for (const entry of (await this.entries()).slice(KEPT)) {
      if (isFinal(entry)) await this.#storage.update("contributions", entry.id, () => undefined);
    }
  }
}
