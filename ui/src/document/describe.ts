// What a block of the document looks like as elements: a plain description, from which dom.ts makes and patches nodes.
import type { Block, Inline, ListItem } from "../bindings";
import { t } from "../text/text";

/** A text, or an element with its attributes and children. */
export type Shape = string | ElementShape;

export interface ElementShape {
  tag: string;
  attributes: Record<string, string>;
  children: Shape[];
}

const element = (tag: string, attributes: Record<string, string>, children: Shape[]): ElementShape => ({
  tag,
  attributes,
  children,
});

/** The description of one block. */
export function describe(block: Block): ElementShape {
  switch (block.type) {
    case "paragraph":
      return element("p", { dir: "auto" }, inlines(block.inlines));
    case "heading":
      // The chat's title is the page's h1.
      return element(`h${Math.min(6, block.level + 1)}`, { dir: "auto" }, inlines(block.inlines));
    case "code":
      return code(block.language, block.text);
    case "quote":
      return element("blockquote", { dir: "auto" }, block.blocks.map(describe));
    case "list":
      return list(block.start, block.tight, block.items);
    case "table":
      return element("div", { class: "table", tabindex: "0" }, [table(block)]);
    case "rule":
      return element("hr", {}, []);
    case "html":
      return element("pre", { class: "source", dir: "auto" }, [block.text]);
  }
}

function code(language: string, text: string): ElementShape {
  const button = (action: string, label: string) =>
    element("button", { type: "button", class: "quiet", "data-action": action }, [label]);
  return element("div", { class: "code" }, [
    element("div", { class: "bar" }, [
      element("span", {}, [language || t.thread.code]),
      button("wrap", t.thread.wrap),
      button("copy", t.thread.copyCode),
    ]),
    // Reachable by Tab, since a line may be longer than the block is wide.
    element("pre", { dir: "ltr", tabindex: "0" }, [element("code", {}, [text])]),
  ]);
}

/** Where the text of a code block lies in its description: children 1, 0, 0. */
export const CODE_TEXT = [1, 0, 0] as const;

function list(start: number | null, tight: boolean, items: ListItem[]): ElementShape {
  const attributes: Record<string, string> = { dir: "auto", class: tight ? "tight" : "loose" };
  if (start !== null && start !== 1) attributes.start = String(start);
  return element(
    start === null ? "ul" : "ol",
    attributes,
    items.map((item) => listItem(item, tight)),
  );
}

function listItem(item: ListItem, tight: boolean): ElementShape {
  // A paragraph of a tight list is set without space of its own, but stays an element, so that a list that turns loose
  // while it streams keeps its nodes.
  const blocks = item.blocks.map(describe);
  if (item.checked === null) return element("li", {}, blocks);
  const box = element(
    "span",
    {
      role: "img",
      class: item.checked ? "box ticked" : "box",
      "aria-label": item.checked ? t.thread.done : t.thread.toDo,
    },
    [],
  );
  return element("li", { class: tight ? "task" : "task loose" }, [box, ...blocks]);
}

function table(block: Extract<Block, { type: "table" }>): ElementShape {
  const cell = (tag: string) => (content: Inline[], column: number) => {
    const alignment = block.alignments[column] ?? "start";
    const attributes: Record<string, string> = { dir: "auto" };
    if (alignment !== "start") attributes.class = alignment;
    if (tag === "th") attributes.scope = "col";
    return element(tag, attributes, inlines(content));
  };
  return element("table", {}, [
    element("thead", {}, [element("tr", {}, block.head.map(cell("th")))]),
    element(
      "tbody",
      {},
      block.rows.map((row) => element("tr", {}, row.map(cell("td")))),
    ),
  ]);
}

function inlines(list: Inline[]): Shape[] {
  return list.map(inline);
}

function inline(piece: Inline): Shape {
  switch (piece.type) {
    case "text":
      return piece.text;
    case "emphasis":
      return element("em", {}, inlines(piece.inlines));
    case "strong":
      return element("strong", {}, inlines(piece.inlines));
    case "strike":
      return element("s", {}, inlines(piece.inlines));
    case "code":
      return element("code", {}, [piece.text]);
    case "link":
      if (piece.href === null) return element("span", {}, inlines(piece.inlines));
      return element(
        "a",
        { href: piece.href, title: piece.href, rel: "noreferrer", draggable: "false" },
        inlines(piece.inlines),
      );
    case "image":
      return image(piece.href, piece.text);
    case "break":
      return element("br", {}, []);
  }
}

function image(href: string | null, description: string): ElementShape {
  if (href === null) return element("span", {}, [description]);
  const from = new URL(href).host || href;
  return element(
    "button",
    {
      type: "button",
      class: "image",
      title: `${t.thread.openImage}: ${href}`,
      "data-action": "image",
      "data-href": href,
    },
    [t.thread.image(description, from)],
  );
}

/** The words of a block as they are read aloud. */
export function plainText(block: Block): string {
  switch (block.type) {
    case "paragraph":
    case "heading":
      return inlineText(block.inlines);
    case "quote":
      return block.blocks.map(plainText).join("\n");
    case "list":
      return block.items.map((item) => item.blocks.map(plainText).join("\n")).join("\n");
    case "table":
      return t.announce.table;
    case "code":
      return t.announce.code(block.language);
    case "html":
      return block.text;
    case "rule":
      return "";
  }
}

function inlineText(list: Inline[]): string {
  return list
    .map((piece) => {
      if (piece.type === "break") return "\n";
      return "inlines" in piece ? inlineText(piece.inlines) : piece.text;
    })
    .join("");
}
