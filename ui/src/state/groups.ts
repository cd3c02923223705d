// The list of chats by date: today, yesterday, the last days, then by month.
import type { ChatRow } from "../bindings";
import { t } from "../text/text";

export interface Group {
  name: string;
  rows: ChatRow[];
}

/** Groups rows that are sorted newest first, as seen at `now`. */
export function groupByDate(rows: readonly ChatRow[], now: number): Group[] {
  const name = namer(now);
  const groups: Group[] = [];
  for (const row of rows) {
    const of = name(row.updatedAt);
    const last = groups.at(-1);
    if (last?.name === of) last.rows.push(row);
    else groups.push({ name: of, rows: [row] });
  }
  return groups;
}

function namer(now: number): (at: number) => string {
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  const daysAgo = (days: number) => new Date(midnight).setDate(midnight.getDate() - days);
  const bounds: [number, string][] = [
    [midnight.getTime(), t.chats.today],
    [daysAgo(1), t.chats.yesterday],
    [daysAgo(7), t.chats.week],
    [daysAgo(30), t.chats.month],
  ];
  return (at) => bounds.find(([since]) => at >= since)?.[1] ?? t.chats.monthOf(at);
}
