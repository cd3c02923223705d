// The document of one answer: its blocks, and the views that show them while it is on screen. Patches go straight to the
// nodes they name; nothing reactive runs for a piece of streamed text.
import type { Block, BlockPatch } from "../bindings";
import { makeView } from "./blocks";
import { blockAt, blocksAt, spliced } from "./model";
import { Held } from "./view";

export class LiveDocument {
  blocks: Block[];
  #host: HTMLElement | null = null;
  #views: Held | null = null;

  constructor(blocks: Block[]) {
    this.blocks = blocks.slice();
  }

  /** Shows the document in `host` from now on; the result ends that. */
  show(host: HTMLElement): () => void {
    this.#host = host;
    this.#views = new Held(makeView, () => host);
    host.replaceChildren();
    this.#views.set(this.blocks);
    return () => {
      if (this.#host !== host) return;
      this.#host = null;
      this.#views = null;
    };
  }

  /** The whole document is this one; blocks that are the same as before keep their nodes. */
  replace(blocks: Block[]): void {
    this.blocks = blocks.slice();
    this.#views?.set(this.blocks);
  }

  /** Applies what is new, in order. */
  apply(patches: BlockPatch[]): void {
    for (const patch of patches) this.#apply(patch);
  }

  /** Changes the blocks first: the views look at them for what they show now. */
  #apply(patch: BlockPatch): void {
    if (patch.type === "put") {
      this.#put(patch.path, patch.block);
      return;
    }
    if (patch.type === "truncate") {
      blocksAt(this.blocks, patch.path)?.splice(patch.length);
      this.#views?.under(patch.path)?.truncate(patch.length);
      return;
    }
    const block = blockAt(this.blocks, patch.path);
    const view = this.#views?.at(patch.path);
    if (patch.type === "inlines" && block && "inlines" in block) {
      const before = spliced(block.inlines, patch.keep, patch.inlines);
      view?.inlines?.(patch.keep, before);
    } else if (patch.type === "tokens" && block && "tokens" in block) {
      const before = spliced(block.tokens, patch.keep, patch.tokens);
      view?.tokens?.(patch.keep, before);
    } else if (patch.type === "tight" && block?.type === "list") {
      block.tight = patch.tight;
      view?.tight?.(patch.tight);
    }
  }

  #put(path: number[], block: Block): void {
    const holder = path.slice(0, -1);
    const among = blocksAt(this.blocks, holder);
    const place = path.at(-1);
    if (!among || place === undefined) return;
    // A place beyond the end can only be the next one.
    const index = Math.min(place, among.length);
    among[index] = block;
    this.#views?.under(holder)?.put(index, block);
  }
}
