// What clicks do, and the ways inside of a document: headings, footnotes, alerts.
import { describe, expect, test, vi } from "vitest";
import type { Block, Inline } from "../../ui/src/bindings";
import { LiveDocument } from "../../ui/src/document/live";
import { paragraph, put, text } from "./make";
import { guarded, host, named, shown } from "./page";

const link = (href: string): Inline => ({ type: "link", href, title: null, inlines: [text("here")] });
const heading = (id: number, anchor: string): Block => ({
  id,
  type: "heading",
  level: 1,
  anchor,
  inlines: [text(anchor)],
});
const reference = (label: string, number: number): Inline => ({ type: "footnoteRef", label, number });
const footnote = (id: number, label: string, number: number): Block => ({
  id,
  type: "footnote",
  label,
  number,
  blocks: [paragraph(0, `About ${label}`)],
});
const quote = (alert: Extract<Block, { type: "quote" }>["alert"], ...blocks: Block[]): Block => ({
  id: 0,
  type: "quote",
  alert,
  blocks,
});

/** Which elements were brought into view. */
function brought() {
  const seen: Element[] = [];
  vi.spyOn(Element.prototype, "scrollIntoView").mockImplementation(function (this: Element) {
    seen.push(this);
  });
  return seen;
}

describe("what a click does", () => {
  test("a link goes through the gate and never navigates, with either button", () => {
    const gate = guarded();
    shown(paragraph(0, link("https://example.com/")));
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

  test("an image asks for its address", () => {
    const gate = guarded();
    shown(paragraph(0, { type: "image", href: "https://example.com/a.png", title: null, text: "" }));
    named("Image from example.com").click();
    expect(gate.openLink).toHaveBeenCalledExactlyOnceWith("https://example.com/a.png");
  });

  test("a dropped file does not replace the page", () => {
    guarded();
    const drop = new Event("drop", { cancelable: true });
    window.dispatchEvent(drop);
    expect(drop.defaultPrevented).toBe(true);
  });
});

describe("headings", () => {
  test("a link to a heading goes there and leaves nothing to the backend", () => {
    const seen = brought();
    const gate = guarded();
    shown(paragraph(0, link("#caf%C3%A9")), heading(1, "other"), heading(2, "café"));
    host.querySelector("a")?.click();
    expect(seen).toEqual([host.querySelectorAll("h2")[1]]);
    expect(document.activeElement).toBe(seen[0]);
    expect(gate.openLink).not.toHaveBeenCalled();
  });

  test("a heading of another answer is not meant", () => {
    const seen = brought();
    guarded();
    const other = document.createElement("div");
    other.className = "document";
    document.body.prepend(other);
    new LiveDocument([heading(0, "same")]).show(other);
    shown(paragraph(0, link("#same")), heading(1, "same"));
    host.querySelector("a")?.click();
    expect(seen).toEqual([host.querySelector("h2")]);
  });

  test.each(["#nowhere", "#", '#"]x', "#%"])("a link to %s goes nowhere", (href) => {
    const seen = brought();
    const gate = guarded();
    shown(paragraph(0, link(href)), heading(1, "one"));
    host.querySelector("a")?.click();
    expect([seen, gate.openLink.mock.calls]).toEqual([[], []]);
  });
});

describe("footnotes", () => {
  test("a reference leads to its note, and the note back to that reference", () => {
    const seen = brought();
    guarded();
    shown(paragraph(0, "A", reference("a b", 1), " and again", reference("a b", 1)), footnote(1, "a b", 1));
    const [, second] = host.querySelectorAll("a");
    expect(second?.getAttribute("aria-label")).toBe("Footnote 1");
    second?.click();
    expect(document.activeElement).toBe(host.querySelector(".footnote"));
    named("Back to the text").click();
    expect(document.activeElement).toBe(second);
    expect(seen).toEqual([host.querySelector(".footnote"), second]);
  });

  test("a note that was come upon by reading leads to its first reference", () => {
    brought();
    guarded();
    shown(paragraph(0, "A", reference("x", 1), reference("y", 2)), footnote(1, "x", 1), footnote(2, "y", 2));
    host.querySelectorAll("button")[1]?.click();
    expect(document.activeElement).toBe(host.querySelectorAll("a")[1]);
  });

  test("a note shows its number, and its label while nothing refers to it", () => {
    const live = shown(footnote(0, "x", 0));
    const said = host.querySelector(".said p");
    expect(host.querySelector(".number")?.textContent).toBe("x");
    live.apply([put(footnote(0, "x", 3))]);
    expect(host.querySelector(".number")?.textContent).toBe("3");
    expect(host.querySelector(".said p")).toBe(said);
    live.apply([put(paragraph(1, "More"), [0, 1])]);
    expect(host.querySelector(".said")?.textContent).toBe("About xMore");
  });

  test("a reference that is resolved late takes the place of its text", () => {
    const live = shown(paragraph(0, "A", "[^x]"));
    const before = host.querySelector("p")?.firstChild;
    live.apply([{ type: "inlines", path: [0], keep: 1, inlines: [reference("x", 1)] }]);
    expect(host.querySelector("p")?.firstChild).toBe(before);
    expect(host.querySelector("sup")?.textContent).toBe("1");
  });
});

describe("alerts", () => {
  test.each([
    ["note", "Note"],
    ["tip", "Tip"],
    ["important", "Important"],
    ["warning", "Warning"],
    ["caution", "Caution"],
  ] as const)("%s is said in a word", (alert, word) => {
    shown(quote(alert, paragraph(0, "Text")));
    expect(host.querySelector("blockquote")?.className).toBe(`alert ${alert}`);
    expect([...host.querySelectorAll("p")].map((node) => node.textContent)).toEqual([word, "Text"]);
  });

  test("a quote that turns out to be one keeps its nodes", () => {
    const live = shown(quote(null, paragraph(0, "Text")));
    const before = [host.querySelector("blockquote"), host.querySelector("p")];
    live.apply([put(quote("tip", paragraph(0, "Text"))), put(paragraph(1, "More"), [0, 1])]);
    expect([host.querySelector("blockquote"), host.querySelectorAll("p")[1]]).toEqual(before);
    expect(host.textContent).toBe("TipTextMore");
    live.apply([put(quote(null, paragraph(0, "Text")))]);
    expect(host.textContent).toBe("Text");
  });
});
