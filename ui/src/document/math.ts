// Formulas as MathML nodes, with their source one click away. A formula that cannot be shown is its source.
import type { MathNode } from "../bindings";
import { t } from "../text/text";
import { button, make } from "./nodes";

const MATHML = "http://www.w3.org/1998/Math/MathML";
/** Core lets through what it knows; this is the second lock. A formula with another element is its source. */
const TAG = /^[a-z]+$/;
const ATTRIBUTE = /^(?!on|href$|style$)[a-z]+$/;

/** A formula of the wire, in a paragraph or on its own. */
export interface Formula {
  source: string;
  nodes: MathNode[];
  display?: boolean;
}

/** The element that shows a formula; one that stands alone scrolls in a box of its own. */
export function makeFormula(tag: "span" | "div", formula: Formula): HTMLElement {
  const node = make(tag);
  fillFormula(node, formula);
  return node;
}

/** Makes `node` show this formula, whatever it showed before. */
export function fillFormula(node: HTMLElement, formula: Formula): void {
  const display = formula.display ?? true;
  node.className = display ? "math display" : "math";
  node.title = formula.source;
  const math = formula.nodes.length > 0 ? root(formula.nodes, display) : null;
  if (!math) {
    node.replaceChildren(make("code", { dir: "ltr" }, formula.source));
    return;
  }
  const scroll = make("span", { class: "scroll" }, math);
  if (display) scroll.tabIndex = 0;
  const label = t.thread.formulaSource;
  const toggle = button("source", "", { class: "quiet show-source", "aria-pressed": "false", title: label });
  toggle.setAttribute("aria-label", label);
  node.replaceChildren(scroll, toggle);
}

/** Whether two formulas look the same: what is shown follows from the source. */
export const formulaStays = (before: Formula, after: Formula): boolean =>
  before.source === after.source && before.nodes.length === after.nodes.length;

/** Shows the source in place of the formula that this button belongs to, or the formula again. */
export function toggleSource(toggle: HTMLElement): void {
  const node = toggle.parentElement;
  if (!node) return;
  const asSource = node.classList.toggle("as-source");
  toggle.setAttribute("aria-pressed", String(asSource));
  if (asSource) node.prepend(make("code", { dir: "ltr" }, node.title));
  else node.querySelector(":scope > code")?.remove();
}

/** The `math` element around the nodes; null where one of them is refused. */
function root(nodes: MathNode[], display: boolean): Element | null {
  const [only] = nodes;
  const inside = nodes.length === 1 && only?.type === "element" && only.tag === "math" ? only.children : nodes;
  return build("math", { dir: "ltr", ...(display ? { display: "block" } : {}) }, inside);
}

function build(tag: string, attributes: Record<string, string>, children: MathNode[]): Element | null {
  if (!TAG.test(tag)) return null;
  const node = document.createElementNS(MATHML, tag);
  for (const [name, value] of Object.entries(attributes)) if (ATTRIBUTE.test(name)) node.setAttribute(name, value);
  for (const child of children) {
    const made =
      child.type === "text" ? document.createTextNode(child.text) : build(child.tag, child.attributes, child.children);
    if (!made) return null;
    node.appendChild(made);
  }
  return node;
}
