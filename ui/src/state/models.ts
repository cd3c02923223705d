// Whether an answer came from another model than the one before it, as far as the messages that are here tell.
import type { MessageId } from "../bindings";
import type { Entry } from "./entry.svelte";

interface Path {
  readonly path: readonly MessageId[];
  place(id: MessageId): number;
  entry(id: MessageId | undefined): Entry | undefined;
}

/** So far back the answer before is looked for: only failures and questions lie between. */
const REACH = 20;

/** The date of a version, which a server may add to the name that was asked for. */
const DATED = /(-\d{4}-\d{2}-\d{2}|-\d{4,8}|:latest)$/u;

/** Whether two names mean one model: the same, or one of them without its date. */
export function sameModel(one: string, other: string): boolean {
  return one === other || one.replace(DATED, "") === other || other.replace(DATED, "") === one;
}

/** Told of an answer that has ended: while it runs it has the name that was asked for, which the server may answer otherwise. */
export function modelChanged(chat: Path, answer: Entry): boolean {
  const { model } = answer.message;
  if (model === null || model === "") return false;
  const place = chat.place(answer.id);
  for (let at = place - 1; at >= Math.max(0, place - REACH); at -= 1) {
    const before = chat.entry(chat.path[at]);
    // What is not here would have to be fetched: no change is told then.
    if (!before) return false;
    const { role, model: other } = before.message;
    // One that failed without a word has a name too, and answered nothing.
    if (role === "assistant" && other !== null && other !== "" && before.hasText) return !sameModel(model, other);
  }
  return false;
}
