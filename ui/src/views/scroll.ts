// Where the reader is in the thread. Nothing moves under the eyes: what changes its height above the window's upper edge
// is made up for, since WebKit does not do it by itself.
import type { MessageId } from "../bindings";
import type { Position } from "../state/view.svelte";

/** How long the place that a chat was opened at is held while its messages find their real heights. */
const SETTLING = 1000;

export class ThreadScroll {
  #view: HTMLElement;
  #heights = new WeakMap<Element, number>();
  #sizes = new ResizeObserver((changes) => this.#resized(changes));
  #goal: (() => void) | null = null;
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: HTMLElement) {
    this.#view = view;
    const { signal } = this.#abort;
    for (const event of ["wheel", "pointerdown", "touchstart", "keydown"]) {
      view.addEventListener(event, () => this.release(), { signal, passive: true });
    }
  }

  /** Watches the height of an article. */
  watch(article: HTMLElement): () => void {
    this.#sizes.observe(article);
    return () => this.#sizes.unobserve(article);
  }

  stop(): void {
    this.#sizes.disconnect();
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  /** Lets go of the place a chat was opened at. */
  release(): void {
    this.#goal = null;
  }

  toEnd(): void {
    this.#hold(() => {
      this.#view.scrollTop = this.#view.scrollHeight;
    });
  }

  to(position: Position): boolean {
    const article = this.#article(position.message);
    if (!article) return false;
    this.#hold(() => this.#move(article, position.offset));
    return true;
  }

  /** Puts a message back to where it stood before the thread changed around it. */
  bringBack(position: Position): void {
    if (this.#goal) return;
    const article = this.#article(position.message);
    if (article) this.#move(article, position.offset);
  }

  /** Brings the top of a message to a part of the view's height, once. */
  bring(message: MessageId, part: number): boolean {
    const article = this.#article(message);
    if (!article) return false;
    this.#move(article, this.#view.clientHeight * part);
    return true;
  }

  /** Where the reader is; `null` at the end. */
  position(): Position | null {
    const { scrollTop, scrollHeight, clientHeight } = this.#view;
    if (scrollHeight - scrollTop - clientHeight < 8) return null;
    const top = this.#view.getBoundingClientRect().top;
    for (const article of this.#view.querySelectorAll<HTMLElement>("article[data-message]")) {
      const box = article.getBoundingClientRect();
      if (box.bottom > top && article.dataset.message)
        return { message: article.dataset.message, offset: box.top - top };
    }
    return null;
  }

  #article(message: MessageId): HTMLElement | null {
    return this.#view.querySelector(`article[data-message="${CSS.escape(message)}"]`);
  }

  #move(article: HTMLElement, offset: number): void {
    this.#view.scrollTop += article.getBoundingClientRect().top - this.#view.getBoundingClientRect().top - offset;
  }

  #hold(goal: () => void): void {
    goal();
    this.#goal = goal;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.release(), SETTLING);
  }

  #resized(changes: ResizeObserverEntry[]): void {
    const top = this.#view.getBoundingClientRect().top;
    let above = 0;
    for (const { target, contentRect } of changes) {
      const before = this.#heights.get(target);
      this.#heights.set(target, contentRect.height);
      if (before === undefined || before === contentRect.height) continue;
      const grown = contentRect.height - before;
      // It lay wholly above the edge before it changed.
      if (target.getBoundingClientRect().bottom - grown + above <= top) above += grown;
    }
    if (this.#goal) this.#goal();
    else if (above !== 0) this.#view.scrollTop += above;
  }
}
