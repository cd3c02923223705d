// Keeps what is in sight where it is when the list changes above it.
import type { Lines } from "../state/lines";

/** So many lines from the upper edge on are looked for again: one of them may be what changed. */
const LOOKED_AT = 5;

export function holdLines() {
  let seen: { key: string; offset: number }[] = [];
  return {
    /** Notes what lies at the upper edge. */
    remember(lines: Lines, top: number): void {
      const first = lines.lineAt(top);
      seen = Array.from({ length: LOOKED_AT }, (_, at) => first + at).flatMap((line) => {
        const key = lines.keyOf(line);
        return key === null ? [] : [{ key, offset: lines.top(line) - top }];
      });
    },
    /** Where the list has to be scrolled to for most of it to be where it was. */
    moved(lines: Lines, top: number): number {
      let best: number | null = null;
      for (const { key, offset } of seen) {
        const line = lines.find(key);
        if (line < 0) continue;
        const by = lines.top(line) - offset - top;
        if (best === null || Math.abs(by) < Math.abs(best)) best = by;
      }
      return Math.max(0, top + (best ?? 0));
    },
  };
}
