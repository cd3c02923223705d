// What a search found, while one types: asked after a short pause, and the last question wins.
import type { Error, SearchResult } from "../bindings";
import * as ipc from "../ipc";

const PAUSE = 80;

export class Search {
  result = $state.raw<SearchResult | null>(null);
  error = $state.raw<Error | null>(null);

  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Looks for the words; an empty query ends the search. As typed: a space at the end says that the last word is whole. */
  look(query: string, best: boolean): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    const mine = this.#asked;
    if (query.trim() === "") {
      this.result = null;
      this.error = null;
      return;
    }
    this.#timer = setTimeout(() => void this.#ask(query, best, mine), PAUSE);
  }

  async #ask(query: string, best: boolean, mine: number): Promise<void> {
    try {
      const result = await (best ? ipc.searchBest(query) : ipc.searchChats(query));
      if (mine !== this.#asked) return;
      this.result = result;
      this.error = null;
    } catch (thrown) {
      if (mine === this.#asked && ipc.isError(thrown)) this.error = thrown;
    }
  }
}
