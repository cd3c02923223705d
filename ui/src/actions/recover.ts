// What the buttons beside an error do, in each place where errors are shown.
import type { ErrorAction } from "../text/errors";
import type { Entry } from "../state/entry.svelte";
import { view } from "../state/window";
import { startChat } from "./chats";
import { checkConnection, enterKey } from "./connection";
import { focusOn } from "./focus";
import { continueReply, openLink, retry } from "./messages";
import { report } from "./report";

export type Recoveries = Partial<Record<ErrorAction, () => void>>;

const BILLING = "https://platform.openai.com/settings/organization/billing";

/** What can be done from anywhere. */
export const anywhere: Recoveries = {
  enterKey: () => void enterKey(),
  openSettings: () => void (view.settings = "connection"),
  openHealth: () => void (view.settings = "health"),
  chooseModel: () => void focusOn("model"),
  newChat: () => void startChat(),
  checkAgain: () => void checkConnection().catch((thrown: unknown) => report(thrown)),
  openBilling: () => void openLink(BILLING),
  chatSettings: () => void (view.chatOptions = true),
};

/** What can be done about a reply that failed. */
export function forReply(entry: Entry): Recoveries {
  const { parentId } = entry.message;
  const recoveries: Recoveries = { ...anywhere, retry: () => void retry(entry) };
  if (entry.hasText) recoveries.continue = () => void continueReply(entry.id);
  if (parentId !== null) recoveries.edit = () => void (view.editing = parentId);
  return recoveries;
}

/** What can be done about something that was just tried. */
export const forAlert = (again: (() => void) | undefined): Recoveries =>
  again ? { ...anywhere, retry: again } : anywhere;
