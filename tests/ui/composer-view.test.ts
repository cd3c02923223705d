// The line to write on, in the window.
import { fireEvent, waitFor } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { view } from "../../ui/src/state/window";
import { arrive, field, openApp } from "./app";
import { backend } from "./backend";
import { answer, connection, snapshot, start, user } from "./make";

const enter = { key: "Enter", code: "Enter", keyCode: 13 };

function write(app: ReturnType<typeof openApp>, words: string) {
  const message = field(app.getByRole("textbox", { name: "Message" }));
  return fireEvent.input(message, { target: { value: words } }).then(() => message);
}

const running = start([user("1", "Hi"), answer("2", "Hel", { parentId: "1", state: "streaming" })]);

describe("Enter", () => {
  test("sends, and the text goes once it is stored", async () => {
    backend.on("send_message", () => ({ messageId: "1", replyId: "2" }));
    const app = openApp(start());
    const message = await write(app, "Name three colours.");
    await fireEvent.keyDown(message, enter);
    await waitFor(() => expect(message.value).toBe(""));
    expect(backend.asked("send_message")).toEqual([{ chat: "a", text: "Name three colours." }]);
  });

  test("brings the question up when it arrives after the acknowledgement", async () => {
    backend.on("send_message", () => ({ messageId: "1", replyId: "2" }));
    const app = openApp(start());
    await fireEvent.keyDown(await write(app, "Hi"), enter);
    await waitFor(() => expect(view.reveal).toEqual({ message: "1", sent: true }));
    await arrive(snapshot("a", [user("1", "Hi"), answer("2", "", { parentId: "1", state: "waiting" })], 2));
    await waitFor(() => expect(view.reveal).toBeNull());
    expect(app.getByRole("article", { name: "Assistant" }).classList).toContain("room");
  });

  test.each([
    ["with Shift", { ...enter, shiftKey: true }],
    ["while an input method composes", { ...enter, isComposing: true }],
    ["that ends a composition, as WebKit tells it", { ...enter, keyCode: 229 }],
  ])("%s does not send", async (_, key) => {
    const app = openApp(start());
    const message = await write(app, "にほん");
    const passed = await fireEvent.keyDown(message, key);
    expect(passed).toBe(true);
    expect(backend.asked("send_message")).toEqual([]);
  });

  test("on nothing but spaces does nothing", async () => {
    const app = openApp(start());
    await fireEvent.keyDown(await write(app, "  \n "), enter);
    expect(backend.asked("send_message")).toEqual([]);
  });
});

describe("an error", () => {
  test("keeps the text and says what happened, once", async () => {
    backend.fail("send_message", "storageFull");
    const app = openApp(start());
    const message = await write(app, "Precious");
    await fireEvent.keyDown(message, enter);
    await waitFor(() => expect(app.getByRole("alert").textContent).toContain("The disk is full"));
    expect(message.value).toBe("Precious");
  });

  test("is gone once sending succeeds", async () => {
    backend.fail("send_message", "storageFull");
    const app = openApp(start());
    const message = await write(app, "Precious");
    await fireEvent.keyDown(message, enter);
    await waitFor(() => expect(app.getByRole("alert")).toBeTruthy());
    backend.on("send_message", () => ({ messageId: "1", replyId: "2" }));
    await fireEvent.click(app.getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(app.queryByRole("alert")).toBeNull());
    expect(message.value).toBe("");
  });

  test("that is a missing key leads to the field to enter one", async () => {
    backend.fail("send_message", "missingApiKey");
    const app = openApp(
      start([user("1", "Hi"), answer("2", "Hello")], { connection: { ...connection, key: { type: "none" } } }),
    );
    await fireEvent.keyDown(await write(app, "More"), enter);
    await waitFor(() => expect(app.getByRole("alert").textContent).toContain("No key is saved"));
    await fireEvent.click(app.getByRole("button", { name: "Enter your key" }));
    await waitFor(() => expect(document.activeElement).toBe(app.getByLabelText("API key")));
    expect(app.getByRole("dialog", { name: "Settings" })).toBeTruthy();
  });
});

describe("while a reply runs", () => {
  test("Stop stands in Send's place, and Queue beside it once there is text", async () => {
    const app = openApp(running);
    expect(app.queryByRole("button", { name: "Send" })).toBeNull();
    expect(app.queryByRole("button", { name: "Queue" })).toBeNull();
    await write(app, "And then?");
    expect(app.getByRole("button", { name: "Queue" })).toBeTruthy();
    await fireEvent.click(app.getByRole("button", { name: "Stop" }));
    expect(backend.asked("stop_reply")).toEqual([{ message: "2" }]);
  });

  test("Enter queues", async () => {
    backend.on("send_message", () => ({ messageId: "3", replyId: "4" }));
    const app = openApp(running);
    const message = await write(app, "And then?");
    await fireEvent.keyDown(message, enter);
    await waitFor(() => expect(message.value).toBe(""));
    expect(backend.asked("send_message")).toEqual([{ chat: "a", text: "And then?" }]);
  });

  test("Esc stops it", async () => {
    const app = openApp(running);
    await fireEvent.keyDown(app.getByRole("textbox", { name: "Message" }), { key: "Escape" });
    expect(backend.asked("stop_reply")).toEqual([{ message: "2" }]);
  });
});

describe("the model", () => {
  test("is chosen from the server's list", async () => {
    const app = openApp(start());
    const box = app.getByRole("combobox", { name: "Model" });
    await fireEvent.pointerDown(box);
    await fireEvent.pointerDown(await app.findByRole("option", { name: "gpt-4o" }));
    expect(backend.asked("set_chat_options")[0]?.options).toMatchObject({ model: "gpt-4o" });
  });

  test("is typed, and counts with Enter", async () => {
    const app = openApp(start());
    const box = app.getByRole("combobox", { name: "Model" });
    await fireEvent.input(box, { target: { value: "llama3" } });
    await fireEvent.keyDown(box, enter);
    expect(backend.asked("set_chat_options")[0]?.options).toMatchObject({ model: "llama3" });
  });

  test("can be typed where the list cannot be read", async () => {
    backend.fail("list_models", "offline");
    const app = openApp(start([], { connection: { ...connection, baseUrl: "http://other/v1" } }));
    await fireEvent.pointerDown(app.getByRole("combobox", { name: "Model" }));
    await waitFor(() => expect(app.getByText(/could not be read. A name can be typed/)).toBeTruthy());
  });
});
