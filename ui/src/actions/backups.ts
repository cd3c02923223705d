// What can be brought back from a backup.
import type { ChatId } from "../bindings";
import * as ipc from "../ipc";
import { view } from "../state/window";
import { t } from "../text/text";
import { done, goToChat } from "./chats";
import { newChat } from "./session";

/** Everything becomes as it was. What there was is backed up first, so that it can be brought back the same way. */
export async function restoreBackup(backup: string): Promise<void> {
  await ipc.restoreBackup(backup);
  // The chat that was open may be another one now, or none.
  await newChat();
  view.toast(t.backups.restored, null);
}

/** Brings one chat back as a chat of its own, and shows it. */
export async function restoreChat(backup: string, chat: ChatId): Promise<void> {
  const restored = await ipc.restoreChat(backup, chat);
  view.settings = null;
  await goToChat(restored.chat);
  done(restored.operationId, t.backups.brought);
}
