// A change of model in the thread.
import { describe, expect, test } from "vitest";
import type { Message } from "../../ui/src/bindings";
import { sameModel } from "../../ui/src/state/models";
import { openApp } from "./app";
import { answer, start, user } from "./make";

/** What the last answer says below it. */
function facts(...messages: Message[]): string | undefined {
  openApp(start(messages));
  return [...document.querySelectorAll("article .facts")].at(-1)?.textContent.trim();
}

const by = (id: string, model: string | null, over: Partial<Message> = {}) => answer(id, "Words", { model, ...over });

describe("an answer", () => {
  test("from another model than the one before says so", () => {
    const usage = { input: 1, output: 12 };
    const words = facts(user("1", "a"), by("2", "gpt-4o"), user("3", "b"), by("4", "o3-mini", { usage }));
    expect(words).toBe("Model changed to o3-mini · 12 tokens");
  });

  test("from the same one names it, as the first one does", () => {
    expect(facts(user("1", "a"), by("2", "gpt-4o"))).toBe("gpt-4o");
    expect(facts(user("1", "a"), by("2", "gpt-4o"), user("3", "b"), by("4", "gpt-4o"))).toBe("gpt-4o");
  });

  test("is compared with the last one that said something", () => {
    const failed = answer("4", "", { model: "o3-mini", state: "failed" });
    expect(facts(user("1", "a"), by("2", "gpt-4o"), user("3", "b"), failed, user("5", "c"), by("6", "gpt-4o"))).toBe(
      "gpt-4o",
    );
    expect(facts(user("1", "a"), by("2", null), user("3", "b"), by("4", "gpt-4o"))).toBe("gpt-4o");
  });
});

test.each([
  ["gpt-4o", "gpt-4o", true],
  ["gpt-4o", "gpt-4o-2024-08-06", true],
  ["gpt-4-0613", "gpt-4", true],
  ["llama3", "llama3:latest", true],
  ["gpt-4-0613", "gpt-4-0314", false],
  ["gpt-4o", "gpt-4o-mini", false],
  ["llama3:8b", "llama3:70b", false],
])("%s and %s are one model: %s", (one, other, same) => {
  expect([sameModel(one, other), sameModel(other, one)]).toEqual([same, same]);
});
