// The document: nodes stay while the text grows, a patch touches what it names, and nothing in it is markup.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Block, BlockPatch, Inline } from "../../ui/src/bindings";
import { blockNodes, LiveDocument } from "../../ui/src/document/live";
import { code, item, list, paragraph, put, tableRow, table, text, tokens } from "./make";
import { host, mutations, shown } from "./page";

const emphasis = (words: string): Inline => ({ type: "emphasis", inlines: [text(words)] });
const link = (href: string | null, words: string): Inline => ({
  type: "link",
  href,
  title: null,
  inlines: [text(words)],
});
const inlines = (keep: number, ...more: Inline[]): BlockPatch => ({ type: "inlines", path: [0], keep, inlines: more });

describe("inlines", () => {
  test("text that grows is appended to the text node it is in", () => {
    const live = shown(paragraph(0, "Once"));
    const [element, node] = [blockNodes(host)[0], blockNodes(host)[0]?.firstChild as Text];
    const append = vi.spyOn(node, "appendData");
    const replace = vi.spyOn(node, "replaceData");
    live.apply([inlines(0, text("Once upon"))]);
    expect(append).toHaveBeenCalledExactlyOnceWith(" upon");
    expect(replace).not.toHaveBeenCalled();
    expect([blockNodes(host)[0], blockNodes(host)[0]?.firstChild]).toEqual([element, node]);
    expect(live.blocks).toEqual([paragraph(0, "Once upon")]);
  });

  test("those that are kept are not touched, what is behind them is", () => {
    const live = shown(paragraph(0, "One ", emphasis("two"), " three", " four"));
    const kept = [...(blockNodes(host)[0]?.childNodes ?? [])].slice(0, 2);
    const seen = mutations(() => live.apply([inlines(2, text(" three and more"))]));
    expect(seen).toEqual({ created: 0, changes: 2 });
    expect([...(blockNodes(host)[0]?.childNodes ?? [])].slice(0, 2)).toEqual(kept);
    expect(host.textContent).toBe("One two three and more");
    expect(live.blocks).toEqual([paragraph(0, "One ", emphasis("two"), " three and more")]);
  });

  test("emphasis that closes leaves the text before it in its node", () => {
    const live = shown(paragraph(0, "It is *very"));
    const node = blockNodes(host)[0]?.firstChild;
    live.apply([inlines(0, text("It is "), emphasis("very"), text(" true"))]);
    expect(blockNodes(host)[0]?.firstChild).toBe(node);
    expect(host.querySelector("em")?.textContent).toBe("very");
    expect(host.textContent).toBe("It is very true");
  });

  test("text inside of emphasis grows in its node", () => {
    const live = shown(paragraph(0, emphasis("ve")));
    const node = host.querySelector("em")?.firstChild;
    live.apply([inlines(0, emphasis("very"))]);
    expect(host.querySelector("em")?.firstChild).toBe(node);
    expect(node?.textContent).toBe("very");
  });

  test("a link that is resolved late takes the place of its text alone", () => {
    const live = shown(paragraph(0, "See ", "[that]", " there"), paragraph(1, "Next"));
    const [before, , after] = blockNodes(host)[0]?.childNodes ?? [];
    live.apply([inlines(1, link("https://example.com/", "that"), text(" there"))]);
    expect([blockNodes(host)[0]?.firstChild, blockNodes(host)[0]?.lastChild]).toEqual([before, after]);
    expect(host.querySelector("a")?.textContent).toBe("that");
  });

  test("more of them than a call has room for are shown all the same", () => {
    shown(paragraph(0, { type: "strong", inlines: Array.from({ length: 200_000 }, () => text("a")) }));
    expect(host.querySelector("strong")?.childNodes).toHaveLength(200_000);
  });

  test("a long paragraph costs no more for its next word than a short one", () => {
    const long = shown(paragraph(0, ...Array.from({ length: 2000 }, (_, index) => `piece ${index} `)));
    const grow = (words: string) => mutations(() => long.apply([inlines(1999, text(words))]));
    expect(grow("piece 1999 and")).toEqual({ created: 0, changes: 1 });
    expect(mutations(() => long.apply([inlines(2000, text("more"))]))).toEqual({ created: 1, changes: 1 });
  });
});

describe("blocks", () => {
  test("a new block leaves the ones before it alone", () => {
    const live = shown(paragraph(0, "One"));
    const first = blockNodes(host)[0];
    live.apply([put(paragraph(1, "Two")), put(paragraph(2, "Three"))]);
    expect(blockNodes(host)[0]).toBe(first);
    expect(blockNodes(host).map((child) => child.textContent)).toEqual(["One", "Two", "Three"]);
  });

  test("a block that becomes another kind is replaced, its neighbours are not", () => {
    const live = shown(paragraph(0, "One"), paragraph(1, "Two"), paragraph(2, "Three"));
    const [first, , third] = blockNodes(host);
    live.apply([put({ id: 1, type: "heading", level: 2, anchor: "two", inlines: [text("Two")] })]);
    expect([blockNodes(host)[0], blockNodes(host)[2]]).toEqual([first, third]);
    expect(blockNodes(host)[1]?.tagName).toBe("H3");
  });

  test("a block that is put again as it is changes nothing", () => {
    const all = () => [
      paragraph(0, "One ", emphasis("two"), link("https://example.com/", "x")),
      code(1, "two\nthree"),
      { ...list(item(0, paragraph(0, "a"))), id: 2 },
      { ...table(["start", "end"], tableRow(0, "a", "b"), tableRow(1, "c", "d")), id: 3 },
      { id: 4, type: "math", source: "x", nodes: [{ type: "text", text: "x" }] } satisfies Block,
      { id: 5, type: "quote", alert: "tip", blocks: [paragraph(0, "q")] } satisfies Block,
      { id: 6, type: "footnote", label: "a", number: 1, blocks: [paragraph(0, "f")] } satisfies Block,
      { id: 7, type: "html", tokens: tokens("<b>") } satisfies Block,
      { id: 8, type: "rule" } satisfies Block,
    ];
    const live = shown(...all());
    const before = [...host.querySelectorAll("*")];
    expect(mutations(() => live.replace(all())).changes).toBe(0);
    expect([...host.querySelectorAll("*")]).toEqual(before);
  });

  test("blocks that are taken back go", () => {
    const live = shown(paragraph(0, "One"), paragraph(1, "Two"), paragraph(2, "Three"));
    live.apply([{ type: "truncate", path: [], length: 1 }]);
    expect(host.textContent).toBe("One");
    expect(live.blocks).toEqual([paragraph(0, "One")]);
  });

  test("an item is put into its list, a block into its item, and text into its block", () => {
    const live = shown(list(item(0, paragraph(0, "One"))));
    const [outer, first] = [host.querySelector("ul"), host.querySelector("li")];
    live.apply([
      put(item(1, paragraph(0, "Two")), [0, 1]),
      put(list(item(0, paragraph(0, "Inside"))), [0, 1, 1]),
      { type: "inlines", path: [0, 1, 1, 0, 0], keep: 0, inlines: [text("Inside it")] },
    ]);
    expect([host.querySelector("ul"), host.querySelector("li")]).toEqual([outer, first]);
    expect([...host.querySelectorAll("p")].map((node) => node.textContent)).toEqual(["One", "Two", "Inside it"]);
    expect(live.blocks).toEqual([
      list(item(0, paragraph(0, "One")), item(1, paragraph(0, "Two"), list(item(0, paragraph(0, "Inside it"))))),
    ]);
    live.apply([{ type: "truncate", path: [0, 1], length: 1 }]);
    expect(host.textContent).toBe("OneTwo");
  });

  test("a list that turns loose changes one attribute", () => {
    const live = shown(list(item(0, paragraph(0, "One")), item(1, paragraph(0, "Two"))));
    expect(mutations(() => live.apply([{ type: "tight", path: [0], tight: false }]))).toEqual({
      created: 0,
      changes: 1,
    });
    expect(host.querySelector("ul")?.className).toBe("loose");
    expect(live.blocks[0]).toMatchObject({ type: "list", tight: false });
  });

  test("an item of a list of 5,000 costs what an item costs", () => {
    const many = Array.from({ length: 5000 }, (_, index) => item(index, paragraph(0, `Item ${index}`)));
    const live = shown(list(...many));
    expect(mutations(() => live.apply([put(item(5000, paragraph(0, "Last")), [0, 5000])]))).toEqual({
      created: 3,
      changes: 1,
    });
  });

  test("patches that come while it is not on screen are there when it is", () => {
    const live = new LiveDocument([paragraph(0, "One"), code(1, "a")]);
    live.apply([
      put(paragraph(2, "Two")),
      inlines(1, text(" more")),
      { type: "tokens", path: [1], keep: 1, tokens: [[0, "\nb"]] },
    ]);
    live.show(host);
    expect(blockNodes(host).map((child) => child.querySelector("code")?.textContent ?? child.textContent)).toEqual([
      "One more",
      "a\nb",
      "Two",
    ]);
  });

  test("a patch for a place that is not there harms nothing", () => {
    const live = shown(paragraph(0, "One"));
    live.apply([
      { type: "inlines", path: [4], keep: 0, inlines: [text("x")] },
      { type: "tokens", path: [0], keep: 0, tokens: [[0, "x"]] },
      { type: "tight", path: [0], tight: true },
      { type: "truncate", path: [0, 1], length: 0 },
      put(paragraph(0, "x"), [3, 1]),
      put(paragraph(0, "x"), []),
    ]);
    expect(host.textContent).toBe("One");
    expect(live.blocks).toEqual([paragraph(0, "One")]);
  });
});

describe("what it makes of a document", () => {
  test("raw HTML is shown as the text it is, and grows as such", () => {
    const live = shown({ id: 0, type: "html", tokens: tokens("<img src=x onerror=alert(1)>") });
    const node = host.querySelector("pre")?.firstChild;
    live.apply([{ type: "tokens", path: [0], keep: 1, tokens: [[0, "\n<script>"]] }]);
    expect(host.querySelector("img, script")).toBeNull();
    expect(host.textContent).toBe("<img src=x onerror=alert(1)>\n<script>");
    expect(host.querySelector("pre")?.firstChild).toBe(node);
  });

  test("markup in any word stays the word", () => {
    const evil = "<img src=x onerror=alert(1)>";
    shown(
      paragraph(
        0,
        evil,
        { type: "code", text: evil },
        { type: "image", href: `https://example.com/${evil}`, title: evil, text: evil },
        { type: "math", source: evil, display: false, nodes: [] },
        { type: "footnoteRef", label: evil, number: 1 },
      ),
      { id: 1, type: "heading", level: 1, anchor: evil, inlines: [text(evil)] },
      code(2, evil, evil),
      { id: 3, type: "footnote", label: evil, number: 0, blocks: [] },
    );
    expect(host.querySelector("img")).toBeNull();
    expect(host.querySelectorAll("[onerror]")).toHaveLength(0);
  });

  test("a link shows its whole address, one without a safe address is no link", () => {
    shown(paragraph(0, link("https://example.com/a?b", "here"), link(null, "there")));
    const links = host.querySelectorAll("a");
    expect(links).toHaveLength(1);
    expect(links[0]?.title).toBe("https://example.com/a?b");
    expect(host.textContent).toBe("herethere");
  });

  test("an image is never fetched", () => {
    shown(paragraph(0, { type: "image", href: "https://example.com/a.png", title: null, text: "a cat" }));
    expect(host.querySelector("img")).toBeNull();
    expect(host.querySelector("button")?.textContent).toBe("Image: a cat (example.com)");
  });

  test.each([null, "#there"])("an image without an address is its description (%s)", (href) => {
    shown(paragraph(0, { type: "image", href, title: null, text: "a cat" }));
    expect(host.querySelector("span")?.textContent).toBe("a cat");
    expect(host.querySelector("button")).toBeNull();
  });

  test("what holds paragraphs takes its direction from their words, code has its own", () => {
    shown({ id: 0, type: "quote", alert: "note", blocks: [list(item(0, paragraph(0, "שלום")))] }, code(1, "// שלום"), {
      ...table(["start"], tableRow(0, "שלום")),
      id: 2,
    });
    const directions = [...host.querySelectorAll("blockquote, ul, table, li, p:not(.word), th, pre, .word")].map(
      (node) => `${node.localName} ${node.getAttribute("dir")}`,
    );
    // An element with a direction of its own would not be looked into; the word of the alert is not to be.
    expect(directions).toEqual([
      "blockquote auto",
      "p auto",
      "ul auto",
      "li null",
      "p null",
      "pre ltr",
      "table auto",
      "th null",
    ]);
  });

  test("a list that starts at three says so, and a task whether it is done", () => {
    const task = (checked: boolean): Block => ({ id: 0, type: "item", checked, blocks: [paragraph(0, "x")] });
    const live = shown({ ...list(task(true)), start: 3 });
    const [line, words] = [host.querySelector("li"), host.querySelector("p")];
    expect(host.querySelector("ol")?.getAttribute("start")).toBe("3");
    expect(host.querySelector("[role=img]")?.getAttribute("aria-label")).toBe("Done");
    live.apply([put(task(false), [0, 0])]);
    expect(host.querySelector("[role=img]")?.getAttribute("aria-label")).toBe("To do");
    expect([host.querySelector("li"), host.querySelector("p")]).toEqual([line, words]);
    expect(host.querySelectorAll("[role=img]")).toHaveLength(1);
  });
});

describe("much at once", () => {
  test("blocks share elements a few at a time, and none is left empty", () => {
    const live = shown(...Array.from({ length: 60 }, (_, n) => paragraph(n, `No. ${n}`)));
    const most = () => Math.max(...[...host.children].map((part) => part.childElementCount));
    expect(most()).toBeLessThan(30);
    const before = blockNodes(host).slice(0, 10);
    live.apply([{ type: "truncate", path: [], length: 10 }]);
    expect(blockNodes(host)).toEqual(before);
    expect([...host.children].filter((part) => part.childElementCount === 0)).toEqual([]);
    live.apply([put(paragraph(10, "More"))]);
    expect(host.lastElementChild?.lastElementChild?.textContent).toBe("More");
    live.apply([{ type: "truncate", path: [], length: 0 }]);
    expect(host.childElementCount).toBe(0);
  });

  afterEach(() => vi.unstubAllGlobals());

  test("what is more than a frame may take comes over the next ones, in order", async () => {
    const live = shown();
    const now = vi.spyOn(performance, "now");
    let clock = 0;
    // Each block takes a millisecond.
    now.mockImplementation(() => (clock += 1));
    const frames: FrameRequestCallback[] = [];
    vi.stubGlobal("requestAnimationFrame", (work: FrameRequestCallback) => frames.push(work));
    live.apply(Array.from({ length: 40 }, (_, n) => put(paragraph(n, `No. ${n}`))));
    const first = blockNodes(host).length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(40);
    let there = false;
    const applied = live.applied().then(() => (there = true));
    live.apply([put(paragraph(0, "No. 0, changed"))]);
    expect(blockNodes(host)).toHaveLength(first);
    while (frames.length > 0) frames.shift()?.(0);
    await applied;
    expect(there).toBe(true);
    expect(blockNodes(host).map((child) => child.textContent)).toEqual(
      Array.from({ length: 40 }, (_, n) => (n === 0 ? "No. 0, changed" : `No. ${n}`)),
    );
  });

  test("a document that takes another's place does not wait for what was on its way", () => {
    const live = shown();
    const now = vi.spyOn(performance, "now");
    let clock = 0;
    now.mockImplementation(() => (clock += 10));
    vi.stubGlobal("requestAnimationFrame", () => 0);
    live.apply(Array.from({ length: 40 }, (_, n) => put(paragraph(n, `No. ${n}`))));
    expect(host.childElementCount).toBeLessThan(40);
    now.mockImplementation(() => clock);
    live.replace([paragraph(0, "Only")]);
    expect(blockNodes(host).map((child) => child.textContent)).toEqual(["Only"]);
  });
});
