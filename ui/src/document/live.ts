// The document of one answer: its blocks, and the views that show them while it is on screen. Patches go straight to the
// nodes they name; nothing reactive runs for a piece of streamed text.
import type { Block, BlockPatch } from "../bindings";
import { makeView } from "./blocks";
import { blockAt, blocksAt, spliced } from "./model";
import { Held } from "./view";

/** How long the patches of one frame may take, in milliseconds. Laying out what they made takes some times as long. */
const AT_ONCE = 3;
/** So few are never worth another frame. */
const FEW = 8;
/** Blocks that share an element. Laying out and painting look at all children of what has changed: at those of one part
 * then, and at the parts, instead of at all blocks of a long answer. */
const PART = 24;

const documents = new WeakMap<Element, LiveDocument>();

/** The document that an element shows. */
export const documentIn = (host: Element): LiveDocument | undefined => documents.get(host);

/** The elements of the blocks that an element shows, in order. */
export const blockNodes = (host: Element): Element[] => [...host.children].flatMap((part) => [...part.children]);

/** Where the block of this place goes: parts are made as blocks come, in order. */
function partAt(host: HTMLElement, index: number): Element {
  const part = host.children[Math.floor(index / PART)];
  if (part) return part;
  const made = document.createElement("div");
  made.className = "part";
  host.append(made);
  return made;
}

export class LiveDocument {
  blocks: Block[];
  #host: HTMLElement | null = null;
  #views: Held | null = null;
  /** What waits for the next frames, in order, and who waits for the last of it. */
  #waiting: (() => void)[] = [];
  #told: (() => void)[] = [];

  constructor(blocks: Block[]) {
    this.blocks = blocks.slice();
  }

  /** Shows the document in `host` from now on, over some frames where that is much and it may; the result ends that. */
  show(host: HTMLElement, gradually = false): () => void {
    this.#host = host;
    documents.set(host, this);
    this.#views = new Held(makeView, (index) => partAt(host, index));
    host.replaceChildren();
    if (gradually) this.#showAll();
    else this.#views.set(this.blocks);
    return () => {
      if (this.#host !== host) return;
      this.#host = null;
      this.#views = null;
      documents.delete(host);
    };
  }

  /** The whole document is this one; blocks that are the same as before keep their nodes. */
  replace(blocks: Block[]): void {
    // What waits would only lead to these.
    this.#waiting = [];
    this.blocks = blocks.slice();
    this.#showAll();
  }

  /** Applies what is new, in order; where that is much, over some frames. */
  apply(patches: BlockPatch[]): void {
    this.#do(patches.map((patch) => () => this.#apply(patch)));
  }

  #showAll(): void {
    const { blocks } = this;
    const put = (index: number) => {
      // As it is by then: what was applied before may have changed it.
      const block = blocks[index];
      if (block) this.#views?.put(index, block);
    };
    this.#do(blocks.map((_, index) => () => put(index)));
    this.#do([() => this.#truncate([], blocks.length)]);
  }

  /** Resolves once everything that was applied is there. */
  applied(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#told.push(resolve));
  }

  #do(work: (() => void)[]): void {
    const busy = this.#waiting.length > 0;
    this.#waiting.push(...work);
    if (!busy) this.#work();
  }

  #work(): void {
    const until = performance.now() + AT_ONCE;
    let done = 0;
    while (done < this.#waiting.length && (done < FEW || performance.now() < until)) this.#waiting[done++]?.();
    this.#waiting.splice(0, done);
    if (this.#waiting.length > 0) requestAnimationFrame(() => this.#work());
    else for (const tell of this.#told.splice(0)) tell();
  }

  /** Changes the blocks first: the views look at them for what they show now. */
  #apply(patch: BlockPatch): void {
    if (patch.type === "put") {
      this.#put(patch.path, patch.block);
      return;
    }
    if (patch.type === "truncate") {
      blocksAt(this.blocks, patch.path)?.splice(patch.length);
      this.#truncate(patch.path, patch.length);
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

  #truncate(path: number[], length: number): void {
    this.#views?.under(path)?.truncate(length);
    if (path.length > 0 || !this.#host) return;
    for (const part of [...this.#host.children].slice(Math.ceil(length / PART))) part.remove();
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
