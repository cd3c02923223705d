// Find in chat: by keyboard alone, also what is not here yet; and moving through a long chat.
import { fireEvent, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { arrive, openApp } from "./app";
import { backend } from "./backend";
import { answer, patch, spliced, start, user } from "./make";

const all = Array.from({ length: 300 }, (_, n) =>
  n % 2 === 0 ? user(`${n}`, `question ${n}`) : answer(`${n}`, `answer ${n}`),
);

/** A long chat of which only the end is here. */
function openLong() {
  const first = start(all);
  first.chat.messages = first.chat.messages.slice(-20);
  return openApp(first);
}

beforeEach(() => {
  backend.on("messages", ({ ids }) => all.filter(({ id }) => (ids as string[]).includes(id)));
});

const press = (key: string, over: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, bubbles: true, ...over });

async function search(app: ReturnType<typeof openApp>, query: string) {
  await press("f", { ctrlKey: true });
  const field = await app.findByRole("searchbox", { name: "Find in chat" });
  await waitFor(() => expect(document.activeElement).toBe(field));
  await fireEvent.input(field, { target: { value: query } });
  return field;
}

describe("find in chat", () => {
  test("counts, goes on, goes back and around, and gives the focus back", async () => {
    backend.on("find_in_chat", () => [
      { id: "4", count: 2 },
      { id: "299", count: 1 },
    ]);
    const app = openLong();
    const composer = app.getByRole("textbox", { name: "Message" });
    composer.focus();
    await search(app, "answer");
    // From where the reader is.
    await app.findByText("3 of 3");
    await press("Enter");
    await app.findByText("1 of 3");
    await waitFor(() => expect(app.getByText("question 4")).toBeTruthy());
    await press("Enter");
    await app.findByText("2 of 3");
    await press("Enter", { shiftKey: true });
    await press("Enter", { shiftKey: true });
    await app.findByText("3 of 3");
    await press("g", { ctrlKey: true });
    await app.findByText("1 of 3");
    await press("Escape");
    await waitFor(() => expect(app.queryByRole("searchbox", { name: "Find in chat" })).toBeNull());
    expect(document.activeElement).toBe(composer);
    expect(backend.asked("find_in_chat")).toEqual([{ chat: "a", query: "answer" }]);
  });

  test("says when there is nothing, and nothing of an empty query", async () => {
    backend.on("find_in_chat", () => []);
    const app = openLong();
    const field = await search(app, "giraffe");
    await app.findByText("Not found");
    expect(app.getByRole("button", { name: "Next" })).toHaveProperty("disabled", true);
    await fireEvent.input(field, { target: { value: "" } });
    await waitFor(() => expect(app.queryByText("Not found")).toBeNull());
  });

  test("looks again where text has arrived, and stays at its match", async () => {
    let count = 1;
    backend.on("find_in_chat", () => [
      { id: "4", count: 1 },
      { id: "299", count },
    ]);
    const app = openLong();
    await search(app, "answer");
    await app.findByText("2 of 2");
    await press("Enter");
    await app.findByText("1 of 2");
    count = 5;
    const more = answer("299", "answer answer answer answer answer");
    await arrive(patch(2, { path: spliced(0, all), messages: [{ type: "put", message: more }] }));
    await app.findByText("1 of 6", {}, { timeout: 3000 });
    await press("Enter");
    await app.findByText("2 of 6");
  });

  test("is not there where there is nothing to find, and ends with the chat", async () => {
    backend.on("open_chat", () => ({ chat: start([]).chat, draft: "" }));
    const app = openApp(start([]));
    await press("f", { ctrlKey: true });
    expect(app.queryByRole("searchbox", { name: "Find in chat" })).toBeNull();
  });
});

describe("a long chat", () => {
  test("has only some of its messages in the page, each with its place", () => {
    const app = openLong();
    const articles = app.getAllByRole("article");
    expect(articles.length).toBeLessThan(60);
    expect(articles.at(-1)?.getAttribute("aria-posinset")).toBe("300");
    expect(articles.at(-1)?.getAttribute("aria-setsize")).toBe("300");
  });

  test("goes to its start by Home, where messages come as they are needed", async () => {
    const app = openLong();
    app.getByRole("log").focus();
    await press("Home");
    await app.findByText("question 0");
  });

  test("goes from question to question, also from an empty composer, and not from one with text in it", async () => {
    const app = openLong();
    const composer = app.getByRole("textbox", { name: "Message" });
    composer.focus();
    await press("ArrowUp", { altKey: true });
    await app.findByText("Question 150 of 150");
    await press("ArrowUp", { altKey: true });
    await app.findByText("Question 149 of 150");
    await fireEvent.input(composer, { target: { value: "text" } });
    await press("ArrowUp", { altKey: true });
    expect(app.queryByText("Question 148 of 150")).toBeNull();
  });
});
