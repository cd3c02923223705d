// Two versions of a message side by side: which there are, which two are compared, what was taken over.
import type { ChatId, Comparison, Error, MessageId, OperationId, Stretch } from "../bindings";
import * as ipc from "../ipc";

/** A paragraph that was taken over: the version that came of it. */
interface Taken {
  operation: OperationId;
  number: number;
  count: number;
}

export class VersionsCompared {
  /** All versions, in the order of their numbers. */
  versions = $state.raw<Stretch[]>([]);
  one = $state<MessageId | null>(null);
  other = $state<MessageId | null>(null);
  comparison = $state.raw<Comparison | null>(null);
  error = $state.raw<Error | null>(null);
  taken = $state.raw<Taken | null>(null);
  /** The last thing taken over was undone. */
  undone = $state(false);
  busy = $state(false);
  /** How many of the hunks differ. */
  readonly differing = $derived(this.comparison?.hunks.filter((hunk) => hunk.type === "changed").length ?? 0);
  /** Only an answer can have something of another put into it. */
  readonly takes = $derived(this.versions[0]?.role === "assistant");

  #asked = 0;

  constructor(
    readonly chat: ChatId,
    readonly asError: (thrown: unknown) => Error,
  ) {}

  /** Begins with a message and its neighbour. */
  begin = (message: MessageId) => this.#try(() => this.#load(message));

  /** Compares two others. */
  choose(one: MessageId | null, other: MessageId | null): void {
    [this.one, this.other] = [one, other];
    this.taken = null;
    this.undone = false;
    void this.#try(() => this.#compare());
  }

  /** Puts a hunk of the other version into the first: what comes of it is a further version, which is the first then. */
  async takeOver(hunk: number): Promise<OperationId | null> {
    const { one, other } = this;
    if (one === null || other === null || this.busy) return null;
    let operation: OperationId | null = null;
    await this.#try(async () => {
      ({ operationId: operation } = await ipc.takeOver(one, other, hunk));
      this.undone = false;
      await this.#load(one, true);
      const made = this.versions.find(({ first }) => first === this.one);
      if (made) this.taken = { operation, number: made.number, count: made.count };
    });
    return operation;
  }

  /** After what was taken over was undone: the version before is the first again. */
  async back(): Promise<void> {
    this.taken = null;
    await this.#try(() => this.#load(this.one, true));
    this.undone = this.error === null;
  }

  /** Asks which versions there are. `shown`: the one that is shown becomes the first. */
  async #load(message: MessageId | null, shown = false): Promise<void> {
    const { stretches } = await ipc.chatMap(this.chat);
    const known = stretches.find(({ first }) => first === message || first === this.other);
    this.versions = stretches
      .filter((each) => known && each.parent === known.parent && each.role === known.role)
      .sort((a, b) => a.number - b.number);
    const has = (id: MessageId | null) => this.versions.some(({ first }) => first === id);
    const visible = this.versions.find((each) => each.shown)?.first ?? null;
    this.one = shown || !has(message) ? visible : message;
    if (!has(this.other) || this.other === this.one) {
      const at = this.versions.findIndex(({ first }) => first === this.one);
      // The one before, which most often is what this one was made from.
      this.other = (this.versions[at - 1] ?? this.versions[at + 1])?.first ?? null;
    }
    await this.#compare();
  }

  async #compare(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    const { one, other } = this;
    const comparison = one === null || other === null ? null : await ipc.compareVersions(one, other);
    if (mine === this.#asked) this.comparison = comparison;
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      await work();
    } catch (thrown) {
      this.error = this.asError(thrown);
    } finally {
      this.busy = false;
    }
  }
}
