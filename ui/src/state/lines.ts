// The list of chats as lines, headings among them, all of known heights: which line lies where, and which ones are to be in
// the page. Pure arithmetic; ChatList.svelte shows it.
import type { ChatId, ChatRow, Folder, TagId } from "../bindings";
import { t } from "../text/text";
import { groupByDate } from "./groups";
import { placeOf, type Order, type Shelf } from "./order";

export interface Section {
  key: string;
  kind: "pinned" | "folder" | "date" | "archive";
  name: string;
  folder: Folder | null;
  /** The shelf that it shows a part of: `count` rows from `from` on. */
  rows: readonly ChatRow[];
  from: number;
  count: number;
  /** Whether its rows are shown. */
  open: boolean;
  /** The line of its heading; its rows follow. */
  line: number;
  /** Where its heading is, in pixels. */
  top: number;
}

/** What of the list is wanted. */
export interface Wanted {
  isClosed: (key: string) => boolean;
  /** Only chats with this tag. */
  tag: TagId | null;
  now: number;
}

export interface Heights {
  row: number;
  heading: number;
}

export type Line = { section: Section; row: ChatRow } | { section: Section; row: null };

/** A section of which something is in the page: its rows with their lines. */
export interface Part {
  section: Section;
  rows: { row: ChatRow; line: number }[];
}

export const isCollapsible = (section: Section) => section.kind === "folder" || section.kind === "archive";

const shownRows = (section: Section) => (section.open ? section.count : 0);

/** Puts the shelves one below the other: pinned, the folders, the rest by date, the archive. */
export function lay(order: Order, folders: readonly Folder[], wanted: Wanted, heights: Heights): Lines {
  const { tag } = wanted;
  const onShelf = (shelf: Shelf) => {
    const rows = order.shelf(shelf);
    return tag === null ? rows : rows.filter((row) => row.tags.includes(tag));
  };
  const sections: Section[] = [];
  let [line, top] = [0, 0];
  const add = (part: Pick<Section, "key" | "kind" | "name" | "rows"> & Partial<Section>) => {
    const open = part.kind === "pinned" || part.kind === "date" || !wanted.isClosed(part.key);
    const section = { folder: null, from: 0, count: part.rows.length, ...part, open, line, top };
    sections.push(section);
    line += 1 + shownRows(section);
    top += heights.heading + shownRows(section) * heights.row;
  };
  const pinned = onShelf("pinned");
  if (pinned.length > 0) add({ key: "pinned", kind: "pinned", name: t.order.pinned, rows: pinned });
  for (const folder of folders) {
    const key: Shelf = `folder-${folder.id}`;
    const rows = onShelf(key);
    // An empty folder is there to be filled; a tag shows only what has it.
    if (tag === null || rows.length > 0) add({ key, kind: "folder", name: folder.name, folder, rows });
  }
  const dated = onShelf("dated");
  for (const group of groupByDate(dated, wanted.now)) add({ ...group, key: group.name, kind: "date", rows: dated });
  const archive = onShelf("archive");
  if (archive.length > 0) add({ key: "archive", kind: "archive", name: t.order.archive, rows: archive });
  return new Lines(order, sections, heights, line, top);
}

export class Lines {
  readonly sections: readonly Section[];
  /** How many lines there are, and their height. */
  readonly count: number;
  readonly height: number;
  #order: Order;
  #heights: Heights;

  constructor(order: Order, sections: readonly Section[], heights: Heights, count: number, height: number) {
    this.#order = order;
    this.#heights = heights;
    this.sections = sections;
    this.count = count;
    this.height = height;
  }

  /** How many chats are shown. */
  get chats(): number {
    return this.count - this.sections.length;
  }

  at(line: number): Line | null {
    if (line < 0 || line >= this.count) return null;
    const section = this.#last((each) => each.line <= line);
    if (!section) return null;
    if (line === section.line) return { section, row: null };
    const row = section.rows[section.from + line - section.line - 1];
    return row ? { section, row } : null;
  }

  /** Whether one can go there: to each chat, and to what opens and closes. */
  isPlace(line: number): boolean {
    const found = this.at(line);
    return found !== null && (found.row !== null || isCollapsible(found.section));
  }

  /** What a line is known by, wherever it goes: the chat's id, or the section's key. */
  keyOf(line: number): string | null {
    const found = this.at(line);
    return found && (found.row?.id ?? found.section.key);
  }

  /** The line of a chat, or of a section; -1 where it is not shown. */
  find(key: string): number {
    const row = this.#order.row(key);
    if (!row) return this.sections.find((section) => section.key === key)?.line ?? -1;
    const shelf = this.#order.shelfOf(row);
    for (const section of this.sections) {
      if (!section.open || shelfOf(section) !== shelf) continue;
      const at = placeOf(section.rows, row);
      if (section.rows[at]?.id !== row.id) return -1;
      if (at >= section.from && at < section.from + section.count) return section.line + 1 + at - section.from;
    }
    return -1;
  }

  top(line: number): number {
    const found = this.at(line);
    if (!found) return 0;
    const { section } = found;
    const into = line - section.line;
    return section.top + (into === 0 ? 0 : this.#heights.heading + (into - 1) * this.#heights.row);
  }

  /** The line that lies at a height; the first or last one beyond the ends. */
  lineAt(height: number): number {
    const section = this.#last((each) => each.top <= height);
    if (!section) return 0;
    const into = height - section.top - this.#heights.heading;
    return into < 0
      ? section.line
      : section.line + Math.min(shownRows(section), 1 + Math.floor(into / this.#heights.row));
  }

  /** The place `by` lines on, or the nearest one before it; the same where there is none. */
  step(line: number, by: number): number {
    const direction = Math.sign(by);
    const aim = Math.max(0, Math.min(this.count - 1, line + by));
    for (let at = aim; at >= 0 && at < this.count; at += direction) if (this.isPlace(at)) return at;
    for (let at = aim; at !== line; at -= direction) if (this.isPlace(at)) return at;
    return line;
  }

  /** The chats from one line to another, in their order. */
  between(one: number, other: number): ChatId[] {
    const [from, to] = [Math.min(one, other), Math.max(one, other)];
    const found: ChatId[] = [];
    for (const section of this.sections) {
      const first = Math.max(0, from - section.line - 1);
      const end = Math.min(shownRows(section), to - section.line);
      for (let at = first; at < end; at += 1) {
        const row = section.rows[section.from + at];
        // A temporary one has no place that it could be given.
        if (row && !row.temporary) found.push(row.id);
      }
    }
    return found;
  }

  /** The next line from one on, round the end, whose name begins like this; -1 where there is none. */
  named(beginning: string, from: number): number {
    const words = beginning.toLocaleLowerCase();
    for (let step = 0; step < this.count; step += 1) {
      const line = (from + step) % this.count;
      const found = this.at(line);
      if (!found || !this.isPlace(line)) continue;
      const name = found.row ? found.row.title || t.chats.untitled : found.section.name;
      if (name.toLocaleLowerCase().startsWith(words)) return line;
    }
    return -1;
  }

  /** What of the lines from `first` up to, not including, `end` is in the page, and the line `held` wherever it is. */
  parts(first: number, end: number, held: number): Part[] {
    const found: Part[] = [];
    for (const section of this.sections) {
      const last = section.line + shownRows(section);
      const holds = held >= section.line && held <= last;
      if (!holds && (last < first || section.line >= end)) continue;
      const rows: Part["rows"] = [];
      const put = (line: number) => {
        const row = section.rows[section.from + line - section.line - 1];
        if (row) rows.push({ row, line });
      };
      const [begin, stop] = [Math.max(first, section.line + 1), Math.min(end, last + 1)];
      const heldRow = holds && held > section.line;
      if (heldRow && held < begin) put(held);
      for (let line = begin; line < stop; line += 1) put(line);
      if (heldRow && held >= Math.max(begin, stop)) put(held);
      found.push({ section, rows });
    }
    return found;
  }

  /** The last section for which something holds that holds for all before it. */
  #last(holds: (section: Section) => boolean): Section | undefined {
    let [low, high] = [0, this.sections.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const section = this.sections[middle];
      if (section && holds(section)) low = middle + 1;
      else high = middle;
    }
    return this.sections[low - 1];
  }
}

const shelfOf = ({ kind, folder }: Section): Shelf =>
  kind === "folder" && folder
    ? `folder-${folder.id}`
    : kind === "date"
      ? "dated"
      : kind === "pinned"
        ? kind
        : "archive";
