/**
 * Where the player is: kept in the address, so that back and reload do what they should.
 * @module
 */
import { deckIn } from "../decks/deck_in_play.js";
import { addressOf, screenOf } from "../screens.js";
import { html, useEffect, useState } from "../view.js";

/**
 * @typedef {object} Place
 * @property {import("../screens.js").ScreenEntry} screen
 * @property {URLSearchParams} parameters
 * @property {string} [deck] undefined: the game's first one
 * @property {number} visit grows with every opening, so that a screen opened again begins anew
 */

/** @returns {[Place, (name: string, value?: string, deck?: string) => void]} */
export function usePlace() {
  const [place, setPlace] = useState(() => placeOf(0));
  useEffect(() => {
    const back = () => setPlace(({ visit }) => placeOf(visit + 1));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const open = (name, value, deck = deckIn(new URLSearchParams(location.search))) => {
    const address = new URL(addressOf(name, value, deck), location.href);
    if (address.href !== location.href) history.pushState(null, "", address);
    setPlace(({ visit }) => placeOf(visit + 1));
    scrollTo(0, 0);
  };
  return [place, open];
}

/** @returns {Place} */
function placeOf(visit) {
  const parameters = new URLSearchParams(location.search);
  const screen = screenOf(location.search);
  return { screen, parameters, deck: screen.isOfFirstDeck ? undefined : deckIn(parameters), visit };
}

/** A part of the page that comes when all else is there; without it the page works as well. */
export function Later({ load, ...parts }) {
  const [Part, setPart] = useState(null);
  useEffect(() => void load().then((module) => setPart(() => module.Part), () => {}), []);
  return Part && html`<${Part} ...${parts} />`;
}

/** The component of a screen: null while it loads, `{ failed }` when it cannot be had. */
export function useScreen(screen) {
  const [loaded, setLoaded] = useState(null);
  useEffect(() => {
    let isWanted = true;
    const set = (facts) => isWanted && setLoaded({ screen, ...facts });
    screen.load().then(({ Screen }) => set({ Screen }), () => set({ failed: true }));
    return () => (isWanted = false);
  }, [screen]);
  return loaded?.screen === screen ? loaded : null;
}
