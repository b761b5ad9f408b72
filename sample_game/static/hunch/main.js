/**
 * Starts the game on the page.
 * @module
 */
import { App } from "./app.js";
import { html, render } from "./view.js";

const root = document.getElementById("hunch");
root.replaceChildren();
render(html`<${App} />`, root);
