// One message as this window holds it. Its document is patched in place; only what the frame around it shows is reactive.
import type { BlockPatch, Damage, Message, MessageState } from "../bindings";
import { LiveDocument } from "../document/live";

/** Whether a reply has ended, for good or ill. */
export const isSettled = (state: MessageState) => state !== "queued" && state !== "waiting" && state !== "streaming";

export class Entry {
  readonly id: string;
  readonly document: LiveDocument;
  message: Message;
  state: MessageState;
  hasText: boolean;

  constructor(message: Message) {
    this.id = message.id;
    this.document = new LiveDocument(message.document);
    this.message = $state.raw(message);
    this.state = $state.raw(message.state);
    this.hasText = $state(message.document.length > 0 || message.text !== "");
  }

  /** Why there is no text of it, where damage took that. */
  get lost(): Exclude<Damage, "altered"> | null {
    const { damage } = this.message;
    return damage === "altered" ? null : damage;
  }

  put(message: Message): void {
    this.document.replace(message.document);
    this.message = message;
    this.state = message.state;
    this.hasText = message.document.length > 0 || message.text !== "";
  }

  /** The end of what streamed; `message` comes without its document, which `blocks` complete. */
  settle(message: Message, blocks: BlockPatch[]): void {
    this.document.apply(blocks);
    this.message = message;
    this.state = message.state;
    this.hasText = this.document.blocks.length > 0;
  }

  stream(state: MessageState, blocks: BlockPatch[]): void {
    this.document.apply(blocks);
    this.state = state;
    this.hasText = this.document.blocks.length > 0;
    // The pause before this try is over once text arrives.
    if (state === "streaming" && this.message.wait) this.message = { ...this.message, wait: null };
  }
}
