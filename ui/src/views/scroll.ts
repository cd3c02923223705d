// Where the reader is in the thread. Nothing moves under the eyes: what changes its height above the window's upper edge
// is made up for, since WebKit does not do it by itself. What is far away is not laid out, but only after it was measured:
// a height that is guessed and corrected as one scrolls is seen to jump.
import type { MessageId } from "../bindings";
import type { Position } from "../state/view.svelte";

/** How long the place that a chat was opened at is held while its messages find their heights, in milliseconds. */
const SETTLING = 1000;
/** How long the width has to rest before everything is measured anew. */
const RESIZED = 150;

export class ThreadScroll {
  #view: HTMLElement | null = null;
  #width = 0;
  #heights = new WeakMap<Element, number>();
  #sizes = new ResizeObserver((changes) => this.#resized(changes));
  #goal: (() => void) | null = null;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #measuring: ReturnType<typeof setTimeout> | undefined;

  /** Takes charge of the element that scrolls; the result ends that. */
  attach(view: HTMLElement): () => void {
    this.#view = view;
    this.#width = view.clientWidth;
    this.#sizes.observe(view);
    const abort = new AbortController();
    for (const event of ["wheel", "pointerdown", "touchstart", "keydown"]) {
      view.addEventListener(event, () => this.release(), { signal: abort.signal, passive: true });
    }
    return () => {
      this.#view = null;
      this.#sizes.disconnect();
      abort.abort();
      clearTimeout(this.#settling);
      clearTimeout(this.#measuring);
    };
  }

  /** Watches the height of an article. */
  watch(article: HTMLElement): () => void {
    this.#sizes.observe(article);
    return () => this.#sizes.unobserve(article);
  }

  /** Lays out and measures every message anew, after something changed all heights. */
  remeasure(): void {
    const position = this.position();
    for (const article of this.#articles()) {
      article.style.contentVisibility = "";
      this.#sizes.unobserve(article);
      this.#sizes.observe(article);
    }
    if (position) this.bringBack(position);
  }

  /** Lets go of the place a chat was opened at. */
  release(): void {
    this.#goal = null;
  }

  toEnd(): void {
    this.#hold(() => {
      if (this.#view) this.#view.scrollTop = this.#view.scrollHeight;
    });
  }

  to(position: Position): boolean {
    const article = this.#article(position.message);
    if (!article) return false;
    this.#hold(() => this.#move(article, position.offset));
    return true;
  }

  /** Puts a message back to where it stood before the thread changed around it. */
  bringBack(position: Position): boolean {
    if (this.#goal) return true;
    const article = this.#article(position.message);
    if (!article) return false;
    this.#move(article, position.offset);
    return true;
  }

  /** Brings the top of a message to a part of the view's height, once. */
  bring(message: MessageId, part: number): boolean {
    const article = this.#article(message);
    if (!article || !this.#view) return false;
    this.#move(article, this.#view.clientHeight * part);
    return true;
  }

  /** Where the reader is; `null` at the end. */
  position(): Position | null {
    if (!this.#view) return null;
    const { scrollTop, scrollHeight, clientHeight } = this.#view;
    if (scrollHeight - scrollTop - clientHeight < 8) return null;
    const top = this.#view.getBoundingClientRect().top;
    for (const article of this.#articles()) {
      const box = article.getBoundingClientRect();
      if (box.bottom > top && article.dataset.message)
        return { message: article.dataset.message, offset: box.top - top };
    }
    return null;
  }

  #articles(): Iterable<HTMLElement> {
    return this.#view?.querySelectorAll<HTMLElement>("article[data-message]") ?? [];
  }

  #article(message: MessageId): HTMLElement | null {
    return this.#view?.querySelector(`article[data-message="${CSS.escape(message)}"]`) ?? null;
  }

  #move(article: HTMLElement, offset: number): void {
    if (this.#view)
      this.#view.scrollTop += article.getBoundingClientRect().top - this.#view.getBoundingClientRect().top - offset;
  }

  #hold(goal: () => void): void {
    goal();
    this.#goal = goal;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.release(), SETTLING);
  }

  #resized(changes: ResizeObserverEntry[]): void {
    if (!this.#view) return;
    const edge = this.#view.getBoundingClientRect().top;
    const grown: { bottom: number; by: number }[] = [];
    for (const { target, contentRect } of changes) {
      if (target === this.#view) {
        this.#viewResized(contentRect.width);
        continue;
      }
      const before = this.#heights.get(target);
      this.#heights.set(target, contentRect.height);
      if (target instanceof HTMLElement) {
        target.style.containIntrinsicBlockSize = `${contentRect.height}px`;
        target.style.contentVisibility = "auto";
      }
      if (before === undefined || before === contentRect.height) continue;
      grown.push({ bottom: target.getBoundingClientRect().bottom, by: contentRect.height - before });
    }
    let above = 0;
    for (const { bottom, by } of grown.sort((a, b) => a.bottom - b.bottom)) {
      // Whether it lay wholly above the edge before it and those over it changed.
      if (bottom - by - above <= edge) above += by;
    }
    if (this.#goal) this.#goal();
    else if (above !== 0) this.#view.scrollTop += above;
  }

  #viewResized(width: number): void {
    if (this.#width === width) return;
    this.#width = width;
    clearTimeout(this.#measuring);
    this.#measuring = setTimeout(() => this.remeasure(), RESIZED);
  }
}
