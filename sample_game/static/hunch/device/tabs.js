/**
 * The tabs of this game on this device: they tell each other of news, and do some things one at a time.
 * @module
 */

/**
 * @typedef {object} Tabs
 * @property {() => void} tell lets the other tabs know that something changed
 * @property {(heard: () => void) => void} listen
 * @property {(work: () => Promise<any>) => Promise<any>} alone does something while no other tab does it
 */

/** @param {string} name @returns {Tabs} */
export function openTabs(name) {
  const channel = new BroadcastChannel(name);
  return {
    tell: () => channel.postMessage("changed"),
    listen: (heard) => channel.addEventListener("message", heard),
    // Only pages from a safe origin have locks. Without, sending twice is harmless: the house knows it by its id.
    alone: (work) => (navigator.locks ? navigator.locks.request(name, work) : work()),
  };
}
