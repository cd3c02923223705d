// Ways inside one document: from a link to the heading it names, from a reference to its footnote and back.

/** Which reference led to a footnote last: its way back. */
const cameFrom = new WeakMap<Element, HTMLElement>();

/** Follows a link that stays in the document. */
export function followWithin(link: HTMLAnchorElement): void {
  const { note } = link.dataset;
  if (note === undefined) {
    const target = find(link, "anchor", decoded(link.getAttribute("href")?.slice(1) ?? ""));
    if (target) reach(target, "start");
    return;
  }
  const definition = find(link, "definition", note);
  if (!definition) return;
  cameFrom.set(definition, link);
  reach(definition, "center");
}

/** Goes from a footnote back to the reference that led to it, else to the first one. */
export function goBack(button: HTMLElement): void {
  const definition = button.closest<HTMLElement>("[data-definition]");
  if (!definition) return;
  const from = cameFrom.get(definition);
  const reference = from?.isConnected ? from : find(definition, "note", definition.dataset.definition ?? "");
  if (reference) reach(reference, "center");
}

/** What carries this name in the same document. Names are compared, never part of a selector: they are the model's words. */
function find(from: Element, kind: "anchor" | "note" | "definition", name: string): HTMLElement | null {
  const all = from.closest(".document")?.querySelectorAll<HTMLElement>(`[data-${kind}]`) ?? [];
  return [...all].find((element) => element.dataset[kind] === name) ?? null;
}

function reach(target: HTMLElement, block: ScrollLogicalPosition): void {
  target.scrollIntoView({ block });
  // The next Tab goes on from here.
  if (target.localName !== "a") target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
