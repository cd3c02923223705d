// How far a selection reaches: which nodes lie in it, and which part of a text does.
import type { Token } from "../bindings";

export class Reach {
  readonly #range: Range;
  /** Laid around what is looked at; one for all, since the page follows every range there is. */
  readonly #other = document.createRange();

  constructor(range: Range) {
    this.#range = range;
  }

  /** Whether some of the node lies in it. */
  touches(node: Node): boolean {
    this.#other.selectNode(node);
    return (
      this.#range.compareBoundaryPoints(Range.START_TO_END, this.#other) > 0 &&
      this.#range.compareBoundaryPoints(Range.END_TO_START, this.#other) < 0
    );
  }

  /** Whether all of the node does. */
  holds(node: Node): boolean {
    this.#other.selectNode(node);
    return (
      this.#range.compareBoundaryPoints(Range.START_TO_START, this.#other) <= 0 &&
      this.#range.compareBoundaryPoints(Range.END_TO_END, this.#other) >= 0
    );
  }

  /** The part of a node's text that lies in it. */
  text(node: Node): string {
    if (!this.touches(node)) return "";
    const [from, to] = this.#offsets(node);
    return (node.textContent ?? "").slice(from, to);
  }

  /** The part of tokens, which a node shows from the first one on. What is not shown belongs to what follows it. */
  tokens(tokens: Token[], node: Node): Token[] {
    if (!this.touches(node)) return [];
    const [from, to] = this.#offsets(node);
    const parts: Token[] = [];
    let at = 0;
    for (const [kind, text] of tokens) {
      const part = text.slice(Math.max(0, from - at), Math.max(0, to - at));
      if (part !== "") parts.push([kind, part]);
      at += text.length;
    }
    return parts;
  }

  /** Where it starts and ends in the text of a node that it touches. */
  #offsets(node: Node): [number, number] {
    const { startContainer, startOffset, endContainer, endOffset } = this.#range;
    return [
      node.contains(startContainer) ? this.#before(node, startContainer, startOffset) : 0,
      node.contains(endContainer) ? this.#before(node, endContainer, endOffset) : Infinity,
    ];
  }

  /** Letters of a node's text before a place in it. */
  #before(node: Node, container: Node, offset: number): number {
    if (container === node && node instanceof Text) return offset;
    this.#other.selectNodeContents(node);
    this.#other.setEnd(container, offset);
    return this.#other.toString().length;
  }
}
