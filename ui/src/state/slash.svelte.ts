// Looking for a prompt from the composer: as long as the message is one line that begins with "/" and holds no second one.
import type { Prompt } from "../bindings";
import { library } from "./library.svelte";

/** A path has a second slash soon, and nobody calls a prompt by more than this. */
const LONGEST_QUERY = 60;

/** A message that calls a prompt by its name. */
export const called = /^\/([^/\n]*)$/u;

export class Slash {
  /** What is looked for; `null` while nothing is. */
  query = $state<string | null>(null);
  active = $state(0);
  /** What fits what was looked for last, best first. */
  found = $state.raw<readonly Prompt[]>([]);
  /** Counts what is looked for, and says of what `found` is. */
  #asked = $state(0);
  #answered = $state(0);
  #looking: Promise<void> = Promise.resolve();
  /** Whether it was closed: it opens again once the "/" is typed anew. */
  #closed = false;

  constructor(
    private readonly rank: (query: string, prompts: readonly Prompt[]) => Promise<readonly Prompt[]>,
    private readonly load: () => Promise<unknown>,
  ) {}

  /** Told of every text that is typed. */
  typed(text: string): void {
    const query = called.exec(text)?.[1];
    if (query === undefined || query.length > LONGEST_QUERY) {
      this.#closed = false;
      this.#end();
      return;
    }
    // Also after the text went another way than by typing: it was sent, or another chat was opened.
    if (query === "") this.#closed = false;
    if (this.#closed) return;
    const begins = this.query === null;
    if (this.query === query) return;
    this.active = 0;
    this.query = query;
    this.#looking = this.#look(query, begins);
  }

  async #look(query: string, begins: boolean): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    if (begins) await this.load();
    const found = await this.rank(query, library.prompts);
    if (asked !== this.#asked) return;
    this.#answered = asked;
    if (this.query !== null) this.found = found;
  }

  /** Whether `found` is what fits the query. */
  get isCurrent(): boolean {
    return this.#answered === this.#asked;
  }

  /** The one that is chosen, once it is known what fits the query. */
  async choice(): Promise<Prompt | undefined> {
    while (!this.isCurrent) await this.#looking;
    return this.query === null ? undefined : this.found[this.active];
  }

  close(): void {
    this.#closed = this.query !== null;
    this.#end();
  }

  #end(): void {
    this.query = null;
    this.found = [];
  }

  move(by: 1 | -1): void {
    const { length } = this.found;
    if (length > 0) this.active = (this.active + by + length) % length;
  }
}
