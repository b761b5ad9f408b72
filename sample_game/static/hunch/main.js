/**
 * Starts the game on the page.
 * @module
 */
import { takeArrivedLink, watchForLinks } from "./device/arrived_link.js";
import { App } from "./frame/app.js";
import { loadLanguage } from "./language.js";
import { html, render } from "./view.js";

takeArrivedLink();
watchForLinks();
await loadLanguage();
const root = document.getElementById("hunch");
root.replaceChildren();
render(html`<${App} />`, root);
