// The chats that are selected in the list, to do something with all of them.
import type { ChatId } from "../bindings";

export class Selection {
  #chats = $state.raw<ReadonlySet<ChatId>>(new Set());
  /** From where Shift selects. */
  anchor: ChatId | null = null;

  get size(): number {
    return this.#chats.size;
  }

  /** In the order in which they were selected. */
  get chats(): ChatId[] {
    return [...this.#chats];
  }

  has(chat: ChatId): boolean {
    return this.#chats.has(chat);
  }

  toggle(chat: ChatId): void {
    const chats = new Set(this.#chats);
    if (!chats.delete(chat)) chats.add(chat);
    this.#chats = chats;
    this.anchor = chat;
  }

  /** These and no others. The anchor stays. */
  set(chats: Iterable<ChatId>): void {
    this.#chats = new Set(chats);
  }

  clear(): void {
    if (this.size > 0) this.#chats = new Set();
    this.anchor = null;
  }

  /** Lets go of those for which this does not hold. */
  keep(holds: (chat: ChatId) => boolean): void {
    const kept = this.chats.filter(holds);
    if (kept.length < this.size) this.#chats = new Set(kept);
    if (this.anchor !== null && !holds(this.anchor)) this.anchor = null;
  }
}
