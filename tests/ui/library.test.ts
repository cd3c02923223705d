// Personas and prompts: inserting by "/", the pages of the settings, the persona of a chat.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { rankPrompts } from "../../ui/src/actions/library";
import type { ChatOptions, Persona, Prompt } from "../../ui/src/bindings";
import { library } from "../../ui/src/state/library.svelte";
import { view } from "../../ui/src/state/window";
import { arrive, field, openApp } from "./app";
import { backend } from "./backend";
import { noOptions, patch, snapshot, start } from "./make";

const options: ChatOptions = { ...noOptions, model: "small", systemPrompt: "Be brief.", temperature: 0.25 };
const editor: Persona = { id: "e", name: "Editor", number: 1, options, versions: 1 };
const prompt = (id: string, name: string, text: string): Prompt => ({ id, name, text, updatedAt: 0 });
const letter = prompt("l", "Letter", "Dear {{name}}, {{tone:formal|friendly}}");
const plain = prompt("p", "Plain", "Hello");

beforeEach(() => {
  library.loaded = false;
  library.prompts = [];
  library.personas = [];
  backend.on("library", () => ({ personas: [editor], prompts: [letter, plain] }));
  backend.on("prompt_fields", () => []);
  backend.on("fill_prompt", ({ text }) => text);
  backend.on("rank", ({ query, names }) =>
    (names as string[]).flatMap((name, index) =>
      new RegExp([...String(query)].join(".*"), "i").test(name) ? [{ index, score: 1, positions: [] }] : [],
    ),
  );
});

async function type(app: ReturnType<typeof openApp>, words: string) {
  const message = field(app.getByRole("textbox", { name: "Message" }));
  await fireEvent.input(message, { target: { value: words } });
  return message;
}

const shown = (app: ReturnType<typeof openApp>) =>
  app.queryAllByRole("option").map((option) => option.getAttribute("aria-label"));

describe("A slash at the start of the message", () => {
  test("opens the prompts; arrows choose, Enter inserts, nothing is sent", async () => {
    const app = openApp(start());
    const message = await type(app, "/");
    await waitFor(() => expect(shown(app)).toEqual(["Letter", "Plain"]));
    expect(message.getAttribute("aria-activedescendant")).toBe("prompt-0");
    await fireEvent.keyDown(message, { key: "ArrowDown" });
    await waitFor(() => expect(message.getAttribute("aria-activedescendant")).toBe("prompt-1"));
    await fireEvent.keyDown(message, { key: "Enter", keyCode: 13 });
    await waitFor(() => expect(message.value).toBe("Hello"));
    expect(app.queryByRole("listbox", { name: "Prompts" })).toBeNull();
    expect(backend.asked("send_message")).toEqual([]);
    // It is a draft as if it had been typed.
    await waitFor(() => expect(backend.asked("save_draft")).toEqual([{ chat: "a", text: "Hello" }]));
  });

  test("narrows to what is typed behind it, and Tab inserts", async () => {
    const app = openApp(start());
    await type(app, "/");
    const message = await type(app, "/pln");
    await waitFor(() => expect(shown(app)).toEqual(["Plain"]));
    await fireEvent.keyDown(message, { key: "Tab" });
    await waitFor(() => expect(message.value).toBe("Hello"));
  });

  test("stays when Escape closes the list, until it is typed anew", async () => {
    const app = openApp(start());
    const message = await type(app, "/");
    await waitFor(() => expect(shown(app).length).toBe(2));
    await fireEvent.keyDown(message, { key: "Escape" });
    await waitFor(() => expect(shown(app)).toEqual([]));
    expect(message.value).toBe("/");
    await type(app, "/x");
    expect(shown(app)).toEqual([]);
    await type(app, "");
    await type(app, "/");
    await waitFor(() => expect(shown(app).length).toBe(2));
  });

  test.each(["/usr/bin", "a /", " /", "text\n/", "/a\nb"])("is nothing in %j", async (words) => {
    const app = openApp(start());
    await type(app, words);
    expect(backend.asked("library")).toEqual([]);
    expect(shown(app)).toEqual([]);
  });

  test("with a name of no prompt is sent with Enter like any text", async () => {
    backend.on("send_message", () => ({ messageId: "1", replyId: "2" }));
    const app = openApp(start());
    const message = await type(app, "/xyz");
    await waitFor(() => expect(app.getByText("No prompt of that name")).toBeTruthy());
    await fireEvent.keyDown(message, { key: "Enter", keyCode: 13 });
    await waitFor(() => expect(backend.asked("send_message")).toEqual([{ chat: "a", text: "/xyz" }]));
  });

  test("does not take the keys of an input method", async () => {
    const app = openApp(start());
    const message = await type(app, "/");
    await waitFor(() => expect(shown(app).length).toBe(2));
    await fireEvent.keyDown(message, { key: "Enter", isComposing: true });
    expect(message.value).toBe("/");
    expect(shown(app).length).toBe(2);
  });
});

test("a prompt with variables asks for them, with what they have by default", async () => {
  backend.on("prompt_fields", () => [
    { name: "name", default: "Ada", choices: [] },
    { name: "tone", default: "formal", choices: ["formal", "friendly"] },
  ]);
  backend.on("fill_prompt", ({ values }) => `Dear ${JSON.stringify(values)}`);
  const app = openApp(start());
  const message = await type(app, "/");
  await waitFor(() => expect(shown(app).length).toBe(2));
  await fireEvent.keyDown(message, { key: "Enter", keyCode: 13 });
  const dialog = await app.findByRole("dialog", { name: "Letter" });
  expect(field(within(dialog).getByLabelText("name")).value).toBe("Ada");
  await fireEvent.input(within(dialog).getByLabelText("name"), { target: { value: "Grace" } });
  await fireEvent.change(within(dialog).getByLabelText("tone"), { target: { value: "friendly" } });
  await fireEvent.submit(dialog.querySelector("form") ?? dialog);
  await waitFor(() => expect(message.value).toBe('Dear {"name":"Grace","tone":"friendly"}'));
  expect(view.filling).toBeNull();
});

test("what fits is ranked by core; of nothing all is shown", async () => {
  const ranked = [1, 0].map((index) => ({ index, score: 1, positions: [] }));
  backend.on("rank", () => ranked);
  expect(await rankPrompts("rate", [letter, plain])).toEqual([plain, letter]);
  expect(backend.asked("rank")).toEqual([{ query: "rate", names: ["Letter", "Plain"] }]);
  expect(await rankPrompts(" ", [letter, plain])).toEqual([letter, plain]);
});

test("Enter waits for what fits what was typed before it", async () => {
  let answer: (ranked: unknown) => void = () => undefined;
  backend.on("rank", () => new Promise((resolve) => (answer = resolve)));
  const app = openApp(start());
  const message = await type(app, "/");
  await waitFor(() => expect(shown(app).length).toBe(2));
  await fireEvent.input(message, { target: { value: "/pl" } });
  await fireEvent.keyDown(message, { key: "Enter", keyCode: 13 });
  await waitFor(() => expect(backend.asked("rank").length).toBe(1));
  answer([{ index: 1, score: 1, positions: [] }]);
  await waitFor(() => expect(message.value).toBe(plain.text));
  expect(backend.asked("send_message")).toEqual([]);
});

describe("The page of prompts", () => {
  test("makes, changes, copies and deletes one, with Undo", async () => {
    backend.on("delete_prompt", () => ({ operationId: "o" }));
    backend.on("undo", () => ({ kind: "deletePrompt", chat: null }));
    const app = openApp(start());
    view.settings = "prompts";
    await fireEvent.click(await app.findByRole("button", { name: "New prompt" }));
    await fireEvent.input(app.getByLabelText("Name"), { target: { value: "Short" } });
    await fireEvent.input(app.getByLabelText("Text"), { target: { value: "In short:" } });
    await fireEvent.click(app.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(backend.asked("save_prompt")).toEqual([{ id: null, name: "Short", text: "In short:" }]));
    await fireEvent.click(await app.findByRole("button", { name: "Duplicate: Plain" }));
    expect(field(app.getByLabelText("Name")).value).toBe("Plain (copy)");
    await fireEvent.click(app.getByRole("button", { name: "Cancel" }));
    await fireEvent.click(await app.findByRole("button", { name: "Delete: Plain" }));
    // The dialog makes all behind it inert.
    const settings = within(app.getByRole("dialog", { name: "Settings" }));
    const undo = await settings.findByRole("button", { name: "Undo" });
    expect(app.getAllByRole("button", { name: "Undo" })).toEqual([undo]);
    await fireEvent.click(undo);
    await waitFor(() => expect(backend.asked("undo")).toEqual([{ operation: "o" }]));
    // No chat is opened for it.
    expect(backend.asked("open_chat")).toEqual([]);
  });

  test("says in words what is wrong and keeps what was typed", async () => {
    backend.fail("save_prompt", "emptyPrompt");
    const app = openApp(start());
    view.settings = "prompts";
    await fireEvent.click(await app.findByRole("button", { name: "New prompt" }));
    await fireEvent.input(app.getByLabelText("Name"), { target: { value: "Short" } });
    await fireEvent.click(app.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(app.getByRole("alert").textContent).toBe("The prompt has no text yet."));
    expect(field(app.getByLabelText("Name")).value).toBe("Short");
  });

  test("reads files and says what came of it", async () => {
    backend.on("import_library", () => ({ personas: 0, prompts: 12, present: 3, unusable: 0, operationId: "o" }));
    const app = openApp(start());
    view.settings = "prompts";
    const input = await app.findByLabelText("Files to import");
    await fireEvent.change(input, { target: { files: [new File(["Hello"], "greeting.md")] } });
    await waitFor(() =>
      expect(backend.asked("import_library")).toEqual([{ files: [{ name: "greeting.md", text: "Hello" }] }]),
    );
    await waitFor(() => expect(app.getAllByText("12 prompts added, 3 were there already").length).toBe(2));
  });
});

test("an older version of a persona can be used again, as a new one", async () => {
  const warm = { ...options, temperature: 1 };
  const newest = { ...editor, number: 2, versions: 2, options: warm };
  backend.on("library", () => ({ personas: [newest], prompts: [] }));
  backend.on("persona_versions", () => [newest, { ...editor, versions: 2 }]);
  const app = openApp(start());
  view.settings = "personas";
  await fireEvent.click(await app.findByRole("button", { name: "Edit: Editor" }));
  await fireEvent.click(await app.findByRole("button", { name: "Use this again: Version 1" }));
  await waitFor(() => expect(backend.asked("save_persona")).toEqual([{ id: "e", name: "Editor", options }]));
});

test("a chat names its persona, what differs, and a newer version to use", async () => {
  backend.on("set_persona", () => ({ operationId: "o" }));
  const app = openApp(start());
  const head = snapshot("a", []).head;
  if (!head) throw new Error("no head");
  const persona = { id: "e", name: "Editor", number: 1, newest: 2, altered: true };
  await arrive(patch(2, { head: { ...head, options, persona } }));
  expect(app.getByRole("button", { name: "Persona: Editor (changed)" })).toBeTruthy();
  await fireEvent.click(app.getByRole("button", { name: "Use version 2" }));
  await waitFor(() => expect(backend.asked("set_persona")).toEqual([{ chat: "a", persona: "e", number: 2 }]));
});

test("the chat's settings give it a persona", async () => {
  backend.on("set_persona", () => ({ operationId: "o" }));
  const app = openApp(start());
  view.chatOptions = true;
  await fireEvent.change(await app.findByLabelText("Persona"), { target: { value: "e" } });
  expect(backend.asked("set_persona")).toEqual([]);
  await fireEvent.click(app.getByRole("button", { name: "Use its settings" }));
  await waitFor(() => expect(backend.asked("set_persona")).toEqual([{ chat: "a", persona: "e", number: null }]));
  await waitFor(() => expect(view.chatOptions).toBe(false));
});
