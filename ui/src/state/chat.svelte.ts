// The chat that this window shows: its head, the ids of its path, and those of its messages that are here. A long chat is
// never here as a whole: what is far from the reader is let go of again.
import { SvelteMap } from "svelte/reactivity";
import type { ChatHead, ChatPatch, Message, MessageId, MessagePatch } from "../bindings";
import { Entry, isSettled } from "./entry.svelte";

/** Told of every change of a reply in the open chat, in order; `fresh` where it was not there before. */
export type ReplyListener = (entry: Entry, fresh: boolean) => void;

/** So many messages may be here, */
const MOST = 300;
/** and so many letters in them; those that are needed now stay whatever they hold. */
const MOST_LETTERS = 600_000;

export class OpenChat {
  head = $state.raw<ChatHead | null>(null);
  path = $state.raw<MessageId[]>([]);
  /** Bytes of the text of each message of the path, as of when the path came. */
  sizes: number[] = [];
  /** Places on the path of what the person said, in order. */
  questions: number[] = [];
  /** Grows whenever text arrives. */
  arrivals = $state(0);

  #known = new SvelteMap<MessageId, Entry>();
  #places = new Map<MessageId, number>();
  #listener: ReplyListener = () => undefined;

  /** The replies that have not ended: the one that runs, and those in the queue behind it or behind a failure. */
  readonly replies = $derived.by(() => {
    const open: Entry[] = [];
    let blocked = false;
    for (let at = this.path.length - 1; at >= 0; at -= 1) {
      const entry = this.entry(this.path[at]);
      // Whatever is open is here, with all that comes after it.
      if (!entry) break;
      if (entry.message.role !== "assistant") continue;
      if (isSettled(entry.state)) {
        blocked = entry.state === "failed";
        break;
      }
      open.unshift(entry);
    }
    const [first] = open;
    const running = first && !(first.state === "queued" && blocked) ? first : null;
    return { open, running, queued: running ? open.slice(1) : open };
  });

  /** The reply that runs in this chat, or is just about to. */
  get running(): Entry | null {
    return this.replies.running;
  }

  /** The messages that are here, in the order of the path. */
  get entries(): Entry[] {
    return this.path.flatMap((id) => this.#known.get(id) ?? []);
  }

  listen(listener: ReplyListener): void {
    this.#listener = listener;
  }

  /** Applies a patch of this chat. Says whether all that it needs is here. */
  apply(patch: ChatPatch): boolean {
    if (patch.snapshot) this.#forget(patch);
    if (patch.head) this.head = patch.head;
    for (const change of patch.messages) this.#change(change, patch.snapshot);
    if (patch.path || patch.snapshot) this.#splice(patch);
    const last = this.path.at(-1);
    return last === undefined || this.#known.has(last);
  }

  /** Resolves once the documents of what runs have taken in all that was applied. */
  async applied(): Promise<void> {
    for (const entry of this.replies.open) await entry.document.applied();
  }

  /** Takes in messages that were asked for. What came by a patch meanwhile is newer. */
  add(messages: Message[]): void {
    for (const message of messages) {
      if (!this.#known.has(message.id) && this.#places.has(message.id)) this.#known.set(message.id, new Entry(message));
    }
  }

  entry(id: MessageId | null | undefined): Entry | undefined {
    return id === null || id === undefined ? undefined : this.#known.get(id);
  }

  /** The place of a message on the path; -1 where it is not on it. */
  place(id: MessageId): number {
    return this.#places.get(id) ?? -1;
  }

  /** Whether the person said it; known also of what is not here. */
  isQuestion(id: MessageId): boolean {
    const at = this.place(id);
    let [low, high] = [0, this.questions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.questions[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return this.questions[low] === at;
  }

  /** Lets go of what is farthest from the places that are needed, until the rest is few enough. */
  trim(first: number, end: number): void {
    if (this.#known.size <= MOST && this.#letters() <= MOST_LETTERS) return;
    const distance = (id: MessageId) => {
      const at = this.place(id);
      return Math.max(first - at, at - end + 1, 0);
    };
    const far = [...this.#known].map(([id, entry]) => ({ entry, away: distance(id) })).sort((a, b) => b.away - a.away);
    let { length } = far;
    let letters = this.#letters();
    for (const { entry, away } of far) {
      // To three quarters, so that this is rare.
      if (away === 0 || (length <= MOST * 0.75 && letters <= MOST_LETTERS * 0.75)) return;
      if (!this.#mayGo(entry)) continue;
      this.#known.delete(entry.id);
      length -= 1;
      letters -= entry.message.textLength;
    }
  }

  /** The end of the path is always here: there are the replies that run, and End leads there. */
  #mayGo(entry: Entry): boolean {
    return isSettled(entry.state) && this.place(entry.id) < this.path.length - 20;
  }

  #letters(): number {
    let sum = 0;
    for (const entry of this.#known.values()) sum += entry.message.textLength;
    return sum;
  }

  #change(change: MessagePatch, snapshot: boolean): void {
    if (change.type === "put") {
      const entry = this.#known.get(change.message.id);
      if (entry) entry.put(change.message);
      else this.#known.set(change.message.id, new Entry(change.message));
      const now = entry ?? this.#known.get(change.message.id);
      if (now && change.message.role === "assistant") this.#listener(now, !entry && !snapshot);
      return;
    }
    const entry = this.#known.get(change.type === "settle" ? change.message.id : change.id);
    if (!entry) return;
    if (change.type === "settle") entry.settle(change.message, change.blocks);
    else entry.stream(change.state, change.blocks);
    if (change.blocks.length > 0) this.arrivals += 1;
    this.#listener(entry, false);
  }

  /** In the same chat settled messages stay, so that their nodes and the reading position do; the rest comes anew. */
  #forget(patch: ChatPatch): void {
    if (patch.head?.id === this.head?.id) {
      const fresh = new Set(patch.messages.map((change) => (change.type === "stream" ? change.id : change.message.id)));
      for (const [id, entry] of this.#known) if (!fresh.has(id) && !isSettled(entry.state)) this.#known.delete(id);
    } else {
      this.#known.clear();
    }
  }

  #splice(patch: ChatPatch): void {
    const keep = patch.snapshot ? 0 : (patch.path?.keep ?? 0);
    const ids = patch.path?.ids ?? [];
    this.sizes = this.sizes.slice(0, keep).concat(patch.path?.sizes ?? []);
    this.questions = this.questions.filter((at) => at < keep).concat(patch.path?.questions ?? []);
    const path = this.path.slice(0, keep).concat(ids);
    this.#places = new Map(path.map((id, at) => [id, at]));
    // What left the path comes anew if it is chosen again: its place among the versions may be another by then.
    for (const id of [...this.#known.keys()]) if (!this.#places.has(id)) this.#known.delete(id);
    this.path = path;
  }
}
