// The life of this window: its first picture, the two questions it keeps asking, and which chat it shows.
import type { ChatId, Error, OpenedChat, Start } from "../bindings";
import * as ipc from "../ipc";
import { Pull } from "../state/pull";
import type { Position } from "../state/view.svelte";
import { announcer, chat, composer, find, overview, view } from "../state/window";
import { fillList } from "./filling";
import { attempt, report } from "./report";
import { thread } from "./thread";

let overviewPull: Pull<Awaited<ReturnType<typeof ipc.nextOverview>>> | null = null;
let chatPull: Pull<Awaited<ReturnType<typeof ipc.nextPatch>>> | null = null;
/** Counts what was opened, so that a slow answer does not take over from a later choice. */
let opening = 0;
/** Chats in whose place others come just now: that they are gone leads nowhere else. */
const exchanged = new Set<ChatId>();
/** Where the reader was in each chat, told by the thread. */
const positions = new Map<ChatId, Position>();

/** Takes in what the backend gave for the first picture. */
export function begin(start: Start): void {
  composer.failed = report;
  overview.version = start.version;
  overview.apply(start.overview);
  overviewPull?.stop();
  overviewPull = new Pull(
    {
      ask: ipc.nextOverview,
      apply: (patch) => {
        const applied = overview.apply(patch);
        void fillList();
        return applied;
      },
      failed: (error) => report(error, () => overviewPull?.again()),
    },
    start.overview.revision,
  );
  void fillList();
  show(start);
}

/** Ends both questions; for a window that goes away. */
export function end(): void {
  overviewPull?.stop();
  chatPull?.stop();
}

/** Where the reader was in a chat; `null` is its end. */
export const positionIn = (id: ChatId) => positions.get(id) ?? null;

export async function openChat(id: ChatId): Promise<boolean> {
  if (id === chat.head?.id) return true;
  return open(() => ipc.openChat(id));
}

export async function newChat(temporary = false): Promise<boolean> {
  return open(() => ipc.newChat(temporary));
}

/** Goes to the chat that takes the place of another, which is gone by then. */
export async function exchange(gone: ChatId, ask: () => Promise<ChatId | undefined>): Promise<void> {
  exchanged.add(gone);
  try {
    const next = await ask();
    if (next !== undefined && chat.head?.id === gone && !(await openChat(next))) await leave([gone]);
  } finally {
    exchanged.delete(gone);
  }
}

async function open(ask: () => Promise<OpenedChat>): Promise<boolean> {
  opening += 1;
  const mine = opening;
  composer.flush();
  const opened = await attempt(ask);
  if (!opened || mine !== opening) return false;
  show(opened);
  return true;
}

function show(opened: OpenedChat): void {
  const left = chat.head?.id;
  if (left !== undefined) {
    const at = thread()?.position() ?? null;
    if (at === null) positions.delete(left);
    else positions.set(left, at);
  }
  chatPull?.stop();
  view.editing = null;
  view.leaveTree();
  view.alert = null;
  view.reveal = null;
  view.landed = null;
  view.room = null;
  find.close();
  // Before the patch: what is in it was there before, and is not read out as if it arrived.
  announcer.skip(null);
  chat.apply({ ...opened.chat, snapshot: true });
  announcer.skip(chat.running);
  const id = chat.head?.id;
  if (id === undefined) return;
  view.visit(id);
  composer.open(id, opened.draft);
  chatPull = new Pull(
    {
      ask: (since) => ipc.nextPatch(id, since),
      apply: (patch) => chat.apply(patch),
      applied: () => chat.applied(),
      failed: (error) => lost(id, error),
    },
    opened.chat.revision,
  );
}

function lost(id: ChatId, error: Error): void {
  if (error.kind !== "chatNotFound") {
    report(error, () => chatPull?.again());
  } else if (!exchanged.has(id)) {
    void leave([id]);
  }
}

/** Goes to another chat, if the open one is among those that are gone. */
export async function leave(gone: readonly ChatId[]): Promise<void> {
  const open = chat.head?.id;
  if (open === undefined || !gone.includes(open)) return;
  const next = overview.neighbour([open, ...gone]);
  // The next one may be gone too, removed in another window: then an empty one is there for certain.
  if (next === null || !(await openQuietly(next, open))) await newChat();
}

async function openQuietly(id: ChatId, from: ChatId): Promise<boolean> {
  opening += 1;
  const mine = opening;
  try {
    const opened = await ipc.openChat(id);
    if (mine === opening) show(opened);
    return true;
  } catch {
    // Someone went elsewhere meanwhile: nothing to do either.
    return mine !== opening || chat.head?.id !== from;
  }
}
