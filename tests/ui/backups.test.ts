// The page of backups: what there is, taking one, and the ways back.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { Backup } from "../../ui/src/bindings";
import { openApp } from "./app";
import { backend, failure } from "./backend";
import { backup, snapshot, start, user } from "./make";

async function open(there: () => Backup[]) {
  backend.on("backups", there);
  const app = openApp(start([user("1", "Hi")]));
  await fireEvent.click(app.getByRole("button", { name: "Settings" }));
  await fireEvent.click(app.getByRole("button", { name: "Backups" }));
  return app;
}

test("without any it says so, and one can be taken", async () => {
  let there: Backup[] = [];
  const app = await open(() => there);
  await waitFor(() => expect(app.getByText("There is no verified backup yet.")).toBeTruthy());
  backend.on("take_backup", () => (there = [backup("one", { reason: "manual" })])[0]);
  await fireEvent.click(app.getByRole("button", { name: "Back up now" }));
  await waitFor(() =>
    expect(app.getByText(/^Last verified: January 5, 2026.*2 chats, 1,234 messages\.$/)).toBeTruthy(),
  );
  expect(app.getByText("By hand · 2 chats · 1,234 messages · verified")).toBeTruthy();
});

test("one that fails says why and leaves what was there", async () => {
  const app = await open(() => [backup("one", { verifiedAt: null })]);
  await app.findByText("Daily · 2 chats · 1,234 messages · not verified");
  expect(app.getByText("There is no verified backup yet.")).toBeTruthy();
  backend.on("take_backup", () => {
    throw failure("storageFull");
  });
  await fireEvent.click(app.getByRole("button", { name: "Back up now" }));
  await waitFor(() => expect(app.getByRole("alert").textContent).toContain("The disk is full"));
  expect(app.getByText("Daily · 2 chats · 1,234 messages · not verified")).toBeTruthy();
});

test("everything goes back only after asking, to an empty chat", async () => {
  const app = await open(() => [backup("one")]);
  backend.on("restore_backup", () => null);
  backend.on("new_chat", () => ({ chat: snapshot("fresh", []), draft: "" }));
  const restore = () => app.findByRole("button", { name: /^Restore: January 5, 2026/ });
  await fireEvent.click(await restore());
  await fireEvent.click(app.getByRole("button", { name: "Cancel" }));
  expect(backend.asked("restore_backup")).toEqual([]);
  await fireEvent.click(await restore());
  const ask = within(app.getByRole("dialog", { name: "Restore" }));
  await fireEvent.click(ask.getByRole("button", { name: "Restore" }));
  await waitFor(() => expect(app.getByText("Restored from the backup")).toBeTruthy());
  expect(backend.asked("restore_backup")).toEqual([{ backup: "one" }]);
  expect(app.getByRole("heading", { name: "Title of fresh", hidden: true })).toBeTruthy();
});

test("one chat comes back as a chat of its own, which is shown, with Undo", async () => {
  const app = await open(() => [backup("one")]);
  backend.on("backup_chats", () => [
    { id: "x", title: "Lost", updatedAt: 1, reply: null },
    { id: "y", title: "", updatedAt: 1, reply: null },
  ]);
  backend.on("restore_chat", () => ({ chat: "new", operationId: "op" }));
  backend.on("open_chat", ({ chat }) => ({ chat: snapshot(String(chat), []), draft: "" }));
  await fireEvent.click(await app.findByRole("button", { name: /^Chats: January/ }));
  await app.findByRole("button", { name: "Bring back: New chat" });
  await fireEvent.click(app.getByRole("button", { name: "Bring back: Lost" }));
  await waitFor(() => expect(app.getByText("The chat is back, as a chat of its own")).toBeTruthy());
  expect(backend.asked("restore_chat")).toEqual([{ backup: "one", chat: "x" }]);
  expect(backend.asked("open_chat")).toEqual([{ chat: "new" }]);
  expect(app.getByRole("heading", { name: "Title of new" })).toBeTruthy();
  expect(app.queryByRole("dialog")).toBeNull();
  backend.on("undo", () => ({ kind: "restoreChat", chat: "new" }));
  await fireEvent.click(app.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(backend.asked("undo")).toEqual([{ operation: "op" }]));
  expect(backend.asked("open_chat"), "it is gone again").toEqual([{ chat: "new" }]);
});

test("a folder of the person's is looked into, and refused where it cannot be", async () => {
  let there: Backup[] = [];
  const app = await open(() => there);
  const folder = () => app.getByRole("textbox", { name: "Folder" });
  backend.on("save_settings", () => {
    there = [backup("elsewhere")];
  });
  await fireEvent.change(folder(), { target: { value: " /media/disk " } });
  await waitFor(() => expect(app.getByText("Daily · 2 chats · 1,234 messages · verified")).toBeTruthy());
  expect(backend.asked("save_settings")).toMatchObject([{ settings: { backupFolder: "/media/disk" } }]);
  backend.on("save_settings", () => {
    throw failure("invalidSettings", { parameter: "backupFolder" });
  });
  await fireEvent.change(folder(), { target: { value: "relative" } });
  await waitFor(() => expect(app.getByRole("alert")).toBeTruthy());
});
