// Find in chat: core looks through the whole path, the thread goes to a match and marks it.
import { tick } from "svelte";
import { unfold } from "../document/code";
import * as ipc from "../ipc";
import { chat, find } from "../state/window";
import { focusOn } from "./focus";
import { fetch } from "./loading";
import { matchesIn } from "./matches";
import { report } from "./report";
import { articleOf, frame, thread } from "./thread";

/** How long typing has to rest, and how often an answer that grows is looked through again, in milliseconds. */
const REST = 120;
const AGAIN = 1000;
/** Frames in which a match has to appear once its message is in the page. */
const TRIES = 20;

let opener: Element | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Something was typed that has not been looked for yet. */
let typed = false;
let asking = false;
let again = false;
/** Where the reader was when the bar was opened: there a new query starts. */
let start = 0;
let going = 0;

/** Opens the bar, or comes back to it. What is selected becomes the query. */
export function openFind(): void {
  if (chat.path.length === 0) return;
  if (!find.open) {
    opener = document.activeElement;
    const position = thread()?.position();
    start = position ? chat.place(position.message) : Math.max(0, chat.path.length - 1);
  }
  const selected = document.getSelection()?.toString() ?? "";
  find.open = true;
  if (selected !== "" && selected.length <= 200 && !selected.includes("\n")) lookFor(selected);
  void focusOn("find").then(() => {
    const field = document.getElementById("find");
    if (field instanceof HTMLInputElement) field.select();
  });
}

/** Closes the bar, and gives the focus back. */
export function closeFind(): void {
  if (!find.open) return;
  clearTimeout(timer);
  timer = undefined;
  typed = false;
  going += 1;
  find.close();
  if (opener instanceof HTMLElement && opener.isConnected && opener !== document.body)
    opener.focus({ preventScroll: true });
  else void focusOn("message");
}

/** Takes what is typed. */
export function lookFor(query: string): void {
  find.query = query;
  typed = true;
  clearTimeout(timer);
  timer = undefined;
  if (query === "") {
    find.found = null;
    find.at = -1;
    return;
  }
  timer = setTimeout(() => void look(true), REST);
}

/** Looks through the chat again, where text has arrived; the current match stays. */
export function lookAgain(): void {
  if (!find.open || find.query === "" || timer !== undefined) return;
  timer = setTimeout(() => void look(false), AGAIN);
}

async function look(fresh: boolean): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  typed = false;
  if (asking) {
    again = again || fresh;
    return;
  }
  const id = chat.head?.id;
  const query = find.query;
  if (id === undefined) return;
  asking = true;
  try {
    const all = await ipc.findInChat(id, query);
    // What was typed meanwhile is looked for next.
    if (!find.open || chat.head?.id !== id || find.query !== query) return;
    const before = find.current;
    // What waits to go out is not in the thread yet.
    const queued = new Set(chat.replies.queued.map(({ message }) => message.parentId));
    const found = all.filter((each) => !queued.has(each.id));
    find.found = found;
    const same = !fresh && before ? find.numberOf(before) : -1;
    find.at = same >= 0 ? same : find.firstFrom(start, (message) => chat.place(message));
    if (fresh) await goToCurrent();
  } catch (thrown) {
    report(thrown);
  } finally {
    asking = false;
    if (find.open && find.query !== "" && (again || find.query !== query)) {
      again = false;
      void look(true);
    }
  }
}

/** Goes to the next match, or back; from the last to the first. */
export async function goToMatch(direction: 1 | -1): Promise<void> {
  // What has just been typed is looked for at once.
  if (typed && find.query !== "") return look(true);
  if (find.total === 0) return;
  find.at = (find.at + direction + find.total) % find.total;
  await goToCurrent();
}

async function goToCurrent(): Promise<void> {
  going += 1;
  const mine = going;
  const match = find.current;
  if (!match || !(await fetch(match.message)) || mine !== going) return;
  start = chat.place(match.message);
  if (!articleOf(match.message)) {
    thread()?.bring(match.message, 1 / 3);
    await tick();
    await frame();
    if (mine !== going) return;
  }
  let range: Range | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const article = articleOf(match.message);
    const ranges = article ? matchesIn(article, find.query) : [];
    range = ranges[match.nth];
    if (ranges.length >= find.countIn(match.message)) break;
    // Some stand in folded code, or in a part of the message that is only now being shown.
    if (article) unfold(article);
    await frame();
    if (mine !== going) return;
  }
  if (range) bringRange(range);
  else thread()?.bring(match.message, 1 / 3);
}

/** Scrolls only where the match is not in sight, under the bar included. */
function bringRange(range: Range): void {
  const shown = thread();
  if (!shown) return;
  const wide = range.startContainer.parentElement?.closest("pre, .table");
  if (wide) {
    const [inside, box] = [range.getBoundingClientRect(), wide.getBoundingClientRect()];
    if (inside.left < box.left || inside.right > box.right) wide.scrollLeft += inside.left - box.left - box.width / 3;
  }
  const box = range.getBoundingClientRect();
  const view = shown.element.getBoundingClientRect();
  if (box.top < view.top + view.height * 0.12 || box.bottom > view.bottom - view.height * 0.08)
    shown.by(box.top - view.top - view.height / 3);
}
