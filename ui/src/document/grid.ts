// A table: rows in a box that scrolls sideways, and the buttons that copy it. A new row is one element.
import type { Alignment, Block } from "../bindings";
import { t } from "../text/text";
import { makeInlines, patchContent } from "./inline";
import { button, fill, make, patchAttribute } from "./nodes";
import type { Table } from "./table";
import { Held, type View } from "./view";

const views = new WeakMap<Element, TableView>();

/** The table whose buttons an element is among. */
export const tableAround = (element: Element): Table | undefined => {
  const node = element.closest(".table");
  return node ? views.get(node)?.block : undefined;
};

export class TableView implements View {
  readonly node: HTMLElement;
  readonly held: Held;
  block: Table;

  constructor(block: Table) {
    this.block = block;
    const [head, body] = [make("thead"), make("tbody")];
    this.held = new Held(
      (row, index) => new RowView(row, index === 0 ? "th" : "td", this.block.alignments),
      (index) => (index === 0 ? head : body),
    );
    this.node = make(
      "div",
      { class: "table" },
      make("div", { class: "scroll", tabindex: "0" }, make("table", { dir: "auto" }, head, body)),
      make(
        "div",
        { class: "tools" },
        button("table", t.thread.copyTsv, { "data-format": "tsv" }),
        button("table", t.thread.copyCsv, { "data-format": "csv" }),
        button("table", t.thread.copyMarkdown, { "data-format": "markdown" }),
      ),
    );
    views.set(this.node, this);
    this.held.set(block.blocks);
  }

  put(block: Block): boolean {
    if (block.type !== "table") return false;
    const turned = block.alignments.join() !== this.block.alignments.join();
    this.block = block;
    this.held.set(block.blocks);
    if (turned) for (const row of this.held.views) if (row instanceof RowView) row.align(block.alignments);
    return true;
  }
}

class RowView implements View {
  readonly node = make("tr");
  readonly #tag: "th" | "td";
  readonly #cells: HTMLElement[] = [];
  #block: Block;

  constructor(block: Block, tag: "th" | "td", alignments: Alignment[]) {
    this.#block = block;
    this.#tag = tag;
    if (block.type !== "row") return;
    for (const content of block.cells) this.#add(makeInlines(content));
    this.align(alignments);
  }

  put(block: Block): boolean {
    const before = this.#block;
    if (block.type !== "row" || before.type !== "row" || block.cells.length !== before.cells.length) return false;
    this.#block = block;
    for (const [column, cell] of this.#cells.entries())
      patchContent(cell, before.cells[column] ?? [], block.cells[column] ?? []);
    return true;
  }

  align(alignments: Alignment[]): void {
    for (const [column, cell] of this.#cells.entries()) {
      const alignment = alignments[column] ?? "start";
      patchAttribute(cell, "class", alignment === "start" ? null : alignment);
    }
  }

  #add(content: ChildNode[]): void {
    const cell = fill(make(this.#tag, this.#tag === "th" ? { scope: "col" } : {}), content);
    this.#cells.push(cell);
    this.node.appendChild(cell);
  }
}
