// The list of chats by date: today, yesterday, the last days, then by month.
import type { ChatRow } from "../bindings";
import { t } from "../text/text";

export interface Group {
  name: string;
  /** The place of its first row, and how many there are. */
  from: number;
  count: number;
}

/** Groups rows that are sorted newest first, as seen at `now`. Looks at a few rows of each group only. */
export function groupByDate(rows: readonly ChatRow[], now: number): Group[] {
  const period = periods(now);
  const groups: Group[] = [];
  for (let from = 0; from < rows.length;) {
    const { name, since } = period(rows[from]?.updatedAt ?? 0);
    const end = firstBefore(rows, since, from + 1);
    groups.push({ name, from, count: end - from });
    from = end;
  }
  return groups;
}

/** The place of the first row, from a place on, that is older than this. */
function firstBefore(rows: readonly ChatRow[], since: number, from: number): number {
  let [low, high] = [from, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.updatedAt ?? 0) >= since) low = middle + 1;
    else high = middle;
  }
  return low;
}

function periods(now: number): (at: number) => { name: string; since: number } {
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  const daysAgo = (days: number) => new Date(midnight).setDate(midnight.getDate() - days);
  const recent = [
    { since: midnight.getTime(), name: t.chats.today },
    { since: daysAgo(1), name: t.chats.yesterday },
    { since: daysAgo(7), name: t.chats.week },
    { since: daysAgo(30), name: t.chats.month },
  ];
  return (at) => {
    const day = new Date(at);
    const month = () => new Date(day.getFullYear(), day.getMonth(), 1).getTime();
    return recent.find(({ since }) => at >= since) ?? { since: month(), name: t.chats.monthOf(at) };
  };
}
