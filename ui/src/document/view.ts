// What shows a block, and the row of those that show the blocks of one holder. A view changes only the nodes that a patch
// names, and a node is never made anew while its tag stays: that keeps a selection and the reader's eye where they are.
import type { Block, Inline, Token } from "../bindings";

export interface View {
  readonly node: Element;
  /** The views of the blocks that it holds, where its kind holds some. */
  readonly held?: Held;
  /** Shows this block from now on; false where that takes another element. */
  put(block: Block): boolean;
  /** The inlines of its block are others from `keep` on, where `before` stood. */
  inlines?(keep: number, before: Inline[]): void;
  /** The tokens of its block are others from `keep` on, where `before` stood. */
  tokens?(keep: number, before: Token[]): void;
  /** Its list has turned tight or loose. */
  tight?(tight: boolean): void;
}

export class Held {
  readonly views: View[] = [];
  readonly #make: (block: Block, index: number) => View;
  readonly #place: (index: number) => Element;

  /** `place` says which element a new view's node goes to, at its end. */
  constructor(make: (block: Block, index: number) => View, place: (index: number) => Element) {
    this.#make = make;
    this.#place = place;
  }

  /** Shows exactly these blocks. */
  set(blocks: Block[]): void {
    for (const [index, block] of blocks.entries()) this.put(index, block);
    this.truncate(blocks.length);
  }

  put(index: number, block: Block): void {
    const view = this.views[index];
    if (view?.put(block)) return;
    const made = this.#make(block, index);
    if (view) view.node.replaceWith(made.node);
    else this.#place(index).appendChild(made.node);
    this.views[index] = made;
  }

  truncate(length: number): void {
    for (const surplus of this.views.splice(length)) surplus.node.remove();
  }

  /** The view at `path` from here. */
  at(path: number[]): View | undefined {
    const place = path.at(-1);
    return place === undefined ? undefined : this.under(path.slice(0, -1))?.views[place];
  }

  /** The row of views in the one at `path`; this one where that is empty. */
  under(path: number[]): Held | undefined {
    return path.reduce<Held | undefined>((held, place) => held?.views[place]?.held, this);
  }
}
