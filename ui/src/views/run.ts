// Which messages are in the page: an unbroken run around what is in sight, and the few elsewhere that must not go.
// Pure arithmetic on rows and heights; scroll.svelte.ts applies it.
import type { Heights } from "./heights";

/** Rows from `first` up to, not including, `end`. */
export interface Run {
  first: number;
  end: number;
}

/** A row that is in the page, with the height of the rows between it and the one before it that are not. */
export interface Piece {
  row: number;
  gap: number;
}

/** What is in the page must reach this far beyond what is in sight, in heights of the view. */
const NEAR = 0.35;
/** It grows to this, a few rows in each frame. */
const WANTED = 1.75;
/** What is farther away goes. */
const FAR = 3;
/** However high rows are, so many are in the page. */
const FEWEST = 8;

/** The rows between two heights, where `top` is in sight, and at least a few. */
function cover(heights: Heights, top: number, bottom: number): Run {
  const run = { first: Math.max(0, heights.rowAt(top)), end: heights.rowAt(bottom) + 1 };
  const lacking = Math.max(0, FEWEST - (run.end - run.first));
  return {
    first: Math.max(0, run.first - Math.ceil(lacking / 2)),
    end: Math.min(heights.count, run.end + Math.ceil(lacking / 2)),
  };
}

/** The run that is needed now that the view shows the heights from `top` to `bottom`. `before` is what there is. */
export function needed(heights: Heights, before: Run, top: number, bottom: number): Run {
  const view = bottom - top;
  const near = cover(heights, top - NEAR * view, bottom + NEAR * view);
  // Far from where the reader was: what lies between is not made.
  if (near.first > before.end || near.end < before.first) return near;
  const far = cover(heights, top - FAR * view, bottom + FAR * view);
  const first = Math.min(near.first, Math.max(before.first, far.first));
  const end = Math.max(near.end, Math.min(before.end, far.end));
  return same(before, { first, end }) ? before : { first, end };
}

/** The same run with up to `rows` more rows, the ones in the direction of travel first; the same one where it is long enough. */
export function grown(heights: Heights, run: Run, top: number, bottom: number, rows: number, down: boolean): Run {
  const view = bottom - top;
  const wanted = cover(heights, top - WANTED * view, bottom + WANTED * view);
  const below = Math.max(0, wanted.end - run.end);
  const above = Math.max(0, run.first - wanted.first);
  if (below === 0 && above === 0) return run;
  const ahead = Math.min(rows, down ? below : above);
  const behind = Math.min(rows - ahead, down ? above : below);
  return { first: run.first - (down ? behind : ahead), end: run.end + (down ? ahead : behind) };
}

/** The rows of a run and the pinned ones, in order, with the gaps between them; and the gap below the last. */
export function pieces(heights: Heights, run: Run, pinned: Iterable<number>): { pieces: Piece[]; below: number } {
  const outside = new Set<number>();
  for (const row of pinned)
    if (row >= 0 && row < heights.count && (row < run.first || row >= run.end)) outside.add(row);
  const above = [...outside].filter((row) => row < run.first).sort((a, b) => a - b);
  const under = [...outside].filter((row) => row >= run.end).sort((a, b) => a - b);
  const rows = [...above, ...Array.from({ length: run.end - run.first }, (_, at) => run.first + at), ...under];
  let end = 0;
  const found = rows.map((row) => {
    const gap = row === end ? 0 : Math.max(0, heights.offset(row) - heights.offset(end));
    end = row + 1;
    return { row, gap };
  });
  return { pieces: found, below: Math.max(0, heights.total - heights.offset(end)) };
}

export const same = (a: Run, b: Run) => a.first === b.first && a.end === b.end;

/** A guess at the height of a message that was never measured, in pixels. */
export function guess(bytes: number, width: number, fontSize: number): number {
  const perLine = Math.max(10, width / (fontSize * 0.5));
  // Paragraphs, lists and code make more lines than their letters fill; what stands under a message has a height too.
  return 56 + Math.ceil((bytes * 1.2) / perLine + 0.5) * fontSize * 1.6;
}
