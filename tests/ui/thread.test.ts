// The thread: what stands under messages, the queue, pauses, versions, editing.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import { arrive, field, openApp } from "./app";
import { backend, failure } from "./backend";
import { answer, paragraph, patch, put, snapshot, start, user } from "./make";

const pair = (over: Parameters<typeof answer>[2] = {}, words = "Hello") =>
  start([user("1", "Hi"), answer("2", words, { parentId: "1", ...over })]);

const mine = (app: ReturnType<typeof openApp>) => within(app.getByRole("article", { name: "You" }));
const theirs = (app: ReturnType<typeof openApp>) => within(app.getByRole("article", { name: "Assistant" }));

describe("what is under a message", () => {
  test.each([
    ["Copy", "copy_message"],
    ["Regenerate", "regenerate_reply"],
    ["Delete message", "delete_message"],
  ])("an answer: %s", async (name, command) => {
    backend.on("delete_message", () => ({ operationId: "op" }));
    const app = openApp(pair());
    await fireEvent.click(theirs(app).getByRole("button", { name }));
    await waitFor(() => expect(backend.asked(command)).toEqual([{ message: "2" }]));
  });

  test.each([
    ["stopped", {}],
    ["interrupted", {}],
    ["complete", { finishReason: "length" }],
  ] as const)("an answer that is %s can be continued, by one button", async (state, over) => {
    const app = openApp(pair({ state, ...over }));
    await fireEvent.click(theirs(app).getByRole("button", { name: "Continue" }));
    expect(backend.asked("continue_reply")).toEqual([{ message: "2" }]);
  });

  test("a whole answer has nothing to continue or retry", () => {
    const app = openApp(pair({ finishReason: "stop" }));
    expect(theirs(app).queryByRole("button", { name: /Continue|Retry/ })).toBeNull();
  });

  test("its facts: model, tokens, seconds", () => {
    const app = openApp(pair({ model: "gpt-4o", usage: { input: 10, output: 1412 }, duration: 3140 }));
    expect(theirs(app).getByText("gpt-4o · 1,412 tokens · 3.1 s")).toBeTruthy();
  });

  test("a running answer has no actions yet", () => {
    const app = openApp(pair({ state: "streaming" }));
    expect(theirs(app).queryByRole("button")).toBeNull();
    expect(app.getByRole("log", { name: "Conversation" }).getAttribute("aria-busy")).toBe("true");
  });

  test("versions are gone through", async () => {
    const app = openApp(pair({ version: { number: 2, count: 3 } }));
    expect(theirs(app).getByText("2 / 3")).toBeTruthy();
    await fireEvent.click(theirs(app).getByRole("button", { name: "Previous version" }));
    await fireEvent.click(theirs(app).getByRole("button", { name: "Next version" }));
    expect(backend.asked("choose_version")).toEqual([
      { message: "2", number: 1 },
      { message: "2", number: 3 },
    ]);
  });

  test("an interrupted answer says that everything is kept", () => {
    const app = openApp(pair({ state: "interrupted" }));
    expect(theirs(app).getByText(/Parlour was closed while this was being written/)).toBeTruthy();
  });
});

describe("a message of the person", () => {
  test("is shown as the text it is", () => {
    const app = openApp(start([user("1", "<b>bold</b> *x*")]));
    expect(mine(app).getByText("<b>bold</b> *x*")).toBeTruthy();
  });

  test("that is cut is shown whole on demand", async () => {
    backend.on("message_text", () => "abcdef");
    const app = openApp(start([user("1", "abc", { textLength: 6 })]));
    await fireEvent.click(mine(app).getByRole("button", { name: "Show all 6 characters" }));
    await waitFor(() => expect(mine(app).getByText("abcdef")).toBeTruthy());
  });

  test("is edited and sent as a new version", async () => {
    backend.on("edit_message", () => ({ messageId: "3", replyId: "4" }));
    const app = openApp(pair());
    await fireEvent.click(mine(app).getByRole("button", { name: "Edit" }));
    const field = mine(app).getByRole("textbox", { name: "Edit message" });
    await fireEvent.input(field, { target: { value: "Hi there" } });
    await fireEvent.click(mine(app).getByRole("button", { name: "Save & send" }));
    await waitFor(() => expect(app.queryByRole("textbox", { name: "Edit message" })).toBeNull());
    expect(backend.asked("edit_message")).toEqual([{ message: "1", text: "Hi there" }]);
  });

  test("keeps its edit when that cannot be stored", async () => {
    backend.fail("edit_message", "storageFull");
    const app = openApp(pair());
    await fireEvent.click(mine(app).getByRole("button", { name: "Edit" }));
    await fireEvent.input(mine(app).getByRole("textbox", { name: "Edit message" }), { target: { value: "Other" } });
    await fireEvent.click(mine(app).getByRole("button", { name: "Save & send" }));
    await waitFor(() => expect(app.getByRole("alert").textContent).toContain("The disk is full"));
    expect(field(mine(app).getByRole("textbox", { name: "Edit message" })).value).toBe("Other");
  });
});

describe("the queue and pauses", () => {
  test("a queued message says so and can be taken back; its reply is not shown yet", async () => {
    const app = openApp(
      start([
        user("1", "Hi"),
        answer("2", "Hel", { parentId: "1", state: "streaming" }),
        user("3", "More", { parentId: "2" }),
        answer("4", "", { parentId: "3", state: "queued" }),
      ]),
    );
    expect(app.getAllByRole("article", { name: "Assistant" })).toHaveLength(1);
    const queued = within(app.getAllByRole("article", { name: "You" })[1] as HTMLElement);
    expect(queued.getByText("Queued")).toBeTruthy();
    expect(queued.queryByRole("button", { name: "Send now" })).toBeNull();
    await fireEvent.click(queued.getByRole("button", { name: "Cancel" }));
    expect(backend.asked("cancel_reply")).toEqual([{ message: "4" }]);
  });

  test("a queued message is changed in its place, and moved past its neighbours", async () => {
    const app = openApp(
      start([
        user("1", "Hi"),
        answer("2", "Hel", { parentId: "1", state: "streaming" }),
        user("3", "More", { parentId: "2" }),
        answer("4", "", { parentId: "3", state: "queued" }),
        user("5", "And more", { parentId: "4" }),
        answer("6", "", { parentId: "5", state: "queued" }),
      ]),
    );
    backend.on("rewrite_queued", () => ({ operationId: "op" }));
    const [, first, last] = app.getAllByRole("article", { name: "You" }).map((article) => within(article));
    if (!first || !last) throw new Error("Two messages wait");
    expect(first.queryByRole("button", { name: "Send earlier" })).toBeNull();
    expect(last.queryByRole("button", { name: "Send later" })).toBeNull();
    await fireEvent.click(first.getByRole("button", { name: "Send later" }));
    await fireEvent.click(last.getByRole("button", { name: "Send earlier" }));
    expect(backend.asked("move_queued")).toEqual([
      { message: "3", to: "later" },
      { message: "5", to: "earlier" },
    ]);
    await fireEvent.click(first.getByRole("button", { name: "Edit" }));
    await fireEvent.input(first.getByRole("textbox", { name: "Edit message" }), { target: { value: "Less" } });
    await fireEvent.click(first.getByRole("button", { name: "Save & send" }));
    await waitFor(() => expect(first.queryByRole("textbox")).toBeNull());
    expect(backend.asked("rewrite_queued")).toEqual([{ message: "3", text: "Less" }]);
    expect(backend.asked("edit_message")).toEqual([]);
  });

  test("a queued message behind a failed reply can be sent now", async () => {
    const app = openApp(
      start([
        user("1", "Hi"),
        answer("2", "", { parentId: "1", state: "failed", error: failure("offline") }),
        user("3", "More", { parentId: "2" }),
        answer("4", "", { parentId: "3", state: "queued" }),
      ]),
    );
    await fireEvent.click(app.getByRole("button", { name: "Send now" }));
    expect(backend.asked("send_now")).toEqual([{ message: "4" }]);
  });

  test("a pause counts down and can be ended or taken back", async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const wait = { until: 1_018_000, error: failure("rateLimited", { host: "api.openai.com" }), attempt: 1 };
    const app = openApp(pair({ state: "waiting", wait }, ""));
    const notice = within(app.getByRole("group", { name: "OpenAI asks for a pause." }));
    expect(notice.getByText("18 s")).toBeTruthy();
    await vi.advanceTimersByTimeAsync(3000);
    expect(notice.getByText("15 s")).toBeTruthy();
    await fireEvent.click(notice.getByRole("button", { name: "Send now" }));
    await fireEvent.click(notice.getByRole("button", { name: "Cancel" }));
    expect([backend.asked("send_now"), backend.asked("cancel_reply")]).toEqual([
      [{ message: "2" }],
      [{ message: "2" }],
    ]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
  });
});

test("a streamed answer arrives in the document, keeping its nodes, and settles", async () => {
  const app = openApp(pair({ state: "waiting" }, ""));
  await arrive(
    patch(2, { messages: [{ type: "stream", id: "2", state: "streaming", blocks: [put(paragraph(0, "Red,"))] }] }),
  );
  const node = theirs(app).getByText("Red,");
  await arrive(
    patch(3, {
      messages: [{ type: "stream", id: "2", state: "streaming", blocks: [put(paragraph(0, "Red, green"))] }],
    }),
  );
  await arrive(patch(4, { messages: [{ type: "put", message: answer("2", "Red, green.", { parentId: "1" }) }] }));
  expect(theirs(app).getByText("Red, green.")).toBe(node);
  await waitFor(() => expect(app.getByRole("log").getAttribute("aria-busy")).toBe("false"));
  expect(backend.asked("next_patch").map(({ since }) => since)).toEqual([1, 2, 3, 4]);
});

test("a chat that is deleted elsewhere is left for another", async () => {
  backend.on("open_chat", () => ({ chat: snapshot("b", []), draft: "of b" }));
  const app = openApp(pair());
  await waitFor(() => expect(backend.chatQuestions).toHaveLength(1));
  backend.chatQuestions.shift()?.refuse(failure("chatNotFound"));
  await waitFor(() => expect(app.getByRole("heading", { name: "Title of b" })).toBeTruthy());
  expect(app.queryByRole("alert")).toBeNull();
});
