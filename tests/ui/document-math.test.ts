// Formulas: MathML nodes, their source one click away, and what is refused.
import { expect, test } from "vitest";
import type { Inline, MathNode } from "../../ui/src/bindings";
import { blockNodes } from "../../ui/src/document/live";
import { paragraph, put, text } from "./make";
import { guarded, host, named, shown } from "./page";

const element = (tag: string, children: MathNode[] = [], attributes: Record<string, string> = {}): MathNode => ({
  type: "element",
  tag,
  attributes,
  children,
});
const x: MathNode = element("mi", [{ type: "text", text: "x" }]);
const inline = (source: string, nodes: MathNode[], display = false): Inline => ({
  type: "math",
  source,
  display,
  nodes,
});
const math = () => host.querySelector("math");

test("a formula is made of MathML elements, and its source is told", () => {
  shown(paragraph(0, inline("x^2", [element("msup", [x, element("mn", [{ type: "text", text: "2" }])])])));
  expect([...host.querySelectorAll("math, math *")].map((node) => [node.localName, node.namespaceURI])).toEqual(
    ["math", "msup", "mi", "mn"].map((name) => [name, "http://www.w3.org/1998/Math/MathML"]),
  );
  expect(math()?.textContent).toBe("x2");
  expect(host.querySelector<HTMLElement>(".math")?.title).toBe("x^2");
});

test("nodes that bring their own math element get no second one", () => {
  shown(paragraph(0, inline("x", [element("math", [x])])));
  expect(host.querySelectorAll("math")).toHaveLength(1);
});

test.each([
  ["in a paragraph", paragraph(0, inline("x", [x], true))],
  ["as a block", { id: 0, type: "math" as const, source: "x", nodes: [x] }],
])("a formula on its own line scrolls in its own box, reachable by Tab: %s", (_, block) => {
  shown(block);
  expect(math()?.getAttribute("display")).toBe("block");
  expect(math()?.closest<HTMLElement>(".scroll")?.tabIndex).toBe(0);
});

test("the source is one click away, and the formula one more", () => {
  guarded();
  shown(paragraph(0, inline("x", [x])));
  const formula = math();
  named("Source of the formula").click();
  expect(host.querySelector("code")?.textContent).toBe("x");
  expect(named("Source of the formula").getAttribute("aria-pressed")).toBe("true");
  named("Source of the formula").click();
  expect(host.querySelector("code")).toBeNull();
  expect(math()).toBe(formula);
});

test("a formula that could not be read is its source, its neighbours are what they are", () => {
  shown(paragraph(0, "a ", inline("\\oops", []), inline("x", [x])), { id: 1, type: "math", source: "y", nodes: [] });
  expect([...host.querySelectorAll("code")].map((node) => node.textContent)).toEqual(["\\oops", "y"]);
  expect(host.querySelectorAll("math")).toHaveLength(1);
});

test("a formula that grows until it can be read becomes one, in its place", () => {
  const live = shown({ id: 0, type: "math", source: "\\frac", nodes: [] });
  const node = blockNodes(host)[0];
  live.apply([put({ id: 0, type: "math", source: "x", nodes: [x] })]);
  expect(blockNodes(host)[0]).toBe(node);
  expect(math()?.textContent).toBe("x");
  const shownMath = math();
  live.apply([put({ id: 0, type: "math", source: "x", nodes: [x] })]);
  expect(math()).toBe(shownMath);
});

test.each(["<img onerror>", "m:mi", "MI", "", "annotation-xml"])("an element named %j is refused", (tag) => {
  shown(paragraph(0, "before ", inline("source", [x, element(tag)]), text(" after")));
  expect(math()).toBeNull();
  expect(host.textContent).toBe("before source after");
});

test.each(["onclick", "href", "style", "xlink:href", "<", "onX"])("an attribute named %j is left out", (name) => {
  shown(paragraph(0, inline("x", [element("mi", [], { [name]: "alert(1)", mathvariant: "bold" })])));
  expect(math()?.firstElementChild?.getAttributeNames()).toEqual(["mathvariant"]);
});

test("a script in a formula is no script of the page", () => {
  shown(paragraph(0, inline("x", [element("script", [{ type: "text", text: "alert(1)" }])])));
  expect(host.querySelector("script") instanceof HTMLScriptElement).toBe(false);
});
