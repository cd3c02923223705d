// Where in what a message shows something stands that was looked for, never across two blocks; and the marking of that,
// without a change to any node.
import type { SearchTerm } from "../bindings";
import { type Place, placesOf, termPlaces, wantedOf } from "../document/matching";
import { split } from "../document/split";

/** So many matches are marked at once; a letter may stand ten thousand times in one answer. */
const MOST = 3000;

const BLOCKS = "p, li, h2, h3, h4, h5, h6, pre, td, th, blockquote, summary, .words, .document";
/** What the window itself has written among the words of a message, and formulas, which show signs and not their letters. */
const OWN = ".bar, button:not(.image), [hidden], .math, .word, .number, sup";

/** The text between two ends of blocks, and the nodes that it is in. */
interface Stretch {
  text: string;
  pieces: { node: Text; start: number }[];
}

/** Every match of what was typed in what a message shows, in order, without overlaps. */
export function matchesIn(article: Element, query: string): Range[] {
  if (query === "") return [];
  const wanted = wantedOf(query);
  return gather(article).flatMap((stretch) => rangesOf(stretch, placesOf(wanted, stretch.text)));
}

/** Every place of the words of a search. */
export function wordsIn(article: Element, terms: SearchTerm[]): Range[] {
  return gather(article).flatMap((stretch) => {
    const words = split(stretch.text);
    return terms.flatMap((term) => rangesOf(stretch, termPlaces(term, words)));
  });
}

function rangesOf({ text, pieces }: Stretch, places: Place[]): Range[] {
  const ranges: Range[] = [];
  let first = 0;
  for (const [start, end] of places) {
    if (start === end) continue;
    while ((pieces[first + 1]?.start ?? text.length) <= start) first += 1;
    let last = first;
    while ((pieces[last + 1]?.start ?? text.length) < end) last += 1;
    const [from, to] = [pieces[first], pieces[last]];
    if (!from || !to) break;
    const range = new Range();
    range.setStart(from.node, start - from.start);
    range.setEnd(to.node, Math.min(end - to.start, to.node.length));
    ranges.push(range);
  }
  return ranges;
}

function gather(article: Element): Stretch[] {
  const stretches: Stretch[] = [];
  let block: Element | null = null;
  let own: Stretch | null = null;
  for (const root of article.querySelectorAll(".document, .words")) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node instanceof Element && node.matches(OWN) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    );
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!(node instanceof Text)) {
        if (node instanceof HTMLBRElement) own = null;
        continue;
      }
      const around = node.parentElement?.closest(BLOCKS) ?? null;
      if (around !== block) own = null;
      block = around;
      if (!own) stretches.push((own = { text: "", pieces: [] }));
      own.pieces.push({ node, start: own.text.length });
      own.text += node.data;
    }
  }
  return stretches;
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

/** Marks some places. */
export function markRanges(ranges: Range[]): void {
  if (canMark()) CSS.highlights.set("found", new Highlight(...ranges.slice(0, MOST)));
}
