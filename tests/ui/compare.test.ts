// Two versions word by word, and a paragraph of one taken over into the other.
import { fireEvent, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { Comparison, Stretch } from "../../ui/src/bindings";
import { fold } from "../../ui/src/state/fold";
import { openApp } from "./app";
import { backend } from "./backend";
import { answer, start, stretch, user } from "./make";

const version = (first: string, number: number, over: Partial<Stretch> = {}): Stretch =>
  stretch(first, { ...{ parent: "1", role: "assistant", model: "gpt-4o", number, count: 2 }, ...over });

const DIFFERENT: Comparison = {
  hunks: [
    { type: "same", text: "The beginning.\n\n" },
    {
      type: "changed",
      number: 1,
      pieces: [
        { kind: "same", text: "A " },
        { kind: "removed", text: "lark" },
        { kind: "added", text: "<b>owl</b>" },
        { kind: "same", text: " sings.\n\n" },
      ],
    },
  ],
};
const SAME: Comparison = { hunks: [{ type: "same", text: "The beginning." }] };

async function compare(
  versions = [version("2", 1), version("3", 2, { shown: true, name: "Dawn" })],
  role = "Assistant",
) {
  backend.on("chat_map", () => ({ stretches: [stretch("1"), ...versions] }));
  backend.on("compare_versions", () => DIFFERENT);
  const app = openApp(
    start([
      user("1", "Hi", role === "You" ? { version: { number: 2, count: 2 } } : {}),
      answer("3", "A lark sings.", { parentId: "1", version: { number: 2, count: 2 } }),
    ]),
  );
  await fireEvent.click(within(app.getByRole("article", { name: role })).getByRole("button", { name: "More actions" }));
  await fireEvent.click(app.getByRole("menuitem", { name: "Compare versions…" }));
  const dialog = within(await app.findByRole("dialog", { name: "Compare versions" }));
  await dialog.findByText(/differs/);
  return { app, dialog };
}

describe("the comparison", () => {
  test("begins with the version that is shown and the one before it", async () => {
    const { dialog } = await compare();
    expect(backend.asked("compare_versions")).toEqual([{ from: "3", to: "2" }]);
    const [one, other] = dialog.getAllByRole("combobox");
    expect([one, other].map((select) => (select as HTMLSelectElement).selectedOptions[0]?.textContent)).toEqual([
      "2 of 2 · gpt-4o · “Dawn”",
      "1 of 2 · gpt-4o",
    ]);
  });

  test("shows what was removed and what was added as such, and texts as texts", async () => {
    const { dialog } = await compare();
    const change = dialog.getByRole("group", { name: "Difference 1 of 1" });
    expect(change.querySelector("del")?.textContent).toBe("lark");
    expect(change.querySelector("ins")?.textContent).toBe("<b>owl</b>");
    expect(change.querySelector("b")).toBeNull();
    expect(change.firstElementChild?.textContent).toBe("A lark<b>owl</b> sings.");
  });

  test("compares the two that are chosen", async () => {
    const versions = [version("2", 1), version("3", 2, { shown: true }), version("4", 3)];
    const { dialog } = await compare(versions);
    await fireEvent.change(dialog.getByRole("combobox", { name: "Compared with" }), { target: { value: "4" } });
    await waitFor(() => expect(backend.asked("compare_versions").at(-1)).toEqual({ from: "3", to: "4" }));
    await fireEvent.change(dialog.getByRole("combobox", { name: "Version" }), { target: { value: "2" } });
    await waitFor(() => expect(backend.asked("compare_versions").at(-1)).toEqual({ from: "2", to: "4" }));
  });

  test("says where two versions are the same", async () => {
    const { dialog } = await compare();
    backend.on("compare_versions", () => SAME);
    await fireEvent.change(dialog.getByRole("combobox", { name: "Compared with" }), { target: { value: "3" } });
    expect(await dialog.findByText(/the same, word for word/)).toBeTruthy();
  });

  test("says what is wrong where it cannot be read", async () => {
    const { dialog } = await compare();
    backend.fail("compare_versions", "messageNotFound");
    await fireEvent.change(dialog.getByRole("combobox", { name: "Compared with" }), { target: { value: "2" } });
    expect((await dialog.findByRole("alert")).textContent).toContain("does not exist any more");
  });
});

describe("a paragraph", () => {
  test("is taken over into a new version, which is shown, and the dialog offers to undo it", async () => {
    const { app, dialog } = await compare();
    backend.on("take_over", () => ({ operationId: "op" }));
    backend.on("undo", () => ({ kind: "takeOver", chat: "a" }));
    const after = [version("2", 1), version("3", 2), version("4", 3, { shown: true })];
    backend.on("chat_map", () => ({
      stretches: [stretch("1"), ...after.map((each) => ({ ...each, count: 3 }))],
    }));
    backend.on("compare_versions", () => SAME);
    await fireEvent.click(dialog.getByRole("button", { name: /^Take this paragraph over/ }));
    expect(await dialog.findByText("Taken over. A new version, 3 of 3, is shown now.")).toBeTruthy();
    expect(backend.asked("take_over")).toEqual([{ into: "3", from: "2", hunk: 1 }]);
    expect(backend.asked("compare_versions").at(-1)).toEqual({ from: "4", to: "2" });
    const undo = dialog.getByRole("button", { name: "Undo" });
    await waitFor(() => expect(document.activeElement).toBe(undo));

    backend.on("chat_map", () => ({ stretches: [stretch("1"), version("2", 1), version("3", 2, { shown: true })] }));
    backend.on("compare_versions", () => DIFFERENT);
    await fireEvent.click(undo);
    expect(await dialog.findByText("Undone. The version before is shown again.")).toBeTruthy();
    expect(backend.asked("undo")).toEqual([{ operation: "op" }]);
    expect(backend.asked("compare_versions").at(-1)).toEqual({ from: "3", to: "2" });
    expect(app.queryByText("Paragraph taken over")).toBeNull();
  });

  test("that could not be taken over leaves all as it was and says why", async () => {
    const { dialog } = await compare();
    backend.fail("take_over", "storageFull");
    await fireEvent.click(dialog.getByRole("button", { name: /^Take this paragraph over/ }));
    expect((await dialog.findByRole("alert")).textContent).toContain("The disk is full");
    expect(dialog.getByRole("group", { name: "Difference 1 of 1" })).toBeTruthy();
  });

  test("that could not be given back stays taken over, and the dialog says why", async () => {
    const { dialog } = await compare();
    backend.on("take_over", () => ({ operationId: "op" }));
    await fireEvent.click(dialog.getByRole("button", { name: /^Take this paragraph over/ }));
    backend.fail("undo", "storageFull");
    await fireEvent.click(await dialog.findByRole("button", { name: "Undo" }));
    expect((await dialog.findByRole("alert")).textContent).toContain("The disk is full");
    expect(dialog.getByText(/^Taken over/)).toBeTruthy();
  });

  test("of a question is not taken over", async () => {
    const questions = [1, 2].map((number) =>
      stretch(String(3 - number), { number, count: 2, role: "user", shown: number === 2 }),
    );
    backend.on("compare_versions", () => DIFFERENT);
    backend.on("chat_map", () => ({ stretches: questions }));
    const app = openApp(start([user("1", "Hi", { version: { number: 2, count: 2 } })]));
    await fireEvent.click(app.getByRole("button", { name: "More actions" }));
    await fireEvent.click(app.getByRole("menuitem", { name: "Compare versions…" }));
    await app.findByRole("group", { name: "Difference 1 of 1" });
    expect(app.queryByRole("button", { name: /^Take/ })).toBeNull();
  });
});

describe("what is the same", () => {
  test("is folded where it is long, and shown whole on demand", async () => {
    const long = Array.from({ length: 60 }, (_, at) => `Line number ${at} of a text.`).join("\n");
    const { dialog } = await compare();
    backend.on("compare_versions", () => ({ hunks: [{ type: "same", text: long }, ...DIFFERENT.hunks] }));
    await fireEvent.change(dialog.getByRole("combobox", { name: "Compared with" }), { target: { value: "2" } });
    const show = await dialog.findByRole("button", { name: `Show all ${long.length.toLocaleString("en")} characters` });
    expect(dialog.queryByText(/number 30 /)).toBeNull();
    expect(dialog.getByText(/number 0 /)).toBeTruthy();
    expect(dialog.getByText(/number 59 /)).toBeTruthy();
    await fireEvent.click(show);
    expect(dialog.getByText(/number 30 /)).toBeTruthy();
  });

  test.each([
    ["short", "a\nb", null],
    ["empty", "", null],
  ])("is not folded where it is %s", (_, words, folded) => expect(fold(words)).toEqual(folded));

  test("keeps whole lines where they are short enough", () => {
    const lines = Array.from({ length: 20 }, (_, at) => `${at}: ${"owl ".repeat(24)}`);
    expect(fold(lines.join("\n"))).toEqual({
      head: lines.slice(0, 2).join("\n").trimEnd(),
      tail: lines.slice(-2).join("\n"),
    });
  });

  test("is folded between words, and no letter is cut in two", () => {
    const words = fold("swallow ".repeat(300));
    expect(words?.head.endsWith("swallow …")).toBe(true);
    expect(words?.tail.startsWith("… swallow")).toBe(true);
    for (const letters of ["🦉".repeat(600), "a" + "🦉".repeat(600)]) {
      const folded = fold(letters);
      expect(folded && [...folded.head, ...folded.tail].every((each) => "🦉a …".includes(each))).toBe(true);
    }
  });
});
