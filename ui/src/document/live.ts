// The document of one answer: its blocks, and the nodes that show them while it is on screen. Patches go straight to the
// nodes they touch; nothing reactive runs for a piece of streamed text.
import type { Block, BlockPatch } from "../bindings";
import { CODE_TEXT, describe } from "./describe";
import { appendText, create, patch, type Live } from "./dom";

export class LiveDocument {
  blocks: Block[];
  #host: HTMLElement | null = null;
  #nodes: Live[] = [];

  constructor(blocks: Block[]) {
    this.blocks = blocks.slice();
  }

  /** Shows the document in `host` from now on; the result ends that. */
  show(host: HTMLElement): () => void {
    this.#host = host;
    this.#nodes = this.blocks.map((block) => create(describe(block)));
    host.replaceChildren(...this.#nodes.map((live) => live.node));
    return () => {
      if (this.#host !== host) return;
      this.#host = null;
      this.#nodes = [];
    };
  }

  /** The whole document is this one; blocks that are the same as before keep their nodes. */
  replace(blocks: Block[]): void {
    for (const [index, block] of blocks.entries()) this.#put(block, index);
    this.#truncate(blocks.length);
  }

  /** Applies what is new, in order. */
  apply(patches: BlockPatch[]): void {
    for (const change of patches) {
      if (change.type === "put") this.#put(change.block, change.block.id);
      else if (change.type === "append") this.#append(change.id, change.text);
      else this.#truncate(change.length);
    }
  }

  #put(block: Block, at: number): void {
    // A place beyond the end can only be the next one.
    const index = Math.min(at, this.blocks.length);
    this.blocks[index] = block;
    if (!this.#host) return;
    const live = this.#nodes[index];
    if (live) {
      this.#nodes[index] = patch(live, describe(block));
    } else {
      const made = create(describe(block));
      this.#host.appendChild(made.node);
      this.#nodes[index] = made;
    }
  }

  #append(id: number, text: string): void {
    const block = this.blocks[id];
    if (block?.type !== "code") return;
    this.blocks[id] = { ...block, text: block.text + text };
    const live = this.#nodes[id];
    if (!live) return;
    const end = CODE_TEXT.reduce<Live | undefined>((at, index) => at?.children[index], live);
    if (end) appendText(end, text);
  }

  #truncate(length: number): void {
    this.blocks.length = Math.min(this.blocks.length, length);
    for (const surplus of this.#nodes.splice(length)) surplus.node.remove();
  }
}
