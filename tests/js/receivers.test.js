import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { amountOf, amountText } from "../../sample_game/static/hunch/you/amounts.js";
import { judgedReceiver } from "../../sample_game/static/hunch/you/receivers.js";

const code = (wanted) => (error) => error.code === wanted;
/** From EIP-55 itself. */
const SPELLED = ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"];

describe("a receiver", () => {
  test("that is spelled right is taken without a warning", () => {
    for (const address of SPELLED) assert.deepEqual(judgedReceiver(` ${address} `), { address, warnings: [] });
  });

  test("without a checksum is taken with a warning, and shown with one", () => {
    const lower = SPELLED[0].toLowerCase();
    for (const text of [lower, `0x${lower.slice(2).toUpperCase()}`]) {
      assert.deepEqual(judgedReceiver(text), { address: SPELLED[0], warnings: ["no-checksum"] });
    }
  });

  test("with one letter in the wrong case is mistyped", () => {
    assert.throws(() => judgedReceiver(SPELLED[0].replace("A", "a")), code("receiver-mistyped"));
  });

  test("that is no address is none", () => {
    for (const text of ["", "vitalik.eth", SPELLED[0].slice(0, -1), `${SPELLED[0]}0`, "0x"]) {
      assert.throws(() => judgedReceiver(text), code("receiver-malformed"));
    }
  });

  test("from whom nobody gets money back is refused", () => {
    for (const text of [`0x${"0".repeat(40)}`, `0x${"0".repeat(39)}9`, "0x000000000000000000000000000000000000dEaD"]) {
      assert.throws(() => judgedReceiver(text), code("receiver-burns"));
    }
  });

  test("that is a contract of the house is refused, the own key is warned of", () => {
    const lower = SPELLED[1].toLowerCase();
    assert.throws(() => judgedReceiver(SPELLED[1], { ours: [lower] }), code("receiver-is-contract"));
    assert.deepEqual(judgedReceiver(SPELLED[1], { own: lower }).warnings, ["own-key"]);
  });
});

describe("an amount", () => {
  test("is told without needless zeros, and never more than there is", () => {
    assert.equal(amountText(10n ** 18n), "1");
    assert.equal(amountText(100_000_000_000_000n), "0.0001");
    assert.equal(amountText(0n), "0");
    assert.equal(amountText(1n), "0.000000000000000001");
    assert.equal(amountText(1_999_999_999_999_999_999n, 6), "1.999999");
    assert.equal(amountText(1_999_999_999_999_999_999n, 6, "up"), "2");
  });

  test("is read with point or comma, to the last digit", () => {
    assert.equal(amountOf("0.0001"), 100_000_000_000_000n);
    assert.equal(amountOf(" 1,5 "), 1_500_000_000_000_000_000n);
    assert.equal(amountOf(amountText(123_456_789_012_345_678n)), 123_456_789_012_345_678n);
    for (const text of ["", ".", "1.2.3", "1e18", "-1", "0.1234567890123456789"]) assert.throws(() => amountOf(text), code("amount-malformed"));
  });
});
