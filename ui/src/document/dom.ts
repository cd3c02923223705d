// Makes nodes from descriptions and changes them in place. A node is never rebuilt while its tag stays the same: that is
// what keeps a selection, a scrolled code block and the reader's eye where they are.
import type { ElementShape, Shape } from "./describe";

/** A description together with the node that shows it. */
export interface Live {
  shape: Shape;
  node: Element | Text;
  children: Live[];
}

/** Makes the nodes of a description. */
export function create(shape: Shape): Live {
  if (typeof shape === "string") return { shape, node: document.createTextNode(shape), children: [] };
  const node = document.createElement(shape.tag);
  for (const [name, value] of Object.entries(shape.attributes)) node.setAttribute(name, value);
  const children = shape.children.map(create);
  for (const child of children) node.appendChild(child.node);
  return { shape, node, children };
}

/** Makes `live` show `shape`, with as few changes as there are. The result is `live`, or what took its place. */
export function patch(live: Live, shape: Shape): Live {
  if (typeof shape === "string") {
    if (typeof live.shape !== "string" || !(live.node instanceof Text)) return replace(live, shape);
    patchText(live.node, live.shape, shape);
    live.shape = shape;
    return live;
  }
  if (typeof live.shape === "string" || live.shape.tag !== shape.tag || !(live.node instanceof Element))
    return replace(live, shape);
  patchAttributes(live.node, live.shape, shape);
  patchChildren(live.node, live.children, shape.children);
  live.shape = shape;
  return live;
}

/** Appends to a live text. */
export function appendText(live: Live, text: string): void {
  if (typeof live.shape !== "string" || !(live.node instanceof Text)) return;
  live.node.appendData(text);
  live.shape += text;
}

function replace(live: Live, shape: Shape): Live {
  const next = create(shape);
  live.node.replaceWith(next.node);
  return next;
}

function patchText(node: Text, before: string, after: string): void {
  if (before === after) return;
  if (after.startsWith(before)) {
    node.appendData(after.slice(before.length));
    return;
  }
  // From the first difference on, so that a selection in what stays is kept.
  let same = 0;
  while (same < before.length && same < after.length && before.charCodeAt(same) === after.charCodeAt(same)) same += 1;
  node.replaceData(same, before.length - same, after.slice(same));
}

function patchAttributes(node: Element, before: ElementShape, after: ElementShape): void {
  for (const name of Object.keys(before.attributes)) if (!(name in after.attributes)) node.removeAttribute(name);
  for (const [name, value] of Object.entries(after.attributes))
    if (before.attributes[name] !== value) node.setAttribute(name, value);
}

function patchChildren(parent: Element, children: Live[], shapes: Shape[]): void {
  for (const [index, shape] of shapes.entries()) {
    const child = children[index];
    if (child) {
      children[index] = patch(child, shape);
    } else {
      const made = create(shape);
      parent.appendChild(made.node);
      children.push(made);
    }
  }
  for (const surplus of children.splice(shapes.length)) surplus.node.remove();
}
