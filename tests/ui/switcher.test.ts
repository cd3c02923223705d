// The quick switcher: what it shows, in which order, and where it leads.
import { fireEvent, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { QuickHit, Ranked } from "../../ui/src/bindings";
import { view } from "../../ui/src/state/window";
import { stretches } from "../../ui/src/views/letters";
import { field, openApp } from "./app";
import { backend, failure } from "./backend";
import { answer, noOptions, row, snapshot, start, user } from "./make";

const hit = (id: string, title: string, over: Partial<QuickHit> = {}): QuickHit => ({
  ...{ chatId: id, title, updatedAt: 0, score: 100, positions: [] },
  ...over,
});

beforeEach(() => {
  view.visited = [];
  backend.on("quick_find", ({ query }) => (query === "" ? [hit("a", "Title of a"), hit("b", "Title of b")] : []));
  backend.on("rank", () => []);
  backend.on("open_chat", ({ chat }) => ({
    chat: snapshot(String(chat), [user("9", "Hi"), answer("10", "Ho")]),
    draft: "",
  }));
});

async function opened(given = start()) {
  const app = openApp(given);
  const message = app.getByRole("textbox", { name: "Message" });
  message.focus();
  await fireEvent.keyDown(message, { key: "k", ctrlKey: true });
  const box = field(await app.findByRole("combobox", { name: "Go to a chat or a command" }));
  await waitFor(() => expect(app.getAllByRole("option").length).toBeGreaterThan(0));
  const options = () => app.getAllByRole("option").map((option) => option.querySelector("bdi")?.textContent);
  const type = async (words: string) => {
    await fireEvent.input(box, { target: { value: words } });
    await waitFor(() => expect(options().at(-1)).toBe(`Search messages for “${words.trim()}”`));
  };
  const press = (key: string, over = {}) => fireEvent.keyDown(box, { key, ...over });
  const active = () => {
    const id = box.getAttribute("aria-activedescendant") ?? "";
    return document.getElementById(id)?.querySelector("bdi")?.textContent;
  };
  return { app, box, options, type, press, active };
}

describe("before anything is typed", () => {
  test("the chats that were open last stand first, the open one not at all, then come the commands", async () => {
    view.visited = ["c"];
    const rows = [row("a", 3), row("b", 2), row("c", 1)];
    const { options } = await opened(start([], { chats: rows }));
    expect(options().slice(0, 3)).toEqual(["Title of c", "Title of b", "New chat"]);
    expect(options()).toContain("Settings: Appearance");
    expect(options()).toContain("Theme: Dark");
    expect(options()).toContain("This chat: Rename");
  });

  test("Enter goes back to the chat before, and back again", async () => {
    const { app, press } = await opened();
    await press("Enter");
    await waitFor(() => expect(app.getByRole("heading", { name: "Title of b" })).toBeTruthy());
    await waitFor(() => expect(document.activeElement).toBe(app.getByRole("textbox", { name: "Message" })));
    await fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
    const again = await app.findByRole("combobox", { name: "Go to a chat or a command" });
    await waitFor(() => expect(app.getAllByRole("option")[0]?.textContent).toContain("Title of a"));
    await fireEvent.keyDown(again, { key: "Enter" });
    await waitFor(() => expect(app.getByRole("heading", { name: "Title of a" })).toBeTruthy());
  });
});

describe("what is typed", () => {
  test("ranks chats and commands together, chats first among equals, and offers to search the messages", async () => {
    backend.on("quick_find", () => [hit("a", "Dark matter", { score: 90 }), hit("b", "Ark", { score: 40 })]);
    backend.on("rank", ({ names }) => {
      const index = (names as string[]).indexOf("Theme: Dark");
      return [
        { index, score: 90, positions: [] },
        { index: 0, score: 70, positions: [] },
      ] satisfies Ranked[];
    });
    const { options, type } = await opened();
    await type("ark");
    expect(options()).toEqual(["Dark matter", "Theme: Dark", "New chat", "Ark", "Search messages for “ark”"]);
  });

  test("that finds nothing says so; Enter looks through the messages then", async () => {
    backend.on("search_chats", () => ({ hits: [], more: false, indexed: null }));
    const { app, type, press } = await opened();
    await type("  xylophone ");
    expect(app.getByText("No chat and no command has these letters.")).toBeTruthy();
    await press("Enter");
    await waitFor(() => expect(view.query).toBe("xylophone"));
    await waitFor(() => expect(document.activeElement).toBe(app.getByRole("searchbox", { name: "Search chats" })));
  });

  test("counts for Enter, however late its answer comes; an earlier answer is dropped", async () => {
    const late: (() => void)[] = [];
    backend.on("quick_find", ({ query }) => {
      if (query === "") return [];
      const found = [hit(query === "o" ? "a" : "b", `Found by ${String(query)}`)];
      return new Promise((resolve) => late.push(() => resolve(found)));
    });
    const { app, box, press } = await opened();
    await fireEvent.input(box, { target: { value: "o" } });
    await fireEvent.input(box, { target: { value: "ow" } });
    await press("Enter");
    await waitFor(() => expect(late).toHaveLength(2));
    late[1]?.();
    late[0]?.();
    await waitFor(() => expect(app.getByRole("heading", { name: "Title of b" })).toBeTruthy());
  });

  test("is no HTML, and titles stand in a direction of their own", async () => {
    backend.on("quick_find", () => [hit("a", "<img src=x onerror=alert(1)>"), hit("b", "שלום")]);
    const { app, options, type } = await opened();
    await type("x");
    expect(options().slice(0, 2)).toEqual(["<img src=x onerror=alert(1)>", "שלום"]);
    expect(app.getByRole("listbox").querySelector("img")).toBeNull();
  });

  test("leaves the commands where the chats cannot be read, and says why", async () => {
    backend.on("quick_find", () => Promise.reject(failure("storageFailed")));
    backend.on("rank", () => [{ index: 0, score: 1, positions: [] }]);
    const { app, options, type } = await opened();
    await type("new");
    expect(options()[0]).toBe("New chat");
    expect(app.getByRole("alert").textContent).toContain("could not be read");
  });
});

describe("the keys", () => {
  test("go through the list and around", async () => {
    const { options, press, active } = await opened();
    const all = options();
    expect(active()).toBe(all[0]);
    for (const [key, at] of [
      ["ArrowDown", 1],
      ["ArrowUp", 0],
      ["ArrowUp", all.length - 1],
      ["ArrowDown", 0],
      ["PageDown", 8],
      ["PageUp", 0],
      ["End", all.length - 1],
      ["Home", 0],
    ] as const) {
      await press(key);
      expect(active(), key).toBe(all[at]);
    }
  });

  test("that belong to an input method do nothing", async () => {
    const { app, press, active, options } = await opened();
    await press("ArrowDown", { isComposing: true });
    await press("Enter", { keyCode: 229 });
    await press("Escape", { isComposing: true });
    expect(active()).toBe(options()[0]);
    expect(app.getByRole("dialog", { name: "Go to" })).toBeTruthy();
  });

  test.each(["Escape", "k"])("%s closes it and gives the focus back", async (key) => {
    const { app, press } = await opened();
    await press(key, { ctrlKey: key === "k" });
    await waitFor(() => expect(app.queryByRole("dialog", { name: "Go to" })).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(app.getByRole("textbox", { name: "Message" })));
  });
});

test.each([
  ["Theme: Dark", () => expect(backend.asked("save_settings")[0]?.settings).toMatchObject({ theme: "dark" })],
  ["Settings: Backups", () => expect(view.settings).toBe("backups")],
  ["This chat: Rename", () => expect(view.renaming?.chat).toBe("a")],
  ["Larger text", () => expect(backend.asked("save_settings")[0]?.settings).toMatchObject({ textSize: 110 })],
])("the command %s is carried out", async (name, done) => {
  const { app } = await opened();
  const option = app.getAllByRole("option").find((each) => each.querySelector("bdi")?.textContent === name);
  if (!option) throw new Error("It is offered");
  await fireEvent.click(option);
  await waitFor(done);
  expect(view.switcher).toBe(false);
});

describe("the letters that were looked for", () => {
  test("make stretches, with the signs that belong to them and never half a character", () => {
    expect(stretches("moonlight", [0, 4, 5, 6])).toEqual([
      [0, 1],
      [4, 7],
    ]);
    expect(stretches("🦀 e\u0301", [0, 3])).toEqual([
      [0, 2],
      [3, 5],
    ]);
    expect(stretches("ab", [1, 7])).toEqual([[1, 2]]);
  });

  test("are marked without a change to any node", async () => {
    const marked = new Map<string, Range[]>();
    vi.stubGlobal("Highlight", function (...ranges: Range[]) {
      return ranges;
    });
    vi.stubGlobal("CSS", Object.assign(Object.create(CSS), { highlights: marked, escape: (text: string) => text }));
    onTestFinished(() => void vi.unstubAllGlobals());
    backend.on("quick_find", () => [hit("a", "By moonlight", { positions: [3, 7, 8] })]);
    const { type } = await opened();
    await type("mli");
    await waitFor(() => expect(marked.get("letters")?.map(String)).toEqual(["m", "li"]));
  });
});

test("a prompt of the library comes behind what is typed already, and a persona goes to the open chat", async () => {
  const prompt = { id: "p", name: "Translate", text: "Translate this.", updatedAt: 0 };
  const options = { ...noOptions, systemPrompt: "Be kind." };
  const persona = { id: "e", name: "Editor", number: 1, versions: 1, options };
  backend.on("library", () => ({ personas: [persona], prompts: [prompt] }));
  backend.on("prompt_fields", () => []);
  backend.on("fill_prompt", ({ text }) => text);
  backend.on("save_draft", () => null);
  backend.on("set_persona", () => ({ operationId: "o" }));
  backend.on("rank", ({ names }) =>
    (names as string[]).flatMap((name, index) => (name === "Translate" ? [{ index, score: 1, positions: [] }] : [])),
  );
  const first = await opened();
  const message = field(first.app.getByRole("textbox", { name: "Message", hidden: true }));
  await fireEvent.input(message, { target: { value: "Dear all" } });
  await first.type("tran");
  await first.press("Enter");
  await waitFor(() => expect(message.value).toBe("Dear all\n\nTranslate this."));
  backend.on("rank", ({ names }) => [{ index: (names as string[]).indexOf("Editor"), score: 1, positions: [] }]);
  await fireEvent.keyDown(message, { key: "k", ctrlKey: true });
  const box = await first.app.findByRole("combobox", { name: "Go to a chat or a command" });
  await fireEvent.input(box, { target: { value: "edi" } });
  await waitFor(() => expect(first.app.getByRole("option", { name: /Editor/ })).toBeTruthy());
  await fireEvent.keyDown(box, { key: "Enter" });
  await waitFor(() => expect(backend.asked("set_persona").at(-1)).toMatchObject({ persona: "e", number: null }));
});
