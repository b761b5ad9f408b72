"use strict";
// Runs before anything is painted: the colours that were chosen, so that nothing flashes, and a head
// start for the words, in the language that `language.js` will speak.
(({ strings, languages }) => {
  const kept = (name) => {
    try {
      return localStorage.getItem(`hunch.${name}`);
    } catch {
      return null; // a browser that keeps nothing for this page
    }
  };
  const root = document.documentElement;
  const scheme = kept("scheme");
  if (scheme) root.dataset.scheme = scheme;
  const wished = [kept("language"), ...navigator.languages].map((tag) => tag?.split("-")[0]);
  root.lang = wished.find((code) => languages.split(" ").includes(code)) ?? "en";
  const words = { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: `${strings}${root.lang}.json` };
  document.head.append(Object.assign(document.createElement("link"), words));
})(document.currentScript.dataset);
