// The words that led to a message, marked in it: until the person types, presses Esc or leaves.
import type { MessageId, SearchTerm } from "../bindings";
import { unfold } from "../document/code";
import { view } from "../state/window";
import { bringRange } from "./find";
import { markRanges, unmark, wordsIn } from "./matches";
import { articleOf } from "./thread";

/** How often marks follow what is drawn, in milliseconds. */
const EVERY = 120;

/** Marks the words in the message, and brings the first of them into sight; the result ends it. */
export function showWords(thread: HTMLElement, message: MessageId, terms: SearchTerm[]): () => void {
  let brought = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const remark = () => {
    timer = undefined;
    const article = articleOf(message);
    if (!article) return;
    const ranges = wordsIn(article, terms);
    markRanges(ranges);
    const [first] = ranges;
    // They stand in folded code, or in a part that is only now being shown.
    if (!first) unfold(article);
    else if (!brought) bringRange(first);
    brought ||= first !== undefined;
  };
  const watch = new MutationObserver(() => (timer ??= setTimeout(remark, EVERY)));
  watch.observe(thread, { childList: true, characterData: true, subtree: true });
  timer = setTimeout(remark, EVERY);
  const end = () => (view.landedBy = []);
  const key = (event: KeyboardEvent) => {
    if (event.key === "Escape") end();
  };
  document.addEventListener("input", end, true);
  document.addEventListener("keydown", key, true);
  return () => {
    watch.disconnect();
    clearTimeout(timer);
    document.removeEventListener("input", end, true);
    document.removeEventListener("keydown", key, true);
    unmark();
  };
}
