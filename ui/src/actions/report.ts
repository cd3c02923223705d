// What becomes of an error of something the person did: an alert above the composer, never a lost text.
import type { Error } from "../bindings";
import { isError } from "../ipc";
import { view } from "../state/window";

/** Anything thrown as an error of the table. */
export const asError = (thrown: unknown): Error => (isError(thrown) ? thrown : { kind: "internal", detail: {} });

/** Shows an error above the composer. */
export function report(thrown: unknown, retry?: () => void): void {
  view.alert = retry ? { error: asError(thrown), retry } : { error: asError(thrown) };
}

/** Does something, and reports it with Retry if it fails. The result is `undefined` then. */
export async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    const result = await action();
    view.alert = null;
    return result;
  } catch (thrown) {
    report(thrown, () => void attempt(action));
    return undefined;
  }
}
