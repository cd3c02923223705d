// All chats as the list has them: each stands on one shelf (pinned, a folder, by date, the archive), newest first there.
// A change of one among many thousands is a search and a shift; nothing is copied or sorted.
import type { ChatId, ChatRow, FolderId } from "../bindings";

export type Shelf = "pinned" | "dated" | "archive" | `folder-${FolderId}`;

/** More changes of one shelf at once than this are sorted in together. */
const MANY = 200;

const none: readonly ChatRow[] = [];

/** Newest first; of the same time the one that was made later. */
export const before = (a: ChatRow, b: ChatRow) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

/** The place of the first row that does not stand before this one: its own, where it is there. */
export function placeOf(rows: readonly ChatRow[], row: ChatRow): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = rows[middle];
    if (at && before(at, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Order {
  #rows = new Map<ChatId, ChatRow>();
  #shelves = new Map<Shelf, ChatRow[]>();
  #folders: ReadonlySet<FolderId> = new Set();

  get size(): number {
    return this.#rows.size;
  }

  row(id: ChatId): ChatRow | undefined {
    return this.#rows.get(id);
  }

  shelf(shelf: Shelf): readonly ChatRow[] {
    return this.#shelves.get(shelf) ?? none;
  }

  /** Where a chat stands. One whose folder is not there stands with those that have none. */
  shelfOf(row: ChatRow): Shelf {
    if (row.archived) return "archive";
    if (row.pinned) return "pinned";
    return row.folderId !== null && this.#folders.has(row.folderId) ? `folder-${row.folderId}` : "dated";
  }

  /** The folders that there are. */
  setFolders(ids: readonly FolderId[]): void {
    const folders = new Set(ids);
    const moved: ChatRow[] = [];
    for (const row of this.#rows.values()) {
      if (row.folderId !== null && folders.has(row.folderId) !== this.#folders.has(row.folderId)) moved.push(row);
    }
    this.remove(moved.map((row) => row.id));
    this.#folders = folders;
    this.put(moved);
  }

  clear(): void {
    this.#rows.clear();
    this.#shelves.clear();
  }

  /** Adds rows, or puts them in the place of what is known of the same chats. */
  put(rows: readonly ChatRow[]): void {
    const placed = new Map<Shelf, ChatRow[]>();
    for (const row of rows) {
      const old = this.#rows.get(row.id);
      const shelf = this.shelfOf(row);
      this.#rows.set(row.id, row);
      if (old && this.shelfOf(old) === shelf && old.updatedAt === row.updatedAt) {
        const there = this.#list(shelf);
        there[placeOf(there, old)] = row;
        continue;
      }
      if (old) this.#take(old);
      const others = placed.get(shelf);
      if (others) others.push(row);
      else placed.set(shelf, [row]);
    }
    for (const [shelf, added] of placed) this.#insert(this.#list(shelf), added);
  }

  remove(ids: readonly ChatId[]): void {
    const gone = ids.flatMap((id) => this.#rows.get(id) ?? []);
    for (const row of gone) this.#rows.delete(row.id);
    if (gone.length <= MANY) {
      for (const row of gone) this.#take(row);
      return;
    }
    for (const shelf of new Set(gone.map((row) => this.shelfOf(row)))) {
      this.#shelves.set(
        shelf,
        this.#list(shelf).filter((row) => this.#rows.has(row.id)),
      );
    }
  }

  #list(shelf: Shelf): ChatRow[] {
    const there = this.#shelves.get(shelf);
    if (there) return there;
    const made: ChatRow[] = [];
    this.#shelves.set(shelf, made);
    return made;
  }

  #take(row: ChatRow): void {
    const there = this.#list(this.shelfOf(row));
    const at = placeOf(there, row);
    if (there[at]?.id === row.id) there.splice(at, 1);
  }

  #insert(there: ChatRow[], added: ChatRow[]): void {
    if (added.length > MANY) {
      for (const row of added) there.push(row);
      there.sort(before);
      return;
    }
    for (const row of added) there.splice(placeOf(there, row), 0, row);
  }
}
