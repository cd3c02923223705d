// The list of chats: order, groups, neighbours.
import { flushSync } from "svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { groupByDate } from "../../ui/src/state/groups";
import { Overview } from "../../ui/src/state/overview.svelte";
import { connection, overviewPatch, row } from "./make";

let overview: Overview;
beforeEach(() => {
  overview = new Overview();
  overview.apply(overviewPatch({ snapshot: true, chats: [row("a", 30), row("b", 20), row("c", 10)], connection }));
});
const ids = () => overview.order.shelf("dated").map((each) => each.id);

test("a chat in which something was said goes to the top", () => {
  overview.apply(overviewPatch({ chats: [row("c", 40)] }));
  expect(ids()).toEqual(["c", "a", "b"]);
});

test("a chat that only changed its title or state stays where it is", () => {
  overview.apply(overviewPatch({ chats: [row("b", 20, { title: "Other", reply: "streaming" })] }));
  expect(ids()).toEqual(["a", "b", "c"]);
  expect(overview.row("b")?.title).toBe("Other");
});

test("a new chat stands before others of the same time", () => {
  overview.apply(overviewPatch({ chats: [row("n", 30)] }));
  expect(ids()).toEqual(["n", "a", "b", "c"]);
});

test("removed chats go, and come back in their place", () => {
  overview.apply(overviewPatch({ removed: ["b"] }));
  expect(ids()).toEqual(["a", "c"]);
  overview.apply(overviewPatch({ chats: [row("b", 20)] }));
  expect(ids()).toEqual(["a", "b", "c"]);
});

test("a snapshot drops what it does not bring", () => {
  overview.apply(overviewPatch({ snapshot: true, chats: [row("x", 5)] }));
  expect(ids()).toEqual(["x"]);
});

test("what did not change is left alone", () => {
  const { connection: before } = overview;
  let told = -1;
  const stop = $effect.root(() => {
    $effect(() => {
      void overview.order;
      told += 1;
    });
  });
  flushSync();
  overview.apply(overviewPatch({ notices: [] }));
  flushSync();
  expect(told).toBe(0);
  stop();
  expect(overview.connection).toBe(before);
});

test("the neighbour is the next chat, at the end the one before", () => {
  expect(overview.neighbour(["a"])).toBe("b");
  expect(overview.neighbour(["c"])).toBe("b");
  expect(overview.neighbour(["a", "b"])).toBe("c");
});

test.each([
  ["none", false],
  ["unavailable", false],
  ["notNeeded", true],
  ["checking", true],
] as const)("a key that is %s lets one begin: %s", (type, can) => {
  overview.apply(overviewPatch({ connection: { ...connection, key: { type } } }));
  expect(overview.hasKey).toBe(can);
});

describe("groups", () => {
  const now = new Date(2026, 10, 23, 15).getTime();
  const at = (...date: [number, number, number, number?]) => new Date(...date).getTime();

  test("by date, then by month", () => {
    const rows = [
      row("a", at(2026, 10, 23, 1)),
      row("b", at(2026, 10, 22, 23)),
      row("c", at(2026, 10, 18)),
      row("d", at(2026, 9, 30)),
      row("e", at(2026, 8, 2)),
      row("f", at(2025, 8, 2)),
    ];
    expect(
      groupByDate(rows, now).map((group) => [
        group.name,
        rows.slice(group.from, group.from + group.count).map((each) => each.id),
      ]),
    ).toEqual([
      ["Today", ["a"]],
      ["Yesterday", ["b"]],
      ["Previous 7 days", ["c"]],
      ["Previous 30 days", ["d"]],
      ["September 2026", ["e"]],
      ["September 2025", ["f"]],
    ]);
  });
});
