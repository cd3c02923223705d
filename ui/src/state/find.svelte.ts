// What is looked for in the open chat: the query, where it was found, and which of the matches is the current one.
import type { Found, MessageId } from "../bindings";

/** One match: the message it is in, and which one there, from 0. */
export interface Match {
  message: MessageId;
  nth: number;
}

export class Find {
  open = $state(false);
  query = $state("");
  /** The messages with matches, in order; `null` before the first answer. */
  found = $state.raw<Found[] | null>(null);
  /** The current match, from 0; -1 where there is none. */
  at = $state(-1);

  /** For each message, how many matches there are before it; and the number of all. */
  readonly #sums = $derived.by(() => {
    let sum = 0;
    const before = (this.found ?? []).map(({ count }) => {
      sum += count;
      return sum - count;
    });
    return { before, total: sum };
  });

  /** How many matches core found in a message. */
  countIn(message: MessageId): number {
    return this.found?.find(({ id }) => id === message)?.count ?? 0;
  }

  get total(): number {
    return this.#sums.total;
  }

  /** The current match. */
  readonly current: Match | null = $derived.by(() => {
    const index = this.#sums.before.findLastIndex((before) => before <= this.at);
    const found = this.found?.[index];
    return this.at < 0 || !found ? null : { message: found.id, nth: this.at - (this.#sums.before[index] ?? 0) };
  });

  /** The number of a match; of a message that has fewer now, its last one; -1 where the message has none. */
  numberOf({ message, nth }: Match): number {
    const index = this.found?.findIndex(({ id }) => id === message) ?? -1;
    const found = this.found?.[index];
    return found ? (this.#sums.before[index] ?? 0) + Math.min(nth, found.count - 1) : -1;
  }

  /** The first match in a place of the path or after it, else the first of all. */
  firstFrom(place: number, placeOf: (id: MessageId) => number): number {
    if (this.total === 0) return -1;
    const index = this.found?.findIndex(({ id }) => placeOf(id) >= place) ?? -1;
    return this.#sums.before[index] ?? 0;
  }

  close(): void {
    this.open = false;
    this.query = "";
    this.found = null;
    this.at = -1;
  }
}
