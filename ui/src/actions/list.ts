// The keys and clicks of the list of chats: going from line to line, selecting, opening menus.
import { isCollapsible, type Lines } from "../state/lines";
import { folds, overview, selection, view } from "../state/window";
import { onMac, t } from "../text/text";
import { deleteChat, goToChat } from "./chats";
import { deleteChats, deleteFolder } from "./order";

/** The list as it is on screen. */
export interface List {
  lines: Lines;
  /** The line that has the focus, or would get it. */
  at: number;
  /** So many lines are a page. */
  page: number;
  rtl: boolean;
  /** Brings a line into sight and puts the focus there. */
  go(line: number): void;
}

/** What is typed within this time of each other is one beginning. */
const TYPING = 800;
let typed = "";
let typedAt = 0;

const isCommand = (event: MouseEvent | KeyboardEvent) => (onMac ? event.metaKey : event.ctrlKey);

/** Answers a key; says whether it was one of the list's. */
export function onListKey(event: KeyboardEvent, list: List): boolean {
  const { key } = event;
  if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) return openMenu(list.at, null, list);
  if (key === " " && event.ctrlKey) return toggle(list);
  if (isCommand(event) && !event.altKey && !event.shiftKey && key.toLowerCase() === "a") {
    selection.set(list.lines.between(0, list.lines.count - 1));
    return true;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  // A key with another meaning is the end of a beginning.
  if (move(key, event.shiftKey, list) || act(key, list)) typed = "";
  else return jump(key, list);
  return true;
}

function move(key: string, extend: boolean, list: List): boolean {
  const { lines, at, page } = list;
  const steps: Record<string, () => number> = {
    ArrowDown: () => lines.step(at, 1),
    ArrowUp: () => lines.step(at, -1),
    PageDown: () => lines.step(at, page),
    PageUp: () => lines.step(at, -page),
    Home: () => lines.step(-1, 1),
    End: () => lines.step(lines.count, -1),
  };
  const to = steps[key]?.();
  if (to === undefined) return false;
  if (extend) extendTo(to, list);
  list.go(to);
  return true;
}

/** Selects from where Shift was held first to a line. */
function extendTo(to: number, { lines, at }: List): void {
  let anchor = selection.anchor === null ? -1 : lines.find(selection.anchor);
  if (anchor < 0) {
    anchor = at;
    selection.anchor = lines.at(at)?.row?.id ?? null;
  }
  selection.set(lines.between(anchor, to));
}

function act(key: string, { lines, at, rtl, go }: List): boolean {
  const line = lines.at(at);
  if (!line) return false;
  const { section, row } = line;
  if (key === "Escape") {
    if (selection.size === 0) return false;
    selection.clear();
    return true;
  }
  if (key === "F2") {
    if (row) view.renaming = { chat: row.id, title: row.title };
    else if (section.folder) view.ordering = { type: "renameFolder", ...section.folder };
    return true;
  }
  if (key === "Delete") {
    if (row && selection.has(row.id)) void deleteChats(selection.chats);
    else if (row) void deleteChat(row.id);
    else if (section.folder) void deleteFolder(section.folder.id);
    return true;
  }
  if ((key !== "ArrowLeft" && key !== "ArrowRight") || !isCollapsible(section)) return false;
  const opens = (key === "ArrowRight") !== rtl;
  if (row && !opens) go(section.line);
  else if (!row && opens && section.open) go(lines.step(at, 1));
  else if (!row) folds.set(section.key, !opens);
  return true;
}

/** Goes to the next chat or folder whose name begins with what is being typed. */
function jump(key: string, { lines, at, go }: List): boolean {
  const now = performance.now();
  const goesOn = typed !== "" && now - typedAt < TYPING;
  // A space opens, but for one within a name that is being typed.
  if ([...key].length !== 1 || (key === " " && !goesOn)) return false;
  typed = goesOn ? typed + key : key;
  typedAt = now;
  const found = lines.named(typed, [...typed].length === 1 ? at + 1 : at);
  if (found >= 0) go(found);
  return true;
}

function toggle({ lines, at }: List): boolean {
  const row = lines.at(at)?.row;
  if (row && !row.temporary) selection.toggle(row.id);
  return true;
}

/** Answers a click on a line: opens the chat, or selects it with Ctrl or Shift; opens and closes a folder. */
export function onListClick(event: MouseEvent, line: number, list: List): void {
  const found = list.lines.at(line);
  if (!found) return;
  const { section, row } = found;
  if (!row) {
    folds.set(section.key, section.open);
  } else if (event.shiftKey) {
    extendTo(line, list);
  } else if (isCommand(event)) {
    if (!row.temporary) selection.toggle(row.id);
  } else {
    selection.clear();
    selection.anchor = row.id;
    void goToChat(row.id);
  }
}

/** Opens the menu of a line: at the pointer, or below the line. Says whether it has one. */
export function openMenu(line: number, pointer: { x: number; y: number } | null, { lines }: List): boolean {
  const found = lines.at(line);
  if (!found) return false;
  const key = found.row?.id ?? found.section.key;
  const box = lineElement(key)?.getBoundingClientRect();
  const spot = { x: pointer?.x ?? (box?.left ?? 0) + 16, y: pointer?.y ?? box?.bottom ?? 0, fromEnd: false };
  if (found.row) {
    const { id } = found.row;
    const all = selection.has(id) && selection.size > 1 ? { chats: selection.chats } : {};
    view.menu = { chat: id, ...all, ...spot };
  } else if (found.section.folder) {
    view.folderMenu = { folder: found.section.folder.id, ...spot };
  } else {
    return false;
  }
  return true;
}

export const lineElement = (key: string) => document.querySelector<HTMLElement>(`nav [data-line="${CSS.escape(key)}"]`);

/** What goes with a drag: the selection, where the chat belongs to it. */
export function startDrag(event: DragEvent, id: string): void {
  view.dragged = selection.has(id) ? selection.chats : [id];
  const titles = view.dragged.map((chat) => overview.row(chat)?.title || t.chats.untitled);
  event.dataTransfer?.setData("text/plain", titles.join("\n"));
  if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
}
