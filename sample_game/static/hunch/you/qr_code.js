/**
 * A text as a QR code (ISO/IEC 18004), drawn as one SVG path.
 * @module
 */
import { encode } from "../../vendor/uqr-0.1.3.js";

/** Light modules around the code; scanners need four. */
const QUIET_ZONE = 4;

/**
 * @param {string} text
 * @returns {{size: number, path: string}} modules on each side, and the dark ones as a path
 */
export function qrCode(text) {
  const { size, data } = encode(text, { ecc: "M", border: QUIET_ZONE });
  const runs = data.flatMap((row, line) => darkRuns(row).map(([start, length]) => `M${start} ${line}h${length}v1h-${length}z`));
  return { size, path: runs.join("") };
}

/** @param {boolean[]} row @returns {[number, number][]} start and length of each dark run */
function darkRuns(row) {
  const runs = [];
  row.forEach((dark, column) => {
    if (!dark) return;
    if (row[column - 1]) runs.at(-1)[1] += 1;
    else runs.push([column, 1]);
  });
  return runs;
}
