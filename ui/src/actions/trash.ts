// The way out of the trash for one chat, whatever was deleted together with it.
import type { ChatId } from "../bindings";
import * as ipc from "../ipc";
import { t } from "../text/text";
import { done } from "./chats";
import { attempt } from "./report";
import { openChat } from "./session";

/** Brings a chat back, and shows it. */
export async function takeFromTrash(chat: ChatId): Promise<void> {
  const taken = await attempt(() => ipc.takeFromTrash(chat));
  if (!taken) return;
  await openChat(chat);
  done(taken.operationId, t.undone.deleteChat);
}
