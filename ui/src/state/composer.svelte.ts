// What is being typed, and its draft: saved at most 400 ms after a key, for the chat it was typed in.
import type { ChatId, Error } from "../bindings";
import * as ipc from "../ipc";

const SAVE_AFTER = 400;

export class Composer {
  text = $state("");
  /** Set from Enter to the acknowledgement. */
  sending = $state(false);

  /** Told when a draft could not be saved. */
  failed: (error: Error) => void = () => undefined;

  #chat: ChatId | null = null;
  #saved = "";
  /** The draft that is being saved. */
  #saving: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a chat's draft. */
  open(chat: ChatId, draft: string): void {
    this.flush();
    this.#chat = chat;
    this.#saved = draft;
    this.text = draft;
  }

  /** Takes what the person typed. */
  type(text: string): void {
    this.text = text;
    // Counted from the first key, not the last: who types on and on is saved all the same.
    this.#timer ??= setTimeout(() => this.flush(), SAVE_AFTER);
  }

  /** Resolves once nothing is on its way to the disk. */
  async flushed(): Promise<void> {
    this.flush();
    await this.#saving;
  }

  /** Saves what is not saved yet, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // While a message is on its way the backend takes the draft away itself; a save would bring it back.
    if (this.sending || this.#chat === null || this.text === this.#saved) return;
    const text = this.text;
    const before = this.#saved;
    this.#saved = text;
    this.#saving = ipc.saveDraft(this.#chat, text).catch((error: unknown) => {
      if (this.#saved === text) this.#saved = before;
      if (ipc.isError(error)) this.failed(error);
    });
  }

  /** Hands the text to `send` and takes it away once that is acknowledged; what was typed behind it meanwhile stays. */
  async send<T>(send: (chat: ChatId, text: string) => Promise<T>): Promise<T | null> {
    const chat = this.#chat;
    if (this.sending || chat === null) return null;
    const text = this.text;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.sending = true;
    try {
      // A draft that arrived after the message would stand there again at the next start.
      await this.#saving;
      const sent = await send(chat, text);
      if (this.#chat === chat) {
        if (this.text.startsWith(text)) this.text = this.text.slice(text.length);
        this.#saved = "";
      }
      return sent;
    } catch (error) {
      // The window has gone on to another chat: the text is kept as the draft of the one it was written in.
      if (this.#chat !== chat) void ipc.saveDraft(chat, text);
      throw error;
    } finally {
      this.sending = false;
      if (this.text !== this.#saved) this.type(this.text);
    }
  }
}
