/**
 * The frame around every screen: where to go, the points, what the house says, and the foot.
 * @module
 */
import { ContributionMarks } from "../contribution_marks.js";
import { t } from "../language.js";
import { html, useEffect, useState } from "../view.js";
import { useMachine, useSession } from "../visit.js";
import { BackupOffer } from "./backup_offer.js";
import { Dealing, Failed } from "./between.js";
import { News } from "./news.js";
import { Foot } from "./foot.js";
import { Later, usePlace, useScreen } from "./place.js";
import { Top } from "./top.js";

const deckBar = () => import("../decks/deck_bar.js");

export function App() {
  const [said, announce] = useState("");
  const [, setLanguage] = useState("");
  const [{ screen, parameters, deck, visit }, open] = usePlace();
  const { session, entries, houseProblem, standing, scored } = useSession(announce);
  const machine = useMachine(session, deck);
  const loaded = useScreen(screen);
  useEffect(() => void (document.title = `${t(`${screen.name}.title`)} · Hunch`));

  const parts = { session, machine, standing, entries, parameters, deck, announce, scored, open };
  return html`
    <${Top} here=${screen} deck=${deck} open=${open} standing=${standing} />
    <${News} houseProblem=${houseProblem} here=${screen} open=${open} resend=${() => session.resume()} />
    <main aria-busy=${session === null || loaded === null}>
      <${Shown} key=${`${screen.name} ${deck} ${visit}`} loaded=${loaded} parts=${parts} />
      ${screen.name !== "you" && html`<${BackupOffer} standing=${standing} open=${open} />`}
      <${ContributionMarks} entries=${entries} machine=${machine} />
      ${session && html`<${Later} load=${deckBar} here=${screen} deck=${deck} open=${open} />`}
    </main>
    <${Foot} lasting=${session?.lasting ?? true} spoken=${setLanguage} />
    <p class="visually-hidden" role="status" aria-live="polite">${said}</p>
  `;
}

function Shown({ loaded, parts }) {
  if (loaded?.failed) return html`<${Failed} words=${t("frame.screen_missing")} again=${() => location.reload()} />`;
  if (loaded === null || parts.session === null) return html`<${Dealing} />`;
  return html`<${loaded.Screen} ...${parts} />`;
}
