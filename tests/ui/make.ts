// Wire values for tests, each with what a test does not care about filled in.
import type {
  Alignment,
  Backup,
  Block,
  BlockPatch,
  ChatPatch,
  ChatRow,
  Connection,
  Inline,
  Message,
  OverviewPatch,
  PathPatch,
  Settings,
  Start,
  Stretch,
  Token,
} from "../../ui/src/bindings";
import { noOptions } from "../../ui/src/state/parameters";

type Kind<T extends Block["type"]> = Extract<Block, { type: T }>;

export const text = (words: string): Inline => ({ type: "text", text: words });
export const paragraph = (id: number, ...inlines: (string | Inline)[]): Block => ({
  id,
  type: "paragraph",
  inlines: inlines.map((inline) => (typeof inline === "string" ? text(inline) : inline)),
});
/** Plain tokens: one for each line, with the line break before it. */
export const tokens = (words: string): Token[] =>
  words === "" ? [] : words.split("\n").map((line, index) => [0, index === 0 ? line : `\n${line}`]);
export const code = (id: number, words: string, language = "rust"): Kind<"code"> => ({
  id,
  type: "code",
  language,
  tokens: tokens(words),
});
export const item = (id: number, ...blocks: Block[]): Block => ({ id, type: "item", checked: null, blocks });
export const list = (...blocks: Block[]): Kind<"list"> => ({ id: 0, type: "list", start: null, tight: true, blocks });
export const tableRow = (id: number, ...words: string[]): Block => ({
  id,
  type: "row",
  cells: words.map((each) => [text(each)]),
});
export const table = (alignments: Alignment[], ...blocks: Block[]): Kind<"table"> => ({
  id: 0,
  type: "table",
  alignments,
  blocks,
});
/** A block in a place, the top-level one that it names where no other is given. */
export const put = (block: Block, path = [block.id]): BlockPatch => ({ type: "put", path, block });

const message = (id: string, over: Partial<Message>): Message => ({
  id,
  parentId: null,
  role: "user",
  state: "complete",
  error: null,
  wait: null,
  model: null,
  createdAt: 0,
  duration: null,
  usage: null,
  finishReason: null,
  version: { number: 1, count: 1 },
  text: "",
  textLength: over.text?.length ?? 0,
  document: [],
  damage: null,
  branch: null,
  ...over,
});

export const user = (id: string, words: string, over: Partial<Message> = {}) => message(id, { text: words, ...over });
export const answer = (id: string, words: string, over: Partial<Message> = {}) =>
  message(id, { role: "assistant", document: words === "" ? [] : [paragraph(0, words)], ...over });

export const patch = (revision: number, over: Partial<ChatPatch> = {}): ChatPatch => ({
  revision,
  snapshot: false,
  head: null,
  path: null,
  messages: [],
  ...over,
});

/** The path from a place on. */
export const spliced = (keep: number, messages: Message[]): PathPatch => ({
  keep,
  ids: messages.map((each) => each.id),
  sizes: messages.map((each) => each.textLength),
  questions: messages.flatMap((each, at) => (each.role === "user" ? [keep + at] : [])),
});

export { noOptions };

export const snapshot = (id: string, messages: Message[], revision = 1, title = "Title of " + id): ChatPatch =>
  patch(revision, {
    snapshot: true,
    head: {
      id,
      title,
      options: noOptions,
      inherited: noOptions,
      usage: { input: 0, output: 0 },
      messageCount: messages.length,
      missing: 0,
      persona: null,
      temporary: false,
    },
    path: spliced(0, messages),
    messages: messages.map((each) => ({ type: "put", message: each })),
  });

export const settings: Settings = {
  model: "gpt-4o-mini",
  systemPrompt: "You are a helpful assistant.",
  temperature: null,
  maxTokens: null,
  theme: "light",
  textSize: 100,
  sidebarWidth: 268,
  sidebarShown: true,
  backupFolder: null,
  lastChat: null,
};

export const connection: Connection = {
  id: "k",
  name: "OpenAI",
  baseUrl: "https://api.openai.com/v1",
  origin: "https://api.openai.com",
  fromEnvironment: false,
  streaming: true,
  key: { type: "keychain", lastFour: "4f2a" },
  check: { type: "verified", at: 0 },
  plainText: false,
};

export const row = (id: string, updatedAt: number, over: Partial<ChatRow> = {}): ChatRow => ({
  id,
  title: "Title of " + id,
  updatedAt,
  reply: null,
  folderId: null,
  tags: [],
  pinned: false,
  archived: false,
  temporary: false,
  ...over,
});

export const overviewPatch = (over: Partial<OverviewPatch> = {}): OverviewPatch => ({
  revision: 1,
  snapshot: false,
  chats: [],
  removed: [],
  settings: null,
  connection: null,
  notices: null,
  folders: null,
  tags: null,
  rest: 0,
  ...over,
});

export const start = (messages: Message[] = [], over: Partial<OverviewPatch> = {}, draft = ""): Start => ({
  overview: overviewPatch({
    snapshot: true,
    chats: [row("a", Date.now()), row("b", Date.now() - 1000)],
    settings,
    connection,
    notices: [],
    ...over,
  }),
  chat: snapshot("a", messages),
  draft,
  version: "0.1.0",
});

export const backup = (id: string, changes: Partial<Backup> = {}): Backup => ({
  ...{ id, reason: "daily", takenAt: Date.UTC(2026, 0, 5, 12), appVersion: "0.1.0" },
  ...{ chats: 2, messages: 1234, size: 1, verifiedAt: Date.UTC(2026, 0, 5, 12) },
  ...changes,
});

/** A stretch of the map: one message, unless said otherwise. */
export const stretch = (first: string, over: Partial<Stretch> = {}): Stretch => ({
  ...{ first, last: first, parent: null, depth: 0, messages: 1, role: "user", excerpt: `Text of ${first}` },
  ...{ name: null, model: null, number: 1, count: 1, shown: false, lastAt: 0 },
  ...over,
});
