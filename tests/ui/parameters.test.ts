// The parameters of a chat: what differs is said in words, can be taken back, and is told beside the model.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, test } from "vitest";
import type { ChatOptions } from "../../ui/src/bindings";
import { differing, misfit, noOptions, readStops, writeStops } from "../../ui/src/state/parameters";
import { view } from "../../ui/src/state/window";
import { openApp } from "./app";
import { backend } from "./backend";
import { settings, start } from "./make";

beforeEach(() => {
  backend.reset();
  backend.on("set_chat_options", () => ({ operationId: "op" }));
});

/** The window on a chat that has these of its own. */
function openWith(options: Partial<ChatOptions>) {
  const first = start();
  if (first.chat.head) first.chat.head = { ...first.chat.head, options: { ...noOptions, ...options } };
  return openApp(first);
}

async function openDialog(app: ReturnType<typeof openApp>) {
  view.chatOptions = true;
  return within(await app.findByRole("dialog", { name: "Chat settings" }));
}

const change = (element: HTMLElement, value: string) => fireEvent.change(element, { target: { value } });

describe("stop sequences", () => {
  test("are written and read back as they are", () => {
    for (const stops of [[], ["END"], ["\n\n", " a ", "\\n", "\t\\"], ["###", "User:", "\r\n", "…"]])
      expect(readStops(writeStops(stops))).toEqual(stops);
  });
  test("are one on each line, empty lines are none", () => {
    expect(readStops("a\n\nb\\n\r\n\\x")).toEqual(["a", "b\n", "\\x"]);
  });
});

test("what differs is what is another value than the one that would be followed", () => {
  const own = { ...noOptions, model: "m", temperature: 0.5, systemPrompt: settings.systemPrompt, stop: ["x"], seed: 0 };
  expect(differing(own, settings)).toEqual(["temperature", "seed", "stop"]);
  expect(differing(own, { ...settings, temperature: 0.5, stop: ["x"] })).toEqual(["seed"]);
  expect(differing(noOptions, settings)).toEqual([]);
});

test("a number that cannot be sent is found", () => {
  expect(misfit({ seed: 1.5 })).toBe("seed");
  expect(misfit({ seed: 2 ** 60 })).toBe("seed");
  expect(misfit({ maxTokens: -1 })).toBe("maxTokens");
  expect(misfit({ maxTokens: Number.NaN })).toBe("maxTokens");
  expect(misfit({ maxTokens: 100, seed: -3 })).toBeNull();
});

describe("the dialog", () => {
  test("sets everything that is under More parameters", async () => {
    const app = openWith({});
    const dialog = await openDialog(app);
    await fireEvent.click(dialog.getByText("More parameters"));
    await change(dialog.getByRole("spinbutton", { name: "Top p" }), "0.9");
    await change(dialog.getByRole("spinbutton", { name: "Seed" }), "42");
    await change(dialog.getByRole("combobox", { name: "Reasoning effort" }), "high");
    await change(dialog.getByRole("combobox", { name: "Response format" }), "jsonObject");
    await change(dialog.getByRole("textbox", { name: "Stop sequences" }), "END\n\\n\\n");
    expect(dialog.getAllByText("Differs from the default")).toHaveLength(5);
    await fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
    expect(backend.asked("set_chat_options")).toEqual([
      {
        chat: "a",
        options: {
          ...noOptions,
          topP: 0.9,
          seed: 42,
          reasoningEffort: "high",
          responseFormat: "jsonObject",
          stop: ["END", "\n\n"],
        },
      },
    ]);
  });

  test("is folded where none of them is set, and open where one is", async () => {
    const folded = openWith({ temperature: 1 });
    await openDialog(folded);
    expect(folded.container.ownerDocument.querySelector("details")?.open).toBe(false);
    folded.unmount();
    const app = openWith({ seed: 1 });
    await openDialog(app);
    expect(app.container.ownerDocument.querySelector("details")?.open).toBe(true);
  });

  test("goes back to a default by its button, and the focus is in the field", async () => {
    const app = openWith({ temperature: 1.5, stop: ["x"] });
    const dialog = await openDialog(app);
    await fireEvent.click(dialog.getByRole("button", { name: "Use the default: Temperature" }));
    const field = dialog.getByRole("spinbutton", { name: "Temperature" });
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect(dialog.queryByRole("button", { name: "Use the default: Temperature" })).toBeNull();
    await fireEvent.click(dialog.getByRole("button", { name: "Use the default: Stop sequences" }));
    await fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(backend.asked("set_chat_options")).toEqual([{ chat: "a", options: noOptions }]));
  });

  test("says which value cannot be sent, and stays", async () => {
    const app = openWith({});
    const dialog = await openDialog(app);
    await change(dialog.getByRole("spinbutton", { name: "Seed" }), "1.5");
    await fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(dialog.getByRole("alert").textContent).toBe("The value of “Seed” makes no sense."));
    expect(backend.asked("set_chat_options")).toEqual([]);
  });

  test("offers to take the change back", async () => {
    backend.on("undo", () => ({ kind: "changeOptions", chat: "a" }));
    const app = openWith({});
    const dialog = await openDialog(app);
    await change(dialog.getByRole("spinbutton", { name: "Temperature" }), "0.5");
    await fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await app.findByText("Chat settings changed");
    await fireEvent.click(app.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(backend.asked("undo")).toEqual([{ operation: "op" }]));
  });
});

describe("beside the model", () => {
  const mark = { name: "Differs from the defaults: System prompt and Seed" };

  test("it is said what differs, and one gets there", async () => {
    const app = openWith({ systemPrompt: "Be brief.", seed: 7 });
    const button = app.getByRole("button", mark);
    expect(button.title).toBe(mark.name);
    await fireEvent.click(button);
    await app.findByRole("dialog", { name: "Chat settings" });
  });

  test("nothing is said where only the model, or nothing, differs", () => {
    const app = openWith({ model: "another", temperature: null });
    expect(app.queryByRole("button", { name: /^Differs from the defaults/ })).toBeNull();
  });
});

test("the settings have no more than what they can keep", async () => {
  const app = openApp(start());
  view.settings = "chats";
  const dialog = within(await app.findByRole("dialog", { name: "Settings" }));
  expect(dialog.getByRole("spinbutton", { name: "Temperature" })).toBeTruthy();
  expect(dialog.queryByText("More parameters")).toBeNull();
});
