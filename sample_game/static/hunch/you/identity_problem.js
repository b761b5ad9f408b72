/**
 * What can go wrong with keys, wallets and receivers, by a stable code; the words are in the
 * strings of the page, as `you.problem.CODE`.
 * @module
 */

/** @template {Record<string, string | number>} Facts */
export class IdentityProblem extends Error {
  name = "IdentityProblem";

  /**
   * @param {string} code
   * @param {Facts} [facts] what the words name; never a key, a passphrase or a whole word list
   */
  constructor(code, facts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

/** @param {boolean} fine @param {string} code @param {object} [facts] @throws {IdentityProblem} it is not fine */
export function need(fine, code, facts) {
  if (!fine) throw new IdentityProblem(code, facts);
}
