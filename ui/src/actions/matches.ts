// Where a text stands in what a message shows, by the rule by which core finds it: letters without case, spaces without
// kind, never across two blocks. And the marking of that, without a change to any node.

/** So many matches are marked at once; a letter may stand ten thousand times in one answer. */
const MOST = 3000;

const BLOCKS = "p, li, h2, h3, h4, h5, h6, pre, td, th, blockquote, summary, .words, .document";
/** What the window itself has written among the words of a message, and formulas, which show signs and not their letters. */
const OWN = ".bar, button:not(.image), [hidden], .math, .word, .number, sup";

interface Piece {
  node: Text;
  /** Where its folded text begins in the folded text of the message. */
  start: number;
  /** For each letter of the folded text the one of the node it comes from; `null` where they are the same. */
  map: number[] | null;
  length: number;
}

/** A text as it is compared. */
export function fold(text: string): { text: string; map: number[] | null } {
  const plain = text.replace(/\s/gu, " ").toLowerCase().replaceAll("ς", "σ");
  if (plain.length === text.length) return { text: plain, map: null };
  let folded = "";
  const map: number[] = [];
  let at = 0;
  for (const letter of text) {
    const lower = letter.replace(/\s/u, " ").toLowerCase().replaceAll("ς", "σ");
    map.push(...Array.from({ length: lower.length }, () => at));
    folded += lower;
    at += letter.length;
  }
  return { text: folded, map };
}

/** Every match of a query in what a message shows, in order, without overlaps. */
export function matchesIn(article: Element, query: string): Range[] {
  const wanted = fold(query).text;
  if (wanted === "") return [];
  const { text, pieces } = gather(article);
  const ranges: Range[] = [];
  let first = 0;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    while ((pieces[first + 1]?.start ?? Infinity) <= at) first += 1;
    let last = first;
    const end = at + wanted.length;
    while ((pieces[last + 1]?.start ?? Infinity) < end) last += 1;
    const [from, to] = [pieces[first], pieces[last]];
    if (!from || !to) break;
    const range = new Range();
    range.setStart(from.node, placeIn(from, at));
    range.setEnd(to.node, placeIn(to, end));
    ranges.push(range);
  }
  return ranges;
}

function gather(article: Element): { text: string; pieces: Piece[] } {
  const pieces: Piece[] = [];
  let text = "";
  let block: Element | null = null;
  for (const root of article.querySelectorAll(".document, .words")) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node instanceof Element && node.matches(OWN) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    );
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!(node instanceof Text)) {
        if (node instanceof HTMLBRElement) text += "\n";
        continue;
      }
      const own = node.parentElement?.closest(BLOCKS) ?? null;
      if (own !== block) text += "\n";
      block = own;
      const folded = fold(node.data);
      pieces.push({ node, start: text.length, map: folded.map, length: folded.text.length });
      text += folded.text;
    }
  }
  return { text, pieces };
}

function placeIn({ node, start, map, length }: Piece, at: number): number {
  const inside = Math.min(Math.max(0, at - start), length);
  return map ? (map[inside] ?? node.length) : inside;
}

/** Whether this web view can mark text without changing nodes. */
const canMark = () => typeof Highlight !== "undefined" && "highlights" in CSS;

/** Marks a query in the messages of the page, the current match more than the others. */
export function mark(thread: Element, query: string, current: { message: string; nth: number } | null): void {
  if (!canMark()) return;
  const all: Range[] = [];
  let strong: Range | undefined;
  for (const article of thread.querySelectorAll<HTMLElement>("article[data-message]")) {
    const found = matchesIn(article, query);
    if (current && article.dataset.message === current.message) strong = found[current.nth];
    all.push(...found.slice(0, Math.max(0, MOST - all.length)));
  }
  CSS.highlights.set("found", new Highlight(...all));
  CSS.highlights.set("found-here", new Highlight(...(strong ? [strong] : [])));
}

/** Takes all marks away. */
export function unmark(): void {
  if (!canMark()) return;
  CSS.highlights.delete("found");
  CSS.highlights.delete("found-here");
}
