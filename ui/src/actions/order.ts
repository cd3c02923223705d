// What is done to the order of the chats: pins, folders, tags, the archive, and many chats deleted at once. Each call is one
// step for Undo.
import type { ChatId, ChatOptions, ChatRow, Done, FolderId, Place, TagId } from "../bindings";
import * as ipc from "../ipc";
import { overview, selection, view } from "../state/window";
import { t } from "../text/text";
import { done } from "./chats";
import { attempt } from "./report";
import { leave } from "./session";

async function change(call: () => Promise<Done>, text: string): Promise<boolean> {
  const changed = await attempt(call);
  if (changed) done(changed.operationId, text);
  return changed !== undefined;
}

export async function pinChats(chats: ChatId[], pinned: boolean): Promise<void> {
  const { length } = chats;
  await change(() => ipc.pinChats(chats, pinned), pinned ? t.order.pinnedDone(length) : t.order.unpinnedDone(length));
}

export async function archiveChats(chats: ChatId[], archived: boolean): Promise<void> {
  const { length } = chats;
  const text = archived ? t.order.archivedDone(length) : t.order.unarchivedDone(length);
  if (await change(() => ipc.archiveChats(chats, archived), text)) selection.clear();
}

export async function deleteChats(chats: ChatId[]): Promise<void> {
  const deleted = await attempt(() => ipc.deleteChats(chats));
  if (!deleted) return;
  selection.clear();
  await leave(chats);
  done(deleted.operationId, t.order.deletedDone(chats.length));
}

export async function moveChats(chats: ChatId[], folder: FolderId | null): Promise<boolean> {
  const name = overview.folders.find(({ id }) => id === folder)?.name;
  return move(chats, folder, name);
}

/** Moves chats to a folder that is made for them. */
export async function moveToNewFolder(chats: ChatId[], name: string): Promise<boolean> {
  const folder = await attempt(() => ipc.createFolder(name));
  return folder !== undefined && (await move(chats, folder.id, folder.name));
}

async function move(chats: ChatId[], folder: FolderId | null, name: string | undefined): Promise<boolean> {
  const { length } = chats;
  const text = name === undefined ? t.order.movedOutDone(length) : t.order.movedDone(length, name);
  return change(() => ipc.moveChats(chats, folder), text);
}

export async function tagChats(chats: ChatId[], name: string, on: boolean): Promise<boolean> {
  const { length } = chats;
  const text = on ? t.order.taggedDone(length, name) : t.order.untaggedDone(length, name);
  return change(() => ipc.tagChats(chats, name, on), text);
}

export const renameFolder = (folder: FolderId, name: string) =>
  change(() => ipc.renameFolder(folder, name), t.order.folderRenamed);

export const deleteFolder = (folder: FolderId) => change(() => ipc.deleteFolder(folder), t.order.folderDeleted);

export const setFolderOptions = (folder: FolderId, options: ChatOptions) =>
  change(() => ipc.setFolderOptions(folder, options), t.order.folderOptionsDone);

export const renameTag = (tag: TagId, name: string) => change(() => ipc.renameTag(tag, name), t.order.tagRenamed);

export async function deleteTag(tag: TagId): Promise<void> {
  if ((await change(() => ipc.deleteTag(tag), t.order.tagDeleted)) && view.tag === tag) view.tag = null;
}

/** Shows only chats with this tag; `null` shows all again. */
export function showTag(tag: TagId | null): void {
  selection.clear();
  view.query = "";
  view.tag = tag;
}

/** Puts what is dragged into a place of the list; what lies there already stays as it is. */
export async function dropOn(place: Place): Promise<void> {
  const rows = (view.dragged ?? []).flatMap((id) => overview.row(id) ?? []);
  view.dragged = null;
  const folder = place.type === "folder" ? place.id : null;
  const isThere = (row: ChatRow) =>
    place.type === "archive"
      ? row.archived
      : !row.archived && (place.type === "pinned" ? row.pinned : !row.pinned && row.folderId === folder);
  const moved = rows.filter((row) => !isThere(row));
  const { length } = moved;
  if (length === 0) return;
  const name = overview.folders.find(({ id }) => id === folder)?.name;
  const text = () => {
    if (place.type === "archive") return t.order.archivedDone(length);
    if (place.type === "pinned") return t.order.pinnedDone(length);
    if (name !== undefined) return t.order.movedDone(length, name);
    if (moved.every((row) => row.archived)) return t.order.unarchivedDone(length);
    return moved.every((row) => row.pinned) ? t.order.unpinnedDone(length) : t.order.movedOutDone(length);
  };
  const chats = moved.map(({ id }) => id);
  if ((await change(() => ipc.placeChats(chats, place), text())) && place.type === "archive") selection.clear();
}
