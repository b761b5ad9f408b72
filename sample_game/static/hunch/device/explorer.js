/**
 * Where players may see their clues on the chain.
 * @module
 */

/** The page of an explorer that shows a transaction; empty where the game names none. Nothing is asked of it. @param {string | null} [hash] */
export function explorerPage(hash) {
  const form = globalThis.document?.querySelector("meta[name=explorer]")?.content;
  return form && hash ? form.replace("{hash}", hash) : "";
}
