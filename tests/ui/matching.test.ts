// The window finds what core finds: the same cases, which a test of core's holds to be as core finds them.
import { expect, test } from "vitest";
import { placesOf, wantedOf } from "../../ui/src/document/matching";
import { type Word, split } from "../../ui/src/document/split";
import cases from "./matching.json";

const joined = (words: Word[]) => words.map(({ folded }) => folded).join(" ");

test.each(cases.texts)("$text is split, and found in, as in core", ({ text, split: expected, found }) => {
  const { pieces, wholes } = split(text);
  expect([joined(pieces), joined(wholes)]).toEqual(expected);
  const own = cases.queries.map((query) => [query, placesOf(wantedOf(query), text)]);
  expect(own.filter(([, places]) => places?.length !== 0)).toEqual(found);
});
