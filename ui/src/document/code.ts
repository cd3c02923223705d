// A code block: its bar, its first lines, and the rest on demand. What is shown grows and shrinks at its end, in groups
// of lines: the page lays out one group for a new line, and a long block is built over several frames.
import type { Block, Token } from "../bindings";
import { t } from "../text/text";
import { button, make } from "./nodes";
import { breaksIn, commonStart, makeToken, patchToken, startsLine, textOf } from "./tokens";
import type { View } from "./view";

/** Lines that are shown of a collapsed block: the first group. */
const HEAD = 40;
/** Lines of every further group. */
const GROUP = 200;
/** Tokens that are made at once: a few milliseconds. */
const SLICE = 3000;

type Code = Extract<Block, { type: "code" }>;

/** What the reader has chosen for a block; outlives its nodes. */
interface Reading {
  expanded: boolean;
  wrapped: boolean;
}
const readings = new WeakMap<Block, Reading>();
const views = new WeakMap<Element, CodeView>();

/** The code block that an element is in. */
export const codeAround = (element: Element): CodeView | undefined => {
  const node = element.closest(".code");
  return node ? views.get(node) : undefined;
};

/** Shows all lines of the code blocks in an element. */
export function unfold(within: Element): void {
  for (const node of within.querySelectorAll(".code")) {
    const view = views.get(node);
    if (view && !view.expanded) view.toggleLines();
  }
}

export class CodeView implements View {
  readonly node: HTMLElement;
  readonly #language = document.createTextNode("");
  readonly #wrap = button("wrap", t.thread.wrap);
  readonly #code = make("code");
  readonly #pre: HTMLElement;
  readonly #count = document.createTextNode("");
  readonly #foot = make("button", { type: "button", class: "quiet foot", "data-action": "lines" }, this.#count);
  readonly #groups: HTMLElement[] = [];
  #block: Code;
  #reading: Reading;
  /** Line breaks in the whole block. */
  #breaks: number;
  /** Tokens that have nodes, always the first ones, and the line breaks in them. */
  #shown = 0;
  #shownBreaks = 0;
  #frame = 0;
  #filling = false;

  constructor(block: Code) {
    this.#block = block;
    this.#reading = readings.get(block) ?? { expanded: false, wrapped: false };
    this.#breaks = breaksIn(block.tokens);
    // Reachable by Tab, since a line may be longer than the block is wide.
    this.#pre = make("pre", { dir: "ltr", tabindex: "0" }, this.#code);
    const bar = make("div", { class: "bar" }, make("span", {}, this.#language), this.#wrap);
    bar.append(button("copy", t.thread.copyCode));
    this.node = make("div", { class: "code" }, bar, this.#pre);
    views.set(this.node, this);
    this.#language.data = block.language || t.thread.code;
    this.#showWrapped();
    this.#addGroup();
    this.#fill();
  }

  /** The whole code, whatever is shown of it. */
  get text(): string {
    return textOf(this.#block.tokens);
  }

  get expanded(): boolean {
    return this.#reading.expanded;
  }

  put(block: Block): boolean {
    if (block.type !== "code") return false;
    const before = this.#block;
    const keep = commonStart(before.tokens, block.tokens);
    if (readings.has(before)) readings.set(block, this.#reading);
    this.#block = block;
    if (before.language !== block.language) this.#language.data = block.language || t.thread.code;
    if (keep < before.tokens.length || keep < block.tokens.length) this.tokens(keep, before.tokens.slice(keep));
    return true;
  }

  tokens(keep: number, before: Token[]): void {
    const { tokens } = this.#block;
    this.#breaks += breaksIn(tokens, keep) - breaksIn(before);
    if (keep < this.#shown) this.#cut(this.#patch(keep, before), keep, before);
    this.#fill();
  }

  toggleWrap(): void {
    this.#reading.wrapped = !this.#reading.wrapped;
    this.#choose();
    this.#showWrapped();
  }

  /** Shows all lines, or the first ones again. */
  toggleLines(): void {
    this.#reading.expanded = !this.#reading.expanded;
    this.#choose();
    if (!this.#reading.expanded) this.#collapse();
    this.#fill();
  }

  #choose(): void {
    readings.set(this.#block, this.#reading);
  }

  #showWrapped(): void {
    this.node.classList.toggle("wrapped", this.#reading.wrapped);
    this.#wrap.setAttribute("aria-pressed", String(this.#reading.wrapped));
  }

  /** Patches shown nodes from `keep` on while lines break where they did; the result is the first token left over. */
  #patch(keep: number, before: Token[]): number {
    const { tokens } = this.#block;
    let at = keep;
    for (const node of this.#lastNodes(this.#shown - keep)) {
      const [old, token] = [before[at - keep], tokens[at]];
      if (!old || !token || startsLine(old) !== startsLine(token)) break;
      const first = this.#startsGroup(node);
      patchToken(node, first ? withoutBreak(old) : old, first ? withoutBreak(token) : token);
      at += 1;
    }
    return at;
  }

  /** Takes the nodes of the tokens from place `length` on away; these are among `before`, which began at `keep`. */
  #cut(length: number, keep: number, before: Token[]): void {
    while (this.#shown > length) {
      this.#shown -= 1;
      const group = this.#group;
      group.lastChild?.remove();
      const token = before[this.#shown - keep];
      if (!token || !startsLine(token)) continue;
      this.#shownBreaks -= 1;
      if (this.#groups.length > 1 && !group.firstChild) this.#removeGroup();
    }
  }

  #collapse(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#groups.length === 1) return;
    while (this.#groups.length > 1) this.#removeGroup();
    this.#shown = this.#group.childNodes.length;
    this.#shownBreaks = HEAD - 1;
  }

  /** Makes nodes for what is to be seen and has none yet, as much as one frame may take. */
  #fill(): void {
    if (this.#frame === 0) {
      const { tokens } = this.#block;
      const end = Math.min(tokens.length, this.#shown + SLICE);
      while (this.#shown < end && this.#append(tokens[this.#shown])) this.#shown += 1;
      if (this.#shown === end && end < tokens.length)
        this.#frame = requestAnimationFrame(() => {
          this.#frame = 0;
          if (this.node.isConnected) this.#fill();
        });
    }
    this.#reserve(this.#frame !== 0);
    this.#showFoot();
  }

  /** Keeps room for the lines that are still to be made, so that what is below moves once. */
  #reserve(filling: boolean): void {
    if (filling) this.#pre.style.setProperty("--lines", String(this.#breaks + 1));
    if (filling === this.#filling) return;
    this.#filling = filling;
    this.node.classList.toggle("filling", filling);
  }

  /** Appends a token's node; false where it begins the part that is not shown. */
  #append(token: Token | undefined): boolean {
    if (!token) return false;
    if (startsLine(token)) {
      const line = this.#shownBreaks + 1;
      if (line >= HEAD && !this.#reading.expanded) return false;
      this.#shownBreaks = line;
      if (line >= HEAD && (line - HEAD) % GROUP === 0) {
        // A group is a box of its own: the line break before it ends the one before, where it is not seen.
        this.#group.append("\n");
        this.#group.classList.add("full");
        this.#addGroup();
        this.#group.appendChild(makeToken(withoutBreak(token)));
        return true;
      }
    }
    this.#group.appendChild(makeToken(token));
    return true;
  }

  #showFoot(): void {
    const lines = this.#breaks + 1;
    if (lines <= HEAD) {
      this.#foot.remove();
      return;
    }
    const text = this.#reading.expanded ? t.thread.showFewer : t.thread.showLines(lines);
    if (this.#count.data !== text) this.#count.data = text;
    if (!this.#foot.parentNode) this.node.appendChild(this.#foot);
  }

  get #group(): HTMLElement {
    return this.#groups.at(-1) ?? this.#addGroup();
  }

  #addGroup(): HTMLElement {
    const group = make("span", { class: "lines" });
    this.#groups.push(group);
    this.#code.appendChild(group);
    return group;
  }

  #removeGroup(): void {
    this.#groups.pop()?.remove();
    // The line break that stood for the one that it began with.
    this.#group.lastChild?.remove();
    this.#group.classList.remove("full");
  }

  #startsGroup(node: Node): boolean {
    return node.previousSibling === null && node.parentNode !== this.#groups[0];
  }

  /** The nodes of the last `count` tokens shown, in order. */
  #lastNodes(count: number): ChildNode[] {
    const nodes: ChildNode[] = [];
    for (let index = this.#groups.length - 1; index >= 0 && nodes.length < count; index -= 1) {
      const group = this.#groups[index];
      let node: ChildNode | null | undefined = group?.lastChild;
      if (index < this.#groups.length - 1) node = node?.previousSibling as ChildNode | null | undefined;
      while (node && nodes.length < count) {
        nodes.push(node);
        node = node.previousSibling as ChildNode | null;
      }
    }
    return nodes.reverse();
  }
}

const withoutBreak = ([kind, text]: Token): Token => [kind, text.slice(1)];
