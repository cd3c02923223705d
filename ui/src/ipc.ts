// The one door to the backend: a typed function per command. Nothing else imports @tauri-apps.
// Every call rejects with an `Error` of the bindings, `{ kind, detail }`.
import { invoke } from "@tauri-apps/api/core";
import type {
  Backup,
  BaseUrlProposal,
  Block,
  ChatId,
  ChatOptions,
  ChatPatch,
  ChatRow,
  Connection,
  Done,
  Found,
  Error,
  Health,
  IntegrityCheck,
  Message,
  MessageId,
  Move,
  OpenedChat,
  OperationId,
  OverviewPatch,
  Remains,
  RestoredChat,
  SearchResult,
  Sent,
  Settings,
  Start,
  TrashedChat,
  Undone,
} from "./bindings";

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (error) {
    throw isError(error) ? error : ({ kind: "internal", detail: {} } satisfies Error);
  }
}

/** Whether something thrown is an error of the backend. */
export function isError(error: unknown): error is Error {
  return typeof error === "object" && error !== null && "kind" in error && "detail" in error;
}

/** Everything for the first picture. */
export const start = () => call<Start>("start");
/** Tries again to open what could not be opened; `goBack`: to before the update, where the database is a newer one's. */
export const reopen = (goBack: boolean) => call<void>("reopen", { goBack });
/** Answers as soon as something around the chats changed since the revision. */
export const nextOverview = (since: number) => call<OverviewPatch>("next_overview", { since });
/** Answers as soon as the chat changed since the revision. Rejects with `chatNotFound` once it is deleted. */
export const nextPatch = (chat: ChatId, since: number) => call<ChatPatch>("next_patch", { chat, since });
/** Tells the backend that the first picture with a usable composer is on screen. */
export const painted = () => call<void>("painted");

/** Closes this window: nothing of it is on its way to the disk any more. */
export const close = () => call<void>("close");

/** An empty chat: the one there is, else a new one. A temporary one is in memory only. */
export const newChat = (temporary: boolean) => call<OpenedChat>("new_chat", { temporary });
/** Makes an ordinary chat of a temporary one, under a new id. What runs in it is stopped. */
export const keepChat = (chat: ChatId) => call<RestoredChat>("keep_chat", { chat });
/** A chat with its draft; remembered as the last one. */
export const openChat = (chat: ChatId) => call<OpenedChat>("open_chat", { chat });
/** These messages, in this order; without those that are gone, and of very many only the first ones. */
export const messages = (chat: ChatId, ids: MessageId[]) => call<Message[]>("messages", { chat, ids });
/** The messages of the path that show this text, in order, with how often. */
export const findInChat = (chat: ChatId, query: string) => call<Found[]>("find_in_chat", { chat, query });
/** The whole text of a message, an answer's as Markdown. */
export const messageText = (message: MessageId) => call<string>("message_text", { message });
/** Puts a whole message on the clipboard: an answer as Markdown and as HTML, any other as its text. */
export const copyMessage = (message: MessageId) => call<void>("copy_message", { message });
/** Puts a part of a document on the clipboard, as text and as HTML. */
export const copyDocument = (blocks: Block[]) => call<void>("copy_document", { blocks });
/** Puts a text on the clipboard. */
export const copyText = (text: string) => call<void>("copy_text", { text });

/** Stores the message and its reply row, then resolves; the draft of the chat is gone in the same step. */
export const sendMessage = (chat: ChatId, text: string) => call<Sent>("send_message", { chat, text });
/** A new version of a user message, and a reply to it. */
export const editMessage = (message: MessageId, text: string) => call<Sent>("edit_message", { message, text });
/** Ends a running reply; its text is kept. */
export const stopReply = (message: MessageId) => call<void>("stop_reply", { message });
/** Runs a failed reply that has no text once more, in its place. */
export const retryReply = (message: MessageId) => call<void>("retry_reply", { message });
/** A new version of an answer. */
export const regenerateReply = (message: MessageId) => call<void>("regenerate_reply", { message });
/** Asks for the rest of an answer that was cut, stopped or interrupted. */
export const continueReply = (message: MessageId) => call<void>("continue_reply", { message });
/** Ends the pause of a waiting reply now; or sends a queued one that stands behind a failed reply. */
export const sendNow = (message: MessageId) => call<void>("send_now", { message });
/** Ends a pause (the reply stays as stopped), or takes a queued message out of the chat: that can be undone. */
export const cancelReply = (message: MessageId) => call<Done | null>("cancel_reply", { message });
/** Gives a message that waits in the queue another text. */
export const rewriteQueued = (message: MessageId, text: string) => call<Done>("rewrite_queued", { message, text });
/** Puts a message that waits before or behind its neighbour in the queue. */
export const moveQueued = (message: MessageId, to: Move) => call<void>("move_queued", { message, to });
/** Shows the sibling `number` (from 1) of a message. */
export const chooseVersion = (message: MessageId, number: number) => call<void>("choose_version", { message, number });
/** Shows a message of any branch, with what was said after it last. */
export const showMessage = (message: MessageId) => call<void>("show_message", { message });
/** Takes one message out of the path. */
export const deleteMessage = (message: MessageId) => call<Done>("delete_message", { message });

export const renameChat = (chat: ChatId, title: string) => call<Done>("rename_chat", { chat, title });
export const deleteChat = (chat: ChatId) => call<Done>("delete_chat", { chat });
/** Takes an operation back; `null` where it was taken back before. */
export const undo = (operation: OperationId) => call<Undone | null>("undo", { operation });
/** Takes back the last operation that stands, whenever it was; `null` where there is none. */
export const undoLast = () => call<Undone | null>("undo_last");
/** The chats in the trash, the one that was deleted last first. */
export const trash = () => call<TrashedChat[]>("trash");
/** Deletes a chat that is in the trash for good. */
export const purgeChat = (chat: ChatId) => call<void>("purge_chat", { chat });
/** What would still hold a chat of the trash once it is deleted for good. */
export const remainsOf = (chat: ChatId) => call<Remains>("remains_of", { chat });
/** The backups in the folder, newest first. */
export const backups = () => call<Backup[]>("backups");
/** Takes a backup now, and verifies it. */
export const takeBackup = () => call<Backup>("take_backup");
/** All chats become as they were in a backup; what there is now is backed up first. */
export const restoreBackup = (backup: string) => call<void>("restore_backup", { backup });
/** The chats of a backup. */
export const backupChats = (backup: string) => call<ChatRow[]>("backup_chats", { backup });
/** Brings one chat of a backup back, as a chat of its own. */
export const restoreChat = (backup: string, chat: ChatId) => call<RestoredChat>("restore_chat", { backup, chat });
/** How the chats are: the last check, sizes, what is free on the disk, damaged files that are kept. */
export const health = () => call<Health>("health");
/** Reads the whole database and compares each message with its hash; seconds where it is large. Repairs what is damaged. */
export const check = () => call<IntegrityCheck>("check");
/** Removes damaged files that were kept, for good. */
export const removeKeptFiles = (name: string) => call<void>("remove_kept_files", { name });
export const setChatOptions = (chat: ChatId, options: ChatOptions) => call<Done>("set_chat_options", { chat, options });
export const saveDraft = (chat: ChatId, text: string) => call<void>("save_draft", { chat, text });
/** Titles and messages that contain the words. */
export const searchChats = (query: string) => call<SearchResult>("search_chats", { query });
/** A second window, on this chat. */
export const openWindow = (chat: ChatId) => call<void>("open_window", { chat });

export const saveSettings = (settings: Settings) => call<void>("save_settings", { settings });
export const dismissNotice = (id: number) => call<void>("dismiss_notice", { id });

/** Checks the key against the endpoint, then saves it for the connection's origin. Rejects where it is refused. */
export const saveKey = (key: string) => call<Connection>("save_key", { key });
export const removeKey = () => call<Connection>("remove_key");
/** Tries the address as typed and with what it may lack. */
export const proposeBaseUrl = (text: string) => call<BaseUrlProposal>("propose_base_url", { text });
/** Saves the address; another origin detaches the key. */
export const saveBaseUrl = (baseUrl: string) => call<Connection>("save_base_url", { baseUrl });
/** Saves address and key together ("a server of mine"); an empty key says that the server wants none. */
export const saveServer = (baseUrl: string, key: string) => call<Connection>("save_server", { baseUrl, key });
export const setStreaming = (streaming: boolean) => call<Connection>("set_streaming", { streaming });
/** Asks the endpoint for its models and says how that went. */
export const checkConnection = () => call<Connection>("check_connection");
/** Names of the models that the endpoint offers. */
export const listModels = () => call<string[]>("list_models");

/** Opens an address in the browser, if its scheme is one of http, https, mailto. */
export const openLink = (href: string) => call<void>("open_link", { href });
