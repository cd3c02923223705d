// Key and address: the welcome, the settings, what is proposed and what is warned of.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { Address } from "../../ui/src/state/address.svelte";
import { openApp } from "./app";
import { backend } from "./backend";
import { connection, start } from "./make";

const noKey = { ...connection, key: { type: "none" }, check: { type: "unchecked" } } as const;
const proposal = { typed: "", proposed: null, answered: true, plainText: false };

describe("the welcome", () => {
  test("takes a key and makes way", async () => {
    backend.on("save_key", () => connection);
    const app = openApp(start([], { connection: noKey }));
    await fireEvent.input(app.getByLabelText("API key"), { target: { value: "sk-test" } });
    await fireEvent.click(app.getByRole("button", { name: "Save key" }));
    await waitFor(() => expect(app.queryByRole("button", { name: "I have an OpenAI key" })).toBeNull());
    expect(backend.asked("save_key")).toEqual([{ key: "sk-test" }]);
    expect(app.getByText(/^Ready/)).toBeTruthy();
  });

  test("says that a key was refused, and keeps the field", async () => {
    backend.fail("save_key", "invalidApiKey", { host: "api.openai.com" });
    const app = openApp(start([], { connection: noKey }));
    await fireEvent.input(app.getByLabelText("API key"), { target: { value: "sk-bad" } });
    await fireEvent.click(app.getByRole("button", { name: "Save key" }));
    await waitFor(() => expect(app.getByRole("alert").textContent).toBe("api.openai.com refused the key."));
    expect(app.getByRole("button", { name: "Save key" })).toBeTruthy();
  });

  test("has one field for a key at a time", async () => {
    const app = openApp(start([], { connection: noKey }));
    await fireEvent.click(app.getByRole("button", { name: "I run a server of my own" }));
    expect(app.getAllByLabelText("API key")).toHaveLength(1);
    expect(app.queryByRole("button", { name: "Save key" })).toBeNull();
    expect(app.getByRole("textbox", { name: "Base URL" })).toBeTruthy();
  });

  test("saves a server of one's own without a key", async () => {
    backend.on("propose_base_url", ({ text }) => ({ ...proposal, typed: text }));
    backend.on("save_server", () => ({ ...connection, key: { type: "notNeeded" } }));
    const app = openApp(start([], { connection: noKey }));
    await fireEvent.click(app.getByRole("button", { name: "I run a server of my own" }));
    await fireEvent.input(app.getByRole("textbox", { name: "Base URL" }), {
      target: { value: "http://localhost:1/v1" },
    });
    await fireEvent.click(app.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(app.getByText(/^Ready/)).toBeTruthy());
    expect(backend.asked("save_server")).toEqual([{ baseUrl: "http://localhost:1/v1", key: "" }]);
  });

  test("says of what could not be verified why, with a way to look again", async () => {
    backend.on("check_connection", () => connection);
    const error = { kind: "offline", detail: { host: "api.openai.com" } } as const;
    const app = openApp(start([], { connection: { ...connection, check: { type: "notVerified", at: 0, error } } }));
    expect(app.getByText(/^Saved, not verified: No connection to api.openai.com/)).toBeTruthy();
    await fireEvent.click(app.getByRole("button", { name: "Check again" }));
    await waitFor(() => expect(app.queryByText(/not verified/)).toBeNull());
  });
});

describe("the settings", () => {
  test("open by key, close by Esc, and make the rest of the window inert", async () => {
    const app = openApp(start([], { connection: noKey }));
    await fireEvent.keyDown(document.body, { key: ",", ctrlKey: true });
    const dialog = app.getByRole("dialog", { name: "Settings" });
    expect(app.getAllByRole("button", { name: "Save key" })).toHaveLength(1);
    expect(dialog.closest("[inert]")).toBeNull();
    expect(app.container.querySelector("[inert] nav")).toBeTruthy();
    await fireEvent.keyDown(dialog, { key: "Escape" });
    await waitFor(() => expect(app.queryByRole("dialog")).toBeNull());
  });

  test("show the last four characters and remove the key", async () => {
    backend.on("remove_key", () => noKey);
    const app = openApp(start());
    await fireEvent.click(app.getByRole("button", { name: "Settings" }));
    const dialog = within(app.getByRole("dialog", { name: "Settings" }));
    expect(dialog.getByText(/The key ends in 4f2a. In the keychain/)).toBeTruthy();
    await fireEvent.click(dialog.getByRole("button", { name: "Remove key" }));
    await waitFor(() => expect(dialog.getByText("No key is saved.")).toBeTruthy());
  });

  test("go back to what they were when they are refused", async () => {
    backend.fail("save_settings", "invalidSettings", { parameter: "temperature" });
    const app = openApp(start());
    await fireEvent.click(app.getByRole("button", { name: "Settings" }));
    await fireEvent.click(within(app.getByRole("dialog")).getByRole("button", { name: "Chats" }));
    await fireEvent.change(app.getByRole("spinbutton", { name: "Temperature" }), { target: { value: "9" } });
    await waitFor(() => expect(app.getByRole("alert").textContent).toBe("The value of “Temperature” makes no sense."));
  });

  test("change the theme at once", async () => {
    const app = openApp(start());
    await fireEvent.click(app.getByRole("button", { name: "Settings" }));
    await fireEvent.click(within(app.getByRole("dialog")).getByRole("button", { name: "Appearance" }));
    await fireEvent.click(app.getByRole("radio", { name: "Dark" }));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe("dark"));
    expect(backend.asked("save_settings")[0]?.settings).toMatchObject({ theme: "dark" });
  });
});

describe("an address", () => {
  const saved: string[] = [];
  const address = (text: string) => {
    saved.length = 0;
    return new Address(text, (to) => {
      saved.push(to);
      return Promise.resolve();
    });
  };

  test("that answers is saved as it was typed", async () => {
    backend.on("propose_base_url", ({ text }) => ({ ...proposal, typed: text }));
    await address("https://a.example/v1").save();
    expect(saved).toEqual(["https://a.example/v1"]);
  });

  test("is not changed without being asked: the proposal is taken", async () => {
    backend.on("propose_base_url", ({ text }) => ({ ...proposal, typed: text, proposed: "http://localhost:11434/v1" }));
    const typed = address("localhost:11434");
    await typed.save();
    expect([saved, typed.proposed]).toEqual([[], "http://localhost:11434/v1"]);
    await typed.useProposed();
    expect(saved).toEqual(["http://localhost:11434/v1"]);
    expect(backend.asked("propose_base_url")).toHaveLength(1);
  });

  test("is not changed without being asked: the proposal is refused", async () => {
    backend.on("propose_base_url", ({ text }) => ({ ...proposal, typed: text, proposed: "https://a.example/v1" }));
    const typed = address("https://a.example");
    await typed.save();
    await typed.keepTyped();
    expect(saved).toEqual(["https://a.example"]);
  });

  test("a proposal that came of leaving the field is not saved by taking it", async () => {
    backend.on("propose_base_url", ({ text }) => ({ ...proposal, typed: text, proposed: "https://a.example/v1" }));
    const typed = address("https://a.example");
    await typed.look();
    await typed.useProposed();
    expect([saved, typed.text]).toEqual([[], "https://a.example/v1"]);
  });

  test("that can be read on the way is saved at the second press", async () => {
    backend.on("propose_base_url", ({ text }) => ({ ...proposal, typed: text, plainText: true }));
    const typed = address("http://box.example/v1");
    await typed.save();
    expect([saved, typed.warned, typed.confirming]).toEqual([[], true, true]);
    await typed.save();
    expect(saved).toEqual(["http://box.example/v1"]);
  });

  test("that was warned of is warned of again once it is another", async () => {
    backend.on("propose_base_url", ({ text }) => ({ ...proposal, typed: text, plainText: true }));
    const typed = address("http://box.example/v1");
    await typed.save();
    typed.type("http://other.example/v1");
    await typed.save();
    expect([saved, typed.confirming]).toEqual([[], true]);
  });

  test("that is none is said to be none", async () => {
    backend.fail("propose_base_url", "invalidBaseUrl");
    const typed = address("ftp://x");
    await typed.save();
    expect([saved, typed.error?.kind]).toEqual([[], "invalidBaseUrl"]);
  });
});
