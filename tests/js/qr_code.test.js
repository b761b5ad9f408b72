import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { qrCode } from "../../sample_game/static/hunch/you/qr_code.js";

const jsQR = createRequire(import.meta.url)("jsqr");
const PIXELS = 4;

/** Draws the path of a code as a camera would see it: four bytes for each pixel. */
function drawn({ size, path }) {
  const side = size * PIXELS;
  const pixels = new Uint8ClampedArray(4 * side * side).fill(255);
  for (const [, column, line, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let y = line * PIXELS; y < (Number(line) + 1) * PIXELS; y += 1) {
      const start = 4 * (y * side + column * PIXELS);
      for (let at = start; at < start + 4 * length * PIXELS; at += 1) if (at % 4 !== 3) pixels[at] = 0;
    }
  }
  return jsQR(pixels, side, side);
}

test("a code is read by an independent reader, byte for byte", () => {
  const link = `https://hunch.example/?show=you#import=${"aB3-_xYz".repeat(14)}`;
  assert.equal(drawn(qrCode(link)).data, link);
});

test("a code has light modules all around it, as readers need them", () => {
  const { size, path } = qrCode("hunch");
  const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map(([, column, line, length]) => [+column, +line, +length]);
  assert.ok(runs.length > 20);
  for (const [column, line, length] of runs) {
    assert.ok(column >= 4 && line >= 4 && column + length <= size - 4 && line < size - 4);
  }
});
