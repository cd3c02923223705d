// Jumps within the thread: from one of the person's own questions to the next, from heading to heading, from code to code.
import { tick } from "svelte";
import type { Block, MessageId } from "../bindings";
import { announcer, chat } from "../state/window";
import { t } from "../text/text";
import { fetch } from "./loading";
import { articleOf, frame, thread } from "./thread";

export type Direction = 1 | -1;
type Kind = "heading" | "code";

/** Where a jump brings its target, as a part of the view's height. */
const LINE = 0.08;
/** What stands no farther than this from the line is on it, in pixels. */
const NEAR = 4;

const SELECTORS: Record<Kind, string> = {
  heading: ".document :is(h2, h3, h4, h5, h6)",
  code: ".document .code",
};

/** Where the last jump led. It is where the next one starts, even if the chat's end kept it from the line. */
let last: { message: MessageId; element: Element | null; scrollTop: number | "moving" } | null = null;
let jumping = 0;

/** Goes to the next question of the person's, or back. */
export function jumpToQuestion(direction: Direction): void {
  const at = here();
  if (!at) return;
  const { place, offset } = at;
  const inside = direction < 0 && offset < -NEAR;
  const number =
    direction > 0
      ? chat.questions.findIndex((each) => each > place)
      : chat.questions.findLastIndex((each) => (inside ? each <= place : each < place));
  const message = chat.path[chat.questions[number] ?? -1];
  if (message === undefined || !thread()?.bring(message, LINE)) return;
  announcer.say(t.announce.question(number + 1, chat.questions.length));
  const jump = { message, element: null, scrollTop: "moving" as const };
  last = jump;
  void settled().then(() => {
    if (last === jump) remember(message, null);
  });
}

/** Goes to the next heading or code block, or back, wherever in the chat that is. */
export async function jumpToBlock(kind: Kind, direction: Direction): Promise<void> {
  jumping += 1;
  const mine = jumping;
  const id = chat.head?.id;
  const start = here();
  if (!start) return;
  const from = still() ? (last?.element ?? null) : null;
  for (let place = start.place; place >= 0 && place < chat.path.length; place += direction) {
    const message = chat.path[place];
    if (message === undefined) return;
    if (!articleOf(message) && !(await shows(message, kind))) {
      if (mine !== jumping || chat.head?.id !== id) return;
      continue;
    }
    if (mine !== jumping || chat.head?.id !== id) return;
    if (!articleOf(message)) {
      thread()?.bring(message, LINE);
      await settled();
    }
    const target = nextIn(message, kind, direction, place === start.place ? (from ?? "line") : null);
    if (!target) continue;
    bring(target);
    remember(message, target);
    announcer.say(
      kind === "heading"
        ? (target.textContent ?? "")
        : t.announce.code(target.querySelector("span")?.textContent ?? ""),
    );
    return;
  }
}

/** Whether a message that is not in the page has such a block. */
async function shows(message: MessageId, kind: Kind): Promise<boolean> {
  if (!(await fetch(message))) return false;
  return has(chat.entry(message)?.document.blocks ?? [], kind);
}

function has(blocks: readonly Block[], kind: Kind): boolean {
  return blocks.some((block) => {
    return block.type === kind || ("blocks" in block && has(block.blocks, kind));
  });
}

/** The first such element of a message in the direction: beyond the line, or beyond an element, or of all. */
function nextIn(message: MessageId, kind: Kind, direction: Direction, after: Element | "line" | null): Element | null {
  const elements = [...(articleOf(message)?.querySelectorAll(SELECTORS[kind]) ?? [])];
  if (direction < 0) elements.reverse();
  const beyond = (element: Element) => {
    if (after === null) return true;
    if (after === "line") return direction * fromLine(element) > NEAR;
    const order = after.compareDocumentPosition(element);
    return (order & (direction > 0 ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING)) !== 0;
  };
  return elements.find(beyond) ?? null;
}

/** How far below the line something stands. */
function fromLine(element: Element): number {
  const view = thread()?.element;
  if (!view) return 0;
  return element.getBoundingClientRect().top - view.getBoundingClientRect().top - view.clientHeight * LINE;
}

function bring(element: Element): void {
  thread()?.by(fromLine(element));
}

function remember(message: MessageId, element: Element | null): void {
  last = { message, element, scrollTop: thread()?.element.scrollTop ?? 0 };
}

/** Whether the reader is still where the last jump led. */
const still = () => last !== null && (last.scrollTop === "moving" || last.scrollTop === thread()?.element.scrollTop);

/** The message on the line, and how far below the line it begins. */
function here(): { place: number; offset: number } | null {
  const view = thread()?.element;
  if (!view) return null;
  if (last && still() && chat.place(last.message) >= 0) return { place: chat.place(last.message), offset: 0 };
  const line = view.getBoundingClientRect().top + view.clientHeight * LINE + NEAR;
  for (const article of view.querySelectorAll<HTMLElement>("article[data-message]")) {
    const box = article.getBoundingClientRect();
    const place = chat.place(article.dataset.message ?? "");
    if (box.bottom > line && place >= 0) return { place, offset: box.top - line + NEAR };
  }
  return chat.path.length === 0 ? null : { place: chat.path.length - 1, offset: 0 };
}

/** When what was brought into the page stands there. */
async function settled(): Promise<void> {
  await tick();
  await frame();
}
