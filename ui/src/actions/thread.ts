// The thread as the rest of the window knows it: where its reader is, and how to take them elsewhere.
import type { MessageId } from "../bindings";
import type { Position } from "../state/view.svelte";

export interface Thread {
  /** The element that scrolls. */
  element: HTMLElement;
  /** Where the reader is; `null` is the end of the chat. */
  position(): Position | null;
  /** Brings the top of a message to a part of the view's height, and what it needs into the page. */
  bring(message: MessageId, part: number): boolean;
  /** Scrolls by so many pixels. */
  by(pixels: number): void;
  page(direction: 1 | -1): void;
  toStart(): void;
  /** Goes to the end and stays there, whatever is added. */
  follow(): void;
}

let current: Thread | null = null;

/** The thread that is on screen. */
export const thread = () => current;

/** Tells which thread is on screen; the result takes it back. */
export function showThread(shown: Thread): () => void {
  current = shown;
  return () => {
    if (current === shown) current = null;
  };
}

/** The article of a message, where that is in the page. */
export const articleOf = (message: MessageId): HTMLElement | null =>
  current?.element.querySelector<HTMLElement>(`article[data-message="${CSS.escape(message)}"]`) ?? null;

/** Resolves when the next frame is about to be drawn. */
export const frame = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
