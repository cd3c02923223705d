// A long text that is the same in both versions, folded to its beginning and its end.
const LINES = 3;
const LETTERS = 240;

/** The beginning and the end; `null` where folding would hide next to nothing. */
export function fold(text: string): { head: string; tail: string } | null {
  const head = text.slice(0, cut(text, firstLines(text)));
  const tail = text.slice(text.length - cutBack(text, lastLines(text)));
  return head.length + tail.length + LETTERS > text.length ? null : { head: head.trimEnd(), tail: tail.trimStart() };
}

/** How many letters the first lines have. */
function firstLines(text: string): number {
  let at = 0;
  for (let line = 0; line < LINES; line += 1) {
    const end = text.indexOf("\n", at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}

function lastLines(text: string): number {
  let at = text.length;
  for (let line = 0; line < LINES && at > 0; line += 1) at = text.lastIndexOf("\n", at - 1);
  return text.length - Math.max(0, at);
}

/** Not more than so many letters, and no word or letter in pieces. */
function cut(text: string, length: number): number {
  if (length <= LETTERS) return length;
  const space = text.slice(0, LETTERS).search(/\s\S*$/u);
  return space > LETTERS / 2 ? space : whole(text, LETTERS);
}

function cutBack(text: string, length: number): number {
  if (length <= LETTERS) return length;
  const from = text.length - LETTERS;
  const space = text.slice(from).search(/\s/u);
  return space >= 0 && space < LETTERS / 2 ? LETTERS - space : text.length - whole(text, from);
}

/** The place itself, or the one after it where a letter of two units stands across it. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}
