/**
 * Which day's puzzle is played: who began before midnight may finish for a while after it.
 * @module
 */

const DAY_S = 86_400;

/**
 * @param {{day: number, now: number, closes_at: number, late_s: number}} today answer of `GET /api/daily`
 * @param {number} begunDay whose puzzle this device has begun and not finished; 0: none
 * @returns {number}
 */
export function dayToPlay({ day, now, closes_at, late_s }, begunDay) {
  const isInTime = now < closes_at - DAY_S + late_s;
  return begunDay === day - 1 && isInTime ? begunDay : day;
}
