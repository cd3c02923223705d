// Copying a selection: which blocks it holds, and when the web view's own copy goes on.
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Block, Inline } from "../../ui/src/bindings";
import { codeAround } from "../../ui/src/document/code";
import { guardCopying } from "../../ui/src/document/copying";
import { LiveDocument } from "../../ui/src/document/live";
import { selectedBlocks } from "../../ui/src/document/selection";
import { code, item, list, paragraph, table, tableRow, text } from "./make";

let thread: HTMLElement;

beforeEach(() => {
  thread = document.createElement("div");
  thread.className = "thread";
  document.body.replaceChildren(thread);
});

function article(speaker: string, inside: HTMLElement): HTMLElement {
  const node = document.createElement("article");
  node.setAttribute("aria-label", speaker);
  const under = document.createElement("div");
  under.append("12 tokens");
  node.append(inside, under);
  thread.append(node);
  return inside;
}

function answer(...blocks: Block[]): HTMLElement {
  const host = document.createElement("div");
  host.className = "document";
  new LiveDocument(blocks).show(host);
  return article("Assistant", host);
}

function question(words: string): HTMLElement {
  const node = document.createElement("div");
  node.className = "words";
  node.append(words);
  return article("You", node);
}

/** A place before, or with `behind` behind, a piece of text on the page. */
function place(words: string, behind = false): [Node, number] {
  const walker = document.createTreeWalker(thread, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    const at = node.data.indexOf(words);
    if (at >= 0) return [node, at + (behind ? words.length : 0)];
  }
  throw new Error(`"${words}" is not on the page`);
}

/** What is selected from before one text to behind another, the same where there is only one. */
function selected(from: string, to = from): Block[] | null {
  const range = document.createRange();
  range.setStart(...place(from));
  range.setEnd(...place(to, true));
  return selectedBlocks(thread, range);
}

function all(): Block[] | null {
  const range = document.createRange();
  range.selectNodeContents(document.body);
  return selectedBlocks(thread, range);
}

const strong = (...inlines: Inline[]): Inline => ({ type: "strong", inlines });
const link = (words: string): Inline => ({ type: "link", href: "https://a.b/", title: null, inlines: [text(words)] });
const formula: Inline = {
  type: "math",
  source: "x^2",
  display: false,
  nodes: [{ type: "element", tag: "mi", attributes: {}, children: [{ type: "text", text: "ξ" }] }],
};
const heading = (id: number, ...inlines: Inline[]): Block => ({ id, type: "heading", level: 2, anchor: "a", inlines });

describe("running text", () => {
  test("is cut where the selection starts and ends, in UTF-16 units", () => {
    answer(paragraph(0, "one 😀 two "), paragraph(1, "three four"));
    expect(selected("😀 two ", "three")).toEqual([paragraph(0, "😀 two "), paragraph(1, "three")]);
  });

  test("keeps the styles and the links of what is selected", () => {
    answer(paragraph(0, "one ", strong(text("two "), link("three")), " four ", { type: "code", text: "five six" }));
    expect(selected("wo ", "five")).toEqual([
      paragraph(0, strong(text("wo "), link("three")), " four ", { type: "code", text: "five" }),
    ]);
  });

  test("a formula that is touched is whole", () => {
    answer(paragraph(0, "one ", formula, " two"));
    expect(selected("ξ", " two")).toEqual([paragraph(0, formula, " two")]);
    expect(selected("one ")).toEqual([paragraph(0, "one ")]);
  });

  test("part of a heading alone is no heading, the whole of it is", () => {
    answer(heading(0, text("one two")), paragraph(1, "three"));
    expect(selected("one")).toEqual([paragraph(0, "one")]);
    expect(selected("one two")).toEqual([heading(0, text("one two"))]);
    expect(selected("two", "three")).toEqual([heading(0, text("two")), paragraph(1, "three")]);
  });
});

describe("lists and quotations", () => {
  const numbered = (start: number, ...blocks: Block[]): Block => ({ ...list(...blocks), start });

  test("items keep their numbers and what they are nested in", () => {
    answer(numbered(3, item(0, paragraph(0, "a")), item(1, paragraph(0, "b"), list(item(0, paragraph(0, "c"))))));
    expect(selected("b", "c")).toEqual([paragraph(0, "b"), list(item(0, paragraph(0, "c")))]);
    expect(selected("a", "b")).toEqual([numbered(3, item(0, paragraph(0, "a")), item(1, paragraph(0, "b")))]);
  });

  test("a list that is left at its second item starts there", () => {
    answer(numbered(3, ...["a", "b", "c"].map((each, id) => item(id, paragraph(0, each)))), paragraph(1, "d"));
    expect(selected("b", "d")).toEqual([
      numbered(4, item(1, paragraph(0, "b")), item(2, paragraph(0, "c"))),
      paragraph(1, "d"),
    ]);
  });

  test("what is selected within one item or quotation is not in one any more", () => {
    const quote: Block = { id: 1, type: "quote", alert: "note", blocks: [paragraph(0, "in it"), paragraph(1, "too")] };
    answer(list(item(0, paragraph(0, "one two"))), quote);
    expect(selected("two")).toEqual([paragraph(0, "two")]);
    expect(selected("it", "too")).toEqual([paragraph(0, "it"), paragraph(1, "too")]);
    expect(selected("two", "in")).toEqual([
      list(item(0, paragraph(0, "two"))),
      { ...quote, blocks: [paragraph(0, "in")] },
    ]);
  });
});

describe("tables", () => {
  const cities = () =>
    table(
      ["start", "end", "center"],
      tableRow(0, "h1", "h2", "h3"),
      tableRow(1, "a1", "a2", "a3"),
      tableRow(2, "b1", "b2", "b3"),
    );

  test("rows that are touched have all columns, with cells that are not touched empty", () => {
    answer(cities());
    const second: Block = { id: 1, type: "row", cells: [[], [text("a2")], [text("a3")]] };
    expect(selected("2", "b3")).toEqual([
      table(
        ["start", "end", "center"],
        { id: 0, type: "row", cells: [[], [text("h2")], [text("h3")]] },
        tableRow(1, "a1", "a2", "a3"),
        tableRow(2, "b1", "b2", "b3"),
      ),
    ]);
    expect(selected("a2", "b1")).toEqual([
      table(["start", "end", "center"], second, { id: 2, type: "row", cells: [[text("b1")], [], []] }),
    ]);
  });

  test("columns that no row touches are left out, and cells are whole", () => {
    answer(cities());
    expect(selected("1", "a2")).toEqual([
      table(["start", "end", "center"], tableRow(0, "h1", "h2", "h3"), {
        id: 1,
        type: "row",
        cells: [[text("a1")], [text("a2")], []],
      }),
    ]);
    const range = document.createRange();
    range.setStart(...place("2"));
    range.setEnd(...place("h3", true));
    expect(selectedBlocks(thread, range)).toEqual([table(["end", "center"], tableRow(0, "h2", "h3"))]);
  });

  test("the words of one cell are no table, and may be cut", () => {
    answer(table(["start", "end"], tableRow(0, "one two", "x"), tableRow(1, "a", "b")));
    expect(selected("two")).toEqual([paragraph(0, "two")]);
  });

  test("a table with its buttons selected is the table", () => {
    answer(paragraph(0, "before"), { ...cities(), id: 1 }, paragraph(2, "after"));
    expect(selected("before", "after")).toEqual([
      paragraph(0, "before"),
      { ...cities(), id: 1 },
      paragraph(2, "after"),
    ]);
  });
});

describe("code", () => {
  test("is cut in its text and keeps its language and colours", () => {
    answer({
      ...code(0, ""),
      tokens: [
        [1, "let"],
        [0, " x;"],
        [0, "\n"],
        [1, "return"],
        [0, " x;"],
      ],
    });
    expect(selected("et", "retu")).toEqual([
      {
        ...code(0, ""),
        tokens: [
          [1, "et"],
          [0, " x;"],
          [0, "\n"],
          [1, "retu"],
        ],
      },
    ]);
  });

  test("what is not shown of a long block belongs to what goes on behind it", () => {
    const long = code(0, Array.from({ length: 100 }, (_, line) => `line ${line}.`).join("\n"));
    answer(long, paragraph(1, "after"));
    const [block, after] = selected("line 2.", "after") ?? [];
    expect(block?.type === "code" && block.tokens.map(([, words]) => words).join("")).toBe(
      Array.from({ length: 98 }, (_, line) => `line ${line + 2}.`).join("\n"),
    );
    expect(after).toEqual(paragraph(1, "after"));
    expect(selected("line 38.", "line 39.")).toEqual([
      {
        ...long,
        tokens: long.tokens.slice(38, 40).map(([kind, words], at) => [kind, at === 0 ? words.slice(1) : words]),
      },
    ]);
  });

  test("lines beyond the first group are counted like any others", () => {
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, line) => `line ${from + line}.`).join("\n");
    const host = answer(code(0, lines(0, 300)));
    const shown = host.querySelector("pre");
    if (shown) codeAround(shown)?.toggleLines();
    for (const [from, to] of [
      [38, 39],
      [39, 40],
      [40, 241],
      [240, 300],
    ] as const) {
      const [block] = selected(`line ${from}.`, `line ${to}.`) ?? [];
      expect(block?.type === "code" && block.tokens.map(([, words]) => words).join("")).toBe(lines(from, to));
    }
  });
});

describe("several messages", () => {
  test("each has its speaker before it, and what was typed is text with its lines", () => {
    question("*one*\ntwo\n\nthree");
    answer(paragraph(0, "four five"));
    const said = (words: string) => paragraph(0, strong(text(words)));
    expect(selected("two", "four")).toEqual([
      said("You"),
      paragraph(0, "two"),
      paragraph(1, "three"),
      said("Assistant"),
      paragraph(0, "four"),
    ]);
    expect(all()).toEqual([
      said("You"),
      paragraph(0, "*one*", { type: "break" }, "two"),
      paragraph(1, "three"),
      said("Assistant"),
      paragraph(0, "four five"),
    ]);
  });

  test("a whole answer is its document, without what stands under it", () => {
    const blocks = [
      heading(0, text("a")),
      list(item(0, paragraph(0, "b"))),
      code(2, "c"),
      { id: 3, type: "rule" } as const,
    ];
    answer(...blocks);
    expect(all()).toEqual(blocks);
  });

  test("nothing of a document is nothing", () => {
    question("one");
    answer(paragraph(0, "two"));
    expect(selected("one")).toBeNull();
    expect(selected("12 tokens")).toBeNull();
  });
});

describe("the copy key", () => {
  function copied(target: Element = document.body) {
    const copy = vi.fn();
    onTestFinished(guardCopying(copy));
    const event = new Event("copy", { bubbles: true, cancelable: true });
    target.dispatchEvent(event);
    return { copy, prevented: event.defaultPrevented };
  }

  function select(words: string) {
    const range = document.createRange();
    range.setStart(...place(words));
    range.setEnd(...place(words, true));
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
  }

  test("takes a selection in a document to the backend", () => {
    answer(paragraph(0, "one two"));
    select("two");
    const { copy, prevented } = copied();
    expect(copy).toHaveBeenCalledExactlyOnceWith([paragraph(0, "two")]);
    expect(prevented).toBe(true);
  });

  test("leaves fields and what is no document alone", () => {
    answer(paragraph(0, "one"));
    question("two");
    const field = document.body.appendChild(document.createElement("textarea"));
    select("one");
    expect(copied(field)).toEqual({ copy: expect.any(Function), prevented: false });
    select("two");
    const { copy, prevented } = copied();
    expect(copy).not.toHaveBeenCalled();
    expect(prevented).toBe(false);
  });
});
