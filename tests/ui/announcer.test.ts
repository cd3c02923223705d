// Announcements: whole sentences as they are finished, once each.
import { beforeEach, expect, test } from "vitest";
import { Announcer } from "../../ui/src/state/announcer.svelte";
import { Entry } from "../../ui/src/state/entry.svelte";
import { answer, code, paragraph, put } from "./make";

let announcer: Announcer;
let entry: Entry;
beforeEach(() => {
  announcer = new Announcer();
  entry = new Entry(answer("1", "", { state: "streaming" }));
});
const said = () => announcer.lines.map((line) => line.text);
const stream = (...blocks: Parameters<typeof put>[0][]) => {
  entry.stream("streaming", blocks.map(put));
  announcer.follow(entry);
};

test("a sentence is said when the next one has begun, and only once", () => {
  stream(paragraph(0, "This is one. This"));
  stream(paragraph(0, "This is one. This is two. And"));
  expect(said()).toEqual(["This is one.", "This is two."]);
});

test("nothing is said of half a sentence", () => {
  stream(paragraph(0, "This is not yet"));
  expect(said()).toEqual([]);
});

test("a block that is closed is said to its end", () => {
  stream(paragraph(0, "No full stop here"), paragraph(1, "Next"));
  expect(said()).toEqual(["No full stop here"]);
});

test("code is told of, not spelled out", () => {
  stream(code(0, "fn main() {}"), paragraph(1, "That"));
  expect(said()).toEqual(["Code, rust."]);
});

test("the end says the rest and how it ended", () => {
  stream(paragraph(0, "One. Two"));
  entry.put(answer("1", "One. Two"));
  announcer.follow(entry);
  expect(said()).toEqual(["One.", "Two", "Answer complete"]);
});

test("a stopped answer says so", () => {
  stream(paragraph(0, "One. Two"));
  entry.put(answer("1", "One. Two", { state: "stopped" }));
  announcer.follow(entry);
  expect(said().at(-1)).toBe("Stopped");
});

test("what was there when the chat was opened is not read out", () => {
  entry.put(answer("1", "Long ago. And", { state: "streaming" }));
  announcer.skip(entry);
  stream(paragraph(0, "Long ago. And now this. More"));
  expect(said()).toEqual(["now this."]);
});

test("an answer that comes whole is said, one that was there before is not", () => {
  entry.put(answer("1", "All in one."));
  announcer.follow(entry, false);
  expect(said()).toEqual([]);
  announcer.follow(entry, true);
  expect(said()).toEqual(["All in one.", "Answer complete"]);
});
