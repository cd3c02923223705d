// Temporary chats in the window: how one is begun, what says that it is one, and how it is kept after all.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import type { Message, OpenedChat, Start } from "../../ui/src/bindings";
import { openApp } from "./app";
import { backend, failure } from "./backend";
import { answer, overviewPatch, row, snapshot, start, user } from "./make";

const MEANING = /in memory only/;
const said = [user("m1", "Hi"), answer("m2", "Hello")];

beforeEach(() => backend.reset());

function temporary(id: string, messages: Message[] = []): OpenedChat {
  const chat = snapshot(id, messages);
  if (chat.head) chat.head = { ...chat.head, temporary: true };
  return { chat, draft: "" };
}

const beginning = (messages: Message[] = []): Start => ({
  ...start(messages, { chats: [row("t", Date.now(), { temporary: true, reply: "streaming" }), row("b", 0)] }),
  ...temporary("t", messages),
});

const rowOf = (app: ReturnType<typeof openApp>, name: string) =>
  within(app.getByRole("navigation", { name: "Chats" })).getByRole("button", { name });

test("one is begun by a button or a key, and the composer has the focus", async () => {
  backend.on("new_chat", () => temporary("n"));
  const app = openApp(start());
  await fireEvent.click(app.getByRole("button", { name: "New temporary chat" }));
  const field = await app.findByRole("textbox", { name: "Message" });
  await waitFor(() => expect(document.activeElement).toBe(field));
  await fireEvent.keyDown(document.body, { key: "N", ctrlKey: true, shiftKey: true });
  await fireEvent.keyDown(document.body, { key: "n", ctrlKey: true });
  expect(backend.asked("new_chat")).toEqual([{ temporary: true }, { temporary: true }, { temporary: false }]);
});

test("the header, the composer and the row say what it is", () => {
  const app = openApp(beginning());
  const header = app.getByRole("banner");
  expect(within(header).getByText("Temporary").closest("[title]")?.getAttribute("title")).toMatch(MEANING);
  expect(app.getByText("Temporary: nothing of this chat is kept").title).toMatch(MEANING);
  const describedBy = (element: HTMLElement) =>
    (element.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent);
  expect(describedBy(app.getByRole("textbox", { name: "Message" }))).toEqual([
    "Temporary: nothing of this chat is kept",
  ]);
  expect(describedBy(rowOf(app, "Title of t"))).toEqual(["Temporary", "An answer is arriving"]);
  expect(rowOf(app, "Title of b").hasAttribute("aria-describedby")).toBe(false);
});

test("an ordinary chat says nothing of it", async () => {
  backend.on("open_chat", () => ({ chat: snapshot("b", []), draft: "" }));
  const app = openApp(beginning());
  await fireEvent.click(rowOf(app, "Title of b"));
  await app.findByRole("heading", { name: "Title of b" });
  expect(app.queryByText("Temporary: nothing of this chat is kept")).toBeNull();
  expect(within(app.getByRole("banner")).queryByText("Temporary")).toBeNull();
});

test("one that is kept goes on as the chat that takes its place, with what was being typed", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  backend.on("keep_chat", () => ({ chat: "kept", operationId: "op" }));
  backend.on("open_chat", ({ chat }) => ({ chat: snapshot(String(chat), said), draft: "more" }));
  const app = openApp(beginning(said));
  const field = app.getByRole("textbox", { name: "Message" });
  await fireEvent.input(field, { target: { value: "more" } });
  await fireEvent.click(app.getByRole("button", { name: "Keep this chat" }));
  vi.useRealTimers();
  // That the old one is gone is told at about the same time.
  await waitFor(() => expect(backend.asked("keep_chat")).toEqual([{ chat: "t" }]));
  backend.chatQuestions.shift()?.refuse(failure("chatNotFound"));
  await app.findByRole("heading", { name: "Title of kept" });
  expect(backend.asked("save_draft")).toEqual([{ chat: "t", text: "more" }]);
  expect(backend.asked("open_chat")).toEqual([{ chat: "kept" }]);
  expect(app.getByText("The chat is kept")).toBeTruthy();
  expect(app.queryByRole("button", { name: "Keep this chat" })).toBeNull();
});

test("an empty one is not offered to be kept, and the menu offers it for temporary chats only", async () => {
  const app = openApp(beginning());
  expect(app.queryByRole("button", { name: "Keep this chat" })).toBeNull();
  const names = () => app.getAllByRole("menuitem").map((item) => item.textContent);
  await fireEvent.contextMenu(rowOf(app, "Title of b"));
  expect(names()).not.toContain("Keep this chat");
  await fireEvent.keyDown(app.getByRole("menu"), { key: "Escape" });
  await fireEvent.contextMenu(rowOf(app, "Title of t"));
  expect(names()).toContain("Keep this chat");
});

test("one that cannot be kept stays open and says why", async () => {
  backend.fail("keep_chat", "storageFull");
  const app = openApp(beginning(said));
  await fireEvent.click(app.getByRole("button", { name: "Keep this chat" }));
  await app.findByRole("alert");
  expect(app.getByRole("heading", { name: "Title of t" })).toBeTruthy();
});

test("one that is deleted can be brought back until the end, and is told so", async () => {
  backend.on("delete_chat", () => ({ operationId: "op" }));
  backend.on("undo", () => ({ kind: "deleteChat", chat: "t" }));
  backend.on("open_chat", ({ chat }) => (chat === "t" ? temporary("t") : { chat: snapshot("b", []), draft: "" }));
  const app = openApp(beginning());
  await fireEvent.click(app.getByRole("button", { name: "Chat actions" }));
  await fireEvent.click(app.getByRole("menuitem", { name: "Delete" }));
  await app.findByText("Temporary chat deleted. Until Parlour is closed it can be brought back.");
  await app.findByRole("heading", { name: "Title of b" });
  await fireEvent.click(app.getByRole("button", { name: "Undo" }));
  await app.findByRole("heading", { name: "Title of t" });
  expect(app.getByText("Temporary: nothing of this chat is kept")).toBeTruthy();
});

test("its row comes with the list", async () => {
  const app = openApp(start());
  await waitFor(() => expect(backend.overviewQuestions).toHaveLength(1));
  const chats = [row("t", Date.now(), { temporary: true })];
  backend.overviewQuestions.shift()?.answer(overviewPatch({ revision: 2, chats }));
  await waitFor(() => expect(rowOf(app, "Title of t").getAttribute("aria-describedby")).toBe("is-temporary"));
});
