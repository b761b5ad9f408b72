/**
 * The screens of the game. Each lives in a folder of its own and is loaded when it is first opened.
 *
 * A new screen is one line here, a module that exports `Screen`, and strings `NAME.title` (also the
 * word in the navigation). `Screen` is a component with these props:
 *
 * - `session`: the device and the house ({@link import("./session.js").Session})
 * - `machine`: the model, null while it loads
 * - `standing`, `entries`: points, and what became of the player's clues
 * - `scored()`: points may have changed; `announce(words)`: tell screen readers
 * - `parameters`: the address's `URLSearchParams`; `deck`: the one in play, undefined for the first
 * - `open(name, value, deck)`: go to another screen; the own name begins anew
 * @module
 */

/**
 * @typedef {object} ScreenEntry
 * @property {string} name
 * @property {string} [parameter] of the address that opens it; `?parameter=value`
 * @property {string} [value] left out: any value (a code, say)
 * @property {boolean} [isHidden] not in the navigation
 * @property {boolean} [isOfFirstDeck] played with the game's first deck, whatever was chosen
 * @property {() => Promise<{Screen: Function}>} load
 */

/** @type {ScreenEntry[]} in the order of the navigation; the first is what `/` shows */
export const SCREENS = [
  { name: "guess", load: () => import("./guess/guess_screen.js") },
  { name: "practice", parameter: "play", value: "practice", isHidden: true, load: () => import("./practice/practice_screen.js") },
  { name: "clue", parameter: "play", value: "clue", load: () => import("./clue/clue_screen.js") },
  { name: "daily", parameter: "play", value: "daily", isOfFirstDeck: true, load: () => import("./daily/daily_screen.js") },
  { name: "duel", parameter: "duel", isOfFirstDeck: true, load: () => import("./duel/duel_screen.js") },
  { name: "machine", parameter: "show", value: "machine", isHidden: true, load: () => import("./learning/machine_screen.js") },
  { name: "past", parameter: "show", value: "past", isHidden: true, load: () => import("./past/past_screen.js") },
  { name: "ranking", parameter: "show", value: "ranking", isHidden: true, load: () => import("./ranking/ranking_screen.js") },
  { name: "you", parameter: "show", value: "you", load: () => import("./you/you_screen.js") },
];

/** @param {string} search of an address @returns {ScreenEntry} */
export function screenOf(search) {
  const parameters = new URLSearchParams(search);
  const fits = ({ parameter, value }) =>
    parameter !== undefined && parameters.has(parameter) && (value === undefined || parameters.get(parameter) === value);
  return SCREENS.find(fits) ?? SCREENS[0];
}

/**
 * The address of a screen.
 *
 * @param {string} name
 * @param {string} [value] for a screen that takes any
 * @param {string} [deck] the one in play
 */
export function addressOf(name, value, deck) {
  const screen = SCREENS.find((one) => one.name === name);
  const parameters = new URLSearchParams();
  if (screen.parameter !== undefined) parameters.set(screen.parameter, value ?? screen.value ?? "");
  if (deck && !screen.isOfFirstDeck) parameters.set("deck", deck);
  return `${parameters}` ? `?${parameters}` : "./";
}
