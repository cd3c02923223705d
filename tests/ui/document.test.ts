// The document: nodes stay while the text grows, and nothing in it is markup.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { guardDocument } from "../../ui/src/document/gate";
import { LiveDocument } from "../../ui/src/document/live";
import { code, paragraph, put, text } from "./make";

let host: HTMLElement;

beforeEach(() => {
  host = document.createElement("div");
  document.body.replaceChildren(host);
});

const shown = (...blocks: Parameters<typeof put>[0][]) => {
  const live = new LiveDocument(blocks);
  live.show(host);
  return live;
};

describe("nodes stay", () => {
  test("text that grows is appended to the text node it is in", () => {
    const live = shown(paragraph(0, "Once upon"));
    const [element, node] = [host.firstChild, host.firstChild?.firstChild];
    live.apply([put(paragraph(0, "Once upon a time"))]);
    expect(host.firstChild).toBe(element);
    expect(host.firstChild?.firstChild).toBe(node);
    expect(host.textContent).toBe("Once upon a time");
  });

  test("growing text is never taken out and put back", () => {
    const live = shown(paragraph(0, "Once"));
    const node = host.firstChild?.firstChild as Text;
    const append = vi.spyOn(node, "appendData");
    const replace = vi.spyOn(node, "replaceData");
    live.apply([put(paragraph(0, "Once upon"))]);
    expect(append).toHaveBeenCalledExactlyOnceWith(" upon");
    expect(replace).not.toHaveBeenCalled();
  });

  test("emphasis that closes leaves the text before it in its node", () => {
    const live = shown(paragraph(0, "It is *very"));
    const node = host.firstChild?.firstChild;
    live.apply([put(paragraph(0, "It is ", { type: "emphasis", inlines: [text("very")] }, " true"))]);
    expect(host.firstChild?.firstChild).toBe(node);
    expect(host.querySelector("em")?.textContent).toBe("very");
    expect(host.textContent).toBe("It is very true");
  });

  test("a new block leaves the ones before it alone", () => {
    const live = shown(paragraph(0, "One"));
    const first = host.firstChild;
    live.apply([put(paragraph(1, "Two")), put(paragraph(2, "Three"))]);
    expect(host.firstChild).toBe(first);
    expect([...host.children].map((child) => child.textContent)).toEqual(["One", "Two", "Three"]);
  });

  test("code grows in its text node", () => {
    const live = shown(code(0, "fn main() {"));
    const node = host.querySelector("code")?.firstChild;
    live.apply([
      { type: "append", id: 0, text: "\n" },
      { type: "append", id: 0, text: "}" },
    ]);
    expect(host.querySelector("code")?.firstChild).toBe(node);
    expect(host.querySelector("code")?.textContent).toBe("fn main() {\n}");
  });

  test("code that was appended to and is then put whole keeps its node", () => {
    const live = shown(code(0, "a"));
    const node = host.querySelector("code")?.firstChild;
    live.apply([{ type: "append", id: 0, text: "b" }, put(code(0, "abc"))]);
    expect(host.querySelector("code")?.firstChild).toBe(node);
    expect(node?.textContent).toBe("abc");
  });

  test("the settled answer keeps every node that says the same", () => {
    const live = shown(paragraph(0, "One"), code(1, "two"), paragraph(2, "Three"));
    const before = [...host.children];
    live.replace([paragraph(0, "One"), code(1, "two"), paragraph(2, "Three.")]);
    expect([...host.children]).toEqual(before);
    expect(host.lastChild?.textContent).toBe("Three.");
  });

  test("a block that becomes another kind is replaced, its neighbours are not", () => {
    const live = shown(paragraph(0, "One"), paragraph(1, "Two"), paragraph(2, "Three"));
    const [first, , third] = host.children;
    live.apply([put({ id: 1, type: "heading", level: 2, inlines: [text("Two")] })]);
    expect([host.children[0], host.children[2]]).toEqual([first, third]);
    expect(host.children[1]?.tagName).toBe("H3");
  });

  test("blocks that are taken back go", () => {
    const live = shown(paragraph(0, "One"), paragraph(1, "Two"), paragraph(2, "Three"));
    live.apply([{ type: "truncate", length: 1 }]);
    expect(host.textContent).toBe("One");
    expect(live.blocks).toEqual([paragraph(0, "One")]);
  });

  test("list items and table rows are added without touching the ones before", () => {
    const item = (words: string) => ({ checked: null, blocks: [paragraph(0, words)] });
    const live = shown({ id: 0, type: "list", start: null, tight: true, items: [item("One")] });
    const first = host.querySelector("li");
    live.apply([put({ id: 0, type: "list", start: null, tight: false, items: [item("One"), item("Two")] })]);
    expect(host.querySelector("li")).toBe(first);
    expect(host.querySelectorAll("li")).toHaveLength(2);
  });

  test("patches that come while it is not on screen are there when it is", () => {
    const live = new LiveDocument([paragraph(0, "One")]);
    live.apply([put(paragraph(1, "Two"))]);
    live.show(host);
    expect(host.textContent).toBe("OneTwo");
  });
});

describe("what it makes of a document", () => {
  test("raw HTML is shown as the text it is", () => {
    shown({ id: 0, type: "html", text: "<img src=x onerror=alert(1)>" });
    expect(host.querySelector("img")).toBeNull();
    expect(host.textContent).toBe("<img src=x onerror=alert(1)>");
  });

  test("a link shows its whole address, one without a safe address is no link", () => {
    shown(
      paragraph(
        0,
        { type: "link", href: "https://example.com/a?b", inlines: [text("here")] },
        { type: "link", href: null, inlines: [text("there")] },
      ),
    );
    const links = host.querySelectorAll("a");
    expect(links).toHaveLength(1);
    expect(links[0]?.title).toBe("https://example.com/a?b");
    expect(host.textContent).toBe("herethere");
  });

  test("an image is never fetched", () => {
    shown(paragraph(0, { type: "image", href: "https://example.com/a.png", text: "a cat" }));
    expect(host.querySelector("img")).toBeNull();
    expect(host.querySelector("button")?.textContent).toBe("Image: a cat (example.com)");
  });

  test("a list that starts at three says so", () => {
    shown({ id: 0, type: "list", start: 3, tight: true, items: [{ checked: true, blocks: [paragraph(0, "x")] }] });
    expect(host.querySelector("ol")?.getAttribute("start")).toBe("3");
    expect(host.querySelector("[role=img]")?.getAttribute("aria-label")).toBe("Done");
  });
});

describe("what a click does", () => {
  const guarded = () => {
    const gate = { openLink: vi.fn(), copyCode: vi.fn(() => Promise.resolve(true)) };
    guardDocument(gate);
    return gate;
  };

  test("a link goes through the gate and never navigates, with either button", () => {
    const gate = guarded();
    shown(paragraph(0, { type: "link", href: "https://example.com/", inlines: [text("here")] }));
    for (const [type, button] of [
      ["click", 0],
      ["auxclick", 1],
    ] as const) {
      const click = new MouseEvent(type, { bubbles: true, cancelable: true, button });
      host.querySelector("a")?.dispatchEvent(click);
      expect(click.defaultPrevented).toBe(true);
    }
    expect(gate.openLink.mock.calls).toEqual([["https://example.com/"], ["https://example.com/"]]);
  });

  test("Copy code copies what is there now", () => {
    const gate = guarded();
    const live = shown(code(0, "one"));
    live.apply([{ type: "append", id: 0, text: " two" }]);
    [...host.querySelectorAll("button")].find((button) => button.textContent === "Copy code")?.click();
    expect(gate.copyCode).toHaveBeenCalledExactlyOnceWith("one two");
  });

  test("a dropped file does not replace the page", () => {
    guarded();
    const drop = new Event("drop", { cancelable: true });
    window.dispatchEvent(drop);
    expect(drop.defaultPrevented).toBe(true);
  });
});
