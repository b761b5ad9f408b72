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
 * - `parameters`: the address's `URLSearchParams`
 * - `open(name, value)`: go to another screen; the own name begins anew
 * @module
 */

/**
 * @typedef {object} ScreenEntry
 * @property {string} name
 * @property {string} [parameter] of the address that opens it; `?parameter=value`
 * @property {string} [value] left out: any value (a code, say)
 * @property {boolean} [isHidden] not in the navigation
 * @property {() => Promise<{Screen: Function}>} load
 */

/** @type {ScreenEntry[]} in the order of the navigation; the first is what `/` shows */
export const SCREENS = [
  { name: "guess", load: () => import("./guess/guess_screen.js") },
  { name: "practice", parameter: "play", value: "practice", isHidden: true, load: () => import("./practice/practice_screen.js") },
  { name: "clue", parameter: "play", value: "clue", load: () => import("./clue/clue_screen.js") },
  { name: "daily", parameter: "play", value: "daily", load: () => import("./daily/daily_screen.js") },
  { name: "duel", parameter: "duel", load: () => import("./duel/duel_screen.js") },
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
 */
export function addressOf(name, value) {
  const screen = SCREENS.find((one) => one.name === name);
  if (screen.parameter === undefined) return "./";
  return `?${screen.parameter}=${encodeURIComponent(value ?? screen.value ?? "")}`;
}
