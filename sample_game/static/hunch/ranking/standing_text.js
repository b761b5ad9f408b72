/**
 * A place in a ranking as a text to pass on: words only, so that everybody can read it.
 * @module
 */
import { t } from "../language.js";

/**
 * @param {{place: number, points: number}} own
 * @param {number} players how many are in the ranking
 * @param {"day" | "week" | "all"} period
 * @param {string} origin of the game
 * @returns {string}
 */
export function standingText({ place, points }, players, period, origin) {
  const sum = t("points", { count: points });
  return `${t(`ranking.text_${period}`, { place, count: players, points: sum })}\n${origin}/`;
}
