// Announcements: whole sentences as they are finished, once each.
import { beforeEach, expect, test } from "vitest";
import { Announcer } from "../../ui/src/state/announcer.svelte";
import { Entry } from "../../ui/src/state/entry.svelte";
import { answer, code, item, list, paragraph, put, table, tableRow, text } from "./make";

let announcer: Announcer;
let entry: Entry;
beforeEach(() => {
  announcer = new Announcer();
  entry = new Entry(answer("1", "", { state: "streaming" }));
});
const said = () => announcer.lines.map((line) => line.text);
const stream = (...blocks: Parameters<typeof put>[0][]) => {
  entry.stream(
    "streaming",
    blocks.map((block) => put(block)),
  );
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

test("a table and a formula are told of, an alert and a footnote are named", () => {
  stream(
    table(["start"], tableRow(0, "a")),
    { id: 1, type: "math", source: "x^2", nodes: [] },
    { id: 2, type: "quote", alert: "warning", blocks: [paragraph(0, "Careful.")] },
    { id: 3, type: "footnote", label: "a", number: 2, blocks: [paragraph(0, "Said there.")] },
    paragraph(4, "So ", { type: "math", source: "y", display: false, nodes: [] }, " is."),
    paragraph(5, "End"),
  );
  expect(said()).toEqual(["Table.\nFormula.\nWarning:\nCareful.\nFootnote 2:\nSaid there.\nSo formula is."]);
});

test("a list is said item by item as it grows", () => {
  stream(list(item(0, paragraph(0, "One. Half"))));
  entry.stream("streaming", [put(item(1, paragraph(0, "Two")), [0, 1])]);
  announcer.follow(entry);
  entry.stream("streaming", [put(paragraph(1, "More"), [0, 1, 1])]);
  announcer.follow(entry);
  entry.put(answer("1", "", { document: [list(item(0, paragraph(0, "One. Half")), item(1, paragraph(0, "Two")))] }));
  announcer.follow(entry);
  expect(said()).toEqual(["One.", "Half", "Two", "Answer complete"]);
});

test("a long paragraph of many pieces is said once, sentence by sentence", () => {
  stream(paragraph(0, "One is long. ", "Two is "));
  entry.stream("streaming", [{ type: "inlines", path: [0], keep: 1, inlines: [text("Two is too. "), text("Three")] }]);
  announcer.follow(entry);
  entry.stream("streaming", [{ type: "inlines", path: [0], keep: 2, inlines: [text("Three. "), text("Four")] }]);
  announcer.follow(entry);
  expect(said()).toEqual(["One is long.", "Two is too.", "Three."]);
});

test("text that was taken back is not said again when it comes anew", () => {
  stream(paragraph(0, "One. "), paragraph(1, "Two. Half"));
  entry.stream("streaming", [{ type: "truncate", path: [], length: 1 }]);
  announcer.follow(entry);
  stream(paragraph(1, "Three"), paragraph(2, "Four"));
  expect(said()).toEqual(["One.\nTwo.", "Three"]);
});

test("a list that was there when the chat was opened is not read out", () => {
  entry.put(answer("1", "", { state: "streaming", document: [list(item(0, paragraph(0, "Long ago.")))] }));
  announcer.skip(entry);
  entry.stream("streaming", [put(item(1, paragraph(0, "New.")), [0, 1]), put(paragraph(1, "After"))]);
  announcer.follow(entry);
  expect(said()).toEqual(["New."]);
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
