// The app around the chats as the backend last told it: the list of chats, settings, the connection, notices.
import type { ChatId, ChatRow, Connection, Folder, Notice, OverviewPatch, Settings, Tag } from "../bindings";
import { Order, placeOf } from "./order";

// What stands here until the backend has spoken is never on screen.
const noSettings: Settings = {
  model: "",
  systemPrompt: "",
  temperature: null,
  maxTokens: null,
  theme: "system",
  textSize: 100,
  sidebarWidth: 268,
  sidebarShown: true,
  backupFolder: null,
  lastChat: null,
};
const noConnection: Connection = {
  id: "",
  name: "",
  baseUrl: "",
  origin: "",
  fromEnvironment: false,
  streaming: true,
  key: { type: "checking" },
  check: { type: "unchecked" },
  plainText: false,
};

const collator = new Intl.Collator(undefined, { numeric: true });
const byName = (a: { name: string }, b: { name: string }) => collator.compare(a.name, b.name);

/** Where the rows that are here end: the next ones are older. */
export interface Cursor {
  before: number;
  beforeId: ChatId;
}

export class Overview {
  settings = $state.raw(noSettings);
  connection = $state.raw(noConnection);
  notices = $state.raw<Notice[]>([]);
  folders = $state.raw<Folder[]>([]);
  tags = $state.raw<Tag[]>([]);
  version = $state("");
  /** From where on rows are still to be asked for; `null` where all are here. */
  cursor: Cursor | null = null;

  /** Changed in place; a new holder tells of it. */
  #held = $state.raw({ order: new Order() });
  /** Chats that went while rows were being asked for: an answer that was under way may still bring them. */
  #gone = new Set<ChatId>();

  /** All chats that are known, as the list has them. */
  get order(): Order {
    return this.#held.order;
  }

  /** Whether requests can be made as far as keys go. */
  readonly hasKey = $derived.by(() => {
    const { type } = this.connection.key;
    return type !== "none" && type !== "detached" && type !== "unavailable";
  });

  apply(patch: OverviewPatch): boolean {
    if (patch.folders) this.folders = patch.folders.toSorted(byName);
    if (patch.tags) this.tags = patch.tags.toSorted(byName);
    if (patch.snapshot || patch.folders || patch.chats.length > 0 || patch.removed.length > 0) this.#rows(patch);
    if (patch.settings) this.settings = patch.settings;
    if (patch.connection) this.connection = patch.connection;
    if (patch.notices) this.notices = patch.notices;
    return true;
  }

  row(id: ChatId): ChatRow | undefined {
    return this.order.row(id);
  }

  /** The chat to go to when these are gone: the next on the shelf of the first, else the one before, else the newest. */
  neighbour(gone: readonly ChatId[]): ChatId | null {
    const { order } = this;
    const without = new Set(gone);
    const stays = (row: ChatRow) => !without.has(row.id);
    const [first] = gone;
    const row = first === undefined ? undefined : order.row(first);
    const shelf = row ? order.shelf(order.shelfOf(row)) : [];
    const at = row ? placeOf(shelf, row) : 0;
    const near = shelf.slice(at).find(stays) ?? shelf.slice(0, at).findLast(stays);
    return (near ?? order.shelf("dated").find(stays) ?? order.shelf("pinned").find(stays))?.id ?? null;
  }

  /** Takes in rows that were asked for with this cursor. What came by a patch meanwhile is newer. */
  add(rows: readonly ChatRow[], asked: Cursor, all: boolean): void {
    if (asked !== this.cursor) return;
    const { order } = this;
    order.put(rows.filter(({ id }) => !order.row(id) && !this.#gone.has(id)));
    const last = rows.at(-1);
    this.cursor = all || !last ? null : { before: last.updatedAt, beforeId: last.id };
    if (this.cursor === null) this.#gone.clear();
    this.#held = { order };
  }

  #rows({ snapshot, folders, chats, removed, rest }: OverviewPatch): void {
    const { order } = this;
    if (snapshot) {
      order.clear();
      this.#gone.clear();
      const last = chats.findLast((row) => !row.pinned);
      const start = last
        ? { before: last.updatedAt, beforeId: last.id }
        : { before: Number.MAX_SAFE_INTEGER, beforeId: "" };
      this.cursor = rest > 0 ? start : null;
    }
    if (folders) order.setFolders(folders.map((folder) => folder.id));
    order.remove(removed);
    if (this.cursor !== null) for (const id of removed) this.#gone.add(id);
    for (const { id } of chats) this.#gone.delete(id);
    order.put(chats);
    this.#held = { order };
  }
}
