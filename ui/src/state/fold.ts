// A long text that is the same in both versions, folded to its beginning and its end.
const LINES = 3;
const LETTERS = 240;

/** The beginning and the end; `null` where folding would hide next to nothing. */
export function fold(text: string): { head: string; tail: string } | null {
  const [head, tail] = [beginning(text), end(text)];
  return head.length + tail.length + LETTERS > text.length ? null : { head, tail };
}

/** Some whole lines, as many as are short enough; else some words of the first one. */
function beginning(text: string): string {
  const lines = text.slice(0, LETTERS + 1).split("\n");
  // The last one may go on beyond what was looked at.
  const whole = lines.slice(0, -1).slice(0, LINES).join("\n").trimEnd();
  if (whole !== "") return whole;
  const words = text.slice(0, LETTERS).replace(/[\uD800-\uDBFF]$/, "");
  const space = words.search(/\s\S*$/u);
  return `${words.slice(0, space > LETTERS / 2 ? space : undefined)} …`;
}

function end(text: string): string {
  const lines = text.slice(-LETTERS - 1).split("\n");
  const whole = lines.slice(1).slice(-LINES).join("\n").trimStart();
  if (whole !== "") return whole;
  const words = text.slice(-LETTERS).replace(/^[\uDC00-\uDFFF]/, "");
  const space = words.search(/\s/u);
  return `… ${words.slice(space >= 0 && space < LETTERS / 2 ? space + 1 : 0)}`;
}
