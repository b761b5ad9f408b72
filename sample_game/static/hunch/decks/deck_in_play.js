/**
 * Which deck is played: the one that the address names, else the one that was chosen on this device.
 * @module
 */
import { keepChoice, keptChoice } from "../device/choices.js";

/** @param {URLSearchParams} parameters @returns {string | undefined} undefined: the game's first deck */
export const deckIn = (parameters) => parameters.get("deck") ?? keptChoice("deck") ?? undefined;

/** @param {string} name */
export const keepDeck = (name) => keepChoice("deck", name);

/** An address of the server for one deck. @param {string} path @param {string} [deck] */
export const ofDeck = (path, deck) => (deck ? `${path}?deck=${encodeURIComponent(deck)}` : path);
