// Quoting what is selected in the thread: it goes into the composer as a Markdown quotation, where the caret is.
import { tick } from "svelte";
import { selectedBlocks, selectedWords, touchesWords } from "../document/selection";
import * as ipc from "../ipc";
import { focusOn } from "./focus";
import { attempt } from "./report";
import { thread } from "./thread";

/** A longer text is put in at once, which cannot be taken back by the field's own undo, but does not lay it out line by line. */
const TYPED = 5000;

/** What is selected in the thread, where anything is. */
export function selectedRange(): Range | null {
  const shown = thread()?.element;
  const selection = document.getSelection();
  if (!shown || !selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  return shown.contains(range.commonAncestorContainer) ? range : null;
}

/** Whether something in the selection can be quoted. */
export function quotable(range: Range): boolean {
  const shown = thread()?.element;
  return shown !== undefined && touchesWords(shown, range);
}

/** Puts what is selected into the composer, and the focus behind it. */
export async function quoteSelection(): Promise<void> {
  const range = selectedRange();
  const shown = thread()?.element;
  if (!range || !shown) return;
  const blocks = selectedBlocks(shown, range);
  // What the person wrote is quoted as they wrote it.
  const quotation = blocks ? await attempt(() => ipc.quoteDocument(blocks)) : quoted(selectedWords(shown, range));
  if (quotation) await insert(quotation);
}

const quoted = (words: string): string =>
  words === ""
    ? ""
    : words
        .split("\n")
        .map((line) => (line.trim() === "" ? ">" : `> ${line}`))
        .join("\n");

async function insert(quotation: string): Promise<void> {
  const field = document.getElementById("message");
  if (!(field instanceof HTMLTextAreaElement)) return;
  // A field keeps its caret when the focus leaves it. Where only the selection left it, the caret is lost.
  if (document.activeElement === field) field.setSelectionRange(field.value.length, field.value.length);
  await focusOn("message");
  const { value, selectionStart, selectionEnd } = field;
  const before = value.slice(0, selectionStart);
  // A paragraph of its own, and below it the line to write on.
  const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const text = `${lead}${quotation}\n\n`;
  if (text.length > TYPED || !insertAsTyped(text)) {
    field.setRangeText(text, selectionStart, selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  }
  await tick();
  field.scrollTop = field.scrollHeight * (field.selectionEnd / Math.max(1, field.value.length));
}

/** So that the field's own undo takes it out again. Deprecated, and the only way there is. */
function insertAsTyped(text: string): boolean {
  return "execCommand" in document && document.execCommand("insertText", false, text);
}
