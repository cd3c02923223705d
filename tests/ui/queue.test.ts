// The queue over the composer: what waits in one line each, edited in its place, moved, taken back.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { goToChat } from "../../ui/src/actions/chats";
import { announcer, chat, view } from "../../ui/src/state/window";
import { arrive, field, openApp } from "./app";
import { backend, failure } from "./backend";
import { answer, snapshot, start, user } from "./make";

const running = answer("2", "Hel", { parentId: "1", state: "streaming" });
const waits = (id: string, words: string, after: string) => [
  user(id, words, { parentId: after }),
  answer(`r${id}`, "", { parentId: id, state: "queued" }),
];
const three = [
  user("1", "Hi"),
  running,
  ...waits("3", "Two", "2"),
  ...waits("4", "Three", "r3"),
  ...waits("5", "Four", "r4"),
];

async function open(messages = three) {
  const app = openApp(start(messages));
  // A window begins with the focus in the composer.
  await waitFor(() => expect(document.activeElement?.id).toBe("message"));
  const list = app.getByRole("list", { name: "Queue" });
  const chip = (words: string) => within(list).getByRole("button", { name: words });
  const shown = () => [...list.querySelectorAll("bdi")].map((each) => each.textContent);
  return { app, list, chip, shown };
}

test("what waits stands in the list in its order, one line each, and not in the thread", async () => {
  const { app, shown } = await open([user("1", "Hi"), running, ...waits("3", "One\n\n  line   of\t<b>it</b>", "2")]);
  expect(shown()).toEqual(["One line of <b>it</b>"]);
  const log = within(app.getByRole("log", { name: "Conversation" }));
  expect(log.getAllByRole("article").map((each) => each.getAttribute("data-message"))).toEqual(["1", "2"]);
});

test("a search that found what waits leads to it in the list", async () => {
  backend.on("open_chat", () => ({ chat: snapshot("a", three), draft: "" }));
  const { chip } = await open();
  await goToChat("a", "4");
  await waitFor(() => expect(document.activeElement).toBe(chip("Three")));
});

test("without anything that waits there is no list", () => {
  const app = openApp(start([user("1", "Hi"), running]));
  expect(app.queryByRole("list", { name: "Queue" })).toBeNull();
});

test("a chip is edited in its place", async () => {
  backend.on("rewrite_queued", () => ({ operationId: "op" }));
  const { list, chip } = await open();
  await fireEvent.click(chip("Three"));
  const editor = field(within(list).getByRole("textbox", { name: "Edit message" }));
  expect(document.activeElement).toBe(editor);
  await fireEvent.input(editor, { target: { value: "Drei" } });
  await fireEvent.keyDown(editor, { key: "Enter" });
  await waitFor(() => expect(within(list).queryByRole("textbox")).toBeNull());
  expect(backend.asked("rewrite_queued")).toEqual([{ message: "4", text: "Drei" }]);
});

test("what is being typed stays when its message goes out meanwhile", async () => {
  backend.on("edit_message", () => ({ messageId: "8", replyId: "9" }));
  const { app, chip, list } = await open([user("1", "Hi"), running, ...waits("3", "Two", "2")]);
  await fireEvent.click(chip("Two"));
  await fireEvent.input(within(list).getByRole("textbox"), { target: { value: "Two and a half" } });
  const [question, reply] = waits("3", "Two", "2");
  if (!question || !reply) throw new Error("both are there");
  await arrive(snapshot("a", [user("1", "Hi"), answer("2", "Hello"), question, { ...reply, state: "streaming" }], 2));
  const log = within(app.getByRole("log", { name: "Conversation" }));
  const editor = field(await log.findByRole("textbox", { name: "Edit message" }));
  expect(editor.value).toBe("Two and a half");
  await fireEvent.keyDown(editor, { key: "Escape" });
  expect(log.queryByRole("textbox")).toBeNull();
  view.editing = "3";
  expect(field(await log.findByRole("textbox", { name: "Edit message" })).value).toBe("Two");
});

test.each(["Delete", "Backspace"])("%s takes a message back, with Undo", async (key) => {
  backend.on("cancel_reply", () => ({ operationId: "op" }));
  const { app, chip } = await open();
  await fireEvent.keyDown(chip("Three"), { key });
  await waitFor(() => expect(app.getByRole("button", { name: "Undo" })).toBeTruthy());
  expect(backend.asked("cancel_reply")).toEqual([{ message: "r4" }]);
});

test("Alt with an arrow changes the order, which is said; at the ends nothing happens", async () => {
  const { chip } = await open();
  await fireEvent.keyDown(chip("Two"), { key: "ArrowUp", altKey: true });
  await fireEvent.keyDown(chip("Four"), { key: "ArrowDown", altKey: true });
  expect(backend.asked("move_queued")).toEqual([]);
  await fireEvent.keyDown(chip("Three"), { key: "ArrowUp", altKey: true });
  expect(backend.asked("move_queued")).toEqual([{ message: "4", to: "earlier" }]);
  await waitFor(() => expect(announcer.lines.at(-1)?.text).toBe("Place 1 of 3"));
});

test("arrows go from chip to chip, and from the last one to the composer", async () => {
  const { app, chip } = await open();
  chip("Two").focus();
  await fireEvent.keyDown(chip("Two"), { key: "ArrowDown" });
  expect(document.activeElement).toBe(chip("Three"));
  await fireEvent.keyDown(chip("Three"), { key: "ArrowUp" });
  expect(document.activeElement).toBe(chip("Two"));
  await fireEvent.keyDown(chip("Four"), { key: "ArrowDown" });
  await waitFor(() => expect(document.activeElement).toBe(app.getByRole("textbox", { name: "Message" })));
});

test("the focus stays with a chip that moves, goes to the next where one is gone, and to the composer from the last", async () => {
  const { app, chip } = await open();
  chip("Three").focus();
  await arrive(
    snapshot(
      "a",
      [user("1", "Hi"), running, ...waits("4", "Three", "2"), ...waits("3", "Two", "r4"), ...waits("5", "Four", "r3")],
      2,
    ),
  );
  await waitFor(() => expect(document.activeElement).toBe(chip("Three")));
  await arrive(snapshot("a", [user("1", "Hi"), running, ...waits("3", "Two", "2"), ...waits("5", "Four", "r3")], 3));
  await waitFor(() => expect(document.activeElement).toBe(chip("Two")));
  await arrive(snapshot("a", [user("1", "Hi"), running], 4));
  await waitFor(() => expect(document.activeElement).toBe(app.getByRole("textbox", { name: "Message" })));
});

test("a chip that is dragged past others goes where it is dropped, and is not edited", async () => {
  const { list, chip, shown } = await open();
  for (const [at, row] of [...list.children].entries())
    row.getBoundingClientRect = () => ({ top: at * 30, height: 28, width: 100, left: 0 }) as DOMRect;
  await fireEvent.pointerDown(chip("Four"), { button: 0, clientY: 70 });
  await fireEvent.pointerMove(window, { clientY: 68 });
  expect(shown()).toEqual(["Two", "Three", "Four"]);
  await fireEvent.pointerMove(window, { clientY: 5 });
  expect(shown()).toEqual(["Four", "Two", "Three"]);
  const dropped = chip("Four");
  await fireEvent.pointerUp(window, { clientY: 5 });
  await fireEvent.click(dropped);
  expect(view.editing).toBeNull();
  await waitFor(() =>
    expect(backend.asked("move_queued")).toEqual([
      { message: "5", to: "earlier" },
      { message: "5", to: "earlier" },
    ]),
  );
});

test("behind a failed reply the first one can be sent now, and only that one", async () => {
  const failed = answer("2", "", { parentId: "1", state: "failed", error: failure("offline") });
  const { list } = await open([user("1", "Hi"), failed, ...waits("3", "Two", "2"), ...waits("4", "Three", "r3")]);
  await fireEvent.click(within(list).getByRole("button", { name: "Send now" }));
  expect(backend.asked("send_now")).toEqual([{ message: "r3" }]);
});

test("what waits is not found in the chat before it is in the thread", async () => {
  backend.on("find_in_chat", () => [
    { id: "1", count: 1 },
    { id: "3", count: 1 },
  ]);
  const { app } = await open([user("1", "word"), running, ...waits("3", "word", "2")]);
  await fireEvent.keyDown(document.body, { key: "f", ctrlKey: true });
  await fireEvent.input(await app.findByRole("searchbox", { name: "Find in chat" }), { target: { value: "word" } });
  await waitFor(() => expect(app.getByText("1 of 1")).toBeTruthy());
  expect(chat.replies.queued).toHaveLength(1);
});
