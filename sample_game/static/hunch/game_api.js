/**
 * Calls to the game's own server, the only one that the page talks to.
 * @module
 */
import { askJson, RelayerError } from "../../../relayer/javascript/on-the-house.js";

/** Why a call failed, in words for the player. `code` is stable; `retryable` says whether to try again. */
export const Problem = RelayerError;

const MANNER = { server: "The game server" };

/** @param {string} path @returns {Promise<any>} */
export const read = (path) => askJson(path, {}, MANNER);

/** @param {string} path @param {object} body @returns {Promise<any>} */
export const post = (path, body) => askJson(path, { method: "POST", body }, MANNER);
