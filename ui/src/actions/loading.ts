// Messages come when they are needed: those in sight first, then those around them. One question is under way at a time,
// and what it asks for is decided when it is asked, so that what was only scrolled past is never fetched.
import type { MessageId } from "../bindings";
import * as ipc from "../ipc";
import { chat } from "../state/window";
import { report } from "./report";

/** Messages in one answer, and bytes of text in them; one message always goes. */
const AT_ONCE = 40;
const BYTES_AT_ONCE = 300_000;
/** So many on either side of what is shown are fetched ahead and kept, up to so many bytes of text. */
const AHEAD = 120;
const BYTES_AHEAD = 200_000;

let first = 0;
let end = 0;
let under: Promise<void> | null = null;

/** The places of the path that are shown now. What is missing there and around them is fetched. */
export function need(from: number, to: number): void {
  first = from;
  end = to;
  under ??= fetchAll().finally(() => (under = null));
}

/** Fetches one message with its neighbours; says whether it is here. */
export async function fetch(message: MessageId): Promise<boolean> {
  const at = chat.place(message);
  if (at < 0) return false;
  if (!chat.entry(message)) await ask(missing(at, at + 1, AT_ONCE / 2));
  return chat.entry(message) !== undefined;
}

async function fetchAll(): Promise<void> {
  for (;;) {
    const [from, to] = around();
    chat.trim(from, to);
    const shown = missing(first, end, 0);
    const ids = shown.length > 0 ? shown : missing(from, to, 0);
    if (ids.length === 0 || !(await ask(ids))) return;
  }
}

/** The places that are to be here: those shown, and what a reader may come to next. */
function around(): [from: number, to: number] {
  let [from, before] = [first, 0];
  while (from > 0 && first - from < AHEAD && before < BYTES_AHEAD) before += chat.sizes[--from] ?? 0;
  let [to, after] = [end, 0];
  while (to < chat.path.length && to - end < AHEAD && after < BYTES_AHEAD) after += chat.sizes[to++] ?? 0;
  return [from, to];
}

async function ask(ids: MessageId[]): Promise<boolean> {
  const id = chat.head?.id;
  if (id === undefined || ids.length === 0) return false;
  try {
    const messages = await ipc.messages(id, ids);
    if (chat.head?.id !== id) return true;
    chat.add(messages);
    // What is gone from the store goes from the path with the next patch; asking again at once would be a circle.
    return ids.some((each) => chat.entry(each) !== undefined);
  } catch (thrown) {
    if (chat.head?.id === id) report(thrown);
    return false;
  }
}

/** Ids of the path that are not here, from the middle of the places outwards, up to `beyond` of them on either side. */
function missing(from: number, to: number, beyond: number): MessageId[] {
  const ids: MessageId[] = [];
  let bytes = 0;
  const middle = Math.floor((from + to) / 2);
  const reach = Math.max(middle - from, to - middle) + beyond;
  for (let away = 0; away <= reach && ids.length < AT_ONCE; away += 1) {
    for (const at of away === 0 ? [middle] : [middle + away, middle - away]) {
      if (at < from - beyond || at >= to + beyond) continue;
      const id = chat.path[at];
      if (id === undefined || chat.entry(id)) continue;
      bytes += chat.sizes[at] ?? 0;
      if (ids.length > 0 && bytes > BYTES_AT_ONCE) return ids;
      ids.push(id);
    }
  }
  return ids;
}
