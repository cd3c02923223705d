// The document as data, changed in place: what is announced, copied and shown again comes from here. A change costs what
// it names, not what the document holds.
import type { Block } from "../bindings";

/** The blocks that the block at `path` holds, or the document where that is empty. */
export function blocksAt(blocks: Block[], path: number[]): Block[] | undefined {
  let at: Block[] | undefined = blocks;
  for (const place of path) {
    const block: Block | undefined = at?.[place];
    at = block && "blocks" in block ? block.blocks : undefined;
  }
  return at;
}

/** The block at `path`. */
export function blockAt(blocks: Block[], path: number[]): Block | undefined {
  const place = path.at(-1);
  return place === undefined ? undefined : blocksAt(blocks, path.slice(0, -1))?.[place];
}

/** Puts other elements in the place of those from `keep` on; the result are those that gave way. */
export function spliced<T>(list: T[], keep: number, elements: T[]): T[] {
  const before = list.splice(keep);
  // One by one: a long list does not fit in the arguments of a call.
  for (const element of elements) list.push(element);
  return before;
}
