// What the quick switcher offers besides the chats, and how that is ranked. Whoever has more to offer adds a source.
import { tick } from "svelte";
import type { Error, Theme } from "../bindings";
import * as ipc from "../ipc";
import type { SettingsSection } from "../state/view.svelte";
import { chat, find, overview, view } from "../state/window";
import { t } from "../text/text";
import { deleteChat, goToChat, openChatOptions, openWindow, undo } from "./chats";
import { saveSettings } from "./connection";
import { focusOn } from "./focus";
import { stop } from "./messages";
import { asError, report } from "./report";
import { commands, searchFor, written } from "./shortcuts";

/** Something to go to or to do. */
export interface Target {
  /** One of its kind in the whole list. */
  id: string;
  kind: "chat" | "command" | "search";
  /** What is shown, looked through and read out. May be hostile. */
  title: string;
  /** What stands behind it: a key, a date. */
  detail: string;
  run(): void;
}

/** A target that was found, with the places of the letters in its title. */
export interface Hit extends Target {
  positions: readonly number[];
}

type Source = () => readonly Target[] | Promise<readonly Target[]>;

/** Where targets besides the chats come from. Each is asked once whenever the switcher is opened. */
const sources: readonly Source[] = [windowCommands, chatCommands, settingsPages, themes];

/** No line shows more of a title. */
const LONGEST = 300;

/** Chats that are shown before anything is typed. */
const LAST = 12;

const command = (title: string, run: () => void, detail = ""): Target => ({
  id: `command ${title}`,
  kind: "command",
  title,
  detail,
  run,
});

function windowCommands(): Target[] {
  // A selection is lost to the dialog, and without a search there are no matches.
  const without = [t.quote.shortcut, ...(find.open ? [] : [t.shortcuts.nextMatch, t.shortcuts.previousMatch])];
  const byKey = commands
    .filter(({ name }) => !without.includes(name))
    .map(({ name, keys, run }) => command(name, run, keys));
  return [
    ...byKey,
    ...(chat.running ? [command(t.shortcuts.stop, () => void stop(), "Esc")] : []),
    command(t.shortcuts.undo, () => void undo(), written("z")),
    command(t.switcher.chooseModel, () => void focusOn("model")),
  ];
}

/** What the menu of the open chat has. */
function chatCommands(): Target[] {
  const head = chat.head;
  if (!head) return [];
  const { id, title } = head;
  const ofChat = (name: string, run: () => void) => command(t.switcher.thisChat(name), run);
  return [
    ofChat(t.chats.rename, () => (view.renaming = { chat: id, title })),
    ofChat(t.chats.options, () => void openChatOptions(id)),
    ofChat(t.chats.openWindow, () => void openWindow(id)),
    ofChat(t.chats.delete, () => void deleteChat(id)),
  ];
}

function settingsPages(): Target[] {
  const pages: [SettingsSection, string][] = [
    ["connection", t.settings.connection],
    ["chats", t.settings.chats],
    ["appearance", t.settings.appearance],
    ["backups", t.backups.title],
    ["health", t.health.title],
    ["trash", t.trash.title],
    ["keyboard", t.settings.keyboard],
    ["about", t.settings.about],
  ];
  return pages.map(([page, name]) => command(t.switcher.settings(name), () => (view.settings = page)));
}

function themes(): Target[] {
  const save = (change: Parameters<typeof saveSettings>[0]) =>
    void saveSettings(change).catch((thrown: unknown) => report(thrown));
  const names: [Theme, string][] = [
    ["system", t.settings.themeSystem],
    ["light", t.settings.themeLight],
    ["dark", t.settings.themeDark],
  ];
  const size = (by: number) => save({ textSize: Math.max(80, Math.min(200, overview.settings.textSize + by)) });
  return [
    ...names.map(([theme, name]) => command(t.switcher.theme(name), () => save({ theme }))),
    command(t.switcher.larger, () => size(10)),
    command(t.switcher.smaller, () => size(-10)),
  ];
}

/** All that the sources offer now. What a source could not read is missing. */
export async function offered(): Promise<Target[]> {
  const asked = await Promise.allSettled(sources.map(async (source) => source()));
  return asked.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
}

function dayOf(time: number): string {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (time >= midnight) return t.chats.today;
  return time >= new Date(midnight - 1).setHours(0, 0, 0, 0) ? t.chats.yesterday : t.switcher.at(time);
}

const chatTarget = (id: string, title: string, updatedAt: number): Target => ({
  id: `chat ${id}`,
  kind: "chat",
  title: title.slice(0, LONGEST) || t.chats.untitled,
  detail: dayOf(updatedAt),
  run: () => void goToChat(id).then(() => focusOn("message")),
});

export interface Answer {
  hits: Hit[];
  /** Why the chats could not be looked through. */
  error: Error | null;
}

/** The best targets for a query, best first. */
export async function lookUp(query: string, others: readonly Target[]): Promise<Answer> {
  const [chats, ranked] = await Promise.allSettled([
    ipc.quickFind(query),
    query.trim() === ""
      ? Promise.resolve([])
      : ipc.rank(
          query,
          others.map(({ title }) => title),
        ),
  ]);
  const error = chats.status === "rejected" ? asError(chats.reason) : null;
  const found = chats.status === "fulfilled" ? chats.value : [];
  if (query.trim() === "") return { hits: [...lastChats(found), ...others].map(plain), error };
  const hits: (Hit & { score: number })[] = found.map(({ chatId, title, updatedAt, score, positions }) => ({
    ...chatTarget(chatId, title, updatedAt),
    score,
    positions,
  }));
  for (const { index, score, positions } of ranked.status === "fulfilled" ? ranked.value : []) {
    const target = others[index];
    if (target) hits.push({ ...target, score, positions });
  }
  // The sort is stable: of equals the chats come first.
  hits.sort((a, b) => b.score - a.score);
  return { hits: [...hits, plain(messages(query))], error };
}

const plain = (target: Target): Hit => ({ ...target, positions: [] });

const messages = (query: string): Target => ({
  id: "search",
  kind: "search",
  title: t.switcher.searchMessages(query.trim()),
  detail: written("f", true),
  run: () => searchFor(query.trim()),
});

/** The chats that were open last in this window, then the newest ones: first the one to go back to. */
function lastChats(newest: readonly { chatId: string; title: string; updatedAt: number }[]): Target[] {
  const open = chat.head?.id;
  const visited = view.visited.flatMap((id) => {
    const row = overview.row(id);
    return row ? [chatTarget(row.id, row.title, row.updatedAt)] : [];
  });
  const rest = newest.map(({ chatId, title, updatedAt }) => chatTarget(chatId, title, updatedAt));
  const all = new Map([...visited, ...rest].map((target) => [target.id, target]));
  if (open !== undefined) all.delete(`chat ${open}`);
  return [...all.values()].slice(0, LAST);
}

/** Closes the switcher, gives the focus back, and does what was chosen. */
export async function choose(target: Target): Promise<void> {
  view.switcher = false;
  await tick();
  // The dialog gives the focus back in a step of its own; what is chosen may take it elsewhere.
  await new Promise((resolve) => setTimeout(resolve));
  target.run();
}
