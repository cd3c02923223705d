// The words of blocks as they are read aloud, block by block in the order of the page. A block's words come in pieces, so
// that what is new at the end of a long one is found without reading the rest.
import type { Block, Inline } from "../bindings";
import { t } from "../text/text";
import { blockAt } from "./model";

/** Inlines as plain text; `formula` says what stands for one, from its source. */
export const inlineText = (inlines: Inline[], formula: (source: string) => string): string =>
  inlines.map((inline) => textOfInline(inline, formula)).join("");

function textOfInline(inline: Inline, formula: (source: string) => string): string {
  switch (inline.type) {
    case "break":
      return "\n";
    case "math":
      return formula(inline.source);
    case "footnoteRef":
      return "";
    default:
      return "inlines" in inline ? inlineText(inline.inlines, formula) : inline.text;
  }
}

/** How many pieces the words of a block itself have; blocks that it holds have their own. */
export function pieceCount(block: Block): number {
  if ("inlines" in block) return block.inlines.length;
  return block.type === "html" ? block.tokens.length : 1;
}

/** One piece of a block's own words. */
export function piece(block: Block, index: number): string {
  switch (block.type) {
    case "paragraph":
    case "heading": {
      const inline = block.inlines[index];
      return inline ? textOfInline(inline, () => t.announce.formulaInText) : "";
    }
    case "html":
      return block.tokens[index]?.[1] ?? "";
    case "code":
      return t.announce.code(block.language);
    case "math":
      return t.announce.formula;
    case "table":
      return t.announce.table;
    case "quote":
      return block.alert === null ? "" : `${t.thread.alert[block.alert]}:`;
    case "footnote":
      return block.number === 0 ? "" : `${t.thread.footnote(block.number)}:`;
    case "list":
    case "item":
    case "row":
    case "rule":
      return "";
  }
}

/** The blocks that are read after a block's own words. A table is only named. */
const inside = (block: Block): Block[] => ("blocks" in block && block.type !== "table" ? block.blocks : []);

/** The path of the block that is read after the one at `path`; null after the last. */
export function nextPath(blocks: Block[], path: number[]): number[] | null {
  const block = blockAt(blocks, path);
  if (block && inside(block).length > 0) return [...path, 0];
  for (let at = path; at.length > 0; at = at.slice(0, -1)) {
    const holder = at.slice(0, -1);
    const next = [...holder, (at.at(-1) ?? 0) + 1];
    if (blockAt(blocks, next)) return next;
  }
  return null;
}

/** The path of the block that is read last; null in an empty document. */
export function lastPath(blocks: Block[]): number[] | null {
  const path: number[] = [];
  for (let at = blocks; at.length > 0;) {
    path.push(at.length - 1);
    const last = at.at(-1);
    at = last ? inside(last) : [];
  }
  return path.length > 0 ? path : null;
}
