// Every text of the interface in English. This object is the schema: another language has the same keys.
import type {
  Backup,
  BackupReason,
  ChatDamage,
  ChatSize,
  Error as Failure,
  ErrorDetail,
  NoticeContent,
} from "../bindings";
import { parameterNames, parametersOfChat, temporaryChats } from "./en-chat";
import { tree, treeUndone } from "./en-tree";
import { model, queue, quote, switcher } from "./en-switcher";
import { library, libraryErrors, libraryUndone } from "./en-library";
import { order, orderUndone } from "./en-order";
import { orderErrors, trashUndone } from "./en-order-core";
import { are, count, day, list, moment, month, number, percent, seconds, size, when } from "./en-formats";
import { search } from "./en-search";

type Repaired = Extract<NoticeContent, { type: "repaired" }>;

const host = (detail: ErrorDetail) => detail.host ?? "The server";
/** A backup in short. */
const inBackup = (at: number, chats: number, messages: number) =>
  `${moment.format(at)}, ${count(chats, "chat", "chats")}, ${count(messages, "message", "messages")}`;

const reasons: Record<BackupReason, string> = {
  daily: "Daily",
  update: "Before an update",
  restore: "Before a restore",
  manual: "By hand",
};

const parameters: Record<string, string> = {
  ...parameterNames,
  model: "Default model",
  name: "Name",
  textSize: "Text size",
  backupFolder: "Folder for backups",
};

export const en = {
  switcher,
  quote,
  queue,
  model,
  search,
  chats: {
    region: "Chats",
    app: "Parlour",
    new: "New chat",
    untitled: "New chat",
    search: "Search chats",
    clearSearch: "Clear search",
    none: "No chats found",
    results: (n: number, more: boolean) =>
      more ? `More than ${count(n, "chat", "chats")} found` : `${count(n, "chat", "chats")} found`,
    indexed: (share: number) => `${percent.format(share)} of the older messages can be searched so far.`,
    replyRuns: "An answer is arriving",
    hideSidebar: "Hide the sidebar",
    showSidebar: "Show the sidebar",
    sidebarWidth: "Width of the sidebar",
    today: "Today",
    yesterday: "Yesterday",
    week: "Previous 7 days",
    month: "Previous 30 days",
    monthOf: (at: number) => month.format(at),
    actions: "Chat actions",
    rename: "Rename",
    delete: "Delete",
    openWindow: "Open in new window",
    options: "Chat settings",
    title: "Title",
    renameHeading: "Rename chat",
    saveTitle: "Save title",
    deleted: "Chat deleted",
    renamed: "Chat renamed",
    meta: (messages: number, tokens: number) =>
      tokens > 0
        ? `${count(messages, "message", "messages")} · ${count(tokens, "token", "tokens")}`
        : count(messages, "message", "messages"),
  },
  thread: {
    region: "Conversation",
    you: "You",
    assistant: "Assistant",
    system: "System",
    damage: {
      missing: "A message is missing here: the file it was in was damaged.",
      unreadable: "This message could not be read.",
      altered: "This message was damaged. Part of its text may be missing or wrong.",
    },
    missing: (n: number) =>
      `${count(n, "message", "messages")} of this chat ${are(n)} missing. A backup may still have ${n === 1 ? "it" : "them"}.`,
    showAll: (length: number) => `Show all ${number.format(length)} characters`,
    more: "More below",
    loading: "This message is being read",
    ready: (model: string) => `Ready. Your first message goes to ${model}.`,
    queued: "Queued",
    earlier: "Send earlier",
    later: "Send later",
    waiting: "Waiting for the first words",
    copy: "Copy",
    copied: "Copied",
    edit: "Edit",
    regenerate: "Regenerate",
    continue: "Continue",
    retry: "Retry",
    delete: "Delete message",
    deleted: "Message deleted",
    previous: "Previous version",
    next: "Next version",
    version: (number_: number, count_: number) => `${number_} / ${count_}`,
    editField: "Edit message",
    saveEdit: "Save & send",
    cancelEdit: "Cancel edit",
    copyCode: "Copy code",
    wrap: "Wrap",
    code: "Code",
    showLines: (n: number) => `Show all ${count(n, "line", "lines")}`,
    showFewer: "Show fewer",
    copyTsv: "Copy as TSV",
    copyCsv: "Copy as CSV",
    copyMarkdown: "Copy as Markdown",
    formulaSource: "Source of the formula",
    footnote: (n: number) => `Footnote ${number.format(n)}`,
    back: "Back to the text",
    alert: { note: "Note", tip: "Tip", important: "Important", warning: "Warning", caution: "Caution" },
    done: "Done",
    toDo: "To do",
    image: (description: string, from: string) =>
      description ? `Image: ${description} (${from})` : `Image from ${from}`,
    openImage: "Opens in the browser",
    interrupted: "Parlour was closed while this was being written. Everything that had arrived is kept.",
    stopped: "Stopped",
    lengthReached: "Cut at the token limit. Everything that arrived is kept.",
    tokens: (n: number) => count(n, "token", "tokens"),
    tokensRead: (input: number, output: number) => `${number.format(input)} read, ${number.format(output)} written`,
    seconds: (milliseconds: number) => `${seconds.format(milliseconds / 1000)} s`,
  },
  tree,
  find: {
    field: "Find in chat",
    none: "Not found",
    count: (at: number, total: number) => `${number.format(at)} of ${number.format(total)}`,
    previous: "Previous",
    next: "Next",
    close: "Close the search",
  },
  composer: {
    field: "Message",
    send: "Send",
    stop: "Stop",
    queue: "Queue",
    model: "Model",
    modelsLoading: "Asking for the list of models…",
    modelsFailed: "The list of models could not be read. A name can be typed.",
    modelsNone: "No model of that name in the list. Enter takes it as typed.",
    modelDefault: "default",
  },
  wait: {
    sendNow: "Send now",
    cancel: "Cancel",
    kept: "Your message is kept and goes out in",
    keptNow: "Your message is kept and goes out now.",
    seconds: (n: number) => `${number.format(n)} s`,
    rateLimited: (name: string) => `${name} asks for a pause.`,
    serverBusy: (name: string) => `${name} is busy.`,
    offline: (name: string) => `${name} cannot be reached.`,
    timedOut: (name: string) => `${name} was silent for too long.`,
    other: (name: string) => `${name} could not answer.`,
  },
  notice: {
    dismiss: "Dismiss",
    undo: "Undo",
    settingsFromBackup: (path: string) =>
      `The settings could not be read. Their last backup is in use. The broken file is kept at ${path}.`,
    settingsDefaults: (path: string) =>
      `The settings could not be read. The defaults are in use. The broken file is kept at ${path}.`,
    keyInMemory:
      "The keychain of this computer did not take the key. It works until Parlour is closed, and has to be entered again then.",
    keyDetached: (origin: string) => `The saved key belongs to ${origin} and is not sent to the new address.`,
    repaired: ({ found, fromBackup, messages, chats }: Repaired) => {
      if (found === 0)
        return "The database was damaged, and nothing could be read from it. A backup may have your chats.";
      const from = fromBackup > 0 ? `, ${number.format(fromBackup)} of them from the newest backup` : "";
      const lost =
        messages > 0
          ? `${count(messages, "message", "messages")} in ${count(chats, "chat", "chats")} ${are(messages)} missing or damaged.`
          : "None is known to be missing.";
      return `The database was damaged. ${count(found, "message", "messages")} ${are(found)} in a new one${from}. ${lost}`;
    },
    details: "Details",
    logMissing:
      "Parlour ended badly last time, and the file with what was written last is gone. What was said last may be missing; a backup may have it.",
    lowDisk: (free: number) => `Only ${size(free)} are free on the disk with your chats.`,
    backupFailed: ({ kind, detail }: Failure) => {
      const where = detail.path ? ` at ${detail.path}` : "";
      const why =
        kind === "storageFull"
          ? `There is no room${where}`
          : kind === "storageInUse"
            ? `Another Parlour is at work${where}`
            : `Something could not be read or written${where}`;
      return `No backup of the chats was made. ${why}. Parlour tries again within the hour.`;
    },
  },
  undone: {
    deleteChat: "The chat is back",
    deleteMessage: "The message is back",
    cancelMessage: "The message is back",
    renameChat: "The former title is back",
    editMessage: "The former version is back",
    restoreChat: "The chat from the backup is in the trash",
    keepChat: "The chat that was kept is in the trash",
    changeOptions: "The former chat settings are back",
    ...libraryUndone,
    ...orderUndone,
    ...trashUndone,
    undo: "Undone",
    ...treeUndone,
  },
  backups: {
    title: "Backups",
    lead: "Taken by themselves each day and before updates, and each proven by a trial restore.",
    none: "There is no verified backup yet.",
    verified: (at: number, chats: number, messages: number) => `Last verified: ${inBackup(at, chats, messages)}.`,
    take: "Back up now",
    taking: "Backing up…",
    restoring: "Restoring…",
    folder: "Folder",
    ownFolder: "In Parlour's own folder",
    folderHint: "The whole path of another folder, on another disk for example. Empty is Parlour's own.",
    name: (at: number) => moment.format(at),
    facts: ({ reason, chats, messages, verifiedAt }: Backup) =>
      [
        reasons[reason],
        count(chats, "chat", "chats"),
        count(messages, "message", "messages"),
        verifiedAt === null ? "not verified" : "verified",
      ].join(" · "),
    chats: "Chats",
    bring: "Bring back",
    brought: "The chat is back, as a chat of its own",
    restore: "Restore",
    ask: (at: number) => `Go back to ${moment.format(at)}?`,
    consequence:
      "All chats become as they were then. What there is now is backed up first, so that you can come back to it.",
    restored: "Restored from the backup",
  },
  health: {
    title: "Health",
    lead: "Whether all messages are as they were stored, and how much room they take.",
    check: "Check now",
    checking: "Checking…",
    never: "Never checked.",
    sound: (at: number) => `Sound: every message was read and compared with its fingerprint, ${when(at)}.`,
    structure: (at: number) =>
      `The structure is sound: it was checked after the last run ended badly, ${when(at)}. The messages were not compared.`,
    damaged: (messages: number, chats: number, at: number) =>
      `${count(messages, "message", "messages")} in ${count(chats, "chat", "chats")} ${are(messages)} missing or damaged. Every message was compared with its fingerprint, ${when(at)}.`,
    repaired: "The database was repaired then. The damaged files are kept, see below.",
    repairedOnly: "The database was repaired then. The damaged files have been removed since.",
    backup: "Last verified backup",
    inBackup,
    noBackup: "None yet",
    openBackups: "Open Backups",
    sizeOnDisk: "Size on disk",
    size,
    free: "Free on this disk",
    low: (bytes: number) => `${size(bytes)}. This is little: the next chats and backups need room.`,
    freeUnknown: "Not known",
    damagedChats: "Damaged chats",
    damage: ({ missing, altered, unreadable }: ChatDamage) =>
      Object.entries({ missing, damaged: altered, unreadable })
        .filter(([, n]) => n > 0)
        .map(([what, n]) => `${number.format(n)} ${what}`)
        .join(", "),
    damagedHint: "A verified backup may still hold them.",
    sizes: "Size by chat",
    facts: ({ messages, deleted }: ChatSize) =>
      deleted ? `${count(messages, "message", "messages")} · in the trash` : count(messages, "message", "messages"),
    openChat: "Open chat",
    more: "Show more chats",
    fewer: "Show fewer chats",
    kept: "Damaged files kept",
    keptHint: "What could not be read is still in them. They stay until you remove them.",
    keptName: (at: number) => moment.format(at),
    remove: "Remove",
    ask: (at: number) => `Remove the damaged files of ${moment.format(at)}?`,
    consequence: "What could not be read is in no other file. This cannot be undone.",
    open: "Open Health",
  },
  trash: {
    title: "Trash",
    lead: "Deleted chats stay here for 30 days.",
    empty: "No deleted chats.",
    facts: (messages: number, deletedAt: number, goesAt: number) =>
      `${count(messages, "message", "messages")} · deleted on ${day.format(deletedAt)}, here until ${day.format(goesAt)}`,
    restore: "Restore",
    purge: "Delete for good",
    ask: (title: string) => `Delete “${title}” for good?`,
    consequence: "Its messages are erased from the database: the one thing that cannot be undone.",
    notHeld: "No backup holds it.",
    held: (backups: number, goesAt: number) =>
      `${count(backups, "backup", "backups")} still ${backups === 1 ? "holds" : "hold"} it; the last of them goes by ${day.format(goesAt)}, later where Parlour is not used every day.`,
    heldBy: (takenAt: number, goesAt: number) => `${day.format(takenAt)}, until ${day.format(goesAt)}`,
    moreBackups: (n: number) => `and ${number.format(n)} more`,
    alsoKept: (at: number[]) =>
      `${at.length === 1 ? "A damaged database" : "Damaged databases"} kept from ${list.format(at.map((each) => day.format(each)))} may hold it too: Settings › Health.`,
    unknown: "Which backups still hold it is not known. They go after a year at the latest.",
    keep: "Keep",
    purged: "Chat deleted for good",
  },
  announce: {
    complete: "Answer complete",
    stopped: "Stopped",
    interrupted: "Interrupted",
    code: (language: string) => (language ? `Code, ${language}.` : "Code."),
    table: "Table.",
    formula: "Formula.",
    formulaInText: "formula",
    question: (at: number, total: number) => `Question ${number.format(at)} of ${number.format(total)}`,
  },
  welcome: {
    heading: "A quiet place to talk to models",
    lead: "Your chats stay on this computer. Your key stays in its keychain, and goes to the endpoint you give it and nowhere else.",
    haveOpenAiKey: "I have an OpenAI key",
    haveKey: (name: string) => `I have a key for ${name}`,
    keyHint: "Asks the endpoint for its list of models once.",
    whereKey: "Where do I get one?",
    ownServer: "I run a server of my own",
    ownServerHint: "Ollama, LM Studio, llama.cpp, vLLM, or any address that speaks the same language.",
    detached: (origin: string) => `The saved key belongs to ${origin}. This address needs its own.`,
    unavailable:
      "A key is saved, but the keychain does not give it. Unlock the keychain and start Parlour again, or enter the key once more.",
  },
  connection: {
    apiKey: "API key",
    apiKeyOptional: "Leave it empty if the server wants none.",
    saveKey: "Save key",
    removeKey: "Remove key",
    baseUrl: "Base URL",
    baseUrlPlaceholder: "http://localhost:11434/v1",
    save: "Save",
    saveAnyway: "Save anyway",
    saving: "Saving…",
    useInstead: (address: string) => `Use ${address} instead? It answered; the address as typed did not.`,
    useIt: "Use it",
    keepTyped: "Keep as typed",
    plainText: "This is http:// to another computer: your key and your chats can be read on the way.",
    noAnswer: "Nothing answers there at the moment. It can be saved all the same.",
    streaming: "Show answers while they are written",
    streamingHint: "Off: an answer comes whole. Some servers and proxies need that.",
    works: "Does it work?",
    verified: "Verified",
    unchecked: "Not checked yet.",
    notVerified: (reason: string) => `Saved, not verified: ${reason}`,
    checkAgain: "Check again",
    checking: "Checking…",
    endsIn: (lastFour: string) => `ends in ${lastFour}`,
    savedEndsIn: (lastFour: string) => `The key ends in ${lastFour}. `,
    inKeychain: (name: string) => `In the keychain of this computer, for ${name} alone. In no file, log or backup.`,
    inMemory: "In memory only: this computer's keychain did not take it. It is gone when Parlour is closed.",
    inEnvironment: "From OPENAI_API_KEY in the environment. A key that is saved here comes first.",
    noKey: "No key is saved.",
    keyNotNeeded: "This server wants no key.",
    keyChecking: "Asking the keychain…",
    keySaved: "Key saved",
    keyRemoved: "Key removed",
    addressSaved: "Address saved",
    fromEnvironment: "From OPENAI_BASE_URL in the environment.",
  },
  settings: {
    title: "Settings",
    close: "Close",
    connection: "Connection",
    chats: "Chats",
    chatsLead: "For every chat that has nothing of its own.",
    appearance: "Appearance",
    keyboard: "Keyboard",
    about: "About",
    defaultModel: "Default model",
    temperatureHint: "0 to 2. Empty leaves it to the server.",
    maxTokensHint: "Empty leaves it to the server.",
    theme: "Theme",
    themeSystem: "As the system",
    themeLight: "Light",
    themeDark: "Dark",
    textSize: "Text size",
    percent: (n: number) => `${number.format(n)} %`,
    version: (version: string) => `Version ${version}`,
    aboutText: "A private room for conversation with models, on your own computer.",
    aboutPrivacy: "No telemetry. No request that you did not ask for.",
    license: "MIT or Apache-2.0",
  },
  order,
  chatOptions: {
    title: "Chat settings",
    lead: "For this chat alone. What is empty follows the defaults.",
    differs: "Differs from the default",
    useDefault: "Use the default",
    useDefaultOf: (what: string) => `Use the default: ${what}`,
    save: "Save",
    cancel: "Cancel",
    byDefault: (value: string) => `Default: ${value}`,
    byServer: "Default: as the server has it",
  },
  parameters: parametersOfChat,
  temporary: temporaryChats,
  shortcuts: {
    send: "Send or queue the message",
    newLine: "Break the line",
    stop: "Stop the answer",
    undo: "Undo the last deletion, edit or renaming",
    rowMenu: "Actions of the chat in the list",
    switcher: "Go to a chat or a command",
    sidebar: "Show or hide the sidebar",
    nextMatch: "Next match",
    previousMatch: "Previous match",
    questions: "Previous or next question of yours",
    code: "Previous or next code block",
    headings: "Previous or next heading",
    ends: "Start of the chat, or its end and stay there",
    pages: "A page up or down",
  },
  start: {
    heading: "Parlour could not start",
    again: "Try again",
    back: "Go back to before the update",
    backHint:
      "This version can go back to the last backup it can read. The chats as they are now are backed up first, for the newer version.",
    path: (path: string) => `Folder: ${path}`,
  },
  error: {
    enterKey: "Enter your key",
    enterAnotherKey: "Enter another key",
    openSettings: "Open settings",
    openHealth: "Open Health",
    retry: "Retry",
    chooseModel: "Choose a model",
    newChat: "New chat",
    edit: "Edit",
    continue: "Continue",
    checkAgain: "Check again",
    openBilling: "Open billing",
    chatSettings: "Chat settings",
    missingApiKey: "No key is saved for this endpoint. Your text is kept.",
    invalidApiKey: (d: ErrorDetail) => `${host(d)} refused the key.`,
    malformedApiKey: "This is not a usable key: it is empty, or has characters in it that no key has.",
    permissionDenied: (d: ErrorDetail) =>
      d.model ? `The key may not use ${d.model}.` : `${host(d)} knows the key, but does not allow this with it.`,
    keychainUnavailable: "The keychain of this computer does not answer, or is locked.",
    rateLimited: (d: ErrorDetail) => `${host(d)} takes no more requests for now. Your message is kept.`,
    quotaExceeded: (d: ErrorDetail) => `The account at ${d.host ?? "the server"} has no credit left.`,
    modelNotFound: (d: ErrorDetail) =>
      d.model ? `${host(d)} does not know the model ${d.model}.` : `${host(d)} does not know this model.`,
    contextTooLong: (d: ErrorDetail) => `This chat is longer than ${d.model ?? "the model"} can read.`,
    requestRejected: (d: ErrorDetail) =>
      d.parameter
        ? `${host(d)} does not accept the parameter ${d.parameter}.`
        : `${host(d)} rejected the request${d.status ? ` (${d.status})` : ""}.`,
    serverBusy: (d: ErrorDetail) =>
      `${host(d)} is overloaded or failing${d.status ? ` (${d.status})` : ""}. Your message is kept.`,
    offline: (d: ErrorDetail) =>
      d.host
        ? `No connection to ${d.host} could be made. Your message is kept.`
        : "No connection could be made. Your message is kept.",
    timedOut: (d: ErrorDetail) => `${host(d)} was silent for too long. What had arrived is kept.`,
    tlsUntrusted: (d: ErrorDetail) =>
      `The certificate of ${d.host ?? "the server"} is not trusted by this computer. Nothing was sent.`,
    replyCutShort: "The connection was cut before the answer ended. Everything that arrived is kept.",
    unexpectedResponse: (d: ErrorDetail) =>
      d.contentType
        ? `${host(d)} answered with ${d.contentType}, which is no answer of a model. Is the Base URL right?`
        : `${host(d)} answered with something that is no answer of a model. Is the Base URL right?`,
    chatNotFound: "This chat does not exist any more.",
    messageNotFound: "This message does not exist any more, or this cannot be done with it now.",
    heldBack: "This waited for more than an hour while Parlour was closed, so it did not go out by itself.",
    emptyMessage: "There is nothing to send yet.",
    messageTooLarge: (d: ErrorDetail) =>
      d.limit
        ? `This message is larger than ${size(d.limit)}. It is kept here, but cannot be sent.`
        : "This message is too large. It is kept here, but cannot be sent.",
    invalidSettings: (d: ErrorDetail) =>
      d.parameter
        ? `The value of “${parameters[d.parameter] ?? d.parameter}” makes no sense.`
        : "A value makes no sense.",
    invalidBaseUrl:
      "This is no usable address. It starts with http:// or https:// and has no user, query or fragment in it.",
    storageFailed: (d: ErrorDetail) =>
      d.path ? `The chats could not be read or written: ${d.path}` : "The chats could not be read or written.",
    storageDamaged:
      "The file with your chats is damaged and not repaired yet. Nothing was thrown away. Each start of Parlour tries to repair it.",
    storageFull: "The disk is full. Nothing that was stored is lost; free some space and try again.",
    storageTooNew:
      "The chats were written by a newer version of Parlour. Nothing was changed. Install that version to open them.",
    storageInUse: "Another Parlour is using this folder.",
    ...libraryErrors,
    ...orderErrors,
    internal: "Something went wrong inside Parlour. What was stored is safe.",
  },
  library,
};

/** What a language has to have. */
export type Texts = typeof en;
