// What a click on a document does. One listener for the whole window: links and images leave through the backend's gate,
// code and tables are copied, and nothing ever navigates.
import { t } from "../text/text";
import { codeAround } from "./code";
import { tableAround } from "./grid";
import { toggleSource } from "./math";
import { tableText, type TableFormat } from "./table";
import { followWithin, goBack } from "./within";

interface Gate {
  openLink(href: string): void;
  /** False where it could not be copied. */
  copyText(text: string): Promise<boolean>;
}

/** Guards a window; the result takes the guard away. */
export function guardDocument(gate: Gate): () => void {
  const click = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    const link = event.target.closest<HTMLAnchorElement>("a[href]");
    if (link) {
      event.preventDefault();
      // The middle button opens too, the right one has the menu.
      if (event.button !== 2) follow(link, gate);
      return;
    }
    const button = event.target.closest<HTMLElement>("button[data-action]");
    if (button && event.button === 0) press(button, gate);
  };
  const refuse = (event: Event) => event.preventDefault();
  const abort = new AbortController();
  const { signal } = abort;
  document.addEventListener("click", click, { signal });
  document.addEventListener("auxclick", click, { signal });
  // A file or link dropped on the page would replace it.
  window.addEventListener("dragover", refuse, { signal });
  window.addEventListener("drop", refuse, { signal });
  return () => abort.abort();
}

function follow(link: HTMLAnchorElement, gate: Gate): void {
  const href = link.getAttribute("href");
  if (href?.startsWith("#")) followWithin(link);
  else if (href) gate.openLink(href);
}

function press(button: HTMLElement, gate: Gate): void {
  const { action, href, format } = button.dataset;
  const code = codeAround(button);
  const table = tableAround(button);
  if (action === "image" && href) gate.openLink(href);
  else if (action === "wrap") code?.toggleWrap();
  else if (action === "lines" && code) showLines(button, code);
  else if (action === "copy" && code) void copy(button, code.text, gate);
  else if (action === "table" && table) void copy(button, tableText(table, format as TableFormat), gate);
  else if (action === "source") toggleSource(button);
  else if (action === "back") goBack(button);
}

function showLines(button: HTMLElement, code: NonNullable<ReturnType<typeof codeAround>>): void {
  code.toggleLines();
  // What was taken away may have been the whole window's view.
  if (!code.expanded) button.scrollIntoView({ block: "nearest" });
}

async function copy(button: HTMLElement, text: string, gate: Gate): Promise<void> {
  if (!(await gate.copyText(text))) return;
  // Beside the label, not in its place: the button keeps its name.
  button.dataset.told = t.thread.copied;
  setTimeout(() => delete button.dataset.told, 1500);
}
