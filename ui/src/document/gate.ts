// What a click on a document does. One listener for the whole window: links and images leave through the backend's gate,
// code is copied, and nothing ever navigates.
import { t } from "../text/text";

interface Gate {
  openLink(href: string): void;
  copyCode(text: string): Promise<boolean>;
}

/** Guards a window; the result takes the guard away. */
export function guardDocument(gate: Gate): () => void {
  const click = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    const link = event.target.closest("a[href]");
    if (link) {
      event.preventDefault();
      // The middle button opens too, the right one has the menu.
      const href = link.getAttribute("href");
      if (href && event.button !== 2) gate.openLink(href);
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

function press(button: HTMLElement, gate: Gate): void {
  const block = button.closest(".code");
  if (button.dataset.action === "image") {
    if (button.dataset.href) gate.openLink(button.dataset.href);
  } else if (button.dataset.action === "wrap") {
    const wrapped = block?.classList.toggle("wrapped") ?? false;
    button.setAttribute("aria-pressed", String(wrapped));
  } else if (button.dataset.action === "copy") {
    void copy(button, block?.querySelector("code")?.textContent ?? "", gate);
  }
}

async function copy(button: HTMLElement, text: string, gate: Gate): Promise<void> {
  if (!(await gate.copyCode(text))) return;
  // Beside the label, not in its place: the button keeps its name.
  button.dataset.told = t.thread.copied;
  setTimeout(() => delete button.dataset.told, 1500);
}
