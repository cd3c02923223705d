// A table as text for other programs: spreadsheets take TSV and CSV, editors Markdown.
import type { Alignment, Block, Inline } from "../bindings";
import { inlineText } from "./words";

export type Table = Extract<Block, { type: "table" }>;
export type TableFormat = "tsv" | "csv" | "markdown";

/** The whole table in a format. Lines are parted, not ended: what is pasted adds no empty row. */
export function tableText(table: Table, format: TableFormat): string {
  const rows = table.blocks.flatMap((block) => (block.type === "row" ? [block.cells] : []));
  if (format === "tsv") return lines(rows, tsvCell, "\t", "\n");
  if (format === "csv") return lines(rows, csvCell, ",", "\r\n");
  const [head = [], ...body] = rows.map((cells) => markdownRow(cells.map(markdownCell)));
  return [head, markdownRow(table.alignments.map((alignment) => RULES[alignment])), ...body].join("\n");
}

const RULES: Record<Alignment, string> = { start: "---", center: ":-:", end: "--:" };

const lines = (rows: Inline[][][], cell: (content: Inline[]) => string, between: string, end: string): string =>
  rows.map((cells) => cells.map(cell).join(between)).join(end);

const words = (content: Inline[]): string => inlineText(content, (source) => source);

/** The format has no quotes: what parts cells and rows is a space inside one. */
const tsvCell = (content: Inline[]): string => words(content).replace(/[\t\r\n]+/g, " ");

/** As RFC 4180 has it. */
function csvCell(content: Inline[]): string {
  const text = words(content);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const markdownRow = (cells: string[]): string => `| ${cells.join(" | ")} |`;

const markdownCell = (content: Inline[]): string =>
  content
    .map(markdown)
    .join("")
    .replace(/\s*\n\s*/g, " ");

function markdown(inline: Inline): string {
  const inside = () => ("inlines" in inline ? inline.inlines.map(markdown).join("") : "");
  switch (inline.type) {
    case "text":
      return escaped(inline.text);
    case "emphasis":
      return `*${inside()}*`;
    case "strong":
      return `**${inside()}**`;
    case "strike":
      return `~~${inside()}~~`;
    case "code":
      return fenced(inline.text);
    case "link":
      return inline.href === null ? inside() : `[${inside()}](${address(inline.href)})`;
    case "image":
      return inline.href === null ? escaped(inline.text) : `![${escaped(inline.text)}](${address(inline.href)})`;
    case "math":
      return withPipes(inline.display ? `$$${inline.source}$$` : `$${inline.source}$`);
    case "footnoteRef":
      return `[^${withPipes(inline.label)}]`;
    case "break":
      return "<br>";
  }
}

/** A pipe parts cells wherever it stands, in code too. */
const withPipes = (text: string): string => text.replaceAll("|", "\\|");

const address = (href: string): string => withPipes(href).replace(/[()]/g, "\\$&");

/** What would be markup, as the character it is. An underline inside a word is no markup. */
const escaped = (text: string): string =>
  text.replace(/[\\`*_[\]<|~]/g, (character, at: number) =>
    character === "_" && /\w/.test(text.charAt(at - 1)) && /\w/.test(text.charAt(at + 1))
      ? character
      : `\\${character}`,
  );

/** Code between more backticks than it has in a row. */
function fenced(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
  const fence = "`".repeat(longest + 1);
  const room = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return fence + room + withPipes(text) + room + fence;
}
