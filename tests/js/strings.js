/**
 * The words of the page, for tests.
 * @module
 */
import { readFileSync, readdirSync } from "node:fs";

import { speak } from "../../sample_game/static/hunch/language.js";

export const HUNCH = new URL("../../sample_game/static/hunch/", import.meta.url);

/** @param {string} code @returns {Record<string, string | Record<string, string>>} */
export const wordsOf = (code) => JSON.parse(readFileSync(new URL(`strings/${code}.json`, HUNCH), "utf8"));

export const speakEnglish = () => speak("en", wordsOf("en"));

/** @returns {{name: string, text: string}[]} every module of the page */
export const ownModules = () =>
  readdirSync(HUNCH, { recursive: true })
    .filter((name) => name.endsWith(".js"))
    .map((name) => ({ name, text: readFileSync(new URL(name, HUNCH), "utf8") }));
