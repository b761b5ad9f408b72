/**
 * Calls to the game's own server, the only one that the page talks to.
 * @module
 */

const PATIENCE_MS = 12_000;

/** Why a call failed, in words for the player. `code` is stable; `retryable` says whether to try again. */
export class Problem extends Error {
  name = "Problem";

  /** @param {{code: string, detail: string, retryable?: boolean, status?: number, refusals?: object[]}} facts */
  constructor({ code, detail, retryable = false, status = 0, refusals = [] }) {
    super(detail);
    this.code = code;
    this.retryable = retryable;
    this.status = status;
    this.refusals = refusals;
  }
}

/** @param {string} path @returns {Promise<any>} */
export const read = (path) => call(path, { headers: { Accept: "application/json" } });

/** @param {string} path @param {object} body @returns {Promise<any>} */
export const post = (path, body) =>
  call(path, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

async function call(path, options) {
  const response = await reached(path, options);
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw new Problem({
    code: answer?.code ?? "server-error",
    detail: answer?.detail ?? "The game server gave no proper answer.",
    retryable: answer?.retryable ?? response.status >= 500,
    status: response.status,
    refusals: answer?.refusals,
  });
}

async function reached(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    const slow = error.name === "TimeoutError";
    throw new Problem({
      code: slow ? "slow" : "offline",
      detail: slow ? "The game server takes too long." : "The game server cannot be reached.",
      retryable: true,
    });
  }
}
