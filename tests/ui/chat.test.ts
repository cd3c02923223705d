// The open chat: patches in their order, the path, the queue.
import { beforeEach, describe, expect, test } from "vitest";
import type { BlockPatch } from "../../ui/src/bindings";
import { OpenChat } from "../../ui/src/state/chat.svelte";
import { answer, code, paragraph, patch, put, snapshot, spliced, user } from "./make";

let chat: OpenChat;
beforeEach(() => {
  chat = new OpenChat();
});
const ids = () => chat.entries.map((entry) => entry.id);

describe("patches", () => {
  test("a snapshot is the whole state", () => {
    expect(chat.apply(snapshot("a", [user("1", "Hi"), answer("2", "Hello")]))).toBe(true);
    expect(chat.head?.id).toBe("a");
    expect(ids()).toEqual(["1", "2"]);
  });

  test("a splice keeps the start of the path and replaces the rest", () => {
    chat.apply(snapshot("a", [user("1", "Hi"), answer("2", "Hello")]));
    const [first] = chat.entries;
    chat.apply(
      patch(2, { path: spliced(1, [answer("3", "Hey")]), messages: [{ type: "put", message: answer("3", "Hey") }] }),
    );
    expect(ids()).toEqual(["1", "3"]);
    expect(chat.entries[0]).toBe(first);
  });

  test("a stream is applied in order", () => {
    chat.apply(snapshot("a", [user("1", "Hi"), answer("2", "", { state: "waiting" })]));
    chat.apply(
      patch(2, {
        messages: [
          {
            type: "stream",
            id: "2",
            state: "streaming",
            blocks: [
              put(paragraph(0, "One")),
              put(code(1, "a")),
              { type: "tokens", path: [1], keep: 0, tokens: [[0, "ab"]] },
              put(paragraph(2, "x")),
              { type: "truncate", path: [], length: 2 },
            ],
          },
        ],
      }),
    );
    expect(chat.entries[1]?.document.blocks).toEqual([paragraph(0, "One"), code(1, "ab")]);
    expect(chat.entries[1]?.state).toBe("streaming");
    expect(chat.entries[1]?.hasText).toBe(true);
  });

  test("a put after a stream settles the same entry", () => {
    chat.apply(snapshot("a", [user("1", "Hi"), answer("2", "Hel", { state: "streaming" })]));
    const entry = chat.entries[1];
    chat.apply(patch(2, { messages: [{ type: "put", message: answer("2", "Hello", { finishReason: "stop" }) }] }));
    expect(chat.entries[1]).toBe(entry);
    expect(entry?.state).toBe("complete");
    expect(chat.running).toBeNull();
  });

  test("the end of a stream completes the document that is here", () => {
    chat.apply(snapshot("a", [user("1", "Hi"), answer("2", "Hel", { state: "streaming" })]));
    const entry = chat.entries[1];
    const message = { ...answer("2", "", { finishReason: "stop" }), document: [] };
    const blocks: BlockPatch[] = [put(paragraph(1, "Hello"))];
    chat.apply(patch(2, { messages: [{ type: "settle", message, blocks }] }));
    expect(entry?.document.blocks).toEqual([paragraph(0, "Hel"), paragraph(1, "Hello")]);
    expect([entry?.state, entry?.message.finishReason, entry?.hasText]).toEqual(["complete", "stop", true]);
    expect(chat.running).toBeNull();
  });

  test("a patch that lacks the path's last message is answered by asking for everything", () => {
    chat.apply(snapshot("a", [user("1", "Hi")]));
    expect(chat.apply(patch(2, { path: spliced(1, [answer("unknown", "")]) }))).toBe(false);
  });

  test("a snapshot of the same chat keeps settled messages that it does not bring", () => {
    const all = [user("1", "Hi"), answer("2", "Hello"), user("3", "More"), answer("4", "Yes")];
    chat.apply(snapshot("a", all));
    const kept = chat.entries[0];
    chat.apply({ ...snapshot("a", all, 5), messages: all.slice(2).map((message) => ({ type: "put", message })) });
    expect(ids()).toEqual(["1", "2", "3", "4"]);
    expect(chat.entries[0]).toBe(kept);
  });

  test("a snapshot of another chat leaves nothing of the one before", () => {
    chat.apply(snapshot("a", [user("1", "Hi"), answer("2", "Hello")]));
    chat.apply(snapshot("b", [user("3", "Other")]));
    expect(ids()).toEqual(["3"]);
    expect(chat.entry("1")).toBeUndefined();
  });

  test("a version that is chosen again comes anew, since its number may have changed", () => {
    chat.apply(snapshot("a", [user("1", "Hi"), answer("2", "First")]));
    chat.apply(
      patch(2, { path: spliced(1, [answer("3", "")]), messages: [{ type: "put", message: answer("3", "Second") }] }),
    );
    expect(chat.entry("2")).toBeUndefined();
    expect(chat.apply(patch(3, { path: spliced(1, [answer("2", "")]) }))).toBe(false);
  });
});

describe("a long chat", () => {
  const all = Array.from({ length: 2000 }, (_, n) => (n % 2 === 0 ? user(`${n}`, "Hi") : answer(`${n}`, "Hello")));
  const open = () =>
    chat.apply({ ...snapshot("a", all), messages: all.slice(-20).map((message) => ({ type: "put", message })) });

  test("is known by its path, and its messages come in any order", () => {
    open();
    expect(ids()).toEqual(all.slice(-20).map(({ id }) => id));
    chat.add(all.slice(100, 102));
    chat.add(all.slice(4, 5));
    expect(ids().slice(0, 3)).toEqual(["4", "100", "101"]);
    expect([chat.place("100"), chat.isQuestion("100"), chat.isQuestion("101"), chat.place("nobody")]).toEqual([
      100,
      true,
      false,
      -1,
    ]);
  });

  test("what a patch has brought is not replaced by an older answer, and what is not on the path is not taken in", () => {
    open();
    chat.apply(patch(2, { messages: [{ type: "put", message: answer("101", "New") }] }));
    chat.add([answer("101", "Old"), answer("elsewhere", "?")]);
    expect(chat.entry("101")?.document.blocks).toEqual([paragraph(0, "New")]);
    expect(chat.entry("elsewhere")).toBeUndefined();
  });

  test("lets go of what is far from the reader, never of the end or of what is asked to stay", () => {
    open();
    chat.add(all);
    chat.trim(10, 30);
    const left = chat.entries.map(({ id }) => chat.place(id));
    expect(left).toHaveLength(225);
    expect(left.slice(-20)).toEqual(Array.from({ length: 20 }, (_, n) => 1980 + n));
    expect(left.slice(0, 205)).toEqual(Array.from({ length: 205 }, (_, n) => n));
  });
});

describe("the queue", () => {
  test("behind a running reply", () => {
    chat.apply(
      snapshot("a", [
        user("1", "a"),
        answer("2", "b", { state: "streaming" }),
        user("3", "c"),
        answer("4", "", { state: "queued" }),
      ]),
    );
    expect(chat.running?.id).toBe("2");
    expect(chat.replies.queued.map((entry) => entry.id)).toEqual(["4"]);
  });

  test("a queued reply with nothing before it is about to run", () => {
    chat.apply(snapshot("a", [user("1", "a"), answer("2", "", { state: "queued" })]));
    expect(chat.running?.id).toBe("2");
    expect(chat.replies.queued).toEqual([]);
  });

  test("behind a failed reply nothing runs", () => {
    chat.apply(
      snapshot("a", [
        user("1", "a"),
        answer("2", "", { state: "failed" }),
        user("3", "c"),
        answer("4", "", { state: "queued" }),
      ]),
    );
    expect(chat.running).toBeNull();
    expect(chat.replies.queued.map((entry) => entry.id)).toEqual(["4"]);
  });
});
