// Quoting a selection: what goes into the composer, where, and when the button is there.
import { fireEvent, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { composer } from "../../ui/src/state/window";
import { field, openApp } from "./app";
import { backend } from "./backend";
import { answer, code, paragraph, start, user } from "./make";

const blocks = [paragraph(0, "The first point."), code(1, "let x;\nlet y;"), paragraph(2, "The last point.")];
const talk = [user("1", "A question\nof *two* lines"), answer("2", "", { parentId: "1", document: blocks })];

beforeEach(() => {
  backend.on("quote_document", () => "> The first point.");
  vi.spyOn(Range.prototype, "getClientRects").mockReturnValue([
    { top: 10, bottom: 20, left: 5, right: 40, width: 35 },
  ] as unknown as DOMRectList);
});

function place(words: string, behind: boolean): [Node, number] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    const at = node.data.indexOf(words);
    if (at >= 0 && !(node.parentElement?.closest("h1, nav") ?? false)) return [node, at + (behind ? words.length : 0)];
  }
  throw new Error(`"${words}" is not on the page`);
}

/** Selects from before one text to behind another. */
function select(from: string, to = from) {
  const selection = getSelection();
  selection?.setBaseAndExtent(...place(from, false), ...place(to, true));
  document.dispatchEvent(new Event("selectionchange"));
}

const key = { key: ">", code: "Period", ctrlKey: true, shiftKey: true };

async function open(draft = "") {
  const app = openApp(start(talk, {}, draft));
  // A window begins with the focus in the composer.
  await waitFor(() => expect(document.activeElement?.id).toBe("message"));
  return { app, message: field(app.getByRole("textbox", { name: "Message" })) };
}

describe("the key", () => {
  test("puts what is selected of an answer into the composer as a quotation, with a line below to write on", async () => {
    const { message } = await open();
    select("first point");
    await fireEvent.keyDown(document.body, key);
    await waitFor(() => expect(message.value).toBe("> The first point.\n\n"));
    expect(composer.text).toBe(message.value);
    expect(document.activeElement).toBe(message);
    expect(message.selectionStart).toBe(message.value.length);
    const [asked] = backend.asked("quote_document");
    expect(asked?.blocks).toEqual([{ ...blocks[0], inlines: [{ type: "text", text: "first point" }] }]);
    await waitFor(() => expect(backend.asked("save_draft")).toEqual([{ chat: "a", text: message.value }]));
  });

  test("gives core the code as code", async () => {
    await open();
    select("let y", "let y;");
    await fireEvent.keyDown(document.body, key);
    await waitFor(() => expect(backend.asked("quote_document")).toHaveLength(1));
    expect(backend.asked("quote_document")[0]?.blocks).toMatchObject([{ type: "code", language: "rust" }]);
  });

  test("quotes what the person wrote as they wrote it", async () => {
    const { message } = await open();
    select("question\nof *two*", "question\nof *two*");
    await fireEvent.keyDown(document.body, key);
    await waitFor(() => expect(message.value).toBe("> question\n> of *two*\n\n"));
    expect(backend.asked("quote_document")).toEqual([]);
  });

  test.each([
    ["Before. After.", 8, "Before. \n\n> The first point.\n\nAfter."],
    ["Before.\n", 8, "Before.\n\n> The first point.\n\n"],
    ["Before.\n\n", 9, "Before.\n\n> The first point.\n\n"],
  ])("puts it where the caret is: %j at %i", async (draft, caret, text) => {
    const { app, message } = await open(draft);
    message.setSelectionRange(caret, caret);
    app.getByRole("log").focus();
    select("first point");
    await fireEvent.keyDown(document.body, key);
    await waitFor(() => expect(message.value).toBe(text));
  });

  test("does nothing where nothing of the thread is selected", async () => {
    const { app, message } = await open();
    getSelection()?.selectAllChildren(app.getByRole("heading", { name: "Title of a" }));
    await fireEvent.keyDown(document.body, key);
    getSelection()?.removeAllRanges();
    await fireEvent.keyDown(document.body, key);
    expect(message.value).toBe("");
    expect(backend.asked("quote_document")).toEqual([]);
  });

  test("says why where core could not write it, and leaves what was typed", async () => {
    backend.fail("quote_document", "internal");
    const { app, message } = await open("typed");
    select("first point");
    await fireEvent.keyDown(document.body, key);
    await waitFor(() => expect(app.getByRole("alert")).toBeTruthy());
    expect(message.value).toBe("typed");
  });
});

describe("the button", () => {
  test("stands there while something is selected, and not while one selects", async () => {
    const { app, message } = await open();
    app.getByRole("log").getBoundingClientRect = () => new DOMRect(0, 0, 500, 500);
    await fireEvent.pointerDown(document.body);
    select("last point");
    await new Promise(requestAnimationFrame);
    expect(app.queryByRole("button", { name: "Quote" })).toBeNull();
    await fireEvent.pointerUp(document.body);
    const button = await app.findByRole("button", { name: "Quote" });
    await fireEvent.click(button);
    await waitFor(() => expect(message.value).toBe("> The first point.\n\n"));
    getSelection()?.removeAllRanges();
    document.dispatchEvent(new Event("selectionchange"));
    await waitFor(() => expect(app.queryByRole("button", { name: "Quote" })).toBeNull());
  });

  test("is not there for what the window itself has written", async () => {
    const { app } = await open();
    app.getByRole("log").getBoundingClientRect = () => new DOMRect(0, 0, 500, 500);
    select("Regenerate");
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    expect(app.queryByRole("button", { name: "Quote" })).toBeNull();
  });
});
