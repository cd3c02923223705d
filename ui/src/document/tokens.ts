// Pieces of highlighted code as nodes: one node for each token, plain ones as bare text.
import type { Token } from "../bindings";
import { make, patchText } from "./nodes";

/** Classes of the style sheet by the token's class on the wire: keyword, string, number, comment, name. */
const CLASSES = ["", "k", "s", "n", "c", "f"];

/** Whether a token is the first of a line that is not the first. */
export const startsLine = ([, text]: Token): boolean => text.startsWith("\n");

/** How many line breaks are in tokens from `from` on. */
export function breaksIn(tokens: Token[], from = 0): number {
  let breaks = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token && startsLine(token)) breaks += 1;
  }
  return breaks;
}

export const textOf = (tokens: Token[]): string => tokens.map(([, text]) => text).join("");

/** How many tokens at the start are the same in both. */
export function commonStart(before: Token[], after: Token[]): number {
  const end = Math.min(before.length, after.length);
  let at = 0;
  while (at < end && before[at]?.[0] === after[at]?.[0] && before[at]?.[1] === after[at]?.[1]) at += 1;
  return at;
}

export function makeToken([kind, text]: Token): ChildNode {
  const node = document.createTextNode(text);
  const name = CLASSES[kind];
  return name ? make("span", { class: name }, node) : node;
}

/** Makes the node of `before` show `after`; the result is that node, or what took its place. */
export function patchToken(node: ChildNode, before: Token, after: Token): ChildNode {
  const text = node instanceof Text ? node : node.firstChild;
  if (before[0] === after[0] && text instanceof Text) {
    patchText(text, before[1], after[1]);
    return node;
  }
  const made = makeToken(after);
  node.replaceWith(made);
  return made;
}
