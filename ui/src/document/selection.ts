// From a selection on the page to the blocks that it holds: what is copied is the document, never the buttons, bars and
// labels beside it. Blocks and nodes are walked together; a block that lies in the selection as a whole is taken as it is.
import type { Alignment, Block, Inline } from "../bindings";
import { blockNodes, documentIn } from "./live";
import { Reach } from "./reach";
import type { Table } from "./table";

type Kind<T extends Block["type"]> = Extract<Block, { type: T }>;

/** What is selected of the messages in `thread`; null where nothing of a document is, or of what is no message. */
export function selectedBlocks(thread: Element, range: Range): Block[] | null {
  const reach = new Reach(range);
  const messages = [...thread.querySelectorAll("article")].flatMap((article) => {
    const part = reach.touches(article) ? messagePart(article, reach) : null;
    return part ? [part] : [];
  });
  if (!messages.some((message) => message.isDocument)) return null;
  const [only] = messages;
  if (messages.length === 1 && only) return only.lone;
  return messages.flatMap(({ speaker, blocks }) => [spoken(speaker), ...blocks]);
}

/** Whether something of what is said is selected. */
export function touchesWords(thread: Element, range: Range): boolean {
  const reach = new Reach(range);
  return [...thread.querySelectorAll(".document, .words:not(.unreadable)")].some(
    (each) => reach.text(each).trim() !== "",
  );
}

/** What is selected of messages that are plain text, as it was written. */
export function selectedWords(thread: Element, range: Range): string {
  const reach = new Reach(range);
  const texts = [...thread.querySelectorAll(".words:not(.unreadable)")].map((words) => reach.text(words));
  return texts
    .filter((text) => text.trim() !== "")
    .join("\n\n")
    .replace(/^\n+|\s+$/gu, "");
}

interface MessagePart {
  speaker: string;
  isDocument: boolean;
  blocks: Block[];
  /** The same without what is around all of it. */
  lone: Block[];
}

function messagePart(article: Element, reach: Reach): MessagePart | null {
  const speaker = article.getAttribute("aria-label") ?? "";
  const host = article.querySelector(".document");
  const live = host && documentIn(host);
  if (host && live) {
    const blocks = blocksIn(live.blocks, blockNodes(host), reach);
    return blocks.length > 0
      ? { speaker, isDocument: true, blocks, lone: loneBlocks(live.blocks, blockNodes(host), reach) }
      : null;
  }
  const words = article.querySelector(".words:not(.unreadable)");
  const blocks = words ? wordBlocks(reach.text(words)) : [];
  return blocks.length > 0 ? { speaker, isDocument: false, blocks, lone: blocks } : null;
}

/** Who speaks, before what they say, where several do. */
const spoken = (speaker: string): Block => ({
  id: 0,
  type: "paragraph",
  inlines: [{ type: "strong", inlines: [{ type: "text", text: speaker }] }],
});

/** Plain text as paragraphs with its lines. */
function wordBlocks(words: string): Block[] {
  const paragraphs = words.split(/\n[ \t]*\n\s*/).filter((part) => part.trim() !== "");
  return paragraphs.map((part, id) => ({
    id,
    type: "paragraph",
    inlines: part
      .split("\n")
      .flatMap<Inline>((line, at) => [...(at > 0 ? [{ type: "break" } as const] : []), { type: "text", text: line }]),
  }));
}

/** The selected parts of blocks, which these elements show. */
function blocksIn(blocks: Block[], nodes: Element[], reach: Reach): Block[] {
  const parts: Block[] = [];
  for (const [index, block] of blocks.entries()) {
    const node = nodes[index];
    const part = node && reach.touches(node) ? (reach.holds(node) ? block : blockPart(block, node, reach)) : null;
    if (part) parts.push(part);
  }
  return parts;
}

function blockPart(block: Block, node: Element, reach: Reach): Block | null {
  switch (block.type) {
    case "paragraph":
    case "heading": {
      const inlines = inlinesIn(block.inlines, node, reach);
      return inlines.length > 0 ? { ...block, inlines } : null;
    }
    case "code":
    case "html": {
      const tokens = reach.tokens(block.tokens, node.querySelector("code") ?? node);
      return tokens.length > 0 ? { ...block, tokens } : null;
    }
    case "quote":
    case "item":
    case "footnote": {
      const blocks = blocksIn(block.blocks, heldNodes(block, node), reach);
      return blocks.length > 0 ? { ...block, blocks } : null;
    }
    case "list":
      return listPart(block, node, reach);
    case "table":
      return tablePart(block, node, reach);
    case "math":
    case "rule":
    case "row":
      return block;
  }
}

/** Items keep their numbers. */
function listPart(list: Kind<"list">, node: Element, reach: Reach): Block | null {
  const blocks = blocksIn(list.blocks, heldNodes(list, node), reach);
  const [first] = blocks;
  if (!first) return null;
  return { ...list, start: list.start === null ? null : list.start + first.id, blocks };
}

/** Cells are selected whole: those that are not are empty, and a column that no row touches is left out. */
function tablePart(table: Table, node: Element, reach: Reach): Table | null {
  const nodes = heldNodes(table, node);
  const rows = table.blocks.flatMap((row, index) => {
    const line = nodes[index];
    if (row.type !== "row" || !line || !reach.touches(line)) return [];
    const touched = row.cells.map((content, column) => {
      const cell = line.children[column];
      return cell !== undefined && (content.length === 0 ? reach.holds(cell) : reach.text(cell) !== "");
    });
    return touched.includes(true) ? [{ row, touched }] : [];
  });
  if (rows.length === 0) return null;
  const columns = table.alignments.flatMap((alignment, column) =>
    rows.some(({ touched }) => touched[column]) ? [{ alignment, column }] : [],
  );
  return {
    ...table,
    alignments: columns.map<Alignment>(({ alignment }) => alignment),
    blocks: rows.map(({ row, touched }) => ({
      ...row,
      cells: columns.map(({ column }) => (touched[column] ? (row.cells[column] ?? []) : [])),
    })),
  };
}

/** The elements that show the blocks of a holder. */
function heldNodes(block: Block, node: Element): Element[] {
  switch (block.type) {
    case "table":
      return [...node.querySelectorAll("tr")];
    case "footnote":
      return [...(node.querySelector(":scope > .said")?.children ?? [])];
    case "quote":
    case "item":
      return [...node.children].filter((child) => !child.matches(".word, .box"));
    default:
      return [...node.children];
  }
}

/** The selected parts of inlines, each of which one child of `parent` shows. */
function inlinesIn(inlines: Inline[], parent: Node, reach: Reach): Inline[] {
  return inlines.flatMap((inline, index) => {
    const node = parent.childNodes[index];
    if (!node || !reach.touches(node)) return [];
    if (reach.holds(node)) return [inline];
    if ("inlines" in inline) {
      const part = inlinesIn(inline.inlines, node, reach);
      return part.length > 0 ? [{ ...inline, inlines: part }] : [];
    }
    if (inline.type !== "text" && inline.type !== "code") return [inline];
    const text = reach.text(node);
    if (text === inline.text) return [inline];
    return text === "" ? [] : [{ ...inline, text }];
  });
}

/** What is selected without what is around all of it: the words of an item are no list, nor those of a cell a table. */
function loneBlocks(blocks: Block[], nodes: Element[], reach: Reach): Block[] {
  const parts = blocksIn(blocks, nodes, reach);
  const [part] = parts;
  const index = blocks.findIndex((block) => block.id === part?.id);
  const [whole, node] = [blocks[index], nodes[index]];
  if (parts.length !== 1 || !part || !whole || !node) return parts;
  if (part === whole) return part.type === "item" ? part.blocks : parts;
  if (part.type === "heading") return isWhole(part, whole) ? parts : [words(part.inlines)];
  if (part.type === "table") {
    const [row, next] = part.blocks;
    return row?.type === "row" && !next && row.cells.length === 1 ? [words(cellPart(row, node, reach))] : parts;
  }
  if (!("blocks" in part) || !("blocks" in whole)) return parts;
  if (part.type === "list" && part.blocks.length > 1) return parts;
  return loneBlocks(whole.blocks, heldNodes(whole, node), reach);
}

const words = (inlines: Inline[]): Block => ({ id: 0, type: "paragraph", inlines });

const isWhole = (part: Block, whole: Block): boolean =>
  "inlines" in part &&
  "inlines" in whole &&
  part.inlines.length === whole.inlines.length &&
  part.inlines.every((inline, index) => inline === whole.inlines[index]);

/** Of a single cell its words may be cut. */
function cellPart(row: Kind<"row">, node: Element, reach: Reach): Inline[] {
  const cell = [...node.querySelectorAll("th, td")].find((each) => reach.touches(each) && reach.text(each) !== "");
  return inlinesIn(row.cells[0] ?? [], cell ?? node, reach);
}
