/**
 * Style sheets that only some screens need, fetched with them.
 * @module
 */

const loaded = new Map();

/** @param {URL} address @returns {Promise<void>} when it applies; a screen is better plain than not there */
export function loadStyle(address) {
  if (!loaded.has(address.href)) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address.href });
    loaded.set(address.href, new Promise((resolve) => (link.onload = link.onerror = () => resolve())));
    document.head.append(link);
  }
  return loaded.get(address.href);
}
