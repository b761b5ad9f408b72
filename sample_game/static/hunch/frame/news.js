/**
 * Quiet lines above the screen: no connection, what the house says, a new version.
 * @module
 */
import { t } from "../language.js";
import { useVersions } from "../offline/versions.js";
import { html, useEffect, useState } from "../view.js";
import { problemWords } from "../wording.js";

/** @param {{houseProblem: Error | null, here: object, open: (name: string) => void, resend: () => void}} props */
export function News({ houseProblem, here, open, resend }) {
  const isOld = useVersions();
  const isOffline = useOffline();
  const practises = here.name === "practice";
  return html`
    ${houseProblem && html`<p class="notice" role="alert">${problemWords(houseProblem)}${" "}
      <button class="plain" type="button" onClick=${resend}>${t("frame.try_again")}</button></p>`}
    ${isOffline && !practises && html`<p class="line" role="status">${!houseProblem && t("frame.offline")}${" "}
      <button class="plain" type="button" onClick=${() => open("practice")}>${t("practice.begin")}</button></p>`}
    ${isOld && html`<p class="line" role="status">${t("frame.new_version")}${" "}
      <button class="plain" type="button" onClick=${() => location.reload()}>${t("frame.reload")}</button></p>`}
  `;
}

function useOffline() {
  const [isOffline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const look = () => setOffline(!navigator.onLine);
    const news = ["online", "offline"];
    news.forEach((name) => addEventListener(name, look));
    return () => news.forEach((name) => removeEventListener(name, look));
  }, []);
  return isOffline;
}
