// A backend that a test scripts: it records what was asked, and answers what the test says.
import type { ChatPatch, Error, ErrorDetail, ErrorKind, OverviewPatch } from "../../ui/src/bindings";

type Answer = (args: Record<string, unknown>) => unknown;

export interface Call {
  command: string;
  args: Record<string, unknown>;
}

interface Asked<P> {
  args: Record<string, unknown>;
  answer(patch: P): void;
  refuse(error: Error): void;
}

class Backend {
  calls: Call[] = [];
  /** Questions of the two pulls that are open. */
  chatQuestions: Asked<ChatPatch>[] = [];
  overviewQuestions: Asked<OverviewPatch>[] = [];
  #answers = new Map<string, Answer>();

  reset(): void {
    this.calls = [];
    this.chatQuestions = [];
    this.overviewQuestions = [];
    this.#answers = new Map([["list_models", () => ["gpt-4o", "gpt-4o-mini"]]]);
  }

  on(command: string, answer: Answer): void {
    this.#answers.set(command, answer);
  }

  fail(command: string, kind: ErrorKind, detail: ErrorDetail = {}): void {
    this.on(command, () => Promise.reject(failure(kind, detail)));
  }

  async invoke(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    this.calls.push({ command, args });
    if (command === "next_patch") return ask(this.chatQuestions, args);
    if (command === "next_overview") return ask(this.overviewQuestions, args);
    return this.#answers.get(command)?.(args) ?? null;
  }

  /** What was asked with one command. */
  asked(command: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.command === command).map((call) => call.args);
  }
}

function ask<P>(questions: Asked<P>[], args: Record<string, unknown>): Promise<P> {
  return new Promise((resolve, reject) => {
    questions.push({ args, answer: resolve, refuse: reject });
  });
}

export const failure = (kind: ErrorKind, detail: ErrorDetail = {}): Error => ({ kind, detail });

export const backend = new Backend();
