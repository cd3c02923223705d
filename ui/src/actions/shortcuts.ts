// The keys of the window. The table is what the settings show too.
import { onMac, t } from "../text/text";
import { chat, find, overview, view } from "../state/window";
import { startChat, undo } from "./chats";
import { saveSettings } from "./connection";
import { closeFind, goToMatch, openFind } from "./find";
import { focusOn } from "./focus";
import { jumpToBlock, jumpToQuestion } from "./jumps";
import { stop } from "./messages";
import { quoteSelection } from "./quote";
import { report } from "./report";
import { thread } from "./thread";
import { openMap } from "./tree";

interface Shortcut {
  name: string;
  key: string;
  shift?: boolean;
  /** Where the key is, for one whose sign depends on the layout once Shift is held. */
  code?: string;
  run(): void;
}

/** With Ctrl, or Cmd on a Mac. */
const shortcuts: readonly Shortcut[] = [
  { name: t.chats.new, key: "n", run: () => void startChat() },
  { name: t.temporary.new, key: "n", shift: true, run: () => void startChat(true) },
  { name: t.shortcuts.switcher, key: "k", run: openSwitcher },
  { name: t.chats.search, key: "f", shift: true, run: search },
  { name: t.find.field, key: "f", run: openFind },
  { name: t.shortcuts.nextMatch, key: "g", run: () => again(1) },
  { name: t.shortcuts.previousMatch, key: "g", shift: true, run: () => again(-1) },
  { name: t.tree.map, key: "m", shift: true, run: () => void openMap() },
  { name: t.quote.shortcut, key: ".", shift: true, code: "Period", run: () => void quoteSelection() },
  { name: t.settings.title, key: ",", run: () => void (view.settings = "connection") },
  { name: t.shortcuts.sidebar, key: "b", run: toggleSidebar },
];

/** What can be done by a key of the window, for those who look for it by name. */
export const commands: readonly { name: string; keys: string; run(): void }[] = shortcuts
  .filter(({ run }) => run !== openSwitcher)
  .map(({ name, key, shift, run }) => ({ name, keys: written(key, shift), run }));

function openSwitcher(): void {
  view.menu = null;
  view.switcher = true;
}

function again(direction: 1 | -1): void {
  if (find.open) void goToMatch(direction);
  else openFind();
}

/** A key as it is written: "Ctrl+Shift+F", "⇧⌘F". */
export function written(key: string, shift = false): string {
  const letter = key.toUpperCase();
  if (onMac) return `${shift ? "⇧" : ""}⌘${letter}`;
  return `Ctrl+${shift ? "Shift+" : ""}${letter}`;
}

function withAlt(key: string, shift = false): string {
  return onMac ? `⌥${shift ? "⇧" : ""} ${key}` : `Alt+${shift ? "Shift+" : ""}${key}`;
}

/** All keys with what they do. */
export const keyTable: readonly { name: string; keys: string }[] = [
  { name: t.shortcuts.send, keys: "Enter" },
  { name: t.shortcuts.newLine, keys: "Shift+Enter" },
  { name: t.shortcuts.stop, keys: "Esc" },
  ...shortcuts.map(({ name, key, shift }) => ({ name, keys: written(key, shift) })),
  { name: t.shortcuts.questions, keys: withAlt("↑ ↓") },
  { name: t.shortcuts.code, keys: withAlt("↑ ↓", true) },
  { name: t.shortcuts.headings, keys: withAlt("Page ↑ ↓") },
  { name: t.shortcuts.pages, keys: "Page ↑ ↓" },
  { name: t.shortcuts.ends, keys: "Home, End" },
  { name: t.shortcuts.undo, keys: written("z") },
  { name: t.shortcuts.rowMenu, keys: "Shift+F10" },
  { name: t.order.keys.select, keys: `Shift+↑ ↓, ${onMac ? "⌃ Space" : "Ctrl+Space"}` },
  { name: t.order.keys.selectAll, keys: written("a") },
  { name: t.order.keys.delete, keys: "Delete" },
];

export function showSidebar(): void {
  if (view.narrow) view.overlay = true;
  else if (!overview.settings.sidebarShown) toggleSidebar();
}

function search(): void {
  showSidebar();
  void focusOn("search");
}

/** Looks for something in all messages. */
export function searchFor(words: string): void {
  view.query = words;
  search();
}

export function toggleSidebar(): void {
  if (view.narrow) view.overlay = !view.overlay;
  else saveSettings({ sidebarShown: !overview.settings.sidebarShown }).catch((thrown: unknown) => report(thrown));
}

/** Whether a key belongs to an input method that is composing: Safari's engine says so by 229 alone. */
export const composing = (event: KeyboardEvent) => event.isComposing || event.keyCode === 229;

const inText = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);

/** Answers a key of the window. */
export function onKey(event: KeyboardEvent): void {
  if (composing(event) || event.defaultPrevented) return;
  if (event.key === "Escape") {
    escape(event);
    return;
  }
  if (!view.modal && move(event)) {
    event.preventDefault();
    return;
  }
  if (!(onMac ? event.metaKey : event.ctrlKey) || event.altKey || view.modal) return;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey && !inText(event.target)) {
    event.preventDefault();
    void undo();
    return;
  }
  const found = shortcuts.find(
    (each) =>
      (each.key === key || (each.code !== undefined && each.code === event.code)) &&
      (each.shift ?? false) === event.shiftKey,
  );
  if (!found) return;
  event.preventDefault();
  found.run();
}

/** Moves within the thread. In a text field the keys are the text's own, but for a composer with nothing in it. */
function move(event: KeyboardEvent): boolean {
  const shown = thread();
  const { target, key, altKey, shiftKey } = event;
  if (!shown || event.ctrlKey || event.metaKey || !(target instanceof Element)) return false;
  const free =
    !inText(target) || (target instanceof HTMLTextAreaElement && target.id === "message" && target.value === "");
  if (!free) return false;
  const up = key === "ArrowUp" || key === "PageUp";
  const arrow = key === "ArrowUp" || key === "ArrowDown";
  if (arrow || key === "PageUp" || key === "PageDown") {
    if (altKey && arrow && !shiftKey) jumpToQuestion(up ? -1 : 1);
    else if (altKey && arrow) void jumpToBlock("code", up ? -1 : 1);
    else if (altKey && !shiftKey) void jumpToBlock("heading", up ? -1 : 1);
    else if (!altKey && !shiftKey && !arrow && !target.closest("nav")) shown.page(up ? -1 : 1);
    else return false;
    return true;
  }
  if ((key !== "Home" && key !== "End") || altKey || shiftKey || target.closest("nav")) return false;
  if (key === "Home") shown.toStart();
  else shown.follow();
  return true;
}

function escape(event: KeyboardEvent): void {
  if (view.modal) return;
  if (view.overlay) {
    view.overlay = false;
    return;
  }
  const elsewhere = event.target instanceof Element && event.target.closest("nav, header");
  if (chat.running && !elsewhere) void stop();
  else closeFind();
}
