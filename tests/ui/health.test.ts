// Health: the page, what is said of damage where it is met, and what still holds a chat that is to go for good.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type {
  ChatSize,
  Damage,
  Error,
  Health,
  IntegrityCheck,
  KeptFiles,
  Message,
  Notice,
  Remains,
} from "../../ui/src/bindings";
import { view } from "../../ui/src/state/window";
import { arrive, openApp } from "./app";
import { backend, failure } from "./backend";
import { answer, backup, patch, snapshot, start, user } from "./make";

const NOON = new Date(2026, 0, 5, 12).getTime();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(2026, 0, 5, 18) });
});

const check = (over: Partial<IntegrityCheck> = {}): IntegrityCheck => ({
  ...{ at: NOON, thorough: true, chats: [], kept: null },
  ...over,
});

const health = (over: Partial<Health> = {}): Health => ({
  ...{ check: null, backup: null, size: 1_250_000_000, free: 80_400_000_000, low: false, chats: [], kept: [] },
  ...over,
});

const sized = (id: string, over: Partial<ChatSize> = {}): ChatSize => ({
  ...{ id, title: "Title of " + id, deleted: false, messages: 2, size: 12_345 },
  ...over,
});

const files: KeptFiles = { name: "1", path: "/data/damaged/1", at: NOON, size: 999_950 };

const damaged = check({
  chats: [
    { id: "b", title: "Plans", deleted: false, missing: 2, altered: 1, unreadable: 1 },
    { id: "c", title: "", deleted: true, missing: 0, altered: 1, unreadable: 0 },
  ],
});

async function open(there: () => Health) {
  backend.on("health", there);
  const app = openApp(start([user("1", "Hi")]));
  await fireEvent.click(app.getByRole("button", { name: "Settings" }));
  await fireEvent.click(app.getByRole("button", { name: "Health" }));
  await app.findByText("Size on disk");
  return app;
}

type App = ReturnType<typeof openApp>;

const dialog = (app: App) => within(app.getByRole("dialog", { name: "Settings" }));
/** What the page says of the chats. */
const status = (app: App) => dialog(app).getAllByRole("status")[0]?.textContent?.replace(/\s+/g, " ").trim();
/** What is said of one fact. */
const fact = (app: App, term: string) =>
  dialog(app).getByText(term).nextElementSibling?.textContent?.replace(/\s+/g, " ").trim();

describe("the page", () => {
  test("of a new archive says that nothing was checked or backed up yet, and leads to the backups", async () => {
    const app = await open(() => health({ free: null }));
    expect(status(app)).toBe("Never checked.");
    expect(fact(app, "Last verified backup")).toBe("None yet Open Backups");
    expect(fact(app, "Size on disk")).toBe("1.25 GB");
    expect(fact(app, "Free on this disk")).toBe("Not known");
    expect(dialog(app).queryAllByRole("heading", { level: 4 })).toEqual([]);
    await fireEvent.click(app.getByRole("button", { name: "Open Backups" }));
    expect(view.settings).toBe("backups");
  });

  test("says what a sound check did, and when", async () => {
    const app = await open(() => health({ check: check(), backup: backup("one", { takenAt: NOON }) }));
    expect(status(app)).toBe("Sound: every message was read and compared with its fingerprint, today at 12:00 PM.");
    expect(fact(app, "Last verified backup")).toBe("January 5, 2026 at 12:00 PM, 2 chats, 1,234 messages");
    expect(fact(app, "Free on this disk")).toBe("80.4 GB");
  });

  test("does not claim more than a check of the structure did", async () => {
    const app = await open(() => health({ check: check({ thorough: false, at: NOON - 86_400_000 }) }));
    expect(status(app)).toBe(
      "The structure is sound: it was checked after the last run ended badly, on January 4, 2026 at 12:00 PM. The messages were not compared.",
    );
  });

  test("says so where there is little room", async () => {
    const app = await open(() => health({ free: 312_000_000, low: true }));
    expect(fact(app, "Free on this disk")).toBe("312 MB. This is little: the next chats and backups need room.");
  });

  test("lists what is damaged, and opens a chat of it", async () => {
    backend.on("open_chat", ({ chat }) => ({ chat: snapshot(String(chat), []), draft: "" }));
    const app = await open(() => health({ check: damaged }));
    expect(status(app)).toBe(
      "5 messages in 2 chats are missing or damaged. Every message was compared with its fingerprint, today at 12:00 PM.",
    );
    const list = within(app.getByRole("list", { name: "Damaged chats" }));
    expect(list.getAllByRole("listitem").map((row) => row.textContent?.trim())).toEqual([
      "Plans 2 missing, 1 damaged, 1 unreadable",
      "New chat 1 damaged",
    ]);
    expect(list.getAllByRole("button"), "what is in the trash cannot be opened").toHaveLength(1);
    await fireEvent.click(list.getByRole("button", { name: "Open chat: Plans" }));
    await waitFor(() => expect(app.getByRole("heading", { name: "Title of b" })).toBeTruthy());
    expect(app.queryByRole("dialog")).toBeNull();
  });

  test("says that the database was repaired, and where the damaged files are", async () => {
    let kept = [files];
    const app = await open(() => health({ check: check({ kept: files.path }), kept }));
    expect(status(app)).toMatch(/The database was repaired then\. The damaged files are kept, see below\.$/);
    kept = [];
    backend.on("check", () => check());
    await fireEvent.click(app.getByRole("button", { name: "Check now" }));
    await waitFor(() => expect(status(app)).toMatch(/The damaged files have been removed since\.$/));
  });

  test("shows the largest chats, ten of them until more are asked for", async () => {
    const chats = Array.from({ length: 12 }, (_, at) => sized(`${at}`, at === 1 ? { deleted: true, messages: 1 } : {}));
    const app = await open(() => health({ chats }));
    const rows = () =>
      within(app.getByRole("list", { name: "Size by chat" }))
        .getAllByRole("listitem")
        .map((row) => row.textContent?.replace(/\s+/g, " ").trim());
    expect(rows()).toHaveLength(10);
    expect(rows().slice(0, 2)).toEqual([
      "Title of 0 2 messages 12.3 kB",
      "Title of 1 1 message · in the trash 12.3 kB",
    ]);
    expect(app.queryByRole("button", { name: "Open chat: Title of 1" })).toBeNull();
    await fireEvent.click(app.getByRole("button", { name: "Show more chats" }));
    expect(rows()).toHaveLength(12);
    await fireEvent.click(app.getByRole("button", { name: "Show fewer chats" }));
    expect(rows()).toHaveLength(10);
  });

  test("says why it could not be read", async () => {
    backend.fail("health", "storageDamaged");
    const app = openApp(start());
    view.settings = "health";
    await waitFor(() =>
      expect(app.getByRole("alert").textContent).toContain("Each start of Parlour tries to repair it"),
    );
  });
});

describe("Check now", () => {
  test("says that it checks, takes no second press meanwhile, and shows what came of it", async () => {
    let there = health();
    const app = await open(() => there);
    let answer: (found: IntegrityCheck) => void = () => undefined;
    backend.on("check", () => new Promise<IntegrityCheck>((resolve) => (answer = resolve)));
    const button = () => app.getByRole("button", { name: "Check now" });
    await fireEvent.click(button());
    expect(status(app)).toBe("Checking…");
    expect(button().hasAttribute("disabled")).toBe(true);
    there = health({ check: check() });
    answer(check());
    await waitFor(() => expect(status(app)).toMatch(/^Sound:/));
    expect(button().hasAttribute("disabled")).toBe(false);
  });

  test("says why it failed, and leaves what was known", async () => {
    const app = await open(() => health({ check: check() }));
    backend.fail("check", "storageFull");
    await fireEvent.click(app.getByRole("button", { name: "Check now" }));
    await waitFor(() => expect(app.getByRole("alert").textContent).toContain("The disk is full"));
    expect(status(app)).toMatch(/^Sound:/);
  });
});

describe("damaged files that are kept", () => {
  test("are removed only after asking", async () => {
    let kept = [files];
    const app = await open(() => health({ kept }));
    backend.on("remove_kept_files", () => void (kept = []));
    const row = within(app.getByRole("list", { name: "Damaged files kept" })).getByRole("listitem");
    expect(row.textContent).toMatch(/January 5, 2026 at 12:00.PM\s+1 MB\s+\/data\/damaged\/1/);
    const remove = () => app.getByRole("button", { name: /^Remove: January 5, 2026 at 12:00.PM$/ });
    await fireEvent.click(remove());
    const ask = within(app.getByRole("dialog", { name: "Remove" }));
    expect(ask.getByText(/This cannot be undone\.$/)).toBeTruthy();
    await fireEvent.click(ask.getByRole("button", { name: "Keep" }));
    expect(backend.asked("remove_kept_files")).toEqual([]);
    await fireEvent.click(remove());
    await fireEvent.click(app.getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(app.queryByRole("list", { name: "Damaged files kept" })).toBeNull());
    expect(backend.asked("remove_kept_files")).toEqual([{ name: "1" }]);
    expect(document.activeElement).toBe(app.getByRole("heading", { name: "Health" }));
  });

  test("stay where they cannot be removed, and it is said why", async () => {
    const app = await open(() => health({ kept: [files] }));
    backend.fail("remove_kept_files", "storageFailed", { path: files.path });
    await fireEvent.click(app.getByRole("button", { name: /^Remove: / }));
    await fireEvent.click(app.getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(app.getByRole("alert").textContent).toContain("/data/damaged/1"));
    expect(app.getByRole("button", { name: /^Remove: / })).toBeTruthy();
  });
});

describe("notices", () => {
  const repaired = (found: number, fromBackup: number, messages: number, chats: number): Notice => ({
    ...{ id: 1, type: "repaired", kept: "/data/damaged/1" },
    ...{ found, fromBackup, messages, chats },
  });

  test.each<{ notice: Notice; words: string; leads: { to: string; by: string } | null }>([
    {
      notice: repaired(80, 0, 3, 2),
      words: "The database was damaged. 80 messages are in a new one. 3 messages in 2 chats are missing or damaged.",
      leads: { to: "health", by: "Details" },
    },
    {
      notice: repaired(1, 1, 1, 1),
      words:
        "The database was damaged. 1 message is in a new one, 1 of them from the newest backup. 1 message in 1 chat is missing or damaged.",
      leads: { to: "health", by: "Details" },
    },
    {
      notice: repaired(9, 0, 0, 0),
      words: "The database was damaged. 9 messages are in a new one. None is known to be missing.",
      leads: { to: "health", by: "Details" },
    },
    {
      notice: repaired(0, 0, 0, 0),
      words: "The database was damaged, and nothing could be read from it. A backup may have your chats.",
      leads: { to: "health", by: "Details" },
    },
    {
      notice: { id: 1, type: "logMissing" },
      words:
        "Parlour ended badly last time, and the file with what was written last is gone. What was said last may be missing; a backup may have it.",
      leads: { to: "backups", by: "Backups" },
    },
    {
      notice: { id: 1, type: "lowDisk", free: 312_345_678 },
      words: "Only 312 MB are free on the disk with your chats.",
      leads: null,
    },
  ])("$notice.type: $words", async ({ notice, words, leads }) => {
    backend.on("health", () => health());
    backend.on("backups", () => []);
    const app = openApp(start([user("1", "Hi")], { notices: [notice] }));
    const alert = within(app.getByRole("alert"));
    expect(alert.getByText(words)).toBeTruthy();
    expect(alert.getAllByRole("button")).toHaveLength(leads ? 2 : 1);
    await fireEvent.click(alert.getByRole("button", { name: "Dismiss" }));
    expect(backend.asked("dismiss_notice")).toEqual([{ id: 1 }]);
    if (leads) await fireEvent.click(alert.getByRole("button", { name: leads.by }));
    expect(view.settings).toBe(leads?.to ?? null);
  });
});

describe("damage in a chat", () => {
  test.each([
    [1, "1 message of this chat is missing. A backup may still have it."],
    [2, "2 messages of this chat are missing. A backup may still have them."],
  ])("%i missing: said above the thread, not in it, with the way to Health", async (missing, words) => {
    backend.on("health", () => health());
    const app = openApp(start([user("1", "Hi")]));
    expect(app.queryByRole("note")).toBeNull();
    const { head } = snapshot("a", []);
    await arrive(patch(2, { head: head && { ...head, missing } }));
    const note = app.getByRole("note");
    expect(within(note).getByText(words)).toBeTruthy();
    expect(app.getByRole("log").contains(note)).toBe(false);
    await fireEvent.click(within(note).getByRole("button", { name: "Open Health" }));
    expect(view.settings).toBe("health");
  });

  const words: Record<Damage, string> = {
    missing: "A message is missing here: the file it was in was damaged.",
    unreadable: "This message could not be read.",
    altered: "This message was damaged. Part of its text may be missing or wrong.",
  };
  const buttons = (article: HTMLElement) =>
    within(article)
      .getAllByRole("button")
      .map((button) => button.getAttribute("aria-label") ?? button.textContent?.trim());
  const shown = (message: Message) => openApp(start([message])).getByRole("article");

  test.each([
    { damage: "missing", make: user },
    { damage: "missing", make: answer },
    { damage: "unreadable", make: user },
    { damage: "unreadable", make: answer },
  ] as const)("of a message that is $damage only that is shown, and it can only be deleted", ({ damage, make }) => {
    const article = shown(make("1", "", { damage }));
    expect(within(article).getByText(words[damage])).toBeTruthy();
    expect(buttons(article)).toEqual(["Delete message"]);
  });

  test.each([
    { name: "You", make: user, actions: ["Copy", "Edit", "Delete message", "More actions"] },
    { name: "Assistant", make: answer, actions: ["Copy", "Regenerate", "Delete message", "More actions"] },
  ])("an altered message ($name) keeps its text and actions, and says that it may be wrong", (altered) => {
    const article = shown(altered.make("1", "Hel", { damage: "altered" }));
    expect(article.getAttribute("aria-label")).toBe(altered.name);
    expect(within(article).getByText("Hel")).toBeTruthy();
    expect(within(article).getByText(words.altered)).toBeTruthy();
    expect(buttons(article)).toEqual(altered.actions);
  });
});

describe("before a chat is deleted for good", () => {
  const day = (n: number) => new Date(2026, 0, n, 12).getTime();
  const holding = (n: number) =>
    Array.from({ length: n }, (_, at) => ({ takenAt: day(20 - at), goesAt: day(60 + (at === 1 ? 30 : 0)) }));

  async function ask(answer: () => unknown) {
    backend.on("trash", () => [
      { ...{ id: "b", title: "Lost", messageCount: 2, operationId: "op" }, deletedAt: day(1), goesAt: day(31) },
    ]);
    backend.on("remains_of", answer);
    const app = openApp(start());
    view.settings = "trash";
    await fireEvent.click(await app.findByRole("button", { name: "Delete for good: Lost" }));
    expect(backend.asked("remains_of")).toEqual([{ chat: "b" }]);
    return within(app.getByRole("dialog", { name: "Delete for good" }));
  }
  const items = (dialog: Awaited<ReturnType<typeof ask>>) =>
    dialog.getAllByRole("listitem").map((item) => item.textContent);

  test("it is said which backups still hold it, and until when", async () => {
    const dialog = await ask((): Remains => ({ backups: holding(3), kept: [] }));
    await dialog.findByText(
      "3 backups still hold it; the last of them goes by March 31, 2026, later where Parlour is not used every day.",
    );
    expect(items(dialog)).toEqual([
      "January 20, 2026, until March 1, 2026",
      "January 19, 2026, until March 31, 2026",
      "January 18, 2026, until March 1, 2026",
    ]);
  });

  test("of many backups five are named", async () => {
    const dialog = await ask((): Remains => ({ backups: holding(9), kept: [] }));
    await dialog.findByText(/^9 backups still hold it/);
    expect(items(dialog)).toHaveLength(6);
    expect(items(dialog).at(-1)).toBe("and 4 more");
  });

  test("damaged files that are kept are named too", async () => {
    const dialog = await ask((): Remains => ({ backups: [], kept: [files] }));
    expect(await dialog.findByText("No backup holds it.")).toBeTruthy();
    expect(
      dialog.getByText("A damaged database kept from January 5, 2026 may hold it too: Settings › Health."),
    ).toBeTruthy();
  });

  test("nothing waits for that, and where it is not known it is said", async () => {
    let refuse: (error: Error) => void = () => undefined;
    const dialog = await ask(() => new Promise<Remains>((_, reject) => (refuse = reject)));
    expect(dialog.getAllByRole("status")[0]?.textContent?.trim()).toBe("");
    expect(dialog.getByRole("button", { name: "Delete for good" }).hasAttribute("disabled")).toBe(false);
    refuse(failure("storageFailed"));
    expect(await dialog.findByText(/^Which backups still hold it is not known\./)).toBeTruthy();
  });
});
