"use strict";
// Runs before anything is painted, so that the page does not flash in colours that were not chosen.
try {
  const scheme = localStorage.getItem("hunch.scheme");
  if (scheme) document.documentElement.dataset.scheme = scheme;
} catch {
  // a browser that keeps nothing for this page
}
