// What a message can do in the tree of its chat: names, forks, deleting the rest; and how Undo speaks of it.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { Message } from "../../ui/src/bindings";
import { openApp } from "./app";
import { backend } from "./backend";
import { answer, snapshot, start, user } from "./make";

const pair = (over: Partial<Message> = {}) =>
  start([user("1", "Hi"), answer("2", "Hello", { parentId: "1", ...over })]);
const theirs = (app: ReturnType<typeof openApp>) => within(app.getByRole("article", { name: "Assistant" }));

/** A window that opens puts the focus on the composer. */
const settled = (app: ReturnType<typeof openApp>) =>
  waitFor(() => expect(document.activeElement).toBe(app.getByRole("textbox", { name: "Message" })));

async function choose(app: ReturnType<typeof openApp>, item: string, article = "Assistant") {
  await waitFor(() => expect(document.activeElement).not.toBe(document.body));
  const more = within(app.getByRole("article", { name: article })).getByRole("button", { name: "More actions" });
  more.focus();
  await fireEvent.click(more);
  await fireEvent.click(app.getByRole("menuitem", { name: item }));
  return more;
}

describe("the menu of a message", () => {
  test("stands at the end of its actions and offers a comparison only where there is something to compare", async () => {
    const app = openApp(pair());
    const buttons = theirs(app).getAllByRole("button");
    expect(buttons.at(-1)?.getAttribute("aria-label")).toBe("More actions");
    await fireEvent.click(theirs(app).getByRole("button", { name: "More actions" }));
    const items = within(app.getByRole("menu", { name: "More actions" })).getAllByRole("menuitem");
    expect(items.map((item) => item.textContent)).toEqual([
      "Name this branch…",
      "Fork to a new chat",
      "Delete the rest from here",
    ]);
  });

  test("is gone through by arrows, and Escape gives the focus back to its button", async () => {
    const app = openApp(pair({ version: { number: 1, count: 2 } }));
    await settled(app);
    const more = theirs(app).getByRole("button", { name: "More actions" });
    more.focus();
    await fireEvent.click(more);
    const menu = app.getByRole("menu");
    expect(document.activeElement?.textContent).toBe("Name this branch…");
    await fireEvent.keyDown(menu, { key: "ArrowDown" });
    expect(document.activeElement?.textContent).toBe("Compare versions…");
    await fireEvent.keyDown(menu, { key: "Escape" });
    expect(app.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(more);
  });

  test("is not there while an answer is on its way", () => {
    const app = openApp(pair({ state: "streaming" }));
    expect(theirs(app).queryByRole("button", { name: "More actions" })).toBeNull();
  });
});

describe("a branch", () => {
  test("has its name beside its versions", () => {
    const app = openApp(pair({ version: { number: 2, count: 3 }, branch: "The short way" }));
    expect(theirs(app).getByText("The short way")).toBeTruthy();
    expect(theirs(app).getByText("2 / 3")).toBeTruthy();
  });

  test("is named, and that can be undone", async () => {
    backend.on("name_branch", () => ({ operationId: "op" }));
    const app = openApp(pair({ branch: "Old" }));
    const more = await choose(app, "Name this branch…");
    const field = await app.findByRole("textbox", { name: "Name" });
    expect(field).toHaveProperty("value", "Old");
    await fireEvent.input(field, { target: { value: "New" } });
    await fireEvent.click(app.getByRole("button", { name: "Save name" }));
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    expect(backend.asked("name_branch")).toEqual([{ message: "2", name: "New" }]);
    await waitFor(() => expect(document.activeElement).toBe(more));
    expect(within(app.getByText("Branch named").parentElement as HTMLElement).getByText("Undo")).toBeTruthy();
  });

  test("loses its name by an empty one; the same one is not stored again", async () => {
    backend.on("name_branch", () => ({ operationId: "op" }));
    const app = openApp(pair({ branch: "Old" }));
    await choose(app, "Name this branch…");
    await fireEvent.click(await app.findByRole("button", { name: "Save name" }));
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    expect(backend.asked("name_branch")).toEqual([]);
    await choose(app, "Name this branch…");
    await fireEvent.input(await app.findByRole("textbox", { name: "Name" }), { target: { value: " " } });
    await fireEvent.click(app.getByRole("button", { name: "Save name" }));
    await waitFor(() => expect(backend.asked("name_branch")).toEqual([{ message: "2", name: "" }]));
    expect(await app.findByText("Name taken away")).toBeTruthy();
  });

  test("keeps the dialog with what was typed where the name cannot be stored", async () => {
    backend.fail("name_branch", "storageFull");
    const app = openApp(pair());
    await choose(app, "Name this branch…");
    await fireEvent.input(await app.findByRole("textbox", { name: "Name" }), { target: { value: "New" } });
    await fireEvent.click(app.getByRole("button", { name: "Save name" }));
    const dialog = app.getByRole("dialog", { name: "Name this branch" });
    await waitFor(() => expect(within(dialog).getByRole("alert").textContent).toContain("The disk is full"));
    expect(app.getByRole("textbox", { name: "Name" })).toHaveProperty("value", "New");
  });
});

test("a fork opens as a chat of its own, and its Undo does not open what is in the trash then", async () => {
  backend.on("fork_chat", () => ({ chat: "c", operationId: "op" }));
  backend.on("open_chat", ({ chat }) => ({ chat: snapshot(String(chat), [user("9", "Hi")]), draft: "" }));
  backend.on("undo", () => ({ kind: "forkChat", chat: "c" }));
  const app = openApp(pair());
  await choose(app, "Fork to a new chat", "You");
  await waitFor(() => expect(app.getByRole("heading", { name: "Title of c" })).toBeTruthy());
  expect(backend.asked("fork_chat")).toEqual([{ message: "1" }]);
  await waitFor(() => expect(document.activeElement).toBe(app.getByRole("textbox", { name: "Message" })));
  await fireEvent.click(app.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(backend.asked("undo")).toEqual([{ operation: "op" }]));
  expect(backend.asked("open_chat")).toEqual([{ chat: "c" }]);
});

test("the rest is deleted from a message on, with an Undo", async () => {
  backend.on("delete_rest", () => ({ operationId: "op" }));
  backend.on("undo", () => ({ kind: "deleteRest", chat: "a" }));
  const app = openApp(pair());
  await choose(app, "Delete the rest from here");
  await waitFor(() => expect(backend.asked("delete_rest")).toEqual([{ message: "2" }]));
  expect(await app.findByText("Deleted from here on")).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(app.getByRole("textbox", { name: "Message" })));
  await fireEvent.click(app.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(backend.asked("undo")).toEqual([{ operation: "op" }]));
});

test.each([
  ["showVersion", "The version before is shown again"],
  ["nameBranch", "The branch's former name is back"],
  ["takeOver", "The version before is shown again"],
  ["deleteRest", "The messages are back"],
])("Ctrl+Z says what of the tree it took back: %s", async (kind, words) => {
  backend.on("undo_last", () => ({ kind, chat: "a" }));
  const app = openApp(pair());
  await fireEvent.keyDown(window, { key: "z", ctrlKey: true });
  expect(await app.findByText(words)).toBeTruthy();
});
