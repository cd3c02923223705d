// The inlines of a paragraph, a heading or a cell as nodes: one node for each, changed in place where its kind stays.
import type { Inline } from "../bindings";
import { t } from "../text/text";
import { formulaStays, makeFormula } from "./math";
import { fill, make, patchAttribute, patchText } from "./nodes";

/** The nodes of inlines, in order. */
export const makeInlines = (inlines: Inline[]): ChildNode[] => inlines.map(makeInline);

/**
 * Makes `nodes`, the children of `parent`, show `after` from place `keep` on, where they showed `before`. What is before
 * that place is not looked at, and a text that grows is appended to.
 */
export function patchInlines(
  parent: Element,
  nodes: ChildNode[],
  keep: number,
  before: Inline[],
  after: Inline[],
): void {
  for (const [offset, inline] of after.entries()) {
    const node = nodes[keep + offset];
    const old = before[offset];
    if (node && old) {
      nodes[keep + offset] = patchInline(node, old, inline);
    } else {
      const made = makeInline(inline);
      parent.appendChild(made);
      nodes.push(made);
    }
  }
  for (const surplus of nodes.splice(keep + after.length)) surplus.remove();
}

/** The same for all the children of an element that nothing else is in. */
export function patchContent(parent: Element, before: Inline[], after: Inline[]): void {
  patchInlines(parent, [...parent.childNodes], 0, before, after);
}

function makeInline(inline: Inline): ChildNode {
  switch (inline.type) {
    case "text":
      return document.createTextNode(inline.text);
    case "emphasis":
      return fill(make("em"), makeInlines(inline.inlines));
    case "strong":
      return fill(make("strong"), makeInlines(inline.inlines));
    case "strike":
      return fill(make("s"), makeInlines(inline.inlines));
    case "code":
      return make("code", {}, document.createTextNode(inline.text));
    case "link":
      if (inline.href === null) return fill(make("span"), makeInlines(inline.inlines));
      return fill(
        make("a", { href: inline.href, title: inline.href, rel: "noreferrer", draggable: "false" }),
        makeInlines(inline.inlines),
      );
    case "image":
      // A place in this document is no picture.
      if (inline.href === null || inline.href.startsWith("#")) return make("span", {}, inline.text);
      return imageButton(inline.href, inline.text);
    case "math":
      return makeFormula("span", inline);
    case "footnoteRef":
      return make(
        "sup",
        {},
        make(
          "a",
          {
            href: `#${encodeURIComponent(inline.label)}`,
            draggable: "false",
            "data-note": inline.label,
            "aria-label": t.thread.footnote(inline.number),
          },
          String(inline.number),
        ),
      );
    case "break":
      return make("br");
  }
}

/** Makes `node` show `after` where it showed `before`; the result is that node, or what took its place. */
function patchInline(node: ChildNode, before: Inline, after: Inline): ChildNode {
  if (stays(node, before, after)) return node;
  const made = makeInline(after);
  node.replaceWith(made);
  return made;
}

/** Whether the node could be kept; then it shows `after`. */
function stays(node: ChildNode, before: Inline, after: Inline): boolean {
  switch (after.type) {
    case "text":
      if (before.type !== "text" || !(node instanceof Text)) return false;
      patchText(node, before.text, after.text);
      return true;
    case "code":
      if (before.type !== "code" || !(node.firstChild instanceof Text)) return false;
      patchText(node.firstChild, before.text, after.text);
      return true;
    case "emphasis":
    case "strong":
    case "strike":
      if (before.type !== after.type || !(node instanceof Element)) return false;
      patchContent(node, before.inlines, after.inlines);
      return true;
    case "link":
      if (before.type !== "link" || !(node instanceof Element)) return false;
      if ((before.href === null) !== (after.href === null)) return false;
      patchAttribute(node, "href", after.href);
      patchAttribute(node, "title", after.href);
      patchContent(node, before.inlines, after.inlines);
      return true;
    case "image":
      return before.type === "image" && before.href === after.href && before.text === after.text;
    case "math":
      return before.type === "math" && before.display === after.display && formulaStays(before, after);
    case "footnoteRef":
      return before.type === "footnoteRef" && before.label === after.label && before.number === after.number;
    case "break":
      return before.type === "break";
  }
}

/** Who an image is from, where its address says so. */
function hostOf(href: string): string {
  try {
    return new URL(href).host || href;
  } catch {
    return href;
  }
}

/** The button that stands for an image: nothing is fetched before it is pressed. */
function imageButton(href: string, description: string): HTMLElement {
  return make(
    "button",
    {
      type: "button",
      class: "image",
      title: `${t.thread.openImage}: ${href}`,
      "data-action": "image",
      "data-href": href,
    },
    t.thread.image(description, hostOf(href)),
  );
}
