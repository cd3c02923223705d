// Where the reader is in the thread, and which of its messages are in the page. Nothing moves under the eyes: the line at
// the view's upper edge stays where it is whatever is measured, loaded, put in or taken out above it. What comes out wrong
// there is taken up by the gap above the run, so that even a scroll that is under way is not disturbed.
import { flushSync, tick } from "svelte";
import type { MessageId } from "../bindings";
import type { Position } from "../state/view.svelte";
import { Anchor } from "./anchor";
import { Heights } from "./heights";
import { grown, guess, needed, pieces, same, type Run } from "./run";

/** How long the place that a chat was opened at is held while its messages find their heights, in milliseconds. */
const SETTLING = 1000;
/** Rows that are added in one frame to what is not in sight yet. */
const ROWS_A_FRAME = 3;
/** A selection over more rows keeps only its ends. */
const SELECTED = 300;
/** How much of a page stays in sight when one goes on to the next, in pixels. */
const OVERLAP = 56;
/** The height of a view that has none yet. */
const UNKNOWN = 800;
/** Rounds of measuring in which a view must be filled. */
const ROUNDS = 5;

/** A message in the page, and the height of what is missing before it, in pixels. */
export interface Placed {
  id: MessageId;
  row: number;
  gap: number;
}

/** A place that is held until the reader moves. */
type Goal = "end" | { message: MessageId; offset(view: number): number };

export class ThreadScroll {
  #rows = $state.raw<readonly MessageId[]>([]);
  #run = $state.raw<Run>({ first: 0, end: 0 });
  #pinned = $state.raw<readonly MessageId[]>([]);
  /** How much lower the run stands than the heights of what is above it say. */
  #shift = $state(0);

  #places = new Map<MessageId, number>();
  #sizes: readonly number[] = [];
  #measured = new Map<MessageId, number>();
  #heights = new Heights([]);
  #view: HTMLElement | null = null;
  #width = 0;
  #fontSize = 15;
  /** The space above the first message. */
  #above = 0;
  #anchor = new Anchor();
  #resizes = new ResizeObserver((changes) => this.#resized(changes));
  #goal: Goal | null = null;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #growing = 0;
  /** The scroll position as it was last seen or set. */
  #at = 0;
  #down = false;
  /** Whether new text keeps the end in sight: by the End key or by scrolling to the end, until the reader scrolls up. */
  #following = false;
  /** Told of the rows that are in the page. */
  #show: (run: Run) => void;

  constructor(show: (run: Run) => void) {
    this.#show = show;
  }

  readonly #pieces = $derived.by(() => {
    const places = this.#pinned.map((id) => this.#places.get(id) ?? -1);
    const found = pieces(this.#heights, this.#run, places);
    // What comes out wrong above the run is taken up where there is most room for it.
    let widest = 0;
    for (const [at, { row, gap }] of found.pieces.entries())
      if (row <= this.#run.first && gap > (found.pieces[widest]?.gap ?? 0)) widest = at;
    return { ...found, widest, room: found.pieces[widest]?.gap ?? 0 };
  });

  /** The messages in the page, in order. */
  readonly placed: readonly Placed[] = $derived.by(() =>
    this.#pieces.pieces.flatMap(({ row, gap }, at) => {
      const id = this.#rows[row];
      return id === undefined
        ? []
        : { id, row, gap: at === this.#pieces.widest ? Math.max(0, gap + this.#shift) : gap };
    }),
  );

  /** The height of what is missing below the last of them, in pixels. */
  get below(): number {
    return this.#pieces.below;
  }

  get count(): number {
    return this.#rows.length;
  }

  /** The height that a message which is not here yet probably has, in pixels. */
  heightOf(row: number): number {
    return this.#heights.height(row);
  }

  /** Takes charge of the element that scrolls; the result ends that. */
  attach(view: HTMLElement): () => void {
    this.#view = view;
    this.#width = view.clientWidth;
    this.#fontSize = parseFloat(getComputedStyle(view).fontSize) || 15;
    this.#resizes.observe(view);
    const abort = new AbortController();
    const { signal } = abort;
    for (const event of ["pointerdown", "touchstart", "keydown"])
      view.addEventListener(event, () => this.release(), { signal, passive: true });
    view.addEventListener("wheel", (event) => this.#turned(event.deltaY), { signal, passive: true });
    view.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    void tick().then(() => this.#settle());
    return () => {
      this.#view = null;
      this.#resizes.disconnect();
      abort.abort();
      clearTimeout(this.#settling);
      cancelAnimationFrame(this.#growing);
    };
  }

  /** Watches the height of an article. */
  watch(article: HTMLElement): () => void {
    this.#resizes.observe(article);
    return () => this.#resizes.unobserve(article);
  }

  /** Shows another chat, at a place in it or (`null`) at its end. */
  open(rows: readonly MessageId[], sizes: readonly number[], position: Position | null): void {
    this.#measured.clear();
    this.#following = false;
    this.#pinned = [];
    this.#take(rows, sizes);
    this.#shift = 0;
    const row = position ? (this.#places.get(position.message) ?? rows.length) : rows.length;
    const top = this.#heights.offset(row) - (row === rows.length ? UNKNOWN : 0);
    this.#run = needed(this.#heights, { first: 0, end: 0 }, top, top + UNKNOWN);
    this.#anchor.forget();
    this.#hold(position && row < rows.length ? { message: position.message, offset: () => position.offset } : "end");
  }

  /** The rows of the same chat have changed. What is read stays; what gave way to another version is replaced by that. */
  change(rows: readonly MessageId[], sizes: readonly number[]): void {
    const position = this.position();
    const before = position ? (this.#places.get(position.message) ?? 0) : this.#rows.length;
    const { first, end } = this.#run;
    this.#take(rows, sizes);
    const after = position ? (this.#places.get(position.message) ?? before) : before;
    const by = after - before;
    const clamp = (row: number) => Math.min(Math.max(0, row), rows.length);
    this.#run = { first: clamp(first + by), end: clamp(end + by) };
    const instead = position && !this.#places.has(position.message) ? rows[after] : undefined;
    void tick().then(() => {
      if (position && instead !== undefined && !this.#goal) this.#go(instead, position.offset);
      else this.#stay();
      this.#settle();
    });
  }

  /** Lets go of the place a chat was opened at. */
  release(): void {
    this.#goal = null;
  }

  /** Goes to the end, and stays there where `follow` says so. */
  toEnd(follow: boolean): void {
    this.#following = follow;
    this.#hold("end");
  }

  toStart(): void {
    this.#following = false;
    const [first] = this.#rows;
    if (first !== undefined) this.#hold({ message: first, offset: () => Infinity });
  }

  /** Brings the top of a message to a part of the view's height, once. */
  bring(message: MessageId, part: number): boolean {
    if (!this.#places.has(message)) return false;
    this.#following = false;
    this.#hold({ message, offset: (view) => view * part });
    return true;
  }

  /** Scrolls by so many pixels, as the reader asked. */
  by(pixels: number): void {
    if (!this.#view) return;
    this.release();
    this.#view.scrollTop += pixels;
    this.#scrolled();
    this.#turned(pixels);
  }

  /** Goes on by a page, or back. */
  page(direction: 1 | -1): void {
    if (this.#view) this.by(direction * Math.max(OVERLAP, this.#view.clientHeight - OVERLAP));
  }

  /** Keeps messages in the page wherever the reader goes; of a range, all in it. */
  pin(messages: readonly MessageId[], range: readonly [MessageId, MessageId] | null): void {
    const pinned = new Set(messages);
    if (range) {
      const [a, b] = range.map((id) => this.#places.get(id) ?? -1).sort((x, y) => x - y);
      for (const id of range) pinned.add(id);
      if (a !== undefined && b !== undefined && a >= 0 && b - a <= SELECTED)
        for (const id of this.#rows.slice(a, b + 1)) pinned.add(id);
    }
    if (pinned.size === 0 && this.#pinned.length === 0) return;
    this.#pinned = [...pinned];
  }

  /** The font size has changed, and every height with it. */
  remeasure(): void {
    if (!this.#view) return;
    this.#fontSize = parseFloat(getComputedStyle(this.#view).fontSize) || 15;
    this.#forgetHeights();
  }

  /** Where the reader is; `null` at the end. */
  position(): Position | null {
    if (!this.#view || this.#atEnd(8)) return null;
    const top = this.#view.getBoundingClientRect().top;
    for (const article of this.#articles()) {
      const box = article.getBoundingClientRect();
      if (box.bottom > top && article.dataset.message)
        return { message: article.dataset.message, offset: box.top - top };
    }
    return null;
  }

  #take(rows: readonly MessageId[], sizes: readonly number[]): void {
    this.#rows = rows;
    this.#sizes = sizes;
    this.#places = new Map(rows.map((id, row) => [id, row]));
    this.#rebuild();
  }

  #rebuild(): void {
    const width = Math.min(this.#width || 720, 48 * this.#fontSize);
    this.#heights = new Heights(
      this.#rows.map((id, row) => this.#measured.get(id) ?? guess(this.#sizes[row] ?? 0, width, this.#fontSize)),
    );
  }

  #articles(): HTMLElement[] {
    return this.#view ? [...this.#view.querySelectorAll<HTMLElement>(":scope > article[data-message]")] : [];
  }

  #article(message: MessageId): HTMLElement | null {
    return this.#view?.querySelector(`:scope > article[data-message="${CSS.escape(message)}"]`) ?? null;
  }

  /** The heights that are in sight. */
  #sight(): { top: number; bottom: number } {
    const top = (this.#view?.scrollTop ?? 0) - this.#above - this.#shift;
    return { top, bottom: top + (this.#view?.clientHeight || UNKNOWN) };
  }

  #atEnd(within: number): boolean {
    if (!this.#view) return false;
    const { scrollTop, scrollHeight, clientHeight } = this.#view;
    return scrollHeight - scrollTop - clientHeight < within;
  }

  #hold(goal: Goal): void {
    this.#goal = goal;
    void tick().then(() => this.#settle());
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.release(), SETTLING);
  }

  /** Sees to it that the page has what the reader's place needs. */
  #settle(): void {
    if (!this.#view) return;
    if (this.#goal) this.#reach(this.#goal);
    this.#fill();
    this.#grow();
  }

  #reach(goal: Goal): void {
    if (!this.#view) return;
    if (goal === "end") {
      for (let round = 0; round < ROUNDS; round += 1) {
        const height = this.#view.clientHeight || UNKNOWN;
        const bottom = this.#heights.total;
        this.#mount(needed(this.#heights, this.#run, bottom - height, bottom));
        this.#scrollTo(this.#view.scrollHeight);
        if (this.#heights.total === bottom) break;
      }
      this.#capture();
    } else {
      this.#go(goal.message, goal.offset(this.#view.clientHeight));
    }
  }

  /** Puts the top of a message so far below the upper edge; as near as can be where the chat ends before that. */
  #go(message: MessageId, offset: number): void {
    const row = this.#places.get(message);
    if (!this.#view || row === undefined) return;
    const height = this.#view.clientHeight || UNKNOWN;
    for (let round = 0; round < ROUNDS; round += 1) {
      const top = this.#heights.offset(row) - Math.min(offset, height);
      const run = needed(this.#heights, this.#run, top, top + height);
      const stays = same(run, this.#run);
      this.#mount(run);
      const article = this.#article(message);
      if (!article) return;
      const by = article.getBoundingClientRect().top - this.#view.getBoundingClientRect().top - offset;
      if (Number.isFinite(by)) this.#scrollTo(this.#view.scrollTop + by);
      else this.#scrollTo(0);
      this.#absorb(0);
      if (stays && round > 0) break;
    }
    this.#capture();
  }

  /** Makes what is in sight, after the reader has scrolled or something has changed its height. */
  #fill(): void {
    // Heights may have changed since the place was remembered and not been told yet: not to be taken for a new place.
    this.#correct();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { top, bottom } = this.#sight();
      const run = needed(this.#heights, this.#run, top, bottom);
      if (same(run, this.#run)) break;
      if (run.first > this.#run.end || run.end < this.#run.first) this.#mountFar(run, top);
      else this.#mountNear(run);
    }
    this.#absorb(0);
    this.#capture();
  }

  /** Rows come and go around what is in sight, which stays where it is. */
  #mountNear(run: Run): void {
    this.#mount(run);
    this.#correct();
  }

  /** Nothing of what was in the page is in sight any more: the row that should be at the upper edge is put there. */
  #mountFar(run: Run, top: number): void {
    if (!this.#view) return;
    const row = Math.max(0, this.#heights.rowAt(top));
    const wanted = this.#heights.offset(row) - top;
    this.#mount(run);
    const article = this.#article(this.#rows[row] ?? "");
    if (!article) return;
    this.#absorb(article.getBoundingClientRect().top - this.#view.getBoundingClientRect().top - wanted);
  }

  #mount(run: Run): void {
    if (!same(run, this.#run)) {
      this.#run = run;
      flushSync();
    }
    for (const article of this.#articles()) {
      const id = article.dataset.message ?? "";
      if (!this.#measured.has(id)) this.#measure(id, article.getBoundingClientRect().height);
    }
    this.#show(this.#run);
  }

  #measure(id: MessageId, height: number): void {
    // A page without layout, in a test.
    if (height === 0 && !this.#view?.clientHeight) return;
    this.#measured.set(id, height);
    const row = this.#places.get(id);
    if (row !== undefined) this.#heights.set(row, height);
  }

  /** The page has put all rows so much too low: the gap above them takes that up, and where it cannot, a scroll does. */
  #absorb(by: number): void {
    if (!this.#view) return;
    const { room } = this.#pieces;
    const shift = this.#shift - by;
    const kept = room === 0 ? 0 : Math.max(shift, -room);
    if (kept !== this.#shift) {
      this.#shift = kept;
      flushSync();
    }
    if (Math.abs(kept - shift) >= 0.5) this.#scrollTo(this.#view.scrollTop + kept - shift);
  }

  #correct(): void {
    if (!this.#view) return;
    const moved = this.#anchor.moved(this.#view);
    if (Math.abs(moved) >= 0.25) this.#absorb(moved);
  }

  #capture(): void {
    if (this.#view) this.#anchor.capture(this.#view, this.#articles());
  }

  #scrollTo(top: number): void {
    if (!this.#view) return;
    this.#view.scrollTop = Math.round(top);
    this.#at = this.#view.scrollTop;
  }

  #scrolled(): void {
    if (!this.#view) return;
    const top = this.#view.scrollTop;
    const by = top - this.#at;
    this.#at = top;
    // Less is an echo of what was set here.
    if (Math.abs(by) >= 1) {
      this.release();
      this.#down = by > 0;
      this.#following = by > 0 && (this.#following || this.#atEnd(2));
    }
    if (this.#goal) return;
    this.#fill();
    this.#grow();
  }

  /** A wheel, or a key like it, also where there is nothing left to scroll. */
  #turned(by: number): void {
    this.release();
    if (by < 0) this.#following = false;
    else if (by > 0 && this.#atEnd(2)) this.#following = true;
  }

  /** Adds what is near but not in sight, a little in each frame. */
  #grow(): void {
    cancelAnimationFrame(this.#growing);
    this.#growing = requestAnimationFrame(() => {
      if (!this.#view) return;
      const { top, bottom } = this.#sight();
      const run = grown(this.#heights, this.#run, top, bottom, ROWS_A_FRAME, this.#down);
      if (same(run, this.#run)) return;
      this.#mount(run);
      this.#stay();
      this.#grow();
    });
  }

  /** After heights have changed: the end where that is followed, the place that is held, else what is read. */
  #stay(): void {
    if (!this.#view) return;
    if (this.#following) this.#scrollTo(this.#view.scrollHeight);
    else if (this.#goal) this.#reach(this.#goal);
    else this.#correct();
    this.#capture();
  }

  #resized(changes: ResizeObserverEntry[]): void {
    if (!this.#view) return;
    for (const { target, contentRect } of changes) {
      if (target === this.#view) this.#viewResized(this.#view, contentRect.width);
      else if (target instanceof HTMLElement) this.#measure(target.dataset.message ?? "", contentRect.height);
    }
    this.#stay();
    if (!this.#goal) this.#fill();
    this.#grow();
  }

  #viewResized(view: HTMLElement, width: number): void {
    this.#above = parseFloat(getComputedStyle(view).paddingTop) || 0;
    if (this.#width === width) return;
    this.#width = width;
    this.#forgetHeights();
  }

  /** What is in the page is measured anew by itself; of the rest nothing is known any more. */
  #forgetHeights(): void {
    const gap = this.#pieces.room + this.#shift;
    this.#measured.clear();
    this.#rebuild();
    for (const article of this.#articles())
      this.#measure(article.dataset.message ?? "", article.getBoundingClientRect().height);
    // The gaps follow from heights, which have changed under them.
    this.#run = { ...this.#run };
    // What is above the run is a guess either way: as long as its gap stays, nothing jumps.
    this.#shift = this.#pieces.room === 0 ? 0 : gap - this.#pieces.room;
    void tick().then(() => {
      this.#stay();
      this.#settle();
    });
  }
}
