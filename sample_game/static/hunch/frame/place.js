/**
 * Where the player is: kept in the address, so that back and reload do what they should.
 * @module
 */
import { addressOf, screenOf } from "../screens.js";
import { useEffect, useState } from "../view.js";

/**
 * @typedef {object} Place
 * @property {import("../screens.js").ScreenEntry} screen
 * @property {URLSearchParams} parameters
 * @property {number} visit grows with every opening, so that a screen opened again begins anew
 */

/** @returns {[Place, (name: string, value?: string) => void]} */
export function usePlace() {
  const [place, setPlace] = useState(() => placeOf(0));
  useEffect(() => {
    const back = () => setPlace(({ visit }) => placeOf(visit + 1));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const open = (name, value) => {
    const address = new URL(addressOf(name, value), location.href);
    if (address.href !== location.href) history.pushState(null, "", address);
    setPlace(({ visit }) => placeOf(visit + 1));
    scrollTo(0, 0);
  };
  return [place, open];
}

/** @returns {Place} */
function placeOf(visit) {
  return { screen: screenOf(location.search), parameters: new URLSearchParams(location.search), visit };
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
