// What can be done with messages and replies.
import type { Block, MessageId, Move } from "../bindings";
import * as ipc from "../ipc";
import { announcer, chat, composer, view } from "../state/window";
import type { Entry } from "../state/entry.svelte";
import { t } from "../text/text";
import { done } from "./chats";
import { attempt, report } from "./report";

/** Sends what is in the composer, or queues it behind the reply that runs. The text stays until it is stored. */
export async function send(): Promise<void> {
  if (composer.text.trim() === "") return;
  const queued = chat.running !== null;
  try {
    const sent = await composer.send(ipc.sendMessage);
    if (!sent) return;
    view.alert = null;
    if (!queued) bringUp(sent.messageId, sent.replyId);
  } catch (thrown) {
    report(thrown, () => void send());
  }
}

/** Once, when an answer begins: its first line goes to the top third. */
function bringUp(message: MessageId, reply: MessageId): void {
  view.room = reply;
  view.landed = null;
  view.reveal = { message, sent: true };
}

/** Sends another version of a message; one that still waits is changed in its place. */
export async function edit(message: MessageId, text: string): Promise<boolean> {
  if (chat.replies.queued.some((reply) => reply.message.parentId === message)) {
    const rewritten = await attempt(() => ipc.rewriteQueued(message, text));
    if (rewritten) view.editing = null;
    return rewritten !== undefined;
  }
  const sent = await attempt(() => ipc.editMessage(message, text));
  if (!sent) return false;
  view.editing = null;
  bringUp(sent.messageId, sent.replyId);
  return true;
}

/** Stops the reply that runs in the open chat. */
export async function stop(): Promise<void> {
  const running = chat.running;
  if (running) await attempt(() => ipc.stopReply(running.id));
}

/** Again: in its place where nothing had arrived, as a new version where something had. */
export const retry = (entry: Entry) =>
  attempt(() => (entry.hasText ? ipc.regenerateReply(entry.id) : ipc.retryReply(entry.id)));
export const regenerate = (message: MessageId) => attempt(() => ipc.regenerateReply(message));
export const continueReply = (message: MessageId) => attempt(() => ipc.continueReply(message));
export const sendNow = (message: MessageId) => attempt(() => ipc.sendNow(message));
export const moveQueued = (message: MessageId, to: Move) => attempt(() => ipc.moveQueued(message, to));
/** Takes back what has not gone out. */
export async function cancelReply(message: MessageId): Promise<void> {
  const taken = await attempt(() => ipc.cancelReply(message));
  if (taken) done(taken.operationId, t.thread.deleted);
}
export const chooseVersion = (message: MessageId, number: number) => attempt(() => ipc.chooseVersion(message, number));

export async function copyMessage(message: MessageId): Promise<boolean> {
  return copied(() => ipc.copyMessage(message));
}

export async function copyText(text: string): Promise<boolean> {
  return copied(() => ipc.copyText(text));
}

/** Copies a part of a document. Announces nothing: a person knows what the key does. */
export async function copyDocument(blocks: Block[]): Promise<void> {
  await attempt(() => ipc.copyDocument(blocks));
}

async function copied(copy: () => Promise<void>): Promise<boolean> {
  const ok = await attempt(() => copy().then(() => true));
  if (ok) announcer.say(t.thread.copied);
  return ok ?? false;
}

export async function deleteMessage(message: MessageId): Promise<void> {
  const deleted = await attempt(() => ipc.deleteMessage(message));
  if (deleted) done(deleted.operationId, t.thread.deleted);
}

export const wholeText = (message: MessageId) => attempt(() => ipc.messageText(message));

export async function openLink(href: string): Promise<void> {
  await attempt(() => ipc.openLink(href));
}
