"use strict";
/**
 * Keeps the page on the device, so that it opens while the game cannot be reached.
 *
 * The server puts `SHIPMENT` in front: the version, and the addresses of all its files. Files have
 * their version in the address and never change; the page itself and the model are asked for first,
 * and taken from here when nobody answers.
 */

const CODE = `hunch-code-${SHIPMENT.version}`;
const MODELS = "hunch-models";
const PAGE = "/";
const PATIENCE_MS = 3_000;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepVersion());
});

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/code/")) event.respondWith(kept(request));
  else if (request.mode === "navigate" && pathname === PAGE) event.respondWith(page(request));
  else if (pathname === "/api/model") event.respondWith(model(request));
});

async function keepVersion() {
  const cache = await caches.open(CODE);
  await cache.addAll([...SHIPMENT.files, new Request(PAGE, { cache: "reload" })]);
}

async function takeOver() {
  const others = (await caches.keys()).filter((name) => name.startsWith("hunch-code-") && name !== CODE);
  const old = others.slice(0, -1); // tabs that are still open go on with the version before this one
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
  for (const client of await self.clients.matchAll()) client.postMessage({ version: SHIPMENT.version });
}

/** A file of any version that is kept here. */
async function kept(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** The page as the server has it now; the kept one when there is no answer, or none within 3 s. */
async function page(request) {
  const cache = await caches.open(CODE);
  const old = () => cache.match(PAGE, { ignoreVary: true });
  const fresh = fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(old);
  try {
    const answer = await Promise.race([fresh, late.then((answer) => answer ?? fresh)]);
    return answer.status < 500 ? answer : ((await old()) ?? answer);
  } catch {
    return (await old()) ?? Response.error();
  }
}

/** The model as it is now; else the last one that this device has seen. */
async function model(request) {
  const cache = await caches.open(MODELS);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer.ok ? answer : ((await cache.match(request, { ignoreVary: true })) ?? answer);
  } catch {
    return (await cache.match(request, { ignoreVary: true })) ?? Response.error();
  }
}
