/**
 * Days in a row, in words.
 * @module
 */
import { t } from "../language.js";

/**
 * @param {{days: number, best: number, is_frozen: boolean, next_freeze_day: number | null}} streak
 * @param {number} today days since 1970
 * @returns {string}
 */
export function streakWords({ days, best, is_frozen: isFrozen, next_freeze_day: next }, today) {
  const row = days > 0 ? t("daily.streak", { count: days }) : t("daily.no_streak");
  const longest = best > days ? ` ${t("daily.best", { count: best })}` : "";
  const wait = next === null ? 0 : next - today;
  const freeze = wait > 0 ? t("daily.freeze_used", { count: wait }) : t("daily.freeze_ready");
  return `${row}${longest} ${isFrozen ? t("daily.frozen") : freeze}`;
}
