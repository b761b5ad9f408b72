/**
 * Light or dark: as the device has it, or as the player chose for this page.
 * @module
 */
import { keepChoice, keptChoice } from "./choices.js";

export const SCHEMES = ["", "light", "dark"];

/** @returns {string} "" while the device decides */
export const chosenScheme = () => keptChoice("scheme") ?? "";

/** Shows the page in a scheme, and remembers it. @param {string} scheme one of `SCHEMES` */
export function chooseScheme(scheme) {
  keepChoice("scheme", scheme);
  if (scheme) document.documentElement.dataset.scheme = scheme;
  else delete document.documentElement.dataset.scheme;
}
