// What a search found, while one types: asked for at once, one question at a time, and the last one wins.
import type { Error, SearchResult } from "../bindings";
import * as ipc from "../ipc";

interface Question {
  query: string;
  best: boolean;
}

export class Search {
  result = $state.raw<SearchResult | null>(null);
  error = $state.raw<Error | null>(null);

  #next: Question | null = null;
  #asking = false;

  /** Looks for the words; an empty query ends the search. As typed: a space at the end says that the last word is whole. */
  look(query: string, best: boolean): void {
    this.#next = { query, best };
    if (query.trim() === "") {
      this.result = null;
      this.error = null;
    }
    if (!this.#asking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    while (this.#next) {
      const question = this.#next;
      this.#next = null;
      if (question.query.trim() === "") continue;
      try {
        const result = await (question.best ? ipc.searchBest(question.query) : ipc.searchChats(question.query));
        // What was typed meanwhile is asked for next.
        if (this.#isLast()) [this.result, this.error] = [result, null];
      } catch (thrown) {
        if (this.#isLast() && ipc.isError(thrown)) this.error = thrown;
      }
    }
    this.#asking = false;
  }

  #isLast = () => this.#next === null;
}
