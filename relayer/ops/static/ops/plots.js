// Draws each plot from the table beside it, so that both say the same. The cursor is shared by all.
// Tables are fetched again every half a minute while the page is seen.
import uPlot from "./vendor/uplot-1.6.32.js";

const EVERY_MS = 30_000;
const HEIGHT = 240;
const drawn = new Map();

const colourOf = (element) => getComputedStyle(element).color;
const seconds = (time) => Date.parse(time.dateTime) / 1000;

/** Columns of a table: times, then one list for each curve; an empty cell is unknown. */
function readTable(table) {
  const rows = [...table.tBodies[0].rows];
  const times = rows.map((row) => seconds(row.cells[0].firstElementChild));
  const curves = [...table.tHead.rows[0].cells].slice(1).map((head, index) => ({
    label: head.querySelector(".curve-name").textContent,
    unit: head.dataset.unit,
    style: head.dataset.style,
    swatch: head.querySelector(".swatch"),
    values: rows.map((row) => (row.cells[index + 1].textContent ? Number(row.cells[index + 1].textContent) : null)),
  }));
  return { times, curves };
}

const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });
/** Hours of a day, or days of a month, as the ticks lie apart. */
const tellTimes = (ticks) => ticks.map((at) => {
  const [day, time] = new Date(at * 1000).toISOString().split("T");
  return time.startsWith("00:00") || ticks[1] - ticks[0] >= 86_400 ? day.slice(5) : time.slice(0, 5);
});
function tell(value) {
  if (value === null || value === undefined) return "–";
  return Math.abs(value) > 0 && Math.abs(value) < 0.00001 ? value.toExponential(2) : short.format(value);
}

function seriesOf(curve) {
  return {
    label: curve.label,
    scale: curve.unit,
    stroke: () => colourOf(curve.swatch),
    width: 1.5,
    dash: curve.style === "dashes" ? [6, 5] : undefined,
    spanGaps: curve.style === "dashes",
    paths: curve.style === "step" ? uPlot.paths.stepped({ align: 1 }) : undefined,
    points: { size: 4 },
    value: (plot, value) => `${tell(value)} ${curve.unit === "count" ? "" : curve.unit}`,
  };
}

/** Lines where something was paused, started or changed. */
function drawMarks(plot, table) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colourOf(table);
  ctx.setLineDash([2, 4]);
  for (const time of document.querySelectorAll("#marks [data-kind] time")) {
    const x = plot.valToPos(seconds(time), "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function axesOf(units, table) {
  const quiet = () => colourOf(table.tHead.rows[0].cells[0]);
  const grid = { stroke: () => getComputedStyle(table.tHead.rows[0].cells[0]).borderBlockEndColor, width: 1 };
  const sides = units.map((unit, index) => ({
    scale: unit, side: index ? 1 : 3, stroke: quiet, label: unit, labelSize: 20, size: 62, labelFont: "12px system-ui",
    font: "12px system-ui", grid: index ? { show: false } : grid, ticks: grid, values: (plot, ticks) => ticks.map(tell),
  }));
  return [{ stroke: quiet, font: "12px system-ui", grid, ticks: grid, values: (plot, ticks) => tellTimes(ticks) }, ...sides];
}

function draw(figure) {
  const place = figure.querySelector(".plot");
  const table = figure.querySelector("table");
  if (!place || !table) return;
  place.hidden = false;
  const { times, curves } = readTable(table);
  const units = [...new Set(curves.map((curve) => curve.unit))];
  const options = {
    width: place.clientWidth, height: HEIGHT, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    cursor: { sync: { key: "house" } },
    series: [{ value: (plot, at) => (at === null || at === undefined ? "–" : new Date(at * 1000).toISOString().slice(5, 16).replace("T", " ")) }, ...curves.map(seriesOf)],
    scales: Object.fromEntries(units.map((unit) => [unit, { range: (plot, low, high) => [Math.min(0, low ?? 0), (high ?? 0) > 0 ? high * 1.05 : 1] }])),
    axes: axesOf(units, table),
    hooks: { draw: [(plot) => drawMarks(plot, table)] },
  };
  drawn.get(figure.id)?.destroy();
  place.replaceChildren();
  drawn.set(figure.id, new uPlot(options, [times, ...curves.map((curve) => curve.values)], place));
}

const drawAll = () => { for (const figure of document.querySelectorAll("#plots .figure")) draw(figure); };

/** Takes tables and marks of a fresh page; what is open stays open. */
async function refresh() {
  const section = document.getElementById("plots");
  if (document.hidden || !section) return;
  const answer = await fetch(section.dataset.plots, { headers: { "X-By-Itself": "plots" }, redirect: "error", cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const figure of document.querySelectorAll("#plots .figure")) {
    const next = fresh.getElementById(figure.id);
    if (next && !figure.querySelector("table")) figure.replaceWith(document.adoptNode(next));
  }
  for (const id of ["marks", ...[...document.querySelectorAll("#plots table")].map((table) => table.id)]) {
    const next = fresh.getElementById(id);
    if (next) document.getElementById(id).replaceWith(document.adoptNode(next));
  }
  drawAll();
}

drawAll();
setInterval(() => refresh().catch(() => { /* poll.js tells when what is shown is old */ }), EVERY_MS);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const plot of drawn.values()) plot.redraw(); });
new ResizeObserver(() => {
  for (const [id, plot] of drawn) {
    const width = document.getElementById(id)?.querySelector(".plot").clientWidth;
    if (width && width !== plot.width) plot.setSize({ width, height: HEIGHT });
  }
}).observe(document.getElementById("plots") ?? document.body);
