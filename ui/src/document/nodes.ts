// Makes single nodes and changes them in place. Everything the document shows goes through here: elements by name, text
// as text nodes, never markup.

/** An element with its attributes and children. */
export function make(
  tag: string,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElement {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Appends nodes one by one: a long list does not fit in the arguments of a call. */
export function fill<T extends Element>(node: T, children: Node[]): T {
  for (const child of children) node.appendChild(child);
  return node;
}

/** A quiet button; the gate knows what to do by its action. */
export const button = (action: string, label: string, attributes: Record<string, string> = {}): HTMLElement =>
  make("button", { type: "button", class: "quiet", "data-action": action, ...attributes }, label);

/** Sets an attribute, or takes it away, where that is a change. */
export function patchAttribute(node: Element, name: string, value: string | null): void {
  if (node.getAttribute(name) === value) return;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

/** Makes a text node that shows `before` show `after`, so that a selection in what stays is kept. */
export function patchText(node: Text, before: string, after: string): void {
  if (before === after) return;
  if (after.startsWith(before)) {
    node.appendData(after.slice(before.length));
    return;
  }
  let same = 0;
  while (same < before.length && same < after.length && before.charCodeAt(same) === after.charCodeAt(same)) same += 1;
  node.replaceData(same, before.length - same, after.slice(same));
}
