/**
 * Small choices that this device keeps: the language, light or dark. They never leave it.
 * @module
 */

/** @param {string} name @returns {string | null} null when nothing was chosen or nothing is kept here */
export function keptChoice(name) {
  try {
    return localStorage.getItem(`hunch.${name}`);
  } catch {
    return null; // a browser that keeps nothing for this page
  }
}

/** @param {string} name @param {string} value "" takes the choice back */
export function keepChoice(name, value) {
  try {
    if (value) localStorage.setItem(`hunch.${name}`, value);
    else localStorage.removeItem(`hunch.${name}`);
  } catch {
    // it holds until the page is closed
  }
}
