// What is said to a screen reader: the sentences of a streaming answer as they are finished, and how it ended.
// Only the block that is still open is cut into sentences, and of it only what was not yet said.
import type { Block } from "../bindings";
import { plainText } from "../document/describe";
import { t } from "../text/text";
import { isSettled, type Entry } from "./entry.svelte";

/** Lines that stay in the live region; a screen reader has taken what is older. */
const LINES = 8;
/** An unfinished sentence this long is said as far as it goes. */
const LONG = 1200;

export interface Line {
  id: number;
  text: string;
}

export class Announcer {
  lines = $state.raw<Line[]>([]);

  #next = 1;
  #reply: string | null = null;
  /** Replies that have been asked for and not yet said: one may arrive whole, without ever streaming. */
  #awaited = new Set<string>();
  #block = 0;
  #said = 0;
  #sentences = new Intl.Segmenter(undefined, { granularity: "sentence" });

  say(text: string): void {
    const line = text.trim();
    if (!line) return;
    this.lines = [...this.lines.slice(1 - LINES), { id: this.#next, text: line }];
    this.#next += 1;
  }

  /** Tells of a change of a reply in the open chat; a `fresh` one was not there before. */
  follow(entry: Entry, fresh = false): void {
    const settled = isSettled(entry.state);
    if (fresh || !settled) this.#awaited.add(entry.id);
    if (entry.state !== "streaming" && !settled) return;
    if (this.#reply !== entry.id) {
      if (!this.#awaited.has(entry.id)) return;
      this.#reply = entry.id;
      this.#block = 0;
      this.#said = 0;
    }
    this.#read(entry.document.blocks, settled);
    if (!settled) return;
    this.#reply = null;
    this.#awaited.delete(entry.id);
    if (entry.state === "complete") this.say(t.announce.complete);
    else if (entry.state === "stopped") this.say(t.announce.stopped);
    else if (entry.state === "interrupted") this.say(t.announce.interrupted);
  }

  /** Takes a reply that was already running for read: its earlier text is not said when a chat is opened. */
  skip(entry: Entry | null): void {
    this.#awaited.clear();
    this.#reply = entry?.id ?? null;
    this.#block = Math.max(0, (entry?.document.blocks.length ?? 0) - 1);
    const last = entry?.document.blocks[this.#block];
    this.#said = last ? plainText(last).length : 0;
  }

  #read(blocks: Block[], ended: boolean): void {
    while (this.#block < blocks.length) {
      const block = blocks[this.#block];
      if (!block) return;
      const text = plainText(block);
      const closed = ended || this.#block < blocks.length - 1;
      const rest = text.slice(this.#said);
      if (closed) {
        this.say(rest);
        this.#block += 1;
        this.#said = 0;
        continue;
      }
      const length = this.#finished(rest);
      if (length > 0) {
        this.say(rest.slice(0, length));
        this.#said += length;
      }
      return;
    }
  }

  /** How much of an open text ends with a finished sentence. */
  #finished(text: string): number {
    let end = 0;
    let last = "";
    for (const { segment, index } of this.#sentences.segment(text)) {
      // A sentence is known to be finished once another one follows it.
      end = index;
      last = segment;
    }
    if (last.length > LONG) return Math.max(end, text.lastIndexOf(" ") + 1);
    return end;
  }
}
