// Looking for a prompt from the composer: as long as the message is one line that begins with "/" and holds no second one.
import type { Prompt } from "../bindings";
import { library } from "./library.svelte";

/** A path has a second slash soon, and nobody calls a prompt by more than this. */
const LONGEST_QUERY = 60;

export class Slash {
  /** What is looked for; `null` while nothing is. */
  query = $state<string | null>(null);
  active = $state(0);
  /** Whether it was closed: it opens again once the "/" is typed anew. */
  #closed = false;

  constructor(
    private readonly rank: (query: string, prompts: readonly Prompt[]) => Prompt[],
    private readonly load: () => Promise<unknown>,
  ) {}

  readonly found = $derived.by(() => (this.query === null ? [] : this.rank(this.query, library.prompts)));

  /** Told of every text that is typed. */
  typed(text: string): void {
    const query = /^\/([^/\n]*)$/u.exec(text)?.[1];
    if (query === undefined || query.length > LONGEST_QUERY) {
      this.#closed = false;
      this.query = null;
      return;
    }
    // Also after the text went another way than by typing: it was sent, or another chat was opened.
    if (query === "") this.#closed = false;
    if (this.#closed) return;
    if (this.query === null) void this.load();
    if (this.query !== query) this.active = 0;
    this.query = query;
  }

  close(): void {
    this.#closed = this.query !== null;
    this.query = null;
  }

  move(by: 1 | -1): void {
    const { length } = this.found;
    if (length > 0) this.active = (this.active + by + length) % length;
  }
}
