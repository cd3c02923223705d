// Marks the letters of titles that were looked for, by a highlight: no node changes, so that joined letters stay joined.
const canMark = () => typeof Highlight !== "undefined" && "highlights" in CSS;

/** Where a letter ends that begins at a place: with its other half, and the signs that belong to it. */
function endOf(text: string, at: number): number {
  let end = at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
  for (;;) {
    const next = text.codePointAt(end);
    if (next === undefined || !/\p{M}/u.test(String.fromCodePoint(next))) return end;
    end += next > 0xffff ? 2 : 1;
  }
}

/** The stretches of a text that these places make. */
export function stretches(text: string, positions: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const at of positions) {
    if (at >= text.length) break;
    const last = found.at(-1);
    if (last && at < last[1]) continue;
    if (last && at === last[1]) last[1] = endOf(text, at);
    else found.push([at, endOf(text, at)]);
  }
  return found;
}

/** Marks them in elements that hold one title each. */
export function markLetters(elements: readonly Element[], titles: readonly { positions: readonly number[] }[]): void {
  if (!canMark()) return;
  const ranges = elements.flatMap((element, index) => {
    const node = element.firstChild;
    if (!(node instanceof Text)) return [];
    return stretches(node.data, titles[index]?.positions ?? []).map(([from, to]) => {
      const range = new Range();
      range.setStart(node, from);
      range.setEnd(node, to);
      return range;
    });
  });
  CSS.highlights.set("letters", new Highlight(...ranges));
}

export function unmarkLetters(): void {
  if (canMark()) CSS.highlights.delete("letters");
}
