/**
 * The marks of a machine as two lines: how often its first guess was right, and one of its five best.
 * @module
 */
import { t } from "../language.js";
import { html } from "../view.js";
import { percent } from "../wording.js";

const WIDTH = 320;
const HEIGHT = 200;
const FRAME = { left: 54, right: 8, top: 10, bottom: 30 };
const SHARES = [0, 0.25, 0.5, 0.75, 1];

/**
 * Where things are in the plot. Contributions are spread by their logarithm: a machine learns most
 * from the first ones.
 *
 * @param {{contributions: number}[]} marks at least one, in order
 */
export function scaleOf(marks) {
  const most = marks.at(-1).contributions;
  const least = Math.min(marks[0].contributions, most / 10);
  const width = WIDTH - FRAME.left - FRAME.right;
  const height = HEIGHT - FRAME.top - FRAME.bottom;
  const x = (contributions) => FRAME.left + width * (Math.log(contributions / least) / Math.log(most / least));
  const y = (share) => FRAME.top + height * (1 - share);
  const tens = [1, 10, 100, 1_000, 10_000, 100_000].filter((ten) => ten >= least && ten <= most / 2);
  return { x, y, ticks: [...tens, most] };
}

/** The points of a line. @param {object[]} marks @param {"top1" | "top5"} share @param {object} scale */
export function pointsOf(marks, share, { x, y }) {
  return marks.map((mark) => `${x(mark.contributions).toFixed(1)},${y(mark[share]).toFixed(1)}`).join(" ");
}

/** @param {{marks: {contributions: number, top1: number, top5: number}[]}} props */
export function Plot({ marks }) {
  const scale = scaleOf(marks);
  const last = marks.at(-1);
  const summary = t("machine.plot", {
    from: percent(marks[0].top1),
    to: percent(last.top1),
    rounds: t("machine.rounds", { count: last.contributions }),
  });
  return html`<figure class="plot">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${summary}>
      ${SHARES.map((share) => html`<${Level} key=${share} share=${share} y=${scale.y(share)} />`)}
      ${scale.ticks.map((count) => html`<text key=${count} class="tick" x=${scale.x(count)} y=${HEIGHT - 8}
        text-anchor=${count === last.contributions ? "end" : "middle"}>${t("machine.number", { count })}</text>`)}
      <${Line} name="top5" ...${{ marks, scale }} /><${Line} name="top1" ...${{ marks, scale }} />
    </svg>
    <figcaption>
      <span class="key top1">${t("machine.first_guess")}</span> <span class="key top5">${t("machine.among_five")}</span>
      <span class="quiet">${t("machine.across")}</span>
    </figcaption>
  </figure>`;
}

const Level = ({ share, y }) => html`<g class="level">
  <line x1=${FRAME.left} x2=${WIDTH - FRAME.right} y1=${y} y2=${y} />
  <text class="tick" x=${FRAME.left - 6} y=${y + 5} text-anchor="end">${percent(share)}</text>
</g>`;

function Line({ name, marks, scale }) {
  const last = marks.at(-1);
  return html`<g class=${`line ${name}`}>
    <polyline points=${pointsOf(marks, name, scale)} />
    <circle cx=${scale.x(last.contributions)} cy=${scale.y(last[name])} r="4" />
  </g>`;
}
