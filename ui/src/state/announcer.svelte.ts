// What is said to a screen reader: the sentences of a streaming answer as they are finished, and how it ended.
// Only the block that is still open is cut into sentences, and of it only what was not yet said.
import type { Block } from "../bindings";
import { blockAt } from "../document/model";
import { lastPath, nextPath, piece, pieceCount } from "../document/words";
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

/** How far an answer has been said: the block, the piece of its words, and the characters of that. */
interface Place {
  path: number[];
  piece: number;
  said: number;
}
const START: Readonly<Place> = { path: [0], piece: 0, said: 0 };

export class Announcer {
  lines = $state.raw<Line[]>([]);

  #next = 1;
  #reply: string | null = null;
  /** Replies that have been asked for and not yet said: one may arrive whole, without ever streaming. */
  #awaited = new Set<string>();
  #place: Place = { ...START };
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
      this.#place = { ...START };
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
    const blocks = entry?.document.blocks ?? [];
    const path = lastPath(blocks);
    this.#place = path ? endOf(blocks, path) : { ...START };
  }

  #read(blocks: Block[], ended: boolean): void {
    // One line for all that is new at once: the region keeps few of them.
    const said: string[] = [];
    this.#mend(blocks);
    for (;;) {
      const block = blockAt(blocks, this.#place.path);
      if (!block) break;
      const rest = this.#rest(block);
      const next = nextPath(blocks, this.#place.path);
      if (next) {
        said.push(rest.trim());
        this.#place = { ...START, path: next };
        continue;
      }
      const length = ended ? rest.length : this.#finished(rest);
      said.push(rest.slice(0, length).trim());
      this.#advance(block, length);
      break;
    }
    this.say(said.filter((words) => words !== "").join("\n"));
  }

  /** Goes back to what is still there where the text has been taken back. */
  #mend(blocks: Block[]): void {
    const path = [...this.#place.path];
    while (path.length > 0 && !blockAt(blocks, path)) {
      const place = path.pop();
      if (place !== undefined && place > 0) path.push(place - 1);
    }
    if (path.length === 0) this.#place = { ...START };
    else if (path.join() !== this.#place.path.join()) this.#place = endOf(blocks, path);
  }

  /** What has not been said of the words of the block that is being read. */
  #rest(block: Block): string {
    let rest = "";
    for (let at = this.#place.piece; at < pieceCount(block); at += 1) rest += piece(block, at);
    return rest.slice(this.#place.said);
  }

  /** Takes that many more characters for said. A piece that is said whole is not looked at again. */
  #advance(block: Block, length: number): void {
    const place = this.#place;
    place.said += length;
    while (place.piece < pieceCount(block) - 1) {
      const passed = piece(block, place.piece).length;
      if (place.said < passed) return;
      place.said -= passed;
      place.piece += 1;
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

/** The place where all of a block's own words are said. */
function endOf(blocks: Block[], path: number[]): Place {
  const block = blockAt(blocks, path);
  const last = block ? Math.max(0, pieceCount(block) - 1) : 0;
  return { path, piece: last, said: block ? piece(block, last).length : 0 };
}
