/**
 * What the page says, in the player's language. All words are in `strings/`, one table per language.
 * @module
 */
import { keepChoice, keptChoice } from "./device/choices.js";

/** The languages that Hunch speaks, each by its own name. The first is the one for everybody else. */
export const LANGUAGES = { en: "English", de: "Deutsch" };

let language = "en";
let table = {};
let plurals = new Intl.PluralRules(language);
let numbers = new Intl.NumberFormat(language);

/**
 * Speaks a language from now on.
 *
 * @param {string} code
 * @param {Record<string, string | Record<string, string>>} words of `strings/CODE.json`
 */
export function speak(code, words) {
  language = code;
  table = words;
  plurals = new Intl.PluralRules(code);
  numbers = new Intl.NumberFormat(code);
}

/** @returns {string} the code of the language that is spoken now */
export const spokenLanguage = () => language;

/**
 * The words for a key. `{name}` stands for a value; numbers are written as the language writes them.
 * Where an entry has forms (`one`, `other`), `count` chooses.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const entry = table[key];
  if (entry === undefined) {
    console.error(`No words for ${key} in ${language}`);
    return key;
  }
  const text = typeof entry === "string" ? entry : (entry[plurals.select(values.count)] ?? entry.other);
  return text.replace(/\{(\w+)\}/g, (_, name) => written(values[name]));
}

/**
 * A moment as a clock on the wall tells it, with the day when that is another one.
 *
 * @param {number} at unix seconds
 * @param {Date} [now]
 */
export function clockTime(at, now = new Date()) {
  const moment = new Date(1_000 * at);
  const isToday = moment.toDateString() === now.toDateString();
  const day = isToday ? {} : { weekday: "short", day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", ...day }).format(moment);
}

const written = (value) => (typeof value === "number" ? numbers.format(value) : String(value));

/** The choice kept on this device, else the first of the browser's languages that Hunch speaks. */
export function preferredLanguage() {
  const wished = [keptChoice("language"), ...navigator.languages].map((tag) => tag?.split("-")[0]);
  return wished.find((code) => Object.hasOwn(LANGUAGES, code)) ?? "en";
}

/**
 * Fetches the words of a language and speaks it.
 *
 * @param {string} [code] default: the player's
 */
export async function loadLanguage(code = preferredLanguage()) {
  const answer = await fetch(new URL(`./strings/${code}.json`, import.meta.url));
  speak(code, await answer.json());
  document.documentElement.lang = code;
}

/** Speaks a language, and remembers it on this device. @param {string} code */
export async function chooseLanguage(code) {
  await loadLanguage(code);
  keepChoice("language", code);
}
