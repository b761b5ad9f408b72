/**
 * A key that came behind the # of the address (`#import=…`): taken out of the address bar and the
 * history before anything else runs. No browser sends that part to a server.
 * @module
 */
const MARK = "#import=";

let arrived = "";

/** Takes it out of the address. To be called before anything else. */
export function takeArrivedLink() {
  if (!location.hash.startsWith(MARK)) return;
  arrived = location.hash;
  history.replaceState(history.state, "", location.pathname + location.search);
}

/** A link that is opened in the very tab that shows the screen loads no page by itself. */
export function watchForLinks() {
  addEventListener("hashchange", () => location.hash.startsWith(MARK) && location.reload());
}

/** @returns {string} what arrived, once; then "" */
export function arrivedLink() {
  const link = arrived;
  arrived = "";
  return link;
}
