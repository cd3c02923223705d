// What can be done with the tree of a chat: its map, names of branches, forks, deleting from here, versions side by side.
import { tick } from "svelte";
import type { ChatId, MessageId, Stretch } from "../bindings";
import * as ipc from "../ipc";
import { announcer, chat, view } from "../state/window";
import { t } from "../text/text";
import { done, goToChat } from "./chats";
import { focusOn } from "./focus";
import { attempt } from "./report";
import { openChat } from "./session";
import { thread } from "./thread";

/** Opens the map of a chat; that of another chat after going there. */
export async function openMap(id: ChatId | undefined = chat.head?.id): Promise<void> {
  if (id !== undefined && (await openChat(id))) view.map = true;
}

/** Leaves the map for the place where a stretch begins. */
export async function goToStretch(stretch: Stretch): Promise<void> {
  const id = chat.head?.id;
  view.map = false;
  if (id === undefined) return;
  await goToChat(id, stretch.first);
  // After the map has given the focus back.
  await tick();
  thread()?.element.focus({ preventScroll: true });
  if (view.landed === stretch.first) announcer.say(t.tree.landed(stretch.name ?? stretch.excerpt));
}

export async function nameBranch(message: MessageId, name: string): Promise<boolean> {
  const named = await attempt(() => ipc.nameBranch(message, name));
  if (named) done(named.operationId, name.trim() === "" ? t.tree.unnamed : t.tree.named);
  return named !== undefined;
}

/** Goes on in a new chat with all that was said up to this message. */
export async function forkChat(message: MessageId): Promise<void> {
  const forked = await attempt(() => ipc.forkChat(message));
  if (!forked || !(await openChat(forked.chat))) return;
  done(forked.operationId, t.tree.forked);
  await focusOn("message");
}

/** Deletes a message and all that follows it on the path. */
export async function deleteRest(message: MessageId): Promise<void> {
  const deleted = await attempt(() => ipc.deleteRest(message));
  if (!deleted) return;
  done(deleted.operationId, t.tree.restDeleted);
  // The menu's button went with its message.
  await focusOn("message");
}

/** Opens the comparison, from a message whose menu was open. */
export function compare(message: MessageId): void {
  view.comparing = message;
}
