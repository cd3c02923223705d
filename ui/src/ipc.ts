// The one door to the backend: a typed function per command. Nothing else imports @tauri-apps.
// Every call rejects with an `Error` of the bindings, `{ kind, detail }`.
import { invoke } from "@tauri-apps/api/core";
import type {
  Backup,
  BaseUrlProposal,
  Block,
  ChatId,
  ChatMap,
  ChatOptions,
  ChatPatch,
  ChatRow,
  Comparison,
  Connection,
  Done,
  Forked,
  Found,
  Error,
  Folder,
  FolderId,
  Field,
  Health,
  Imported,
  IntegrityCheck,
  Library,
  LibraryFile,
  Message,
  MessageId,
  Move,
  OpenedChat,
  OperationId,
  OverviewPatch,
  QuickHit,
  Ranked,
  Persona,
  PersonaId,
  Place,
  Prompt,
  PromptId,
  Remains,
  RestoredChat,
  SearchResult,
  Sent,
  Settings,
  Start,
  TagId,
  TrashedChat,
  Undone,
} from "./bindings";
import { misfit } from "./state/parameters";

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (error) {
    throw isError(error) ? error : ({ kind: "internal", detail: {} } satisfies Error);
  }
}

/** The same with options. A number that could not even be sent is refused here, as the backend refuses those it gets. */
async function callWith<T>(command: string, args: Record<string, unknown> & { options: ChatOptions }): Promise<T> {
  const parameter = misfit(args.options);
  if (parameter) throw { kind: "invalidSettings", detail: { parameter } } satisfies Error;
  return call<T>(command, args);
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
export const chooseVersion = (message: MessageId, number: number) => call<Done>("choose_version", { message, number });
/** Shows a message of any branch, with what was said after it last; `null` where it was shown already. */
export const showMessage = (message: MessageId) => call<Done | null>("show_message", { message });
/** All stretches of a chat between its forks, depth first, the oldest branch first. */
export const chatMap = (chat: ChatId) => call<ChatMap>("chat_map", { chat });
/** Names the branch that begins with a message; an empty name takes it away. */
export const nameBranch = (message: MessageId, name: string) => call<Done>("name_branch", { message, name });
/** Two versions word by word. */
export const compareVersions = (from: MessageId, to: MessageId) => call<Comparison>("compare_versions", { from, to });
/** A new version of `into` with one hunk as it is in `from`; it is shown. */
export const takeOver = (into: MessageId, from: MessageId, hunk: number) =>
  call<Done>("take_over", { into, from, hunk });
/** A new chat with copies of the path up to this message. */
export const forkChat = (message: MessageId) => call<Forked>("fork_chat", { message });
/** Takes a message and all that follows it out of the path. */
export const deleteRest = (message: MessageId) => call<Done>("delete_rest", { message });
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
/** The next chats of the list that are not pinned, newest first. */
export const chatRows = (before: number, beforeId: ChatId, limit: number) =>
  call<ChatRow[]>("chat_rows", { before, beforeId, limit });
export const createFolder = (name: string) => call<Folder>("create_folder", { name });
export const renameFolder = (folder: FolderId, name: string) => call<Done>("rename_folder", { folder, name });
/** Its chats stay, without a folder. */
export const deleteFolder = (folder: FolderId) => call<Done>("delete_folder", { folder });
export const setFolderOptions = (folder: FolderId, options: ChatOptions) =>
  callWith<Done>("set_folder_options", { folder, options });
export const moveChats = (chats: ChatId[], folder: FolderId | null) => call<Done>("move_chats", { chats, folder });
/** Into a part of the list, and out of those that would keep them elsewhere. */
export const placeChats = (chats: ChatId[], place: Place) => call<Done>("place_chats", { chats, place });
export const pinChats = (chats: ChatId[], pinned: boolean) => call<Done>("pin_chats", { chats, pinned });
export const archiveChats = (chats: ChatId[], archived: boolean) => call<Done>("archive_chats", { chats, archived });
export const deleteChats = (chats: ChatId[]) => call<Done>("delete_chats", { chats });
/** Takes one chat out of the trash, whatever was deleted together with it. */
export const takeFromTrash = (chat: ChatId) => call<Done>("take_from_trash", { chat });
/** Makes the tag where there is none of that name. */
export const tagChats = (chats: ChatId[], name: string, on: boolean) => call<Done>("tag_chats", { chats, name, on });
export const renameTag = (tag: TagId, name: string) => call<Done>("rename_tag", { tag, name });
export const deleteTag = (tag: TagId) => call<Done>("delete_tag", { tag });
export const setChatOptions = (chat: ChatId, options: ChatOptions) =>
  callWith<Done>("set_chat_options", { chat, options });
export const saveDraft = (chat: ChatId, text: string) => call<void>("save_draft", { chat, text });
/** Titles and messages that contain the words. */
export const searchChats = (query: string) => call<SearchResult>("search_chats", { query });
export const searchBest = (query: string) => call<SearchResult>("search_best", { query });
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

/** The chats whose titles have the letters of the query, best first; the last ones where it is empty. */
export const quickFind = (query: string) => call<QuickHit[]>("quick_find", { query });
/** The names that have the letters of the query, best first, by the same rule. */
export const rank = (query: string, names: string[]) => call<Ranked[]>("rank", { query, names });
/** A part of a document as a quotation in Markdown. */
export const quoteDocument = (blocks: Block[]) => call<string>("quote_document", { blocks });

/** Opens an address in the browser, if its scheme is one of http, https, mailto. */
export const openLink = (href: string) => call<void>("open_link", { href });

/** Personas and prompts, by name. */
export const library = () => call<Library>("library");
/** Makes a persona, or a new version of one; where nothing is changed there is none. */
export const savePersona = (id: PersonaId | null, name: string, options: ChatOptions) =>
  callWith<Persona>("save_persona", { id, name, options });
/** The versions of a persona, the newest first. */
export const personaVersions = (id: PersonaId) => call<Persona[]>("persona_versions", { id });
export const deletePersona = (id: PersonaId) => call<Done>("delete_persona", { id });
export const savePrompt = (id: PromptId | null, name: string, text: string) =>
  call<Prompt>("save_prompt", { id, name, text });
export const deletePrompt = (id: PromptId) => call<Done>("delete_prompt", { id });
/** Gives a chat the values of a version of a persona (the newest, where none is named), or the defaults. */
export const setPersona = (chat: ChatId, persona: PersonaId | null, number: number | null) =>
  call<Done>("set_persona", { chat, persona, number });
/** The variables of a prompt that a person fills in. */
export const promptFields = (text: string) => call<Field[]>("prompt_fields", { text });
/** A prompt with its variables filled in. The clipboard is read where the prompt names it. */
export const fillPrompt = (text: string, values: Record<string, string>, date: string) =>
  call<string>("fill_prompt", { text, values, date });
/** Adds what files hold; what is there already is not added again. */
export const importLibrary = (files: LibraryFile[]) => call<Imported>("import_library", { files });
/** Writes the library into a new file, and says where it is. */
export const exportLibrary = () => call<string>("export_library");
