// Heights of rows, and which rows are in the page for a place of the view.
import { describe, expect, test } from "vitest";
import { Heights } from "../../ui/src/views/heights";
import { grown, needed, pieces, type Run } from "../../ui/src/views/run";

/** Numbers that look random and are the same in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("heights", () => {
  test.each([0, 1, 2, 3, 7, 8, 9, 1000])("of %i rows say what adding them up says, also after changes", (count) => {
    const random = dice(count);
    const plain = Array.from({ length: count }, () => Math.floor(random() * 300));
    const heights = new Heights(plain);
    for (let change = 0; change < 50 && count > 0; change += 1) {
      const row = Math.floor(random() * count);
      plain[row] = Math.floor(random() * 300);
      heights.set(row, plain[row] ?? 0);
    }
    const sums = plain.reduce((all, height) => [...all, (all.at(-1) ?? 0) + height], [0]);
    expect(Array.from({ length: count + 1 }, (_, row) => heights.offset(row))).toEqual(sums);
    expect(heights.total).toBe(sums.at(-1));
    for (let look = 0; look < 200; look += 1) {
      const y = Math.floor(random() * (heights.total + 100)) - 50;
      const expected = Math.min(
        count - 1,
        Math.max(
          0,
          sums.findLastIndex((sum) => sum <= Math.max(0, y)),
        ),
      );
      expect(heights.rowAt(y), `at ${y}`).toBe(count === 0 ? -1 : expected);
    }
  });

  test("of rows that are not there are not set", () => {
    const heights = new Heights([1, 2]);
    heights.set(2, 9);
    heights.set(-1, 9);
    expect([heights.total, heights.height(5)]).toEqual([3, 0]);
  });
});

describe("the run", () => {
  const heights = new Heights(Array.from({ length: 10_000 }, () => 100));
  const none: Run = { first: 0, end: 0 };

  test("covers what is in sight and a little beyond", () => {
    expect(needed(heights, none, 500_000, 501_000)).toEqual({ first: 4996, end: 5014 });
  });

  test("stays as it is while it covers that", () => {
    const run = { first: 4980, end: 5030 };
    expect(needed(heights, run, 500_000, 501_000)).toBe(run);
  });

  test("grows to where the reader goes, and lets go of what is far behind", () => {
    const run = { first: 4980, end: 5030 };
    expect(needed(heights, run, 502_500, 503_500)).toEqual({ first: 4995, end: 5039 });
  });

  test("is a new one after a leap: what lies between is not made", () => {
    expect(needed(heights, { first: 4980, end: 5030 }, 100_000, 101_000)).toEqual({ first: 996, end: 1014 });
  });

  test("has some rows however high they are", () => {
    const high = new Heights([5000, 5000, 5000, 5000]);
    expect(needed(high, none, 6000, 6800)).toEqual({ first: 0, end: 4 });
    expect(needed(new Heights([]), none, 0, 800)).toEqual(none);
  });

  test("grows by a few rows at a time, those ahead first, until it is long enough", () => {
    let run: Run = { first: 4996, end: 5014 };
    run = grown(heights, run, 500_000, 501_000, 3, true);
    expect(run).toEqual({ first: 4996, end: 5017 });
    for (let n = 0; n < 100; n += 1) run = grown(heights, run, 500_000, 501_000, 3, true);
    expect(run).toEqual({ first: 4982, end: 5028 });
    expect(grown(heights, run, 500_000, 501_000, 3, true)).toBe(run);
  });

  test("what is pinned elsewhere stays, with gaps that keep every row at its place", () => {
    const found = pieces(heights, { first: 50, end: 52 }, [10, 51, 9000, -1, 20_000]);
    expect(found).toEqual({
      pieces: [
        { row: 10, gap: 1000 },
        { row: 50, gap: 3900 },
        { row: 51, gap: 0 },
        { row: 9000, gap: 894_800 },
      ],
      below: 99_900,
    });
  });
});
