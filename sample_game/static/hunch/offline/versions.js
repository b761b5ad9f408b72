/**
 * Which version of the page this is, and whether a newer one has come.
 * @module
 */
import { useEffect, useState } from "../view.js";

const LOOK_EVERY_MS = 3_600_000;
/** Keeping the page must not delay the first round. */
const AFTER_FIRST_ROUND_MS = 1_000;

/** The version in the address that this module came from. */
const VERSION = /\/code\/(\w+)\//.exec(import.meta.url)?.[1];

/** Keeps the page on this device, where browsers can; tells whether a newer version is here. */
export function useVersions() {
  const [isOld, setOld] = useState(false);
  useEffect(() => {
    const workers = navigator.serviceWorker;
    if (!workers || !VERSION) return undefined;
    const hear = ({ data }) => data?.version && setOld(data.version !== VERSION);
    const look = async () => document.hidden || (await workers.getRegistration())?.update().catch(() => {});
    workers.addEventListener("message", hear);
    document.addEventListener("visibilitychange", look);
    const timer = setInterval(look, LOOK_EVERY_MS);
    const register = () => workers.register("/service-worker.js").catch(() => {}); // online the page works without
    const soon = setTimeout(register, AFTER_FIRST_ROUND_MS);
    return () => {
      clearTimeout(soon);
      workers.removeEventListener("message", hear);
      document.removeEventListener("visibilitychange", look);
      clearInterval(timer);
    };
  }, []);
  return isOld;
}
