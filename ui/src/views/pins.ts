// Which messages must stay in the page wherever the reader scrolls: the one with the focus, and those that are selected.
import type { MessageId } from "../bindings";

type Pin = (messages: readonly MessageId[], range: readonly [MessageId, MessageId] | null) => void;

const messageOf = (node: Node | null, view: HTMLElement): MessageId | null => {
  const element = node instanceof Element ? node : (node?.parentElement ?? null);
  if (!element || !view.contains(element)) return null;
  return element.closest<HTMLElement>("article[data-message]")?.dataset.message ?? null;
};

/** Tells of them whenever they change; the result ends that. */
export function watchPins(view: HTMLElement, pin: Pin): () => void {
  const look = () => {
    const focused = messageOf(document.activeElement, view);
    const selection = document.getSelection();
    const selected = selection && !selection.isCollapsed;
    const from = selected ? messageOf(selection.anchorNode, view) : null;
    const to = selected ? messageOf(selection.focusNode, view) : null;
    const one = from ?? to;
    pin(focused === null ? [] : [focused], one === null ? null : [from ?? one, to ?? one]);
  };
  const abort = new AbortController();
  const { signal } = abort;
  document.addEventListener("selectionchange", look, { signal });
  view.addEventListener("focusin", look, { signal });
  // Once the focus is where it goes.
  view.addEventListener("focusout", () => queueMicrotask(look), { signal });
  return () => abort.abort();
}
