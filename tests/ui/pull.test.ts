// The pull: one question in flight, none from a hidden window, no answer to a chat that was left.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Pull } from "../../ui/src/state/pull";
import { failure } from "./backend";

interface Asked {
  since: number;
  answer(revision: number): void;
  refuse(): void;
}

let pull: Pull<{ revision: number }> | undefined;
beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  pull?.stop();
  hide(false);
});

function hide(hidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

function begin(fits = true) {
  const asked: Asked[] = [];
  const applied: number[] = [];
  const failed = vi.fn();
  pull = new Pull(
    {
      ask: (since) =>
        new Promise((resolve, reject) => {
          asked.push({
            since,
            answer: (revision) => resolve({ revision }),
            refuse: () => reject(failure("storageFailed")),
          });
        }),
      apply: (patch) => {
        applied.push(patch.revision);
        return fits;
      },
      failed,
    },
    7,
  );
  return { asked, applied, failed };
}

/** Lets promises and some animation frames pass. */
const settle = () => vi.advanceTimersByTimeAsync(100);

test("asks since the last revision, one question at a time", async () => {
  const { asked, applied } = begin();
  await settle();
  expect(asked).toHaveLength(1);
  await settle();
  expect(asked.map(({ since }) => since)).toEqual([7]);
  asked[0]?.answer(9);
  await settle();
  expect(asked.map(({ since }) => since)).toEqual([7, 9]);
  expect(applied).toEqual([9]);
});

test("an answer that does not fit is followed by asking for everything", async () => {
  const { asked } = begin(false);
  await settle();
  expect(asked).toHaveLength(1);
  asked[0]?.answer(9);
  await settle();
  expect(asked.map(({ since }) => since)).toEqual([7, 0]);
});

test("a hidden window asks for nothing, and goes on from the last revision when it is shown", async () => {
  const { asked } = begin();
  await settle();
  expect(asked).toHaveLength(1);
  hide(true);
  asked[0]?.answer(9);
  await settle();
  expect(asked).toHaveLength(1);
  hide(false);
  await settle();
  expect(asked.map(({ since }) => since)).toEqual([7, 9]);
});

test("a failed question is not asked in a loop, but when the window is shown anew", async () => {
  const { asked, failed } = begin();
  await settle();
  expect(asked).toHaveLength(1);
  asked[0]?.refuse();
  await settle();
  expect(asked).toHaveLength(1);
  expect(failed).toHaveBeenCalledExactlyOnceWith(failure("storageFailed"));
  hide(true);
  hide(false);
  await settle();
  expect(asked).toHaveLength(2);
});

test("a failed question is asked again on demand", async () => {
  const { asked } = begin();
  await settle();
  expect(asked).toHaveLength(1);
  asked[0]?.refuse();
  await settle();
  pull?.again();
  await settle();
  expect(asked).toHaveLength(2);
});

test("an answer after the end is ignored", async () => {
  const { asked, applied, failed } = begin();
  await settle();
  expect(asked).toHaveLength(1);
  pull?.stop();
  asked[0]?.answer(9);
  await settle();
  expect(applied).toEqual([]);
  expect(failed).not.toHaveBeenCalled();
});
