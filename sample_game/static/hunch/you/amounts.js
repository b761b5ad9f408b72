/**
 * Money in words: whole numbers of the smallest unit, never floating point.
 * @module
 */
import { need } from "./identity_problem.js";

const DECIMALS = 18;

/**
 * @param {bigint} amount_wei not negative
 * @param {number} [digits] at most so many after the point; what is cut off is told by `isRounded`
 * @param {"down" | "up"} [towards]
 * @returns {string} without needless zeros, such as "0.0001"
 */
export function amountText(amount_wei, digits = DECIMALS, towards = "down") {
  const unit = 10n ** BigInt(DECIMALS - digits);
  const units = towards === "up" ? (amount_wei + unit - 1n) / unit : amount_wei / unit;
  const text = units.toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const rest = text.slice(text.length - digits).replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : whole;
}

/**
 * @param {string} text such as "0.25" or "0,25"
 * @returns {bigint} wei
 * @throws {import("./identity_problem.js").IdentityProblem} `amount-malformed`
 */
export function amountOf(text) {
  const match = /^(\d{0,30})(?:[.,](\d{0,18}))?$/.exec(text.trim());
  need(match !== null && /\d/.test(text), "amount-malformed");
  return BigInt(match[1] || "0") * 10n ** BigInt(DECIMALS) + BigInt((match[2] ?? "").padEnd(DECIMALS, "0"));
}
