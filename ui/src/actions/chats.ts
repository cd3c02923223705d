// What can be done with chats: rename, delete, undo, their own settings, finding them, a window of their own.
import type { ChatId, ChatOptions, MessageId, OperationId, OperationKind, SearchTerm } from "../bindings";
import * as ipc from "../ipc";
import { inForce } from "../state/defaults";
import { library } from "../state/library.svelte";
import { chat, composer, overview, view } from "../state/window";
import { t } from "../text/text";
import { attempt } from "./report";
import { exchange, leave, newChat, openChat } from "./session";
import { focusOn } from "./focus";

/** Says what was done, and offers to undo it. */
export const done = (operation: OperationId, text: string) => view.toast(text, operation);

/** What is seen in the list of chats, whichever chat is open. */
const inList: ReadonlySet<OperationKind> = new Set([
  ...(["createFolder", "renameFolder", "deleteFolder", "setFolderOptions", "renameTag", "deleteTag"] as const),
  ...(["moveChats", "pinChats", "archiveChats", "tagChats", "takeFromTrash"] as const),
]);

/** Undoes one thing, or the last one, whenever that was; and shows where. */
export async function undo(operation?: OperationId): Promise<void> {
  const offer = view.toasts.findLast(
    (toast) => toast.operation !== null && toast.operation === (operation ?? toast.operation),
  );
  const undone = await attempt(() => (operation === undefined ? ipc.undoLast() : ipc.undo(operation)));
  if (undone === undefined) return;
  view.toasts = view.toasts.filter((toast) => toast !== offer);
  if (undone === null) return;
  if (library.loaded) await library.load();
  const { kind, chat: where } = undone;
  // It is in the trash again then; a window that shows it leaves it by itself.
  const leads = kind !== "restoreChat" && kind !== "forkChat" && !inList.has(kind);
  if (where !== null && leads) await openChat(where);
  if (operation === undefined) view.toast(t.undone[kind], null);
}

export async function startChat(temporary = false): Promise<void> {
  view.overlay = false;
  view.query = "";
  if (await newChat(temporary)) focusOn("message");
}

/** Makes an ordinary chat of a temporary one. */
export async function keepChat(id: ChatId): Promise<void> {
  // What is being typed goes along.
  if (chat.head?.id === id) await composer.flushed();
  await exchange(id, async () => {
    const kept = await attempt(() => ipc.keepChat(id));
    if (kept) done(kept.operationId, t.temporary.kept);
    return kept?.chat;
  });
}

/** Opens a chat, where asked for on one of its messages: in its branch, in sight, marked. */
export async function goToChat(id: ChatId, message: MessageId | null = null, words: SearchTerm[] = []): Promise<void> {
  view.overlay = false;
  if (!(await openChat(id)) || message === null) return;
  if (chat.place(message) < 0 && !(await attempt(() => ipc.showMessage(message).then(() => true)))) return;
  if (chat.head?.id !== id) return;
  // The thread takes it as soon as the path of its branch has come.
  view.reveal = { message, sent: false };
  view.landed = message;
  view.landedBy = words;
}

export async function renameChat(id: ChatId, title: string): Promise<boolean> {
  const renamed = await attempt(() => ipc.renameChat(id, title));
  if (renamed) done(renamed.operationId, t.chats.renamed);
  return renamed !== undefined;
}

/** Whether a chat is gone when Parlour is closed; an empty one is in no list. */
export const isTemporary = (id: ChatId): boolean =>
  id === chat.head?.id ? chat.head.temporary : (overview.row(id)?.temporary ?? false);

export async function deleteChat(id: ChatId): Promise<void> {
  const temporary = isTemporary(id);
  const deleted = await attempt(() => ipc.deleteChat(id));
  if (!deleted) return;
  await leave([id]);
  done(deleted.operationId, temporary ? t.temporary.deleted : t.chats.deleted);
}

/** Sets what the open chat has of its own; the operation is what takes that back. */
export async function setChatOptions(options: ChatOptions): Promise<OperationId | null> {
  const id = chat.head?.id;
  if (id === undefined) return null;
  return (await attempt(() => ipc.setChatOptions(id, options)))?.operationId ?? null;
}

/** Chooses the model of the open chat; the default's name, or none, follows the default again. */
export async function chooseModel(name: string): Promise<void> {
  const options = chat.head?.options;
  const byDefault = inForce(chat.head?.inherited, overview.settings).model;
  const model = name.trim() === "" || name.trim() === byDefault ? null : name.trim();
  if (options && options.model !== model) await setChatOptions({ ...options, model });
}

export async function openWindow(id: ChatId): Promise<void> {
  await attempt(() => ipc.openWindow(id));
}

/** Opens the chat's own settings; those of another chat after going there. */
export async function openChatOptions(id: ChatId): Promise<void> {
  if (await openChat(id)) view.chatOptions = true;
}
