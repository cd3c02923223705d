// Copying a selection: where it touches a document, its part goes to the backend, which writes it for other programs.
// Anything else is the web view's own business.
import type { Block } from "../bindings";
import { selectedBlocks } from "./selection";

const FIELDS = "input, textarea, select, [contenteditable]";

/** Takes over copying from the window; the result gives it back. */
export function guardCopying(copy: (blocks: Block[]) => void): () => void {
  const onCopy = (event: ClipboardEvent) => {
    if (isField(event.target) || isField(document.activeElement)) return;
    const selection = getSelection();
    const thread = document.querySelector(".thread");
    if (!thread || !selection || selection.isCollapsed || selection.rangeCount === 0) return;
    const blocks = selectedBlocks(thread, selection.getRangeAt(0));
    if (!blocks) return;
    event.preventDefault();
    copy(blocks);
  };
  const abort = new AbortController();
  document.addEventListener("copy", onCopy, { signal: abort.signal });
  // Nothing here can be cut; who tries gets a copy.
  document.addEventListener("cut", onCopy, { signal: abort.signal });
  return () => abort.abort();
}

const isField = (target: EventTarget | null): boolean => target instanceof Element && target.closest(FIELDS) !== null;
