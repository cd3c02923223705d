// Order among many chats: the list by keyboard, selecting, folders, tags, the archive, dragging, undoing.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { fillList } from "../../ui/src/actions/filling";
import type { OverviewPatch } from "../../ui/src/bindings";
import { folds, overview, selection, view } from "../../ui/src/state/window";
import { field, openApp } from "./app";
import { backend } from "./backend";
import { noOptions, overviewPatch, row, snapshot, start } from "./make";

const NOW = Date.now();
const folder = (id: string, name: string, over = {}) => ({ id, name, options: { ...noOptions, ...over } });
const open = (over: Partial<OverviewPatch> = {}) => openApp(start([], { folders: [], tags: [], ...over }));
const nav = (app: ReturnType<typeof openApp>) => within(app.getByRole("navigation", { name: "Chats" }));
const button = (app: ReturnType<typeof openApp>, id: string) =>
  nav(app).getByRole("button", { name: `Title of ${id}` });
const focused = () => document.activeElement?.textContent?.trim();
const press = (key: string, keys: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...keys });
const titles = (app: ReturnType<typeof openApp>) =>
  [...app.container.querySelectorAll("nav li button")].map((each) => each.textContent?.trim());

/** Where the focus goes by itself at the start; what comes before that would lose it again. */
const started = (app: ReturnType<typeof openApp>) =>
  waitFor(() => expect(document.activeElement).toBe(app.getByRole("textbox", { name: "Message" })));

/** What core tells next. */
async function told(patch: Partial<OverviewPatch>) {
  await waitFor(() => expect(backend.overviewQuestions.length).toBeGreaterThan(0));
  backend.overviewQuestions.shift()?.answer(overviewPatch({ revision: 2, ...patch }));
  await waitFor(() => expect(backend.overviewQuestions.length).toBeGreaterThan(0));
}

const six = ["a", "b", "c", "d", "e", "f"].map((id, at) => row(id, NOW - at));

beforeEach(() => {
  localStorage.clear();
  folds.set("archive", true);
  folds.set("folder-w", false);
  for (const command of [
    ...["pin_chats", "archive_chats", "move_chats", "place_chats", "tag_chats", "delete_chats", "delete_chat"],
    ...["rename_folder", "delete_folder", "set_folder_options", "rename_tag", "delete_tag"],
  ])
    backend.on(command, () => ({ operationId: `op-${command}` }));
  backend.on("open_chat", ({ chat }) => ({ chat: snapshot(String(chat), []), draft: "" }));
});

describe("the list", () => {
  test("has the pinned chats first, then folders, then the others by date, then the closed archive", async () => {
    const app = open({
      folders: [folder("w", "Work")],
      chats: [
        row("a", NOW),
        row("b", NOW - 1, { folderId: "w" }),
        row("c", NOW - 2, { pinned: true }),
        row("d", NOW - 3, { archived: true }),
      ],
    });
    const headings = nav(app).getAllByRole("heading");
    expect(headings.map((each) => each.getAttribute("aria-label") ?? each.textContent)).toEqual([
      "Pinned",
      "Folder Work, 1 chat",
      "Today",
      "Archive, 1 chat",
    ]);
    expect(titles(app)).toEqual(["Title of c", "Title of b", "Title of a"]);
    await fireEvent.click(nav(app).getByRole("button", { name: "Archive, 1 chat" }));
    expect(titles(app)).toEqual(["Title of c", "Title of b", "Title of a", "Title of d"]);
  });

  test("a folder that is closed stays so in the next window", async () => {
    const app = open({ folders: [folder("w", "Work")], chats: [row("a", NOW), row("b", NOW, { folderId: "w" })] });
    const heading = nav(app).getByRole("button", { name: "Folder Work, 1 chat" });
    expect(heading.getAttribute("aria-expanded")).toBe("true");
    await fireEvent.click(heading);
    expect(heading.getAttribute("aria-expanded")).toBe("false");
    expect(titles(app)).toEqual(["Title of a"]);
    expect(localStorage.getItem("closed-folders")).toBe('["folder-w"]');
  });

  test("of 50,000 chats holds some dozens in the page, and says which of how many each is", async () => {
    const chats = Array.from({ length: 50_000 }, (_, at) => row(`c${at}`, 50_000 - at));
    const app = open({ chats });
    expect(titles(app).length).toBeLessThan(100);
    button(app, "c0").focus();
    await press("End");
    await waitFor(() => expect(focused()).toBe("Title of c49999"));
    const item = document.activeElement?.closest("li");
    expect([item?.getAttribute("aria-posinset"), item?.getAttribute("aria-setsize")]).toEqual(["50000", "50000"]);
    expect(titles(app).length).toBeLessThan(150);
    // In the order in which they are read, with one place for Tab.
    expect(titles(app).at(-1)).toBe("Title of c49999");
    expect(app.container.querySelectorAll("nav li button[tabindex='0']")).toHaveLength(1);
    await press("Home");
    await waitFor(() => expect(focused()).toBe("Title of c0"));
    await press("PageDown");
    await waitFor(() => expect(focused()).toBe("Title of c19"));
  });

  test("asks for what is missing page by page, and what went meanwhile does not come back", async () => {
    const asked: unknown[] = [];
    let release: (() => void) | undefined;
    backend.on("chat_rows", async (args) => {
      asked.push(args);
      if (asked.length > 1) return [row("z", 1)];
      await new Promise<void>((resolve) => (release = resolve));
      return Array.from({ length: 2000 }, (_, at) => row(`p${at}`, 9000 - at));
    });
    open({ chats: [row("pin", 5, { pinned: true }), row("a", 10_000)], rest: 2001 });
    await waitFor(() => expect(release).toBeDefined());
    await told({ removed: ["p7"], chats: [row("p8", 20_000)] });
    release?.();
    await waitFor(() => expect(overview.row("z")).toBeDefined());
    expect(asked).toEqual([
      { before: 10_000, beforeId: "a", limit: 2000 },
      { before: 7001, beforeId: "p1999", limit: 2000 },
    ]);
    expect(overview.order.size).toBe(2002);
    expect(overview.row("p8")?.updatedAt).toBe(20_000);
    await fillList();
    expect(asked).toHaveLength(2);
  });

  test("letters lead to the next chat of that beginning", async () => {
    const app = open({
      chats: ["Apples", "Bears", "Bees", "Beets"].map((title, at) => row(title, NOW - at, { title })),
    });
    nav(app).getByRole("button", { name: "Apples" }).focus();
    await press("b");
    await waitFor(() => expect(focused()).toBe("Bears"));
    await press("e");
    await press("e");
    await waitFor(() => expect(focused()).toBe("Bees"));
  });

  test("arrows fold and unfold a folder and go in and out of it", async () => {
    const app = open({ folders: [folder("w", "Work")], chats: [row("a", NOW), row("b", NOW, { folderId: "w" })] });
    button(app, "b").focus();
    await press("ArrowLeft");
    const heading = nav(app).getByRole("button", { name: "Folder Work, 1 chat" });
    await waitFor(() => expect(document.activeElement).toBe(heading));
    await press("ArrowLeft");
    expect(heading.getAttribute("aria-expanded")).toBe("false");
    await press("ArrowDown");
    await waitFor(() => expect(focused()).toBe("Title of a"));
    await press("ArrowUp");
    await press("ArrowRight");
    await press("ArrowRight");
    await waitFor(() => expect(focused()).toBe("Title of b"));
  });

  test("the focus stays on a chat that goes to another place, and in its place where it goes away", async () => {
    const app = open({ folders: [folder("w", "Work")], chats: six });
    await started(app);
    button(app, "c").focus();
    await told({ chats: [row("c", NOW - 2, { folderId: "w" })] });
    await waitFor(() => expect(focused()).toBe("Title of c"));
    expect(document.activeElement?.closest(".section")?.textContent).toContain("Work");
    button(app, "d").focus();
    await told({ revision: 3, removed: ["d"] });
    await waitFor(() => expect(focused()).toBe("Title of e"));
  });
});

describe("a selection", () => {
  test("by Ctrl and Shift with the pointer; a click ends it and opens", async () => {
    const app = open({ chats: six });
    await fireEvent.click(button(app, "b"), { ctrlKey: true });
    expect(app.getByText("1 selected")).toBeTruthy();
    await fireEvent.click(button(app, "d"), { shiftKey: true });
    expect(selection.chats).toEqual(["b", "c", "d"]);
    await fireEvent.click(button(app, "c"), { ctrlKey: true });
    expect(selection.chats).toEqual(["b", "d"]);
    expect(button(app, "b").getAttribute("aria-pressed")).toBe("true");
    expect(button(app, "c").getAttribute("aria-pressed")).toBe("false");
    expect(backend.asked("open_chat")).toEqual([]);
    await fireEvent.click(button(app, "e"));
    await waitFor(() => expect(backend.asked("open_chat")).toEqual([{ chat: "e" }]));
    expect(app.queryByText(/selected$/)).toBeNull();
    expect(button(app, "b").hasAttribute("aria-pressed")).toBe(false);
  });

  test("by Shift and arrows, Ctrl+Space, Ctrl+A, and ended by Esc", async () => {
    const app = open({ chats: six });
    button(app, "a").focus();
    await press("ArrowDown", { shiftKey: true });
    await waitFor(() => expect(focused()).toBe("Title of b"));
    await press("ArrowDown", { shiftKey: true });
    expect(selection.chats).toEqual(["a", "b", "c"]);
    await waitFor(() => expect(focused()).toBe("Title of c"));
    await press("ArrowUp", { shiftKey: true });
    expect(selection.chats).toEqual(["a", "b"]);
    await waitFor(() => expect(focused()).toBe("Title of b"));
    await press(" ", { ctrlKey: true });
    expect(selection.chats).toEqual(["a"]);
    await press("a", { ctrlKey: true });
    expect(app.getByText("6 selected")).toBeTruthy();
    await press("Escape");
    expect(selection.size).toBe(0);
  });

  test("is deleted in one step, the window goes to what is left, and Undo takes the one step back", async () => {
    const app = open({ chats: six });
    for (const id of ["a", "b", "c"]) await fireEvent.click(button(app, id), { ctrlKey: true });
    await fireEvent.click(app.getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(app.getByRole("heading", { level: 1, name: "Title of d" })).toBeTruthy());
    expect(backend.asked("delete_chats")).toEqual([{ chats: ["a", "b", "c"] }]);
    expect(app.getByText("3 chats deleted")).toBeTruthy();
    expect(selection.size).toBe(0);
    backend.on("undo", () => ({ kind: "deleteChats", chat: "a" }));
    await fireEvent.click(app.getByRole("button", { name: "Undo" }));
    expect(backend.asked("undo")).toEqual([{ operation: "op-delete_chats" }]);
    await waitFor(() => expect(app.getByRole("heading", { level: 1, name: "Title of a" })).toBeTruthy());
  });

  test("is pinned, archived, and forgets chats that go away", async () => {
    const app = open({ chats: six });
    for (const id of ["b", "c"]) await fireEvent.click(button(app, id), { ctrlKey: true });
    await fireEvent.click(app.getByRole("button", { name: "Pin" }));
    await waitFor(() => expect(app.getByText("2 chats pinned")).toBeTruthy());
    await told({ removed: ["c"] });
    await waitFor(() => expect(selection.chats).toEqual(["b"]));
    await fireEvent.click(app.getByRole("button", { name: "Archive" }));
    await waitFor(() => expect(backend.asked("archive_chats")).toEqual([{ chats: ["b"], archived: true }]));
    expect(backend.asked("pin_chats")).toEqual([{ chats: ["b", "c"], pinned: true }]);
  });

  test("has a menu of its own", async () => {
    const app = open({ chats: six });
    for (const id of ["b", "c"]) await fireEvent.click(button(app, id), { ctrlKey: true });
    await fireEvent.contextMenu(button(app, "c"));
    expect(app.getAllByRole("menuitem").map((item) => item.textContent)).toEqual([
      "Pin",
      "Move to folder…",
      "Tags…",
      "Archive",
      "Delete",
    ]);
    await press("Escape");
    // Of a chat beside it, it is that chat's.
    await fireEvent.contextMenu(button(app, "e"));
    expect(app.getByRole("menuitem", { name: "Rename" })).toBeTruthy();
  });
});

describe("folders", () => {
  const menu = async (app: ReturnType<typeof openApp>, id: string, item: string) => {
    button(app, id).focus();
    await press("F10", { shiftKey: true });
    await fireEvent.click(app.getByRole("menuitem", { name: item }));
  };

  test("a chat is moved to one that is made for it, by keyboard alone", async () => {
    backend.on("create_folder", ({ name }) => folder("n", String(name)));
    const app = open({ folders: [folder("w", "Work"), folder("x", "Wörterbuch")], chats: six });
    await menu(app, "b", "Move to folder…");
    const box = field(await app.findByRole("combobox", { name: "Folder" }));
    expect(document.activeElement).toBe(box);
    await fireEvent.input(box, { target: { value: "wor" } });
    expect(app.getAllByRole("option").map((each) => each.textContent?.trim())).toEqual([
      "Work",
      "Wörterbuch",
      "Create folder “wor”",
    ]);
    await fireEvent.input(box, { target: { value: " Trips " } });
    await press("Enter");
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    expect(backend.asked("create_folder")).toEqual([{ name: "Trips" }]);
    expect(backend.asked("move_chats")).toEqual([{ chats: ["b"], folder: "n" }]);
    expect(app.getByText("Chat moved to “Trips”")).toBeTruthy();
    await waitFor(() => expect(focused()).toBe("Title of b"));
  });

  test("a chat is taken out of one", async () => {
    const app = open({ folders: [folder("w", "Work")], chats: [row("a", NOW), row("b", NOW, { folderId: "w" })] });
    await menu(app, "b", "Move to folder…");
    await app.findByRole("combobox", { name: "Folder" });
    expect(app.getByRole("option", { name: /Work/ }).getAttribute("aria-selected")).toBe("true");
    await press("ArrowUp");
    await press("Enter");
    await waitFor(() => expect(backend.asked("move_chats")).toEqual([{ chats: ["b"], folder: null }]));
  });

  test("one is renamed, has defaults, and is deleted with its chats kept", async () => {
    const app = open({ folders: [folder("w", "Work", { temperature: 1 })], chats: six });
    const heading = nav(app).getByRole("button", { name: "Folder Work, 0 chats" });
    const choose = async (item: string) => {
      heading.focus();
      await press("ContextMenu");
      await fireEvent.click(app.getByRole("menuitem", { name: item }));
    };
    await choose("Rename");
    await fireEvent.input(await app.findByRole("textbox", { name: "Name" }), { target: { value: "Office" } });
    await fireEvent.click(app.getByRole("button", { name: "Save name" }));
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    await choose("Defaults for its chats…");
    const dialog = within(await app.findByRole("dialog", { name: "Defaults for chats in “Work”" }));
    await fireEvent.change(dialog.getByRole("textbox", { name: "Model" }), { target: { value: "m" } });
    await fireEvent.click(dialog.getByRole("button", { name: "Use the default: Temperature" }));
    await fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    await choose("Delete folder");
    await waitFor(() => expect(app.getByText("Folder deleted. Its chats are kept.")).toBeTruthy());
    expect(backend.asked("rename_folder")).toEqual([{ folder: "w", name: "Office" }]);
    expect(backend.asked("set_folder_options")).toEqual([{ folder: "w", options: { ...noOptions, model: "m" } }]);
    expect(backend.asked("delete_folder")).toEqual([{ folder: "w" }]);
  });

  test("their defaults are what a chat's own settings are compared with", async () => {
    const app = open();
    const from = snapshot("a", []);
    const options = { ...noOptions, temperature: 0.5 };
    const inherited = { ...noOptions, temperature: 1, model: "folder-model" };
    await waitFor(() => expect(backend.chatQuestions).toHaveLength(1));
    backend.chatQuestions[0]?.answer({ ...from, revision: 2, head: from.head && { ...from.head, options, inherited } });
    await waitFor(() => expect(field(app.getByRole("combobox", { name: "Model" })).value).toBe("folder-model"));
    await fireEvent.click(app.getByRole("button", { name: "Chat actions" }));
    await fireEvent.click(app.getByRole("menuitem", { name: "Chat settings" }));
    const dialog = within(await app.findByRole("dialog", { name: "Chat settings" }));
    const temperature = dialog.getByRole("spinbutton", { name: "Temperature" });
    expect(temperature.getAttribute("placeholder")).toBe("Default: 1");
    expect(dialog.getByText("Differs from the default")).toBeTruthy();
    await fireEvent.click(dialog.getByRole("button", { name: "Use the default: Temperature" }));
    expect(dialog.queryByText("Differs from the default")).toBeNull();
    await fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(backend.asked("set_chat_options")).toEqual([{ chat: "a", options: noOptions }]));
  });
});

describe("tags", () => {
  const tags = [
    { id: "1", name: "home" },
    { id: "2", name: "money" },
  ];

  test("are put on and taken off several chats, and say where they are on some only", async () => {
    const app = open({ tags, chats: [row("a", NOW, { tags: ["1", "2"] }), row("b", NOW - 1, { tags: ["2"] })] });
    for (const id of ["a", "b"]) await fireEvent.click(button(app, id), { ctrlKey: true });
    await fireEvent.click(app.getByRole("button", { name: "Tag…" }));
    const box = field(await app.findByRole("combobox", { name: "Tag" }));
    const options = app.getAllByRole("option");
    expect(
      options.map((each) => [each.textContent?.trim().replace(/\s+/g, " "), each.getAttribute("aria-selected")]),
    ).toEqual([
      ["home on 1 of 2", "false"],
      ["money", "true"],
    ]);
    await press("Enter");
    await press("ArrowDown");
    await press("Enter");
    await fireEvent.input(box, { target: { value: "new one" } });
    await press("Enter");
    await waitFor(() => expect(backend.asked("tag_chats")).toHaveLength(3));
    const chats = ["a", "b"];
    expect(backend.asked("tag_chats")).toEqual([
      { chats, name: "home", on: true },
      { chats, name: "money", on: false },
      { chats, name: "new one", on: true },
    ]);
    expect(box.value, "and the next can be typed").toBe("");
    await fireEvent.click(app.getByRole("button", { name: "Done" }));
    expect(app.queryByRole("dialog")).toBeNull();
  });

  test("stand over the open chat, and one of them narrows the list until it is taken away", async () => {
    const app = open({
      tags,
      chats: [row("a", NOW, { tags: ["2"] }), row("b", NOW - 1), row("c", NOW - 2, { tags: ["2"] })],
    });
    const header = within(app.getByRole("list", { name: "Tags" }));
    await fireEvent.click(header.getByRole("button", { name: "Only chats with the tag money" }));
    await waitFor(() => expect(titles(app)).toEqual(["Title of a", "Title of c"]));
    await fireEvent.click(nav(app).getByRole("button", { name: "Show all chats" }));
    await waitFor(() => expect(titles(app)).toHaveLength(3));
    // Also without a chat that has it.
    await fireEvent.click(nav(app).getByRole("button", { name: "Filter by tag" }));
    await app.findByRole("combobox", { name: "Tag" });
    await press("Enter");
    await waitFor(() => expect(app.getByText("No chat has this tag.")).toBeTruthy());
    expect(view.tag).toBe("1");
  });

  test("the one in the list is renamed and deleted; then all chats are there again", async () => {
    const app = open({ tags, chats: [row("a", NOW, { tags: ["2"] }), row("b", NOW - 1)] });
    view.tag = "2";
    await fireEvent.click(await nav(app).findByRole("button", { name: "Tag actions: money" }));
    await fireEvent.click(app.getByRole("menuitem", { name: "Rename" }));
    await fireEvent.input(await app.findByRole("textbox", { name: "Name" }), { target: { value: "finance" } });
    await fireEvent.click(app.getByRole("button", { name: "Save name" }));
    await waitFor(() => expect(backend.asked("rename_tag")).toEqual([{ tag: "2", name: "finance" }]));
    await fireEvent.click(nav(app).getByRole("button", { name: "Tag actions: money" }));
    await fireEvent.click(app.getByRole("menuitem", { name: "Delete tag" }));
    await waitFor(() => expect(titles(app)).toHaveLength(2));
    expect(backend.asked("delete_tag")).toEqual([{ tag: "2" }]);
  });
});

describe("dragging", () => {
  const data = () => {
    const held = new Map<string, string>();
    return { held, setData: (type: string, text: string) => held.set(type, text), effectAllowed: "", dropEffect: "" };
  };
  const item = (app: ReturnType<typeof openApp>, id: string) => button(app, id).closest("li") as HTMLElement;
  const drag = async (app: ReturnType<typeof openApp>, id: string, to: HTMLElement) => {
    const dataTransfer = data();
    await fireEvent.dragStart(item(app, id), { dataTransfer });
    await fireEvent.dragOver(to, { dataTransfer });
    await fireEvent.drop(to, { dataTransfer });
    await fireEvent.dragEnd(document.body);
    return dataTransfer.held;
  };

  test("all that is selected goes into the folder it is dropped on, as text alone", async () => {
    const app = open({ folders: [folder("w", "Work")], chats: six });
    for (const id of ["b", "c"]) await fireEvent.click(button(app, id), { ctrlKey: true });
    const held = await drag(app, "c", nav(app).getByRole("button", { name: "Folder Work, 0 chats" }));
    expect([...held]).toEqual([["text/plain", "Title of b\nTitle of c"]]);
    await waitFor(() =>
      expect(backend.asked("place_chats")).toEqual([{ chats: ["b", "c"], place: { type: "folder", id: "w" } }]),
    );
  });

  test("to the pinned ones, and out to the dates again", async () => {
    const app = open({ chats: [row("p", NOW, { pinned: true }), row("a", NOW), row("b", NOW - 1)] });
    await drag(app, "b", item(app, "p"));
    await waitFor(() => expect(backend.asked("place_chats")).toEqual([{ chats: ["b"], place: { type: "pinned" } }]));
    await drag(app, "p", item(app, "a"));
    await waitFor(() => expect(app.getByText("Chat unpinned")).toBeTruthy());
    expect(backend.asked("place_chats")[1]).toEqual({ chats: ["p"], place: { type: "dated" } });
    // What is there already stays.
    await drag(app, "a", item(app, "b"));
    expect(backend.asked("place_chats")).toHaveLength(2);
  });

  test("where nothing is pinned yet, a place for it shows while one drags", async () => {
    const app = open({ chats: six });
    expect(app.queryByText("Drop here to pin")).toBeNull();
    const dataTransfer = data();
    await fireEvent.dragStart(item(app, "b"), { dataTransfer });
    await fireEvent.drop(app.getByText("Drop here to pin"), { dataTransfer });
    await waitFor(() => expect(backend.asked("place_chats")).toEqual([{ chats: ["b"], place: { type: "pinned" } }]));
  });

  test("what comes from elsewhere does nothing", async () => {
    const app = open({ folders: [folder("w", "Work")], chats: six });
    const to = nav(app).getByRole("button", { name: "Folder Work, 0 chats" });
    const dataTransfer = data();
    await fireEvent.dragOver(to, { dataTransfer });
    expect(dataTransfer.dropEffect).toBe("");
    expect(app.container.querySelector("nav .over")).toBeNull();
    await fireEvent.drop(to, { dataTransfer: data() });
    expect(backend.calls.filter(({ command }) => !command.startsWith("next_"))).toEqual([]);
  });
});

test("what was done to the list is undone by key, and the open chat stays", async () => {
  const app = open({ chats: six });
  await started(app);
  button(app, "b").focus();
  await press("Delete");
  await waitFor(() => expect(backend.asked("delete_chat")).toEqual([{ chat: "b" }]));
  backend.on("undo_last", () => ({ kind: "moveChats", chat: "e" }));
  await press("z", { ctrlKey: true });
  await waitFor(() => expect(app.getByText("Back where it was")).toBeTruthy());
  expect(backend.asked("open_chat")).toEqual([]);
});
