// The line that the reader's eye is on: the block at the upper edge of the view. It is remembered with its distance from
// the edge, so that whatever changes above it can be made up for; WebKit does not do that by itself.

interface Held {
  /** A block of a message, and the message it is in, should the block go. */
  elements: [Element, Element];
  tops: [number, number];
  scrollTop: number;
}

export class Anchor {
  #held: Held | null = null;

  /** Remembers what is at the upper edge now; `articles` are in order. */
  capture(view: HTMLElement, articles: readonly HTMLElement[]): void {
    const edge = view.getBoundingClientRect().top;
    const article = firstBelow(articles, edge);
    if (!article) {
      this.#held = null;
      return;
    }
    const top = article.getBoundingClientRect().top;
    const parts = top < edge ? article.querySelector(".document")?.children : undefined;
    const part = parts && firstBelow(parts, edge);
    const block = (part && firstBelow(part.children, edge)) ?? article;
    this.#held = {
      elements: [block, article],
      tops: [block.getBoundingClientRect().top - edge, top - edge],
      scrollTop: view.scrollTop,
    };
  }

  /** How far the line has moved down since, other than by scrolling. */
  moved(view: HTMLElement): number {
    if (!this.#held) return 0;
    const { elements, tops, scrollTop } = this.#held;
    const at = elements[0].isConnected ? 0 : elements[1].isConnected ? 1 : null;
    if (at === null) return 0;
    const top = elements[at].getBoundingClientRect().top - view.getBoundingClientRect().top;
    return top - (tops[at] - (view.scrollTop - scrollTop));
  }

  forget(): void {
    this.#held = null;
  }
}

/** The first of some elements, one below the other, that reaches below a height. */
function firstBelow<E extends Element>(elements: ArrayLike<E>, y: number): E | undefined {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((elements[middle]?.getBoundingClientRect().bottom ?? 0) > y) high = middle;
    else low = middle + 1;
  }
  return elements[low];
}
