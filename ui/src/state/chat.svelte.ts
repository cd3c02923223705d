// The chat that this window shows: its head, the ids of its path, and the messages at the path's end that are loaded.
import type { ChatHead, ChatPatch, Message, MessageId, MessagePatch } from "../bindings";
import { Entry, isSettled } from "./entry.svelte";

/** Told of every change of a reply in the open chat, in order; `fresh` where it was not there before. */
export type ReplyListener = (entry: Entry, fresh: boolean) => void;

export class OpenChat {
  head = $state.raw<ChatHead | null>(null);
  path = $state.raw<MessageId[]>([]);
  /** The loaded messages: an unbroken end of the path. */
  entries = $state.raw<Entry[]>([]);
  /** Grows whenever text arrives. */
  arrivals = $state(0);
  /** Set while earlier messages are on their way. */
  loadingEarlier = $state(false);

  #known = new Map<MessageId, Entry>();
  #listener: ReplyListener = () => undefined;

  /** The replies that have not ended: the one that runs, and those in the queue behind it or behind a failure. */
  readonly replies = $derived.by(() => {
    const open: Entry[] = [];
    let blocked = false;
    for (let at = this.entries.length - 1; at >= 0; at -= 1) {
      const entry = this.entries[at];
      if (entry?.message.role !== "assistant") continue;
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

  get hasEarlier(): boolean {
    return this.entries.length < this.path.length;
  }

  listen(listener: ReplyListener): void {
    this.#listener = listener;
  }

  /** Applies a patch of this chat. Says whether all that it needs is here. */
  apply(patch: ChatPatch): boolean {
    if (patch.snapshot) this.#forget(patch);
    if (patch.head) this.head = patch.head;
    for (const change of patch.messages) this.#change(change, patch.snapshot);
    if (patch.path) {
      const path = this.path.slice(0, patch.snapshot ? 0 : patch.path.keep);
      this.path = path.concat(patch.path.ids);
    } else if (patch.snapshot) {
      this.path = [];
    }
    if (patch.path || patch.snapshot) this.#gather();
    const last = this.path.at(-1);
    return last === undefined || this.#known.has(last);
  }

  /** Resolves once the documents of what runs have taken in all that was applied. */
  async applied(): Promise<void> {
    for (const entry of this.replies.open) await entry.document.applied();
  }

  /** Takes in messages that stand before the loaded ones. */
  addEarlier(messages: Message[]): void {
    for (const message of messages) if (!this.#known.has(message.id)) this.#known.set(message.id, new Entry(message));
    this.#gather();
  }

  entry(id: MessageId | null): Entry | undefined {
    return id === null ? undefined : this.#known.get(id);
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
    const entry = this.#known.get(change.id);
    if (!entry) return;
    entry.stream(change.state, change.blocks);
    if (change.blocks.length > 0) this.arrivals += 1;
    this.#listener(entry, false);
  }

  /** In the same chat settled messages stay, so that their nodes and the reading position do; the rest comes anew. */
  #forget(patch: ChatPatch): void {
    if (patch.head?.id === this.head?.id) {
      const fresh = new Set(patch.messages.map((change) => (change.type === "put" ? change.message.id : change.id)));
      for (const [id, entry] of this.#known) if (!fresh.has(id) && !isSettled(entry.state)) this.#known.delete(id);
    } else {
      this.#known.clear();
      this.loadingEarlier = false;
    }
  }

  #gather(): void {
    let first = this.path.length;
    while (first > 0 && this.#known.has(this.path[first - 1] ?? "")) first -= 1;
    // What left the path comes anew if it is chosen again: its place among the versions may be another by then.
    const path = new Set(this.path);
    for (const id of this.#known.keys()) if (!path.has(id)) this.#known.delete(id);
    this.entries = this.path.slice(first).flatMap((id) => this.#known.get(id) ?? []);
  }
}
