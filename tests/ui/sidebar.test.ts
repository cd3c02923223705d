// The sidebar and the chat's menu: switching, searching, renaming, deleting, undoing.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import { noOptions } from "../../ui/src/state/parameters";
import { announcer, composer, view } from "../../ui/src/state/window";
import { arrive, field, openApp } from "./app";
import { backend } from "./backend";
import { answer, row, snapshot, start, user } from "./make";

const list = (app: ReturnType<typeof openApp>) => within(app.getByRole("navigation", { name: "Chats" }));
const opened = (id: string, draft = "") => ({ chat: snapshot(id, []), draft });

describe("the list", () => {
  test("marks the open chat and tells of one in which an answer arrives", () => {
    const app = openApp(start([], { chats: [row("a", 2), row("b", 1, { reply: "streaming" })] }));
    expect(list(app).getByRole("button", { name: "Title of a" }).getAttribute("aria-current")).toBe("true");
    expect(list(app).getByRole("button", { name: "Title of b", description: "An answer is arriving" })).toBeTruthy();
  });

  test("calls today yesterday once it is midnight", async () => {
    const noon = new Date(2026, 2, 14, 12).getTime();
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: noon });
    const app = openApp(start([], { chats: [row("a", noon)] }));
    const headings = () =>
      list(app)
        .getAllByRole("heading", { level: 2 })
        .map((each) => each.textContent.trim());
    expect(headings()).toEqual(["Today"]);
    await vi.advanceTimersByTimeAsync(12 * 3_600_000);
    expect(headings()).toEqual(["Yesterday"]);
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(headings()).toEqual(["Previous 7 days"]);
    vi.useRealTimers();
  });

  test("goes to a chat with its draft", async () => {
    backend.on("open_chat", () => opened("b", "half a thought"));
    const app = openApp(start());
    await fireEvent.click(list(app).getByRole("button", { name: "Title of b" }));
    await waitFor(() => expect(app.getByRole("heading", { name: "Title of b" })).toBeTruthy());
    expect(composer.text).toBe("half a thought");
  });

  test("the last chat chosen wins, whichever answer comes first", async () => {
    const pending = new Map<unknown, (value: unknown) => void>();
    backend.on("open_chat", ({ chat }) => new Promise((resolve) => pending.set(chat, resolve)));
    const app = openApp(start([], { chats: [row("a", 3), row("b", 2), row("c", 1)] }));
    await fireEvent.click(list(app).getByRole("button", { name: "Title of b" }));
    await fireEvent.click(list(app).getByRole("button", { name: "Title of c" }));
    pending.get("c")?.(opened("c"));
    await waitFor(() => expect(app.getByRole("heading", { name: "Title of c" })).toBeTruthy());
    pending.get("b")?.(opened("b"));
    // What an answer sets off has happened by the next task.
    await new Promise((resolve) => setTimeout(resolve));
    expect(app.getByRole("heading", { name: "Title of c" })).toBeTruthy();
  });

  test("what arrives for the chat that was left is not taken for the open one", async () => {
    backend.on("open_chat", () => opened("b"));
    const app = openApp(start([user("1", "Hi")]));
    await waitFor(() => expect(backend.chatQuestions).toHaveLength(1));
    const [old] = backend.chatQuestions;
    await fireEvent.click(list(app).getByRole("button", { name: "Title of b" }));
    await waitFor(() => expect(backend.chatQuestions).toHaveLength(2));
    old?.answer(snapshot("a", [user("1", "Hi"), answer("2", "Late")], 9));
    await waitFor(() => expect(backend.asked("next_patch")).toHaveLength(2));
    expect(app.queryByText("Late")).toBeNull();
  });

  test("New chat empties the thread and puts the focus on the composer", async () => {
    backend.on("new_chat", () => opened("n"));
    const app = openApp(start([user("1", "Hi")]));
    await fireEvent.click(app.getAllByRole("button", { name: "New chat" })[0] as HTMLElement);
    await waitFor(() => expect(document.activeElement).toBe(app.getByRole("textbox", { name: "Message" })));
    expect(app.queryByRole("article")).toBeNull();
  });
});

describe("search", () => {
  const find = (app: ReturnType<typeof openApp>, words: string) =>
    fireEvent.input(app.getByRole("searchbox", { name: "Search chats" }), { target: { value: words } });

  test("shows what it found with the match marked, opens the first by Enter, ends by Esc", async () => {
    backend.on("search_chats", () => ({
      hits: [{ chatId: "b", title: "Leeks", messageId: null, context: ["cook with ", "leek", "s"] }],
      more: false,
      ranked: null,
      terms: [],
      indexed: null,
    }));
    backend.on("open_chat", () => opened("b"));
    const app = openApp(start());
    await find(app, "leek");
    const hit = await app.findByRole("button", { name: "Leeks" });
    expect(hit.querySelector("mark")?.textContent).toBe("leek");
    await fireEvent.keyDown(app.getByRole("searchbox"), { key: "Enter" });
    await waitFor(() => expect(backend.asked("open_chat")).toEqual([{ chat: "b" }]));
    await fireEvent.keyDown(app.getByRole("searchbox"), { key: "Escape" });
    await waitFor(() => expect(list(app).getByRole("button", { name: "Title of a" })).toBeTruthy());
  });

  test("lands on the message, in its branch, and marks it", async () => {
    const context = ["", "leek", ""];
    backend.on("search_chats", () => ({
      hits: [{ chatId: "a", title: "Soup", messageId: "3", context }],
      more: false,
      ranked: null,
      terms: [],
      indexed: null,
    }));
    backend.on("show_message", () => null);
    const app = openApp(start([user("1", "onion")]));
    await find(app, "leek");
    await fireEvent.click(await app.findByRole("button", { name: "Soup" }));
    await waitFor(() => expect(backend.asked("show_message")).toEqual([{ message: "3" }]));
    // The branch comes with the next patch.
    await arrive(snapshot("a", [user("3", "leek")], 2));
    await waitFor(() => expect(app.getByRole("article").getAttribute("aria-current")).toBe("location"));
    expect(view.reveal).toBeNull();
  });

  test("marks the words that were looked for where it lands, until something is typed", async () => {
    const marks = new Map<string, Set<Range>>();
    class Marks extends Set<Range> {
      constructor(...ranges: Range[]) {
        super(ranges);
      }
    }
    vi.stubGlobal("Highlight", Marks);
    vi.stubGlobal("CSS", { ...CSS, escape: (text: string) => text, highlights: marks });
    backend.on("search_chats", () => ({
      hits: [{ chatId: "a", title: "Soup", messageId: "1", context: ["", "leek", ""] }],
      more: false,
      ranked: null,
      terms: [{ pieces: ["leek"], whole: null, prefix: true }],
      indexed: null,
    }));
    const app = openApp(start([user("1", "Onions, LEEKS and a leek")]));
    await find(app, "leek");
    await fireEvent.click(await app.findByRole("button", { name: "Soup" }));
    const marked = () => [...(marks.get("found") ?? [])].map((range) => range.toString());
    await waitFor(() => expect(marked()).toEqual(["LEEKS", "leek"]));
    await fireEvent.input(app.getByRole("textbox", { name: "Message" }), { target: { value: "x" } });
    await waitFor(() => expect(marked()).toEqual([]));
    vi.unstubAllGlobals();
  });

  test("says when there is nothing", async () => {
    backend.on("search_chats", () => ({ hits: [], more: false, ranked: null, terms: [], indexed: null }));
    const app = openApp(start());
    await find(app, "zzz");
    await waitFor(() => expect(app.getByText("No chats found")).toBeTruthy());
  });

  test("says how to narrow it down where there is nothing", async () => {
    backend.on("search_chats", () => ({ hits: [], more: false, ranked: null, terms: [], indexed: null }));
    const app = openApp(start());
    await find(app, "tag:nowhere");
    await waitFor(() => expect(app.getByText("in:folder")).toBeTruthy());
  });

  test("shows the best first where that is wanted, says of how many, and stays with it", async () => {
    const found = (title: string, ranked: number | null) => () => ({
      hits: [{ chatId: "b", title, messageId: null, context: ["", "leek", ""] }],
      more: true,
      ranked,
      terms: [],
      indexed: null,
    });
    backend.on("search_chats", found("The newest", null));
    backend.on("search_best", found("The best", 2000));
    const app = openApp(start());
    await find(app, "leek");
    await app.findByRole("button", { name: "The newest" });
    const order = within(app.getByRole("group", { name: "Order of results" }));
    expect(order.getByRole("button", { name: "Newest first", pressed: true })).toBeTruthy();
    await fireEvent.click(order.getByRole("button", { name: "Best first" }));
    await app.findByRole("button", { name: "The best" });
    expect(app.getByText(/the best of the newest 2,000/)).toBeTruthy();
    await find(app, "leeks");
    await waitFor(() => expect(backend.asked("search_best")).toEqual([{ query: "leek" }, { query: "leeks" }]));
  });

  test("asks at once, and while it waits for an answer only for what was typed last", async () => {
    const answers: (() => void)[] = [];
    const nothing = { hits: [], more: false, ranked: null, terms: [], indexed: null };
    backend.on("search_chats", () => new Promise((resolve) => answers.push(() => resolve(nothing))));
    const app = openApp(start());
    for (const words of ["l", "le", "lee"]) await find(app, words);
    expect(backend.asked("search_chats")).toEqual([{ query: "l" }]);
    answers[0]?.();
    await waitFor(() => expect(backend.asked("search_chats")).toEqual([{ query: "l" }, { query: "lee" }]));
    expect(app.queryByText("No chats found")).toBeNull();
    answers[1]?.();
    await waitFor(() => expect(app.getByText("No chats found")).toBeTruthy());
  });
});

describe("Trash", () => {
  const trashed = (id: string, title: string) => ({
    ...{ id, title, messageCount: 2, operationId: `op-${id}` },
    ...{ deletedAt: Date.UTC(2026, 0, 5), goesAt: Date.UTC(2026, 1, 4) },
  });
  const open = async (app: ReturnType<typeof openApp>) => {
    await fireEvent.click(app.getByRole("button", { name: "Settings" }));
    await fireEvent.click(app.getByRole("button", { name: "Trash" }));
  };

  test("says that it is empty", async () => {
    backend.on("trash", () => []);
    const app = openApp(start());
    await open(app);
    await waitFor(() => expect(app.getByText("No deleted chats.")).toBeTruthy());
  });

  test("gives a chat back and goes there", async () => {
    backend.on("trash", () => [trashed("b", "Lost"), trashed("c", "")]);
    backend.on("take_from_trash", () => ({ operationId: "op" }));
    backend.on("open_chat", ({ chat }) => opened(String(chat)));
    const app = openApp(start());
    await open(app);
    const facts = await app.findAllByText("2 messages · deleted on January 5, 2026, here until February 4, 2026");
    expect(facts).toHaveLength(2);
    await fireEvent.click(app.getByRole("button", { name: "Restore: Lost" }));
    await waitFor(() => expect(app.getByRole("heading", { name: "Title of b" })).toBeTruthy());
    expect(app.queryByRole("dialog")).toBeNull();
    expect(backend.asked("take_from_trash")).toEqual([{ chat: "b" }]);
  });

  test("deletes for good only after asking, and shows what is left", async () => {
    let there = [trashed("b", "Lost"), trashed("c", "Other")];
    backend.on("trash", () => there);
    backend.on("remains_of", () => ({ backups: [], kept: [] }));
    backend.on("purge_chat", ({ chat }) => void (there = there.filter(({ id }) => id !== chat)));
    const app = openApp(start());
    await open(app);
    await fireEvent.click(await app.findByRole("button", { name: "Delete for good: Lost" }));
    const ask = () => app.queryByRole("dialog", { name: "Delete for good" });
    await fireEvent.click(app.getByRole("button", { name: "Keep" }));
    await waitFor(() => expect(ask()).toBeNull());
    expect(backend.asked("purge_chat")).toEqual([]);
    await fireEvent.click(app.getByRole("button", { name: "Delete for good: Lost" }));
    await fireEvent.click(app.getByRole("button", { name: "Delete for good" }));
    await waitFor(() => expect(app.queryByRole("button", { name: "Restore: Lost" })).toBeNull());
    expect(app.getByRole("button", { name: "Restore: Other" })).toBeTruthy();
    expect(backend.asked("purge_chat")).toEqual([{ chat: "b" }]);
    expect(document.activeElement).toBe(app.getByRole("heading", { name: "Trash" }));
  });

  test("says why it could not", async () => {
    backend.on("trash", () => {
      throw { kind: "storageFailed", detail: {} };
    });
    const app = openApp(start());
    await open(app);
    await waitFor(() => expect(app.getByRole("alert")).toBeTruthy());
  });
});

describe("Chat actions", () => {
  const choose = async (app: ReturnType<typeof openApp>, name: string) => {
    await fireEvent.click(app.getByRole("button", { name: "Chat actions" }));
    await fireEvent.click(app.getByRole("menuitem", { name }));
  };

  test("deletes without asking, goes to the next chat, and undoes", async () => {
    backend.on("delete_chat", () => ({ operationId: "op" }));
    backend.on("open_chat", ({ chat }) => opened(String(chat)));
    backend.on("undo", () => ({ kind: "deleteChat", chat: "a" }));
    const app = openApp(start());
    await choose(app, "Delete");
    await waitFor(() => expect(app.getByRole("heading", { name: "Title of b" })).toBeTruthy());
    expect(app.getByText("Chat deleted")).toBeTruthy();
    await fireEvent.click(app.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(app.getByRole("heading", { name: "Title of a" })).toBeTruthy());
    expect(backend.asked("undo")).toEqual([{ operation: "op" }]);
  });

  test("the last operation is undone by key, outside of text, and it is said what that was", async () => {
    backend.on("delete_message", () => ({ operationId: "op2" }));
    backend.on("undo_last", () => ({ kind: "deleteMessage", chat: "a" }));
    const app = openApp(start([user("1", "Hi")]));
    await fireEvent.click(app.getByRole("button", { name: "Delete message" }));
    await waitFor(() => expect(app.getByText("Message deleted")).toBeTruthy());
    await fireEvent.keyDown(app.getByRole("textbox", { name: "Message" }), { key: "z", ctrlKey: true });
    expect(backend.asked("undo_last")).toEqual([]);
    await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
    await waitFor(() => expect(app.getByText("The message is back")).toBeTruthy());
    expect(app.queryByText("Message deleted"), "its notice is of no use any more").toBeNull();
    // Where there is nothing left to undo, nothing is said.
    backend.on("undo_last", () => null);
    await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
    await waitFor(() => expect(backend.asked("undo_last")).toHaveLength(2));
    expect(app.getAllByRole("button", { name: "Dismiss" })).toHaveLength(1);
  });

  test("an operation of another chat, of long ago, leads there", async () => {
    backend.on("open_chat", ({ chat }) => opened(String(chat)));
    backend.on("undo_last", () => ({ kind: "renameChat", chat: "b" }));
    const app = openApp(start());
    await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
    await waitFor(() => expect(app.getByRole("heading", { name: "Title of b" })).toBeTruthy());
    expect(app.getByText("The former title is back")).toBeTruthy();
  });

  test("renames", async () => {
    backend.on("rename_chat", () => ({ operationId: "op" }));
    const app = openApp(start());
    await choose(app, "Rename");
    const title = field(await app.findByRole("textbox", { name: "Title" }));
    expect(title.value).toBe("Title of a");
    await fireEvent.input(title, { target: { value: "Colours" } });
    await fireEvent.click(app.getByRole("button", { name: "Save title" }));
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    expect(backend.asked("rename_chat")).toEqual([{ chat: "a", title: "Colours" }]);
  });

  test("sets what this chat has of its own", async () => {
    backend.on("set_chat_options", () => ({ operationId: "op" }));
    const app = openApp(start());
    await choose(app, "Chat settings");
    const dialog = within(await app.findByRole("dialog", { name: "Chat settings" }));
    await fireEvent.change(dialog.getByRole("spinbutton", { name: "Temperature" }), { target: { value: "0.5" } });
    expect(dialog.getByText("Differs from the default")).toBeTruthy();
    await fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    expect(backend.asked("set_chat_options")[0]?.options).toEqual({ ...noOptions, temperature: 0.5 });
  });

  test("open for a row by its context menu, and the focus comes back", async () => {
    const app = openApp(start());
    const button = list(app).getByRole("button", { name: "Title of b" });
    button.focus();
    await fireEvent.contextMenu(button);
    await fireEvent.keyDown(app.getByRole("menu"), { key: "Escape" });
    await waitFor(() => expect(app.queryByRole("menu")).toBeNull());
    expect(document.activeElement).toBe(button);
  });
});

test("a sentence of an answer is announced politely, outside the log", async () => {
  const app = openApp(start());
  announcer.say("One.");
  await waitFor(() => expect(app.getByText("One.").closest("[aria-live=polite]")).toBeTruthy());
  expect(app.getByText("One.").closest("[role=log]")).toBeNull();
});
