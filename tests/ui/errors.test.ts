// Every error kind: a sentence, and buttons that do what they say.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { ErrorKind } from "../../ui/src/bindings";
import { view } from "../../ui/src/state/window";
import { errorActions, errorTable, sentence, type ErrorAction } from "../../ui/src/text/errors";
import { openApp } from "./app";
import { backend, failure } from "./backend";
import { answer, connection, snapshot, start, user } from "./make";

const kinds = Object.keys(errorTable) as ErrorKind[];
const detail = {
  host: "api.openai.com",
  model: "gpt-4o-mini",
  parameter: "temperature",
  limit: 16_777_216,
  path: "/data",
};

/** What pressing a button has to lead to. */
const effects: Record<ErrorAction, () => void> = {
  enterKey: () => expect(document.activeElement?.id).toBe("api-key"),
  openSettings: () => expect(view.settings).toBe("connection"),
  openHealth: () => expect(view.settings).toBe("health"),
  retry: () => expect(backend.asked("regenerate_reply")).toEqual([{ message: "2" }]),
  chooseModel: () => expect(document.activeElement?.id).toBe("model"),
  newChat: () => expect(backend.asked("new_chat")).toHaveLength(1),
  edit: () => expect(view.editing).toBe("1"),
  continue: () => expect(backend.asked("continue_reply")).toEqual([{ message: "2" }]),
  checkAgain: () => expect(backend.asked("check_connection")).toHaveLength(1),
  openBilling: () => expect(String(backend.asked("open_link")[0]?.href)).toContain("billing"),
  chatSettings: () => expect(view.chatOptions).toBe(true),
};

const failed = (kind: ErrorKind, words = "Half") =>
  start([user("1", "Hi"), answer("2", words, { parentId: "1", state: "failed", error: failure(kind, detail) })]);

const cases = kinds.flatMap((kind) =>
  errorActions(failure(kind, detail)).map(({ action, label }) => ({ kind, action, label })),
);

describe.each(kinds)("%s", (kind) => {
  test("has a sentence with and without facts, and without a rest of code in it", () => {
    for (const error of [failure(kind), failure(kind, detail)]) {
      expect(sentence(error)).toMatch(/^[A-Z“a-z].{8,}$/);
      expect(sentence(error)).not.toMatch(/undefined|null|\[object|!/);
    }
  });

  test("is one alert, in its message", () => {
    const { getByRole } = openApp(failed(kind));
    const message = getByRole("article", { name: "Assistant" });
    expect(within(message).getByRole("alert").textContent).toContain(sentence(failure(kind, detail)));
    expect(getByRole("alert")).toBeTruthy();
  });
});

test.each(cases)("$kind: $label", async ({ kind, action, label }) => {
  backend.on("new_chat", () => ({ chat: snapshot("n", []), draft: "" }));
  backend.on("check_connection", () => connection);
  const { getByRole } = openApp(failed(kind));
  const alert = within(getByRole("article", { name: "Assistant" })).getByRole("alert");
  await fireEvent.click(within(alert).getByRole("button", { name: label }));
  await waitFor(effects[action]);
});

test("a failed reply without text is run again in its place, and has nothing to continue", async () => {
  const { getByRole } = openApp(failed("timedOut", ""));
  const message = within(getByRole("article", { name: "Assistant" }));
  expect(message.queryByRole("button", { name: "Continue" })).toBeNull();
  await fireEvent.click(message.getByRole("button", { name: "Retry" }));
  expect(backend.asked("retry_reply")).toEqual([{ message: "2" }]);
});

test.each(kinds)("a reply that failed with %s can be retried, by one button", (kind) => {
  const { getByRole } = openApp(failed(kind));
  const message = within(getByRole("article", { name: "Assistant" }));
  expect(message.getAllByRole("button", { name: "Retry" })).toHaveLength(1);
  expect(message.getAllByRole("button", { name: "Continue" })).toHaveLength(1);
});

test("credit is bought at OpenAI's page only where OpenAI is asked", () => {
  const actions = (host: string) => errorActions(failure("quotaExceeded", { host })).map(({ action }) => action);
  expect(actions("api.openai.com")).toEqual(["openBilling", "retry"]);
  expect(actions("openrouter.ai")).toEqual(["openSettings", "retry"]);
});
