// The map of a chat as rows: what is shown runs straight down, all else branches off to the side before it goes on.
import type { MessageId, Stretch } from "../bindings";

export interface MapRow {
  stretch: Stretch;
  /** Levels to the side of the way that is shown. */
  indent: number;
  /** Branches off from the line of the level before. */
  side: boolean;
  /** Whether its own line comes from above, and goes on below. */
  above: boolean;
  below: boolean;
  /** Its place among its siblings as they stand here, from 1, and how many they are. */
  place: number;
  siblings: number;
  /** The row that it hangs from, and the first that hangs from it; -1 where there is none. */
  parent: number;
  child: number;
}

/** One row for each stretch. A line never ends before what branches off from it, so that lines never cross. */
export function arrange(stretches: readonly Stretch[]): MapRow[] {
  const ends = new Set(stretches.map((stretch) => stretch.last));
  const children = new Map<MessageId | null, Stretch[]>();
  for (const stretch of stretches) {
    const parent = stretch.parent !== null && ends.has(stretch.parent) ? stretch.parent : null;
    const family = children.get(parent);
    if (family) family.push(stretch);
    else children.set(parent, [stretch]);
  }
  const rows: MapRow[] = [];
  // Not by calls of itself: a chat may be deeper than the stack.
  const open: Omit<MapRow, "child">[] = [];
  const unfold = (parent: MessageId | null, indent: number, row: number) => {
    const family = children.get(parent) ?? [];
    const main = family.find((stretch) => stretch.shown) ?? family.at(-1);
    if (!main) return;
    const order = [...family.filter((stretch) => stretch !== main), main];
    const siblings = order.length;
    order.forEach((stretch, at) => {
      const side = stretch !== main;
      open.push({
        ...{ stretch, side, siblings, place: at + 1, parent: row, indent: side ? indent + 1 : indent },
        ...{ above: !side && (row >= 0 || siblings > 1), below: children.has(stretch.last) },
      });
    });
    // The last one put in is taken out first.
    open.push(...open.splice(open.length - siblings).reverse());
  };
  unfold(null, 0, -1);
  for (let next = open.pop(); next; next = open.pop()) {
    const at = rows.length;
    rows.push({ ...next, child: -1 });
    const parent = rows[next.parent];
    if (parent?.child === -1) parent.child = at;
    unfold(next.stretch.last, next.indent, at);
  }
  return rows;
}
