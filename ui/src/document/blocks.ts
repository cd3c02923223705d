// The view of each kind of block, but code and tables, which have files of their own.
import type { Block, Inline, Token } from "../bindings";
import { t } from "../text/text";
import { CodeView } from "./code";
import { TableView } from "./grid";
import { makeInlines, patchInlines } from "./inline";
import { fillFormula, formulaStays, makeFormula } from "./math";
import { button, fill, make, patchAttribute } from "./nodes";
import { commonStart, makeToken, patchToken } from "./tokens";
import { Held, type View } from "./view";

type Kind<T extends Block["type"]> = Extract<Block, { type: T }>;

/** Makes the view of a block, with its nodes. */
export function makeView(block: Block): View {
  switch (block.type) {
    case "paragraph":
    case "heading":
      return new TextView(block);
    case "code":
      return new CodeView(block);
    case "html":
      return new SourceView(block);
    case "math":
      return new FormulaView(block);
    case "table":
      return new TableView(block);
    case "quote":
    case "list":
    case "item":
    case "footnote":
      return new HolderView(block);
    case "rule":
    // A row stands in tables only; elsewhere it shows nothing.
    case "row":
      return new EmptyView(block);
  }
}

class TextView implements View {
  readonly node: HTMLElement;
  readonly #nodes: ChildNode[];
  #block: Kind<"paragraph" | "heading">;

  constructor(block: Kind<"paragraph" | "heading">) {
    this.#block = block;
    this.#nodes = makeInlines(block.inlines);
    this.node = fill(make(textTag(block)), this.#nodes);
    this.#anchor();
  }

  put(block: Block): boolean {
    if (block.type !== "paragraph" && block.type !== "heading") return false;
    if (textTag(block) !== this.node.localName) return false;
    const before = this.#block;
    this.#block = block;
    this.#anchor();
    patchInlines(this.node, this.#nodes, 0, before.inlines, block.inlines);
    return true;
  }

  inlines(keep: number, before: Inline[]): void {
    patchInlines(this.node, this.#nodes, keep, before, this.#block.inlines.slice(keep));
  }

  #anchor(): void {
    patchAttribute(this.node, "data-anchor", this.#block.type === "heading" ? this.#block.anchor : null);
  }
}

/** The chat's title is the page's h1. */
const textTag = (block: Kind<"paragraph" | "heading">): string =>
  block.type === "paragraph" ? "p" : `h${Math.min(6, block.level + 1)}`;

class SourceView implements View {
  readonly node: HTMLElement;
  readonly #nodes: ChildNode[];
  #block: Kind<"html">;

  constructor(block: Kind<"html">) {
    this.#block = block;
    this.#nodes = block.tokens.map(makeToken);
    this.node = fill(make("pre", { class: "source", dir: "auto" }), this.#nodes);
  }

  put(block: Block): boolean {
    if (block.type !== "html") return false;
    const keep = commonStart(this.#block.tokens, block.tokens);
    const before = this.#block.tokens.slice(keep);
    this.#block = block;
    this.tokens(keep, before);
    return true;
  }

  tokens(keep: number, before: Token[]): void {
    const { tokens } = this.#block;
    for (let at = keep; at < tokens.length; at += 1) {
      const [token, node, old] = [tokens[at], this.#nodes[at], before[at - keep]];
      if (!token) return;
      this.#nodes[at] = node && old ? patchToken(node, old, token) : this.node.appendChild(makeToken(token));
    }
    for (const surplus of this.#nodes.splice(tokens.length)) surplus.remove();
  }
}

class FormulaView implements View {
  readonly node: HTMLElement;
  #block: Kind<"math">;

  constructor(block: Kind<"math">) {
    this.#block = block;
    this.node = makeFormula("div", block);
  }

  put(block: Block): boolean {
    if (block.type !== "math") return false;
    if (!formulaStays(this.#block, block)) fillFormula(this.node, block);
    this.#block = block;
    return true;
  }
}

class EmptyView implements View {
  readonly node: HTMLElement;
  readonly #type: Block["type"];

  constructor(block: Block) {
    this.#type = block.type;
    this.node = make(block.type === "rule" ? "hr" : "div");
  }

  put = (block: Block): boolean => block.type === this.#type;
}

type Holder = Kind<"quote" | "list" | "item" | "footnote">;

class HolderView implements View {
  readonly node: HTMLElement;
  readonly held: Held;
  readonly #type: Holder["type"];

  constructor(block: Holder) {
    this.#type = block.type;
    // Its direction is that of the first words in it. An element with a direction of its own is not looked into: what is
    // not the model's words has one, and paragraphs, to which the style sheet gives theirs, have none.
    this.node = make(holderTag(block), block.type === "item" ? {} : { dir: "auto" });
    // The number of a footnote and its way back stand beside what it says.
    const inside = block.type === "footnote" ? make("div", { class: "said" }) : this.node;
    this.held = new Held(makeView, () => inside);
    if (block.type === "footnote")
      this.node.append(
        make("span", { class: "number", dir: "auto" }),
        inside,
        button("back", "↩", { "aria-label": t.thread.back, title: t.thread.back }),
      );
    dress(this.node, block);
    this.held.set(block.blocks);
  }

  put(block: Block): boolean {
    if (!isHolder(block) || block.type !== this.#type || holderTag(block) !== this.node.localName) return false;
    dress(this.node, block);
    this.held.set(block.blocks);
    return true;
  }

  tight(tight: boolean): void {
    patchAttribute(this.node, "class", tight ? "tight" : "loose");
  }
}

const isHolder = (block: Block): block is Holder => "blocks" in block && block.type !== "table";

function holderTag(block: Holder): string {
  switch (block.type) {
    case "quote":
      return "blockquote";
    case "list":
      return block.start === null ? "ul" : "ol";
    case "item":
      return "li";
    case "footnote":
      return "div";
  }
}

/** What a holder shows beside its blocks. */
function dress(node: HTMLElement, block: Holder): void {
  switch (block.type) {
    case "quote":
      patchAttribute(node, "class", block.alert === null ? null : `alert ${block.alert}`);
      lead(
        node,
        "word",
        block.alert === null ? null : make("p", { class: "word", dir: "auto" }, t.thread.alert[block.alert]),
      );
      break;
    case "list":
      // A paragraph of a tight list is set without space of its own, but stays an element, so that a list that turns loose
      // keeps its nodes.
      patchAttribute(node, "class", block.tight ? "tight" : "loose");
      patchAttribute(node, "start", block.start === null || block.start === 1 ? null : String(block.start));
      break;
    case "item":
      patchAttribute(node, "class", block.checked === null ? null : "task");
      lead(node, "box", block.checked === null ? null : box(block.checked));
      break;
    case "footnote":
      patchAttribute(node, "class", block.number === 0 ? "footnote unused" : "footnote");
      patchAttribute(node, "data-definition", block.label);
      numbered(node.firstElementChild, block.number === 0 ? block.label : String(block.number));
  }
}

function numbered(node: Element | null, number: string): void {
  if (node && node.textContent !== number) node.textContent = number;
}

/** Puts an element of a class before what a holder holds, in place of the one that is there. */
function lead(node: HTMLElement, name: string, element: HTMLElement | null): void {
  const before = node.firstElementChild?.classList.contains(name) ? node.firstElementChild : null;
  if (before && element?.isEqualNode(before)) return;
  before?.remove();
  if (element) node.prepend(element);
}

const box = (checked: boolean): HTMLElement =>
  make("span", {
    role: "img",
    class: checked ? "box ticked" : "box",
    "aria-label": checked ? t.thread.done : t.thread.toDo,
  });
