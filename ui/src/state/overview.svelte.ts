// The app around the chats as the backend last told it: the list of chats, settings, the connection, notices.
import type { ChatId, ChatRow, Connection, Notice, OverviewPatch, Settings } from "../bindings";

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

export class Overview {
  /** Newest first. */
  rows = $state.raw<ChatRow[]>([]);
  settings = $state.raw(noSettings);
  connection = $state.raw(noConnection);
  notices = $state.raw<Notice[]>([]);
  version = $state("");

  /** Whether requests can be made as far as keys go. */
  readonly hasKey = $derived.by(() => {
    const { type } = this.connection.key;
    return type !== "none" && type !== "detached" && type !== "unavailable";
  });

  apply(patch: OverviewPatch): boolean {
    if (patch.snapshot || patch.chats.length > 0 || patch.removed.length > 0) this.#rows(patch);
    if (patch.settings) this.settings = patch.settings;
    if (patch.connection) this.connection = patch.connection;
    if (patch.notices) this.notices = patch.notices;
    return true;
  }

  row(id: ChatId): ChatRow | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** The chat to go to when this one is gone: the next in the list, else the one before. */
  neighbour(id: ChatId): ChatId | null {
    const at = this.rows.findIndex((row) => row.id === id);
    if (at < 0) return this.rows[0]?.id ?? null;
    return (this.rows[at + 1] ?? this.rows[at - 1])?.id ?? null;
  }

  #rows(patch: OverviewPatch): void {
    const removed = new Set(patch.removed);
    const changed = new Map(patch.chats.map((row) => [row.id, row]));
    const before = patch.snapshot ? [] : this.rows;
    const rows: ChatRow[] = [];
    for (const row of before) {
      if (removed.has(row.id)) continue;
      rows.push(changed.get(row.id) ?? row);
      changed.delete(row.id);
    }
    // In front, so that of two rows of the same time the new one stands first; the sort is stable.
    this.rows = [...changed.values(), ...rows].sort((a, b) => b.updatedAt - a.updatedAt);
  }
}
