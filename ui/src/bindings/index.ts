// Generated from core's types by `npm run bindings`. Not edited by hand.

export type ErrorKind = "missingApiKey" | "invalidApiKey" | "malformedApiKey" | "permissionDenied" | "keychainUnavailable" | "rateLimited" | "quotaExceeded" | "modelNotFound" | "contextTooLong" | "requestRejected" | "serverBusy" | "offline" | "timedOut" | "tlsUntrusted" | "replyCutShort" | "unexpectedResponse" | "chatNotFound" | "messageNotFound" | "heldBack" | "emptyMessage" | "messageTooLarge" | "notInLibrary" | "emptyPrompt" | "notALibrary" | "folderNotFound" | "tagNotFound" | "invalidSettings" | "invalidBaseUrl" | "storageFailed" | "storageDamaged" | "storageFull" | "storageTooNew" | "storageInUse" | "internal";

export type ErrorDetail = { 
/**
 * HTTP status.
 */
status?: number, 
/**
 * Host (and port) of the endpoint.
 */
host?: string, 
/**
 * Name of the model asked for.
 */
model?: string, 
/**
 * The request parameter that was rejected, or the setting that is invalid.
 */
parameter?: string, 
/**
 * What the server asked to wait, in milliseconds, uncapped.
 */
retryAfter?: number, 
/**
 * A file or folder on this computer.
 */
path?: string, 
/**
 * Media type of an answer that was not expected.
 */
contentType?: string, 
/**
 * A bound that was passed, in the unit of the kind (bytes for `messageTooLarge`).
 */
limit?: number, };

export type Error = { 
/**
 * The situation.
 */
kind: ErrorKind, 
/**
 * The facts; empty for most kinds.
 */
detail: ErrorDetail, };

export type ChatId = string;

export type MessageId = string;

export type ConnectionId = string;

export type OperationId = string;

export type PersonaId = string;

export type PromptId = string;

export type FolderId = string;

export type TagId = string;

export type Role = "system" | "user" | "assistant";

export type MessageState = "queued" | "waiting" | "streaming" | "complete" | "stopped" | "interrupted" | "failed";

export type Usage = { 
/**
 * Tokens read.
 */
input: number, 
/**
 * Tokens written, reasoning included.
 */
output: number, };

export type ReasoningEffort = "minimal" | "low" | "medium" | "high";

export type ResponseFormat = "text" | "jsonObject";

export type ChatOptions = { 
/**
 * The model's name on the server.
 */
model: string | null, 
/**
 * Instructions that go first.
 */
systemPrompt: string | null, 
/**
 * 0 to 2.
 */
temperature: number | null, 
/**
 * The most tokens an answer may have.
 */
maxTokens: number | null, 
/**
 * 0 to 1: the share of likely words that is chosen from.
 */
topP: number | null, 
/**
 * How long a reasoning model may think.
 */
reasoningEffort: ReasoningEffort | null, 
/**
 * Texts before which an answer ends, four at most.
 */
stop: Array<string>, 
/**
 * The same seed asks for the same answer.
 */
seed: number | null, 
/**
 * What an answer is to be.
 */
responseFormat: ResponseFormat | null, };

export type Wait = { 
/**
 * When the next try starts, unix milliseconds.
 */
until: number, 
/**
 * Why there is a pause.
 */
error: Error, 
/**
 * The try that failed, from 1.
 */
attempt: number, };

export type Version = { 
/**
 * From 1.
 */
number: number, 
/**
 * How many there are; 1 is the usual case.
 */
count: number, };

export type Message = { 
/**
 * Its id.
 */
id: MessageId, 
/**
 * The message it answers; `None` at the root.
 */
parentId: MessageId | null, 
/**
 * Who speaks.
 */
role: Role, 
/**
 * Where it stands.
 */
state: MessageState, 
/**
 * Why it failed, where it did.
 */
error: Error | null, 
/**
 * The pause that runs, where one does.
 */
wait: Wait | null, 
/**
 * The model that answered, as the server named it, else as it was asked for. `None` on user messages.
 */
model: string | null, 
/**
 * Unix milliseconds.
 */
createdAt: number, 
/**
 * From sending to the end in milliseconds, once settled.
 */
duration: number | null, 
/**
 * What the server counted; the sum where the answer was continued.
 */
usage: Usage | null, 
/**
 * `stop`, `length`, … as the server said.
 */
finishReason: string | null, 
/**
 * Its place among its siblings.
 */
version: Version, 
/**
 * A user message's text, cut at `TEXT_SHOWN` characters; empty on others.
 */
text: string, 
/**
 * Length of the whole text in UTF-16 units (what the screen counts in); longer than `text` where that is cut.
 */
textLength: number, 
/**
 * An assistant message's text as a document; empty on others.
 */
document: Array<Block>, 
/**
 * What became of it, where it is not what was stored.
 */
damage: Damage | null, 
/**
 * The name of the branch that begins with it.
 */
branch: string | null, };

export type Damage = "missing" | "unreadable" | "altered";

export type ChatHead = { 
/**
 * Its id.
 */
id: ChatId, 
/**
 * Its title; empty while it has none ("New chat").
 */
title: string, 
/**
 * What differs from the defaults.
 */
options: ChatOptions, 
/**
 * What its folder has for all its chats.
 */
inherited: ChatOptions, 
/**
 * Tokens of every answer in the chat, other versions included.
 */
usage: Usage, 
/**
 * Messages on the path.
 */
messageCount: number, 
/**
 * Messages that the chat once had and that are gone, on any path: damage took them.
 */
missing: number, 
/**
 * The persona whose values it took over last.
 */
persona: ChatPersona | null, 
/**
 * Whether it is gone when Parlour ends.
 */
temporary: boolean, };

export type ChatRow = { 
/**
 * Its id.
 */
id: ChatId, 
/**
 * Its title; empty while it has none ("New chat").
 */
title: string, 
/**
 * When something was last said in it, unix milliseconds: the order of the list, newest first.
 */
updatedAt: number, 
/**
 * What its running reply does, where one runs.
 */
reply: MessageState | null, 
/**
 * The folder that it is in. One that is not among the folders is none: it was deleted, and may come back.
 */
folderId: FolderId | null, 
/**
 * Its tags.
 */
tags: Array<TagId>, 
/**
 * Whether it is pinned.
 */
pinned: boolean, 
/**
 * Whether it is in the archive.
 */
archived: boolean, 
/**
 * Whether it is gone when Parlour ends.
 */
temporary: boolean, };

export type SearchHit = { 
/**
 * The chat.
 */
chatId: ChatId, 
/**
 * Its title.
 */
title: string, 
/**
 * The message that matches; `None` where the title does.
 */
messageId: MessageId | null, 
/**
 * Some text around the first match: before it, the match itself, after it. Without a match (the query has filters only)
 * the beginning of the text.
 */
context: [string, string, string], };

export type Theme = "system" | "light" | "dark";

export type Settings = { 
/**
 * The model of chats that name none.
 */
model: string, 
/**
 * The system prompt of chats that have none of their own.
 */
systemPrompt: string, 
/**
 * 0 to 2; `None` leaves it to the server.
 */
temperature: number | null, 
/**
 * The most tokens an answer may have; `None` leaves it to the server.
 */
maxTokens: number | null, 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * Size of text in percent, 80 to 200.
 */
textSize: number, 
/**
 * Width of the sidebar in pixels, 248 to 320.
 */
sidebarWidth: number, 
/**
 * Whether the sidebar is shown (in a window wide enough for it).
 */
sidebarShown: boolean, 
/**
 * Where the backups are, an absolute path; `None` for a folder beside the chats.
 */
backupFolder: string | null, 
/**
 * The chat that was open last.
 */
lastChat: ChatId | null, };

export type Persona = { 
/**
 * Its id.
 */
id: PersonaId, 
/**
 * Its name.
 */
name: string, 
/**
 * Which version this is, from 1.
 */
number: number, 
/**
 * What a chat takes over.
 */
options: ChatOptions, 
/**
 * How many versions there are.
 */
versions: number, };

export type Prompt = { 
/**
 * Its id.
 */
id: PromptId, 
/**
 * Its name.
 */
name: string, 
/**
 * The text, with variables (`template`).
 */
text: string, 
/**
 * When it was changed last, unix milliseconds.
 */
updatedAt: number, };

export type Library = { 
/**
 * The newest version of each persona.
 */
personas: Array<Persona>, 
/**
 * The prompts.
 */
prompts: Array<Prompt>, };

export type ChatPersona = { 
/**
 * Its id.
 */
id: PersonaId, 
/**
 * Its name, that of the newest version.
 */
name: string, 
/**
 * The version that was taken over.
 */
number: number, 
/**
 * The newest version.
 */
newest: number, 
/**
 * Whether the chat has other values by now than that version.
 */
altered: boolean, };

export type Field = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it has if nothing else is said; the first choice where there are choices.
 */
default: string, 
/**
 * What can be chosen; empty where it is a free text.
 */
choices: Array<string>, };

export type LibraryFile = { 
/**
 * Its name, with what it ends in.
 */
name: string, 
/**
 * What is in it.
 */
text: string, };

export type Imported = { 
/**
 * Personas that were added.
 */
personas: number, 
/**
 * Prompts that were added.
 */
prompts: number, 
/**
 * Personas and prompts that were there already.
 */
present: number, 
/**
 * Entries that could not be used.
 */
unusable: number, 
/**
 * For `undo`; `None` where nothing was added.
 */
operationId: OperationId | null, };

export type BackupReason = "daily" | "update" | "restore" | "manual";

export type Backup = { 
/**
 * Its name in the folder.
 */
id: string, 
/**
 * Why it was taken.
 */
reason: BackupReason, 
/**
 * Unix milliseconds.
 */
takenAt: number, 
/**
 * The version of Parlour that took it.
 */
appVersion: string, 
/**
 * Chats with messages in it, without deleted ones.
 */
chats: number, 
/**
 * Their messages, without deleted ones.
 */
messages: number, 
/**
 * Bytes of the database in it; what it shares with others lies in the folder once.
 */
size: number, 
/**
 * When it was last proven to be whole, unix milliseconds; `None` where it never was, or failed to be.
 */
verifiedAt: number | null, };

export type Remains = { 
/**
 * Backups, newest first.
 */
backups: Array<HoldingBackup>, 
/**
 * Damaged files that are kept, newest first. They stay until they are removed.
 */
kept: Array<KeptFiles>, };

export type HoldingBackup = { 
/**
 * When it was taken, unix milliseconds.
 */
takenAt: number, 
/**
 * When it is let go of, unix milliseconds; later where Parlour is not used every day, earlier where room is short.
 */
goesAt: number, };

export type IntegrityCheck = { 
/**
 * Unix milliseconds.
 */
at: number, 
/**
 * Whether every message was read and hashed anew; else the structure of the database was.
 */
thorough: boolean, 
/**
 * The chats in which something is missing or not what was stored, by the last check that read every message.
 */
chats: Array<ChatDamage>, 
/**
 * Where the damaged files are kept, where that check had to repair the database.
 */
kept: string | null, };

export type ChatDamage = { 
/**
 * The chat.
 */
id: ChatId, 
/**
 * Its title.
 */
title: string, 
/**
 * Whether it is in the trash.
 */
deleted: boolean, 
/**
 * Messages that are gone.
 */
missing: number, 
/**
 * Messages that are not what was stored, by their hashes.
 */
altered: number, 
/**
 * Messages whose rows cannot be read.
 */
unreadable: number, };

export type ChatSize = { 
/**
 * The chat.
 */
id: ChatId, 
/**
 * Its title.
 */
title: string, 
/**
 * Whether it is in the trash.
 */
deleted: boolean, 
/**
 * Messages, all versions counted.
 */
messages: number, 
/**
 * Bytes of its texts.
 */
size: number, };

export type KeptFiles = { 
/**
 * The name of its folder, for `remove_kept_files`.
 */
name: string, 
/**
 * Where that is.
 */
path: string, 
/**
 * When it was set aside, unix milliseconds.
 */
at: number, 
/**
 * Bytes.
 */
size: number, };

export type Health = { 
/**
 * The last check; `None` where there was none.
 */
check: IntegrityCheck | null, 
/**
 * The newest backup that was proven to be whole.
 */
backup: Backup | null, 
/**
 * Bytes of the database with its log.
 */
size: number, 
/**
 * Bytes that are free on its disk; `None` where the system does not say.
 */
free: number | null, 
/**
 * Whether that is little.
 */
low: boolean, 
/**
 * The largest chats, largest first, with those in the trash.
 */
chats: Array<ChatSize>, 
/**
 * The damaged files that are kept, newest first.
 */
kept: Array<KeptFiles>, };

export type KeyState = { "type": "checking" } | { "type": "none" } | { "type": "notNeeded" } | { "type": "keychain", 
/**
 * The last four characters; all that is ever shown.
 */
lastFour: string, } | { "type": "memory", 
/**
 * The last four characters.
 */
lastFour: string, } | { "type": "environment", 
/**
 * The last four characters.
 */
lastFour: string, } | { "type": "detached", 
/**
 * The origin it was saved for.
 */
origin: string, } | { "type": "unavailable" };

export type Check = { "type": "unchecked" } | { "type": "verified", 
/**
 * Unix milliseconds.
 */
at: number, } | { "type": "notVerified", 
/**
 * Unix milliseconds.
 */
at: number, 
/**
 * Why.
 */
error: Error, };

export type Connection = { 
/**
 * Its id, and its account in the keychain.
 */
id: ConnectionId, 
/**
 * `OpenAI`, or the host.
 */
name: string, 
/**
 * Where requests go: `{base_url}/chat/completions`.
 */
baseUrl: string, 
/**
 * Scheme, host and port: what a key is bound to.
 */
origin: string, 
/**
 * Whether the address comes from `OPENAI_BASE_URL`, not from the person.
 */
fromEnvironment: boolean, 
/**
 * Whether replies are streamed.
 */
streaming: boolean, 
/**
 * Where its key is.
 */
key: KeyState, 
/**
 * Whether it works.
 */
check: Check, 
/**
 * The key and the chats travel readable: plain `http` to a host that is not this computer.
 */
plainText: boolean, };

export type BaseUrlProposal = { 
/**
 * The address as it was typed, trimmed.
 */
typed: string, 
/**
 * The address that answered, where it is another than the typed one.
 */
proposed: string | null, 
/**
 * Whether the address that would be used answered at all.
 */
answered: boolean, 
/**
 * Plain `http` to a host that is not this computer.
 */
plainText: boolean, };

export type Block = { 
/**
 * Its place (from 0) among the blocks of what holds it.
 */
id: number, } & ({ "type": "paragraph", 
/**
 * Its text.
 */
inlines: Array<Inline>, } | { "type": "heading", 
/**
 * 1 to 6.
 */
level: number, 
/**
 * What a link to it names: made of its text, unique in the document; empty until the heading is finished.
 */
anchor: string, 
/**
 * Its text.
 */
inlines: Array<Inline>, } | { "type": "code", 
/**
 * The first word behind the fence in lower case, or else the guessed language, or else empty.
 */
language: string, 
/**
 * The code without its last line break. A line break starts the first token of the line it leads to.
 */
tokens: Array<Token>, } | { "type": "math", 
/**
 * The formula as it was written.
 */
source: string, 
/**
 * The formula as MathML; empty where it is not finished or cannot be read.
 */
nodes: Array<MathNode>, } | { "type": "quote", 
/**
 * What kind of alert it is, if any.
 */
alert: Alert | null, 
/**
 * What is quoted.
 */
blocks: Array<Block>, } | { "type": "list", 
/**
 * The first number; `None` for bullets.
 */
start: number | null, 
/**
 * Whether its items stand close together.
 */
tight: boolean, 
/**
 * Its items.
 */
blocks: Array<Block>, } | { "type": "item", 
/**
 * Whether the box of a task is ticked; `None` where it is no task.
 */
checked: boolean | null, 
/**
 * What it holds.
 */
blocks: Array<Block>, } | { "type": "table", 
/**
 * One for each column.
 */
alignments: Array<Alignment>, 
/**
 * Its rows; the first is the head.
 */
blocks: Array<Block>, } | { "type": "row", 
/**
 * As many as the table has columns.
 */
cells: Array<Array<Inline>>, } | { "type": "rule" } | { "type": "html", 
/**
 * The source, as plain tokens.
 */
tokens: Array<Token>, } | { "type": "footnote", 
/**
 * Its name.
 */
label: string, 
/**
 * Its place among the footnotes in the order of their first references; 0 where nothing refers to it.
 */
number: number, 
/**
 * What it says.
 */
blocks: Array<Block>, });

export type BlockContent = { "type": "paragraph", 
/**
 * Its text.
 */
inlines: Array<Inline>, } | { "type": "heading", 
/**
 * 1 to 6.
 */
level: number, 
/**
 * What a link to it names: made of its text, unique in the document; empty until the heading is finished.
 */
anchor: string, 
/**
 * Its text.
 */
inlines: Array<Inline>, } | { "type": "code", 
/**
 * The first word behind the fence in lower case, or else the guessed language, or else empty.
 */
language: string, 
/**
 * The code without its last line break. A line break starts the first token of the line it leads to.
 */
tokens: Array<Token>, } | { "type": "math", 
/**
 * The formula as it was written.
 */
source: string, 
/**
 * The formula as MathML; empty where it is not finished or cannot be read.
 */
nodes: Array<MathNode>, } | { "type": "quote", 
/**
 * What kind of alert it is, if any.
 */
alert: Alert | null, 
/**
 * What is quoted.
 */
blocks: Array<Block>, } | { "type": "list", 
/**
 * The first number; `None` for bullets.
 */
start: number | null, 
/**
 * Whether its items stand close together.
 */
tight: boolean, 
/**
 * Its items.
 */
blocks: Array<Block>, } | { "type": "item", 
/**
 * Whether the box of a task is ticked; `None` where it is no task.
 */
checked: boolean | null, 
/**
 * What it holds.
 */
blocks: Array<Block>, } | { "type": "table", 
/**
 * One for each column.
 */
alignments: Array<Alignment>, 
/**
 * Its rows; the first is the head.
 */
blocks: Array<Block>, } | { "type": "row", 
/**
 * As many as the table has columns.
 */
cells: Array<Array<Inline>>, } | { "type": "rule" } | { "type": "html", 
/**
 * The source, as plain tokens.
 */
tokens: Array<Token>, } | { "type": "footnote", 
/**
 * Its name.
 */
label: string, 
/**
 * Its place among the footnotes in the order of their first references; 0 where nothing refers to it.
 */
number: number, 
/**
 * What it says.
 */
blocks: Array<Block>, };

export type Token = [number, string];

export type Alert = "note" | "tip" | "important" | "warning" | "caution";

export type Alignment = "start" | "center" | "end";

export type Inline = { "type": "text", 
/**
 * The text; `\n` is a line break of the source.
 */
text: string, } | { "type": "emphasis", 
/**
 * What is emphasised.
 */
inlines: Array<Inline>, } | { "type": "strong", 
/**
 * What is emphasised.
 */
inlines: Array<Inline>, } | { "type": "strike", 
/**
 * What is struck out.
 */
inlines: Array<Inline>, } | { "type": "code", 
/**
 * The code.
 */
text: string, } | { "type": "link", 
/**
 * The whole address (http, https, mailto) or `#anchor`; `None` for any other, which is no link on screen.
 */
href: string | null, 
/**
 * Its title.
 */
title: string | null, 
/**
 * What is shown.
 */
inlines: Array<Inline>, } | { "type": "image", 
/**
 * The whole address, under the same rule as a link's.
 */
href: string | null, 
/**
 * Its title.
 */
title: string | null, 
/**
 * Its description.
 */
text: string, } | { "type": "math", 
/**
 * The formula as it was written.
 */
source: string, 
/**
 * Whether it stands on a line of its own.
 */
display: boolean, 
/**
 * The formula as MathML; empty where it is not finished or cannot be read.
 */
nodes: Array<MathNode>, } | { "type": "footnoteRef", 
/**
 * Its name.
 */
label: string, 
/**
 * Its number.
 */
number: number, } | { "type": "break" };

export type MathNode = { "type": "element", 
/**
 * Its tag.
 */
tag: string, 
/**
 * Its attributes.
 */
attributes: Record<string, string>, 
/**
 * What it holds.
 */
children: Array<MathNode>, } | { "type": "text", 
/**
 * The text.
 */
text: string, };

export type BlockPatch = { "type": "put", 
/**
 * Where.
 */
path: Array<number>, 
/**
 * The block.
 */
block: Block, } | { "type": "truncate", 
/**
 * The container.
 */
path: Array<number>, 
/**
 * How many.
 */
length: number, } | { "type": "inlines", 
/**
 * The paragraph or heading.
 */
path: Array<number>, 
/**
 * How many stay.
 */
keep: number, 
/**
 * What follows them.
 */
inlines: Array<Inline>, } | { "type": "tokens", 
/**
 * The block.
 */
path: Array<number>, 
/**
 * How many stay.
 */
keep: number, 
/**
 * What follows them.
 */
tokens: Array<Token>, } | { "type": "tight", 
/**
 * The list.
 */
path: Array<number>, 
/**
 * Whether they do.
 */
tight: boolean, };

export type ChatPatch = { 
/**
 * Ask for what is new since this one next.
 */
revision: number, 
/**
 * Whether this is the whole state: what the window holds of the chat is dropped first.
 */
snapshot: boolean, 
/**
 * The head, where it changed.
 */
head: ChatHead | null, 
/**
 * The path, where it changed.
 */
path: PathPatch | null, 
/**
 * The messages that changed; in a snapshot the last ones of the path.
 */
messages: Array<MessagePatch>, };

export type PathPatch = { 
/**
 * How many ids from the start stay.
 */
keep: number, 
/**
 * The ids after them.
 */
ids: Array<MessageId>, 
/**
 * For each of `ids`, the bytes of its text: what a window guesses heights from before it has the message.
 */
sizes: Array<number>, 
/**
 * Places on the path, from `keep` on, of what the person said, in order.
 */
questions: Array<number>, };

export type MessagePatch = { "type": "put", 
/**
 * The message.
 */
message: Message, } | { "type": "stream", 
/**
 * The message.
 */
id: MessageId, 
/**
 * Where it stands now.
 */
state: MessageState, 
/**
 * What is new in its document.
 */
blocks: Array<BlockPatch>, } | { "type": "settle", 
/**
 * What it is now, without its document.
 */
message: Message, 
/**
 * What brings the document that the window has to its end.
 */
blocks: Array<BlockPatch>, };

export type OperationKind = "deleteChat" | "deleteMessage" | "cancelMessage" | "renameChat" | "editMessage" | "restoreChat" | "deletePersona" | "deletePrompt" | "setPersona" | "importLibrary" | "createFolder" | "renameFolder" | "deleteFolder" | "setFolderOptions" | "moveChats" | "pinChats" | "archiveChats" | "deleteChats" | "takeFromTrash" | "tagChats" | "renameTag" | "deleteTag" | "keepChat" | "changeOptions" | "undo" | "showVersion" | "nameBranch" | "takeOver" | "forkChat" | "deleteRest";

export type Undone = { 
/**
 * What it was.
 */
kind: OperationKind, 
/**
 * Where; `None` where that is in no chat.
 */
chat: ChatId | null, };

export type Move = "earlier" | "later";

export type TrashedChat = { 
/**
 * Its id.
 */
id: ChatId, 
/**
 * Its title.
 */
title: string, 
/**
 * Messages in it, all versions counted.
 */
messageCount: number, 
/**
 * The deletion, for `undo`.
 */
operationId: OperationId, 
/**
 * When it was deleted, in Unix milliseconds.
 */
deletedAt: number, 
/**
 * When it goes for good, in Unix milliseconds; later where the app is not used for a long time.
 */
goesAt: number, };

export type Folder = { 
/**
 * Its id.
 */
id: FolderId, 
/**
 * Its name.
 */
name: string, 
/**
 * What its chats have that have nothing of their own.
 */
options: ChatOptions, };

export type Place = { "type": "pinned" } | { "type": "archive" } | { "type": "dated" } | { "type": "folder", 
/**
 * Which.
 */
id: FolderId, };

export type Tag = { 
/**
 * Its id.
 */
id: TagId, 
/**
 * Its name, as it was written first.
 */
name: string, };

export type OverviewPatch = { 
/**
 * Ask for what is new since this one next.
 */
revision: number, 
/**
 * Whether this is the whole state.
 */
snapshot: boolean, 
/**
 * Rows that are new or changed; in a snapshot all that are pinned and then the newest, newest first.
 */
chats: Array<ChatRow>, 
/**
 * Chats that are gone from the list.
 */
removed: Array<ChatId>, 
/**
 * The settings, where they changed.
 */
settings: Settings | null, 
/**
 * The connection, where it changed.
 */
connection: Connection | null, 
/**
 * The notices that stand, where they changed.
 */
notices: Array<Notice> | null, 
/**
 * All folders, where they changed.
 */
folders: Array<Folder> | null, 
/**
 * All tags that a chat has, where they changed.
 */
tags: Array<Tag> | null, 
/**
 * In a snapshot: how many rows are still to be asked for.
 */
rest: number, };

export type Notice = { 
/**
 * For `dismiss_notice`.
 */
id: number, } & ({ "type": "settingsSetAside", 
/**
 * Where the broken file is.
 */
path: string, 
/**
 * Whether a backup of the settings took its place.
 */
fromBackup: boolean, } | { "type": "keyInMemory" } | { "type": "keyDetached", 
/**
 * Where the key belongs.
 */
origin: string, } | { "type": "backupFailed", 
/**
 * Why, with the path.
 */
error: Error, } | { "type": "repaired", 
/**
 * Where the damaged files are kept.
 */
kept: string, 
/**
 * Messages that there are now.
 */
found: number, 
/**
 * Messages of them that could not be read, and came back from the newest backup.
 */
fromBackup: number, 
/**
 * Chats in which something is missing or not what it was.
 */
chats: number, 
/**
 * Messages of them that are missing or not what they were.
 */
messages: number, } | { "type": "logMissing" } | { "type": "lowDisk", 
/**
 * Bytes that are free.
 */
free: number, } | { "type": "failure", 
/**
 * What.
 */
error: Error, });

export type NoticeContent = { "type": "settingsSetAside", 
/**
 * Where the broken file is.
 */
path: string, 
/**
 * Whether a backup of the settings took its place.
 */
fromBackup: boolean, } | { "type": "keyInMemory" } | { "type": "keyDetached", 
/**
 * Where the key belongs.
 */
origin: string, } | { "type": "backupFailed", 
/**
 * Why, with the path.
 */
error: Error, } | { "type": "repaired", 
/**
 * Where the damaged files are kept.
 */
kept: string, 
/**
 * Messages that there are now.
 */
found: number, 
/**
 * Messages of them that could not be read, and came back from the newest backup.
 */
fromBackup: number, 
/**
 * Chats in which something is missing or not what it was.
 */
chats: number, 
/**
 * Messages of them that are missing or not what they were.
 */
messages: number, } | { "type": "logMissing" } | { "type": "lowDisk", 
/**
 * Bytes that are free.
 */
free: number, } | { "type": "failure", 
/**
 * What.
 */
error: Error, };

export type Start = { 
/**
 * The app around the chats.
 */
overview: OverviewPatch, 
/**
 * The chat that was open last, or the one this window was made for, or an empty one.
 */
chat: ChatPatch, 
/**
 * What the person had typed there.
 */
draft: string, 
/**
 * Version of the app.
 */
version: string, };

export type OpenedChat = { 
/**
 * A snapshot.
 */
chat: ChatPatch, 
/**
 * What the person had typed there.
 */
draft: string, };

export type Found = { 
/**
 * The message.
 */
id: MessageId, 
/**
 * How often, without overlaps.
 */
count: number, };

export type Sent = { 
/**
 * The stored user message.
 */
messageId: MessageId, 
/**
 * The reply row: queued, or already on its way.
 */
replyId: MessageId, };

export type Done = { 
/**
 * For `undo`.
 */
operationId: OperationId, };

export type RestoredChat = { 
/**
 * The new chat.
 */
chat: ChatId, 
/**
 * For `undo`.
 */
operationId: OperationId, };

export type SearchTerm = { 
/**
 * Tokens that follow each other.
 */
pieces: Array<string>, 
/**
 * An identifier of several pieces, whole: it is found written in one word too.
 */
whole: string | null, 
/**
 * Whether the last token is only the beginning of one.
 */
prefix: boolean, };

export type SearchResult = { 
/**
 * Those of a chat together, the title first; the chat with the newest first.
 */
hits: Array<SearchHit>, 
/**
 * Whether there are more than these.
 */
more: boolean, 
/**
 * Best first: how many of the newest matches were ranked, where there are more than these; else `None`.
 */
ranked: number | null, 
/**
 * What is to be marked in a message that was found.
 */
terms: Array<SearchTerm>, 
/**
 * How much of an old archive can be searched so far, 0 to 1; `None` where all of it can.
 */
indexed: number | null, };

export type Stretch = { 
/**
 * Its first message.
 */
first: MessageId, 
/**
 * Its last message.
 */
last: MessageId, 
/**
 * The last message of the stretch it hangs from.
 */
parent: MessageId | null, 
/**
 * How many stretches lead to it.
 */
depth: number, 
/**
 * How many messages it holds.
 */
messages: number, 
/**
 * Who says the first.
 */
role: Role, 
/**
 * The beginning of the first, in one line.
 */
excerpt: string, 
/**
 * The name of the branch that begins with it.
 */
name: string | null, 
/**
 * The model of the first answer in it.
 */
model: string | null, 
/**
 * Which of its siblings the first is, from 1.
 */
number: number, 
/**
 * How many siblings there are, itself included.
 */
count: number, 
/**
 * Whether it lies on the path that is shown.
 */
shown: boolean, 
/**
 * When something was last said in it, unix milliseconds.
 */
lastAt: number, };

export type ChatMap = { 
/**
 * Depth first, the oldest branch first.
 */
stretches: Array<Stretch>, };

export type Piece = { 
/**
 * Where it stands.
 */
kind: "same" | "removed" | "added", 
/**
 * The text.
 */
text: string, };

export type Hunk = { "type": "same", 
/**
 * The text.
 */
text: string, } | { "type": "changed", 
/**
 * For `take_over`; from 0 among those that changed, and the same whichever of the two is the first.
 */
number: number, 
/**
 * Word by word.
 */
pieces: Array<Piece>, };

export type Comparison = { 
/**
 * In order.
 */
hunks: Array<Hunk>, };

export type Forked = { 
/**
 * The new chat.
 */
chat: ChatId, 
/**
 * For `undo`.
 */
operationId: OperationId, };

export type QuickHit = { 
/**
 * The chat.
 */
chatId: ChatId, 
/**
 * Its title; empty where it has none.
 */
title: string, 
/**
 * When something was last said in it, unix milliseconds.
 */
updatedAt: number, 
/**
 * How well it fits; comparable with that of `Ranked` for the same query.
 */
score: number, 
/**
 * Where the letters stand in the title, in UTF-16 units, in order.
 */
positions: Array<number>, };

export type Ranked = { 
/**
 * Its place among the names that were given.
 */
index: number, 
/**
 * How well it fits.
 */
score: number, 
/**
 * Where the letters stand in it, in UTF-16 units, in order.
 */
positions: Array<number>, };
