// One question in flight: asks "what is new since revision N?", applies the answer in an animation frame, asks again.
// A hidden window asks for nothing; a failed question is asked again only when the window is shown anew or on demand.
import { isError } from "../ipc";
import type { Error } from "../bindings";

interface Patch {
  revision: number;
}

interface Question<P extends Patch> {
  ask(since: number): Promise<P>;
  /** Whether the answer fitted; if not, the whole state is asked for. */
  apply(patch: P): boolean;
  /** Resolves once what was applied is on the page; nothing is asked before. */
  applied?(): Promise<void>;
  failed(error: Error): void;
}

/** Asks a question again and again until it is stopped. */
export class Pull<P extends Patch> {
  #question: Question<P>;
  #since: number;
  #stopped = new AbortController();
  #wake: (() => void) | null = null;

  constructor(question: Question<P>, since: number) {
    this.#question = question;
    this.#since = since;
    void this.#run();
  }

  /** Asks no more; an answer that is under way is ignored. */
  stop(): void {
    this.#stopped.abort();
    this.#wake?.();
  }

  /** Asks again after a failure. */
  again(): void {
    this.#wake?.();
  }

  get #over(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      await visible(this.#stopped.signal);
      if (this.#over) return;
      const patch = await this.#ask();
      if (this.#over) return;
      if (!patch) continue;
      await frame();
      if (this.#over) return;
      this.#since = this.#question.apply(patch) ? patch.revision : 0;
      await this.#question.applied?.();
    }
  }

  async #ask(): Promise<P | null> {
    try {
      return await this.#question.ask(this.#since);
    } catch (error) {
      if (!this.#over) {
        this.#question.failed(isError(error) ? error : { kind: "internal", detail: {} });
        await this.#pause();
      }
      return null;
    }
  }

  /** Until the window is shown anew, or `again`, or `stop`. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        document.removeEventListener("visibilitychange", shown);
        this.#wake = null;
        resolve();
      };
      const shown = () => {
        if (!document.hidden) wake();
      };
      this.#wake = wake;
      document.addEventListener("visibilitychange", shown);
    });
  }
}

function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

function visible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    signal.addEventListener("abort", look, { once: true });
  });
}
