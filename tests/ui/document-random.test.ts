// Whatever patches come in whatever order: what is on screen is what the same document shows when it is opened anew.
import { expect, test } from "vitest";
import type { Block, BlockPatch, Inline, Token } from "../../ui/src/bindings";
import { LiveDocument } from "../../ui/src/document/live";
import { blocksAt } from "../../ui/src/document/model";
import { host, shown } from "./page";

/** A fixed series for each seed, so that a failure can be seen again. */
function series(seed: number) {
  let state = seed;
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const some = <T>(limit: number, make: (index: number) => T): T[] =>
    Array.from({ length: below(limit + 1) }, (_, index) => make(index));
  return { below, some };
}

function generator(seed: number) {
  const { below, some } = series(seed);
  const word = () => ["a", "ab", "abc", "x y", "<b>", "\n", ""][below(7)] ?? "";

  const inline = (depth: number): Inline => {
    const inside = () => (depth > 2 ? [] : some(3, () => inline(depth + 1)));
    const kinds: (() => Inline)[] = [
      () => ({ type: "text", text: word() }),
      () => ({ type: "text", text: word() + word() }),
      () => ({ type: "emphasis", inlines: inside() }),
      () => ({ type: "strong", inlines: inside() }),
      () => ({ type: "strike", inlines: inside() }),
      () => ({ type: "code", text: word() }),
      () => ({
        type: "link",
        href: [null, "#a", "https://b.example/"][below(3)] ?? null,
        title: null,
        inlines: inside(),
      }),
      () => ({ type: "image", href: [null, "https://b.example/c"][below(2)] ?? null, title: null, text: word() }),
      () => ({ type: "math", source: word(), display: below(2) === 0, nodes: [{ type: "text", text: "m" }] }),
      () => ({ type: "footnoteRef", label: word(), number: below(3) }),
      () => ({ type: "break" }),
    ];
    return kinds[below(kinds.length)]?.() ?? { type: "break" };
  };
  const inlines = () => some(4, () => inline(0));
  const tokens = () => some(30, (): Token => (below(2) === 0 ? [0, `\n${word().trim()}`] : [below(6), word().trim()]));

  const row = (id: number, columns: number): Block => ({
    id,
    type: "row",
    cells: Array.from({ length: columns }, inlines),
  });
  const block = (id: number, depth: number): Block => {
    const inside = () => (depth > 2 ? [] : some(3, (index) => block(index, depth + 1)));
    const kinds: (() => Block)[] = [
      () => ({ id, type: "paragraph", inlines: inlines() }),
      () => ({ id, type: "heading", level: 1 + below(3), anchor: word(), inlines: inlines() }),
      () => ({ id, type: "code", language: word(), tokens: [...tokens(), ...tokens()] }),
      () => ({ id, type: "html", tokens: tokens() }),
      () => ({ id, type: "math", source: word(), nodes: below(2) === 0 ? [] : [{ type: "text", text: "m" }] }),
      () => ({ id, type: "quote", alert: ([null, "note", "tip"] as const)[below(3)] ?? null, blocks: inside() }),
      () => ({ id, type: "footnote", label: word(), number: below(2), blocks: inside() }),
      () => ({ id, type: "rule" }),
      () => ({
        id,
        type: "list",
        start: [null, 1, 3][below(3)] ?? null,
        tight: below(2) === 0,
        blocks: some(3, (index) => ({
          id: index,
          type: "item",
          checked: [null, true, false][below(3)] ?? null,
          blocks: inside(),
        })),
      }),
      () => ({
        id,
        type: "table",
        alignments: [below(2) === 0 ? "start" : "end", "center"],
        blocks: Array.from({ length: 1 + below(3) }, (_, index) => row(index, 2)),
      }),
    ];
    return kinds[below(kinds.length)]?.() ?? { id, type: "rule" };
  };

  /** A patch that core could send for these blocks. */
  const patch = (blocks: Block[]): BlockPatch => {
    const path: number[] = [];
    let at = blocks;
    for (;;) {
      const place = below(at.length + 1);
      const chosen = at[place];
      if (chosen && "blocks" in chosen && below(3) > 0) {
        path.push(place);
        at = chosen.blocks;
        continue;
      }
      if (below(8) === 0) return { type: "truncate", path, length: below(at.length + 1) };
      const here = [...path, place];
      if (chosen && "inlines" in chosen && below(3) > 0) {
        return { type: "inlines", path: here, keep: below(chosen.inlines.length + 1), inlines: inlines() };
      }
      if (chosen && "tokens" in chosen && below(3) > 0)
        return { type: "tokens", path: here, keep: below(chosen.tokens.length + 1), tokens: tokens() };
      if (chosen?.type === "list" && below(2) === 0) return { type: "tight", path: here, tight: below(2) === 0 };
      return { type: "put", path: here, block: child(blocks, path, place) };
    }
  };
  /** What may stand there: an item in a list, a row in a table, anything elsewhere. */
  const child = (blocks: Block[], path: number[], place: number): Block => {
    const holder = path.length > 0 ? blocksAt(blocks, path.slice(0, -1))?.[path.at(-1) ?? 0] : undefined;
    if (holder?.type === "table") return row(place, 2);
    if (holder?.type !== "list") return block(place, path.length);
    return { id: place, type: "item", checked: null, blocks: some(3, (index) => block(index, path.length)) };
  };
  return { patch };
}

test.each(Array.from({ length: 20 }, (_, index) => index + 1))("a series of patches: %i", (seed) => {
  const { patch } = generator(seed);
  const live = shown();
  for (let round = 0; round < 60; round += 1) {
    live.apply([patch(live.blocks)]);
    const anew = document.createElement("div");
    anew.className = "document";
    new LiveDocument(live.blocks).show(anew);
    expect(anew.isEqualNode(host)).toBe(true);
  }
});
