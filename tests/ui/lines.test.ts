// The list of 50,000 chats: shelves, lines and what of them is in the page.
import { beforeEach, describe, expect, test } from "vitest";
import { groupByDate } from "../../ui/src/state/groups";
import { lay } from "../../ui/src/state/lines";
import { Order } from "../../ui/src/state/order";
import { noOptions, row } from "./make";

const NOW = new Date(2026, 10, 23, 15).getTime();
const HOUR = 3_600_000;
const heights = { row: 30, heading: 40 };
const folder = (id: string, name = id) => ({ id, name, options: noOptions });

let order: Order;
beforeEach(() => {
  order = new Order();
});

const laid = (over: { closed?: string[]; tag?: string | null; folders?: string[] } = {}) =>
  lay(
    order,
    (over.folders ?? []).map((id) => folder(id)),
    { isClosed: (key) => over.closed?.includes(key) ?? false, tag: over.tag ?? null, now: NOW },
    heights,
  );
const ids = (rows: readonly { id: string }[]) => rows.map((each) => each.id);

describe("shelves", () => {
  test("each chat stands on one: the archive before a pin, a pin before its folder", () => {
    order.setFolders(["f"]);
    order.put([
      row("a", 4, { folderId: "f" }),
      row("b", 3, { folderId: "f", pinned: true }),
      row("c", 2, { pinned: true, archived: true }),
      row("d", 1),
    ]);
    expect(ids(order.shelf("folder-f"))).toEqual(["a"]);
    expect(ids(order.shelf("pinned"))).toEqual(["b"]);
    expect(ids(order.shelf("archive"))).toEqual(["c"]);
    expect(ids(order.shelf("dated"))).toEqual(["d"]);
  });

  test("a chat goes from one to another and leaves nothing behind", () => {
    order.setFolders(["f"]);
    order.put([row("a", 2), row("b", 1)]);
    order.put([row("a", 2, { folderId: "f" })]);
    expect(ids(order.shelf("dated"))).toEqual(["b"]);
    expect(ids(order.shelf("folder-f"))).toEqual(["a"]);
  });

  test("the chats of a folder that is gone stand by date, and go back with it", () => {
    order.setFolders(["f"]);
    order.put([row("a", 2, { folderId: "f" }), row("b", 1)]);
    order.setFolders([]);
    expect(ids(order.shelf("dated"))).toEqual(["a", "b"]);
    order.setFolders(["f"]);
    expect(ids(order.shelf("dated"))).toEqual(["b"]);
    expect(ids(order.shelf("folder-f"))).toEqual(["a"]);
  });

  test("random changes, one by one and many at once, end as a sort would", () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    order.setFolders(["f", "g"]);
    const reference = new Map<string, ReturnType<typeof row>>();
    for (let round = 0; round < 400; round += 1) {
      const many = random(10) === 0 ? 300 : 1 + random(3);
      const names = [...new Set(Array.from({ length: many }, () => `c${random(800)}`))];
      if (random(3) === 0) {
        order.remove(names);
        for (const name of names) reference.delete(name);
        continue;
      }
      const rows = names.map((name) =>
        row(name, random(500), {
          folderId: [null, "f", "g", "gone"][random(4)] ?? null,
          pinned: random(8) === 0,
          archived: random(8) === 0,
        }),
      );
      order.put(rows);
      for (const each of rows) reference.set(each.id, each);
    }
    for (const shelf of ["pinned", "dated", "archive", "folder-f", "folder-g"] as const) {
      const wanted = [...reference.values()]
        .filter((each) => order.shelfOf(each) === shelf)
        .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1));
      expect(ids(order.shelf(shelf))).toEqual(ids(wanted));
    }
    expect(order.size).toBe(reference.size);
  });
});

describe("50,000 chats", () => {
  const COUNT = 50_000;
  beforeEach(() => {
    order.setFolders(["f"]);
    order.put(
      Array.from({ length: COUNT }, (_, at) =>
        row(`c${String(at).padStart(5, "0")}`, NOW - at * HOUR, {
          pinned: at < 3,
          folderId: at % 10 === 5 ? "f" : null,
          archived: at % 100 === 99,
          tags: at % 1000 === 500 ? ["t"] : [],
        }),
      ),
    );
  });

  test("have a line each, below the headings, and the line of a height is the one that lies there", () => {
    const lines = laid({ folders: ["f"] });
    expect(lines.chats).toBe(COUNT);
    expect(lines.height).toBe(COUNT * heights.row + lines.sections.length * heights.heading);
    for (const line of [0, 1, 4, 5, 777, 12_345, 49_999, lines.count - 1]) {
      expect(lines.lineAt(lines.top(line))).toBe(line);
      expect(lines.lineAt(lines.top(line) + heights.row - 1)).toBe(line);
      const key = lines.keyOf(line);
      expect(key === null ? -1 : lines.find(key)).toBe(line);
    }
    expect(lines.lineAt(-5)).toBe(0);
    expect(lines.lineAt(lines.height + 5)).toBe(lines.count - 1);
  });

  test("are in the page as far as they are near, and the one that is held wherever it is", () => {
    const lines = laid({ folders: ["f"] });
    const parts = lines.parts(20_000, 20_060, 49_000);
    const shown = parts.flatMap((part) => part.rows.map((each) => each.line));
    expect(shown.length).toBeLessThanOrEqual(61);
    expect(shown.at(-1)).toBe(49_000);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    expect(shown.filter((line) => lines.isPlace(line))).toHaveLength(shown.length);
  });

  test("a change of one makes no copy of the others", () => {
    const before = order.shelf("dated");
    const moved = before[20_000];
    if (!moved) throw new Error("no such row");
    order.put([{ ...moved, updatedAt: NOW + 1 }]);
    expect(order.shelf("dated")).toBe(before);
    expect(before[0]?.id).toBe(moved.id);
    expect(laid({ folders: ["f"] }).find(moved.id)).toBeGreaterThan(0);
  });

  test("groups by date look at a few rows of each group only", () => {
    let looked = 0;
    const rows = new Proxy(order.shelf("dated"), {
      get: (target, key) => {
        if (typeof key === "string" && /^\d+$/.test(key)) looked += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
    const groups = groupByDate(rows, NOW);
    expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(rows.length);
    expect(looked).toBeLessThan(groups.length * 20);
  });

  test("what is closed has a heading alone, and is passed by", () => {
    const lines = laid({ folders: ["f"], closed: ["folder-f", "archive"] });
    const at = lines.find("folder-f");
    expect(lines.at(at)?.section.count).toBe(5000);
    expect(lines.at(at + 1)?.section.kind).toBe("date");
    // The heading of a date is no place to go to.
    expect(lines.step(at, 1)).toBe(at + 2);
    expect(lines.step(at + 2, -1)).toBe(at);
    expect(lines.find("c00015")).toBe(-1);
  });

  test("a tag leaves those that have it, in their places, and no empty folder", () => {
    const lines = laid({ folders: ["f"], tag: "t" });
    expect(lines.chats).toBe(50);
    expect(lines.sections.some((section) => section.kind === "folder")).toBe(false);
    expect(lines.find("c00500")).toBeGreaterThan(0);
    expect(lines.find("c00501")).toBe(-1);
  });

  test("from one line to another lie the chats between them, across headings and in either direction", () => {
    const lines = laid({ folders: ["f"] });
    const folderLine = lines.find("folder-f");
    const across = lines.between(folderLine - 1, folderLine + 2);
    expect(across).toEqual(["c00002", "c00005", "c00015"]);
    expect(lines.between(folderLine + 2, folderLine - 1)).toEqual(across);
    expect(lines.between(0, lines.count - 1)).toHaveLength(COUNT);
  });

  test("letters lead to the next chat of that beginning, round the end", () => {
    order.put([row("x", NOW - 5 * HOUR, { title: "Zebras" }), row("y", NOW - 9 * HOUR, { title: "zebra crossing" })]);
    const lines = laid({ folders: ["f"] });
    const found = lines.named("ze", 0);
    expect(found).toBe(lines.find("x"));
    expect(lines.named("ze", found + 1)).toBe(lines.find("y"));
    expect(lines.named("ze", lines.find("y") + 1)).toBe(found);
    expect(lines.named("zz", 0)).toBe(-1);
  });
});
