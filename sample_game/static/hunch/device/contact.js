/**
 * Whom players may write to: whoever runs the game says so in the page's head.
 * @module
 */

/** @returns {string} an address of mail or of a page; "" when nobody has said */
export const contact = () => globalThis.document?.querySelector("link[rel=help]")?.href ?? "";
