// Where a text has what is looked for, by the rules by which core finds it (`find/matching.rs`, `search/marks.rs`): a test
// compares the two on the same texts. A place is [start, end) in the letters of the text.
import type { SearchTerm } from "../bindings";
import { type Word, type Words, isOfWords, split } from "./split";

export type Place = [start: number, end: number];

/** What is looked for in a chat. */
export interface Wanted {
  /** The text as it was typed, its letters without case, its spaces without kind. */
  literal: string;
  /** Its words as the search looks for them; `null` where it has signs, which the search passes by. */
  term: SearchTerm | null;
}

/** Reads what was typed: a text, or words in quotes. The last word is the beginning of one, as long as nothing follows it. */
export function wantedOf(query: string): Wanted {
  const quoted = /^"([^"]*)"$/.exec(query)?.[1];
  const text = quoted ?? query;
  return { literal: fold(query).text, term: isOfWords(text) ? termOf(text, quoted === undefined) : null };
}

function termOf(text: string, typed: boolean): SearchTerm | null {
  const { pieces, wholes } = split(text);
  const [first, last, whole] = [pieces[0], pieces.at(-1), wholes[0]];
  if (!first || !last) return null;
  const isAll = whole && wholes.length === 1 && whole.start === first.start && whole.end === last.end;
  const prefix = typed && !/\s$/u.test(text) && !last.single;
  return { pieces: pieces.map(({ folded }) => folded), whole: isAll ? whole.folded : null, prefix };
}

/** Every place where a text has what is wanted, in order, without overlaps: as it was typed, then as words. */
export function placesOf(wanted: Wanted, text: string): Place[] {
  const places = literalPlaces(wanted.literal, text);
  if (!wanted.term) return places;
  const words = termPlaces(wanted.term, split(text)).filter(([start, end]) =>
    places.every(([from, to]) => end <= from || to <= start),
  );
  return apart([...places, ...words]);
}

/** Every place of a term, in order, without overlaps. */
export function termPlaces(term: SearchTerm, { pieces, wholes }: Words): Place[] {
  const { pieces: wanted, whole, prefix } = term;
  const last = wanted.length - 1;
  const is = (token: string | undefined, word: Word | undefined) =>
    token !== undefined && word !== undefined && (prefix ? word.folded.startsWith(token) : word.folded === token);
  const places: Place[] = [];
  pieces.forEach((piece, at) => {
    const end = pieces[at + last];
    const before = wanted.slice(0, last).every((token, n) => pieces[at + n]?.folded === token);
    if (end && before && is(wanted[last], end)) places.push([piece.start, end.end]);
  });
  const wholly = (token: string | undefined, words: Word[]) => {
    for (const word of words) if (is(token, word)) places.push([word.start, word.end]);
  };
  if (whole !== null) {
    wholly(whole, pieces);
    wholly(whole, wholes);
  }
  if (last === 0) wholly(wanted[0], wholes);
  return apart(places);
}

/** The first of those that overlap; of those that begin together the longest. */
function apart(places: Place[]): Place[] {
  places.sort(([start, end], [from, to]) => start - from || to - end);
  const kept: Place[] = [];
  for (const place of places) if (place[0] >= (kept.at(-1)?.[1] ?? 0)) kept.push(place);
  return kept;
}

function literalPlaces(wanted: string, text: string): Place[] {
  if (wanted === "") return [];
  const { text: folded, map } = fold(text);
  const places: Place[] = [];
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length)) {
    const end = at + wanted.length;
    places.push(map ? [map[at] ?? text.length, map[end] ?? text.length] : [at, end]);
  }
  return places;
}

/** A text with letters without case and spaces without kind; and where each of its letters comes from, if not from its own place. */
function fold(text: string): { text: string; map: number[] | null } {
  const plain = text.replace(/\s/gu, " ").toLowerCase().replaceAll("ς", "σ");
  if (plain.length === text.length) return { text: plain, map: null };
  let folded = "";
  const map: number[] = [];
  let at = 0;
  for (const letter of text) {
    const lower = letter.replace(/\s/u, " ").toLowerCase().replaceAll("ς", "σ");
    map.push(...Array.from({ length: lower.length }, () => at));
    folded += lower;
    at += letter.length;
  }
  return { text: folded, map };
}
