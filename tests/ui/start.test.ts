// The start: the first picture, told of once; or the one thing that can be said instead.
import { fireEvent, render, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import StartFailed from "../../ui/src/views/StartFailed.svelte";
import { backend, failure } from "./backend";
import { answer, start, user } from "./make";

test("the first picture has the last chat, its draft and the composer, and is told of once", async () => {
  document.body.replaceChildren(Object.assign(document.createElement("div"), { id: "app" }));
  backend.on("start", () => start([user("1", "Hi"), answer("2", "Hello")], {}, "half a thought"));
  await import("../../ui/src/main");
  await waitFor(() => expect(backend.asked("painted")).toHaveLength(1));
  expect(document.querySelectorAll("article")).toHaveLength(2);
  expect(document.querySelector<HTMLTextAreaElement>("#message")?.value).toBe("half a thought");
  expect(backend.calls[0]?.command).toBe("start");
});

test("what could not be opened is tried again, and a newer database can be gone back from", async () => {
  let opened = 0;
  const { getByRole } = render(StartFailed, { error: failure("storageTooNew"), opened: () => (opened += 1) });
  backend.on("reopen", () => {
    throw failure("storageFailed", { path: "/home/me/backups" });
  });
  await fireEvent.click(getByRole("button", { name: "Go back to before the update" }));
  await waitFor(() => expect(getByRole("alert").textContent).toContain("/home/me/backups"));
  backend.on("reopen", () => null);
  await fireEvent.click(getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(opened).toBe(1));
  expect(backend.asked("reopen")).toEqual([{ goBack: true }, { goBack: false }]);
});

test.each([
  ["storageTooNew", "newer version"],
  ["storageInUse", "Another Parlour"],
  ["storageFailed", "/home/me/data"],
  ["storageFull", "disk is full"],
] as const)("%s takes the whole window", (kind, words) => {
  const { getByRole } = render(StartFailed, { error: failure(kind, { path: "/home/me/data" }) });
  expect(getByRole("alert").textContent).toContain(words);
  expect(getByRole("alert").textContent).toContain("/home/me/data");
  expect(getByRole("button", { name: "Try again" })).toBeTruthy();
});
