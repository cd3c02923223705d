// How text is split for the search, as core does it (`search/tokens.rs`): folded words, the pieces of identifiers, and single
// characters of the scripts that are written without spaces. A test compares the two on the same texts.

/** A word of a text, folded, with where it stands. */
export interface Word {
  folded: string;
  start: number;
  end: number;
  /** Whether it is a character by itself, which has no beginning but itself. */
  single: boolean;
}

export interface Words {
  /** In order: words, pieces of identifiers, single characters. */
  pieces: Word[];
  /** Identifiers of several pieces, whole. */
  wholes: Word[];
}

/** Characters of a token; what is longer is cut. */
const LONGEST = 64;

const WORD = /^[\p{Alphabetic}\p{N}\p{M}]$/u;
/** Signs and emoji; Thai, Lao, Myanmar, Khmer, Han, Kana, Bopomofo, Hangul. */
const SIGN = /^[\u2600-\u27bf\u{1f000}-\u{1faff}]$/u;
const WITHOUT_SPACES =
  /^[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\ua9e0-\ua9ff\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\u{1aff0}-\u{1b16f}\u{20000}-\u{3ffff}]$/u;
/** Accents, the voicing of a kana, the variant of a sign. */
const EXTENDS = /^[\u0300-\u036f\u3099\u309a\uff9e\uff9f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u;
const ACCENTS = /[\u0300-\u036f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

type Kind = "word" | "single" | "other";

function kind(letter: string): Kind {
  if (letter <= "\x7f") return /[A-Za-z0-9]/.test(letter) ? "word" : "other";
  if (SIGN.test(letter)) return "single";
  if (!WORD.test(letter)) return "other";
  return WITHOUT_SPACES.test(letter) ? "single" : "word";
}

/** Whether a text has no signs but spaces and those of identifiers. */
export const isOfWords = (text: string) =>
  Array.from(text).every((letter) => letter === "_" || /^\s$/u.test(letter) || kind(letter) !== "other");

/** Whether a character belongs to the single one before it; vowel and end of a syllable that is written in jamo too. */
const extendsIt = (letter: string, first: string) =>
  EXTENDS.test(letter) || (/[\u1160-\u11ff]/.test(letter) && /[\u1100-\u115f]/.test(first));

/** Letters without case, accents and the forms that only print differs in. */
export function foldWord(text: string): string {
  // Lower case once more: the forms of a letter are taken for it only now.
  const plain = text.toLowerCase().normalize("NFKD").toLowerCase().replace(ACCENTS, "");
  return plain.normalize("NFC").replaceAll("ß", "ss").replaceAll("ς", "σ");
}

const cut = (letters: string) => (letters.length <= LONGEST ? letters : Array.from(letters).slice(0, LONGEST).join(""));

/** Splits a text. */
export function split(text: string): Words {
  const words: Words = { pieces: [], wholes: [] };
  const letterAt = (at: number) => String.fromCodePoint(text.codePointAt(at) ?? 0);
  let at = 0;
  while (at < text.length) {
    const start = at;
    const letter = letterAt(at);
    at += letter.length;
    const is = kind(letter);
    if (is === "other") continue;
    const goesOn = (next: string) =>
      is === "single" ? extendsIt(next, letter) : next === "_" || kind(next) === "word";
    while (at < text.length && goesOn(letterAt(at))) at += letterAt(at).length;
    if (is === "single") add(words, text, start, at);
    else addIdentifier(words, text, start, at);
  }
  return words;
}

/** A run of word characters and `_`: its pieces, and where it has several, the whole of it. */
function addIdentifier(words: Words, text: string, start: number, end: number): void {
  const first = words.pieces.length;
  let at = start;
  for (const segment of text.slice(start, end).split("_")) {
    let from = 0;
    for (const to of segment === "" ? [] : [...humps(segment), segment.length]) {
      add(words, text, at + from, at + to);
      from = to;
    }
    at += segment.length + 1;
  }
  const [one, last] = [words.pieces[first], words.pieces.at(-1)];
  if (!one || !last || words.pieces.length - first < 2 || (one.start === last.start && one.end === last.end)) return;
  const folded = cut(
    words.pieces
      .slice(first)
      .map((piece) => piece.folded)
      .join(""),
  );
  words.wholes.push({ folded, start: one.start, end: last.end, single: false });
}

/** Folds a piece of the text. What one sign stands for may be several words, or none. */
function add(words: Words, text: string, start: number, end: number): void {
  let token = "";
  const push = (single = false) => {
    if (token !== "") words.pieces.push({ folded: cut(token), start, end, single });
    token = "";
  };
  for (const letter of foldWord(text.slice(start, end))) {
    const is = kind(letter);
    if (is !== "word") push();
    if (is !== "other") token += letter;
    if (is === "single") push(true);
  }
  push();
}

/** Where `camelCase` and `HTTPServer` are cut; not at all where that would leave crumbs, as in base64. */
function humps(segment: string): number[] {
  if (/^[a-z]*$/.test(segment)) return [];
  const cuts: number[] = [];
  const letters = Array.from(segment);
  const [upper, lower, numeric] = [/^\p{Uppercase}$/u, /^\p{Lowercase}$/u, /^\p{N}$/u];
  let at = 0;
  letters.forEach((letter, n) => {
    const before = letters[n - 1];
    if (before !== undefined && upper.test(letter)) {
      const opens = lower.test(letters[n + 1] ?? "");
      if (lower.test(before) || (opens && (upper.test(before) || numeric.test(before)))) cuts.push(at);
    }
    at += letter.length;
  });
  const bytes = cuts.length > 3 ? new TextEncoder().encode(segment).length : 0;
  return cuts.length > 3 && bytes < 3 * (cuts.length + 1) ? [] : cuts;
}
