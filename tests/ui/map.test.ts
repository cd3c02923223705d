// The map of a chat: how it is arranged, gone through by keyboard, jumped from.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { Stretch } from "../../ui/src/bindings";
import { arrange } from "../../ui/src/state/map";
import { announcer, view } from "../../ui/src/state/window";
import { arrive, openApp } from "./app";
import { backend } from "./backend";
import { answer, patch, put, paragraph, spliced, start, stretch, user } from "./make";

/** A question with two answers; the second, which is shown, goes on. */
const FORKED: Stretch[] = [
  stretch("1", { excerpt: "Which bird?", shown: true }),
  stretch("2", { parent: "1", depth: 1, role: "assistant", excerpt: "An owl.", model: "gpt-4o", number: 1, count: 2 }),
  stretch("3", {
    ...{ last: "5", parent: "1", depth: 1, messages: 3, role: "assistant", excerpt: "A lark.", model: "o3" },
    ...{ number: 2, count: 2, shown: true, name: "Dawn" },
  }),
];

const messages = [
  user("1", "Which bird?"),
  answer("3", "A lark.", { parentId: "1", version: { number: 2, count: 2 }, branch: "Dawn" }),
  user("4", "Why?", { parentId: "3" }),
  answer("5", "It sings.", { parentId: "4" }),
];

async function openMap(stretches: Stretch[] = FORKED) {
  backend.on("chat_map", () => ({ stretches }));
  const app = openApp(start(messages));
  await fireEvent.keyDown(window, { key: "M", ctrlKey: true, shiftKey: true });
  const sheet = await app.findByRole("dialog", { name: "Map of this chat" });
  await within(sheet).findByText(
    stretches.length === 1 ? /one line/ : stretches.length === 0 ? /Nothing/ : /straight down/,
  );
  return { app, sheet: within(sheet) };
}

const spoken = (item: Element | null) => item?.textContent?.replace(/\s+/g, " ").trim();
const names = (items: HTMLElement[]) => items.map((item) => spoken(item)?.split(",")[0]);
const focused = () => spoken(document.activeElement)?.split(",")[0];
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });

describe("the rows", () => {
  test("what is shown runs straight down, all else branches off before it", () => {
    const rows = arrange([
      stretch("a", { shown: true }),
      stretch("b", { parent: "a", shown: true }),
      stretch("c", { parent: "b", shown: true }),
      stretch("d", { parent: "b" }),
      stretch("e", { parent: "a" }),
      stretch("f", { parent: "e" }),
      stretch("g", { parent: "e" }),
    ]);
    expect(rows.map((row) => [row.stretch.first, row.indent, row.side])).toEqual([
      ["a", 0, false],
      ["e", 1, true],
      ["f", 2, true],
      ["g", 1, false],
      ["b", 0, false],
      ["d", 1, true],
      ["c", 0, false],
    ]);
    expect(rows.map(({ parent, child }) => [parent, child])).toEqual([
      [-1, 1],
      [0, 2],
      [1, -1],
      [1, -1],
      [0, 5],
      [4, -1],
      [4, -1],
    ]);
    expect(rows.map(({ place, siblings }) => `${place}/${siblings}`)).toEqual([
      "1/1",
      "1/2",
      "1/2",
      "2/2",
      "2/2",
      "1/2",
      "2/2",
    ]);
  });

  test("no stretch is lost, in a deep chat, with several beginnings, or where its parent is not there", () => {
    const deep = Array.from({ length: 20_000 }, (_, at) =>
      stretch(`s${at}`, { parent: at === 0 ? null : `s${at - 1}` }),
    );
    expect(arrange(deep)).toHaveLength(20_000);
    const rows = arrange([stretch("a"), stretch("b"), stretch("c", { parent: "gone" })]);
    expect(rows.map((row) => row.stretch.first)).toEqual(["a", "b", "c"]);
  });
});

describe("the map", () => {
  test("tells of each stretch its text, version, role, model, length, and whether it is shown", async () => {
    const { sheet } = await openMap();
    const items = sheet.getAllByRole("treeitem");
    expect(items.map(spoken)).toEqual([
      "Which bird?, You · 1 message, shown",
      "An owl., 1 of 2 · Assistant · 1 message · gpt-4o, not shown",
      "Dawn, A lark., 2 of 2 · Assistant · 3 messages · o3 · you are here, shown",
    ]);
    expect(items.map((item) => item.getAttribute("aria-level"))).toEqual(["1", "2", "2"]);
    expect(sheet.getByRole("tree", { name: "Branches" })).toBeTruthy();
  });

  test("begins where the reader is, and is gone through by arrows, Home, End and letters", async () => {
    await openMap();
    await waitFor(() => expect(focused()).toBe("Dawn"));
    await press("ArrowUp");
    expect(focused()).toBe("An owl.");
    await press("ArrowLeft");
    expect(focused()).toBe("Which bird?");
    await press("ArrowRight");
    expect(focused()).toBe("An owl.");
    await press("End");
    expect(focused()).toBe("Dawn");
    await press("Home");
    expect(focused()).toBe("Which bird?");
    await press("d");
    expect(focused()).toBe("Dawn");
  });

  test("only one of its items is a stop of Tab", async () => {
    const { sheet } = await openMap();
    await press("Home");
    expect(sheet.getAllByRole("treeitem").map((item) => item.tabIndex)).toEqual([0, -1, -1]);
  });

  test("Enter goes to a stretch of another branch, which is marked, and the thread has the focus", async () => {
    backend.on("show_message", () => ({ operationId: "op" }));
    const { app } = await openMap();
    await waitFor(() => expect(focused()).toBe("Dawn"));
    await press("ArrowUp");
    await press("Enter");
    await waitFor(() => expect(backend.asked("show_message")).toEqual([{ message: "2" }]));
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    const other = answer("2", "An owl.", { parentId: "1", version: { number: 1, count: 2 } });
    await arrive(patch(2, { path: spliced(1, [other]), messages: [{ type: "put", message: other }] }));
    await waitFor(() =>
      expect(app.getByRole("article", { name: "Assistant" }).getAttribute("aria-current")).toBe("location"),
    );
    expect(document.activeElement).toBe(app.getByRole("log", { name: "Conversation" }));
    expect(announcer.lines.map(({ text }) => text)).toContain("Shown: An owl.");
  });

  test("a click goes to what is shown already without asking for it", async () => {
    const { app, sheet } = await openMap();
    await fireEvent.click(sheet.getByRole("treeitem", { name: /^Dawn/ }));
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(view.landed).toBe("3"));
    expect(backend.asked("show_message")).toEqual([]);
  });

  test("F2 names the branch, and the map comes back with it", async () => {
    backend.on("name_branch", () => ({ operationId: "op" }));
    const { app, sheet } = await openMap();
    await waitFor(() => expect(focused()).toBe("Dawn"));
    await press("ArrowUp");
    await press("F2");
    const field = await app.findByRole("textbox", { name: "Name" });
    await fireEvent.input(field, { target: { value: " Night " } });
    backend.on("chat_map", () => ({
      stretches: FORKED.map((each) => (each.first === "2" ? { ...each, name: "Night" } : each)),
    }));
    await fireEvent.click(app.getByRole("button", { name: "Save name" }));
    await waitFor(() => expect(backend.asked("name_branch")).toEqual([{ message: "2", name: "Night" }]));
    await waitFor(() => expect(names(sheet.getAllByRole("treeitem"))).toEqual(["Which bird?", "Night", "Dawn"]));
    await waitFor(() => expect(focused()).toBe("Night"));
  });

  test("says in words that there is one stretch only, or none", async () => {
    const { sheet } = await openMap([stretch("1", { messages: 4 })]);
    expect(sheet.getByText(/nothing in it was edited or answered anew yet/)).toBeTruthy();
    view.leaveTree();
  });

  test("of an empty chat says so", async () => {
    const { sheet } = await openMap([]);
    expect(sheet.queryByRole("tree")).toBeNull();
  });

  test("Escape closes it, and the focus is where it was", async () => {
    backend.on("chat_map", () => ({ stretches: FORKED }));
    const app = openApp(start(messages));
    const composer = app.getByRole("textbox", { name: "Message" });
    composer.focus();
    await fireEvent.keyDown(composer, { key: "M", ctrlKey: true, shiftKey: true });
    const sheet = await app.findByRole("dialog", { name: "Map of this chat" });
    await within(sheet).findAllByRole("treeitem");
    await fireEvent.keyDown(sheet, { key: "Escape" });
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(composer));
  });

  test("of thousands of branches holds only the rows around those in sight, and reaches all", async () => {
    const many = Array.from({ length: 3000 }, (_, at) =>
      stretch(`s${at}`, { parent: at === 0 ? null : "s0", number: Math.max(1, at), count: at === 0 ? 1 : 2999 }),
    );
    const { sheet } = await openMap(many);
    expect(sheet.getAllByRole("treeitem").length).toBeLessThan(60);
    await press("End");
    expect(focused()).toBe("Text of s2999");
    await press("ArrowUp");
    expect(focused()).toBe("Text of s2998");
    await press("ArrowLeft");
    expect(focused()).toBe("Text of s0");
    expect(sheet.getAllByRole("treeitem").length).toBeLessThan(60);
  });

  test("is opened from the actions of the chat", async () => {
    backend.on("chat_map", () => ({ stretches: FORKED }));
    const app = openApp(start(messages));
    await fireEvent.click(app.getByRole("button", { name: "Chat actions" }));
    await fireEvent.click(app.getByRole("menuitem", { name: "Map of this chat" }));
    expect(await app.findByRole("dialog", { name: "Map of this chat" })).toBeTruthy();
  });

  test("shows why it could not be read", async () => {
    backend.fail("chat_map", "storageFailed");
    const app = openApp(start(messages));
    await fireEvent.keyDown(window, { key: "M", ctrlKey: true, shiftKey: true });
    expect((await app.findByRole("alert")).textContent).toContain("could not be read");
  });

  test("does not ask anew for each word that streams behind it", async () => {
    await openMap();
    const asked = backend.asked("chat_map").length;
    await arrive(
      patch(2, { messages: [{ type: "stream", id: "5", state: "streaming", blocks: [put(paragraph(0, "It"))] }] }),
    );
    expect(backend.asked("chat_map")).toHaveLength(asked);
  });
});
