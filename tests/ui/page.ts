// A page for one document: where it is shown, what a change did to it, and the guard that its clicks go to.
import { beforeEach, onTestFinished, vi } from "vitest";
import type { Block } from "../../ui/src/bindings";
import { guardDocument } from "../../ui/src/document/gate";
import { LiveDocument } from "../../ui/src/document/live";

export let host: HTMLElement;

beforeEach(() => {
  // Time stands still, so that what is applied is there at once, however busy the machine is.
  vi.spyOn(performance, "now").mockReturnValue(0);
  host = document.createElement("div");
  host.className = "document";
  document.body.replaceChildren(host);
});

/** Shows a document of these blocks in the host. */
export function shown(...blocks: Block[]): LiveDocument {
  const live = new LiveDocument(blocks);
  live.show(host);
  return live;
}

/** How many nodes `work` made, and how many changes of the host's tree, texts and attributes were seen. */
export function mutations(work: () => void): { created: number; changes: number } {
  const observer = new MutationObserver(() => undefined);
  observer.observe(host, { subtree: true, childList: true, characterData: true, attributes: true });
  // The first of them makes every element here, those without a namespace too.
  const makers = [vi.spyOn(document, "createElementNS"), vi.spyOn(document, "createTextNode")];
  const before = makers.map((maker) => maker.mock.calls.length);
  work();
  const changes = observer.takeRecords().length;
  observer.disconnect();
  const created = makers.reduce((sum, maker, index) => sum + maker.mock.calls.length - (before[index] ?? 0), 0);
  makers.forEach((maker) => maker.mockRestore());
  return { created, changes };
}

/** Guards the page until the test is over. */
export function guarded() {
  const gate = { openLink: vi.fn(), copyText: vi.fn(() => Promise.resolve(true)) };
  onTestFinished(guardDocument(gate));
  return gate;
}

/** The button of this name. */
export function named(name: string): HTMLButtonElement {
  const found = [...host.querySelectorAll("button")].find(
    (button) => (button.getAttribute("aria-label") ?? button.textContent) === name,
  );
  if (!found) throw new Error(`No button "${name}"`);
  return found;
}
