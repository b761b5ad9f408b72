// Keeps elements with an id and data-live fresh: fetches the page, or data-source, every few seconds
// and replaces them by the elements of the same id. Stops while the page is hidden, leaves what has
// the focus alone, and says when what is shown is old.
const EVERY_MS = 3_000;
const STALE_AFTER_MS = 10_000;
const LATE_MS = 8_000;

const light = document.getElementById("freshness");
let freshAt = Date.now();
let timer;

function show(state, words) {
  if (!light || light.dataset.state === state + words) return;
  light.dataset.state = state + words;
  light.hidden = false;
  light.className = `freshness ${state}`;
  light.setAttribute("role", state === "stale" ? "alert" : "status");
  light.textContent = words;
}

function sources() {
  const found = new Map();
  for (const element of document.querySelectorAll("[data-live][id]")) {
    const source = new URL(element.dataset.source || location.href, location.href).href;
    found.set(source, [...(found.get(source) ?? []), element.id]);
  }
  return found;
}

async function refresh(source, ids) {
  const answer = await fetch(source, {
    headers: { "X-By-Itself": "poll" }, redirect: "error", cache: "no-store", signal: AbortSignal.timeout(LATE_MS),
  });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ids) {
    const old = document.getElementById(id);
    const next = fresh.getElementById(id);
    if (!old || !next || (old !== document.activeElement && old.contains(document.activeElement))) continue;
    const place = { left: old.scrollLeft, top: old.scrollTop, focused: old === document.activeElement };
    old.replaceWith(document.adoptNode(next));
    next.scrollTo(place);
    if (place.focused) next.focus({ preventScroll: true });
    next.dispatchEvent(new CustomEvent("ops:fresh", { bubbles: true }));
  }
}

async function turn() {
  clearTimeout(timer);
  if (document.hidden) return;
  const wanted = sources();
  if (wanted.size === 0) {
    if (light) light.hidden = true; // all that moved has come to its end
    return;
  }
  try {
    await Promise.all([...wanted].map(([source, ids]) => refresh(source, ids)));
    freshAt = Date.now();
    show("live", "live");
  } catch {
    const age = Date.now() - freshAt;
    if (age > STALE_AFTER_MS) show("stale", `old: nothing new since ${new Date(freshAt).toISOString().slice(11, 19)}`);
  }
  timer = setTimeout(turn, EVERY_MS);
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) turn(); });
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("copied");
});
if (sources().size > 0) {
  show("live", "live");
  timer = setTimeout(turn, EVERY_MS);
}
