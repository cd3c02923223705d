// An answer as it streams into the window, beside a bare page to which the same plain text is appended at the same pace:
// gaps between frames, and the processor time of the whole process tree.
import { setTimeout as pause } from "node:timers/promises";
import { processor } from "./process.mjs";
import { typing } from "./window.mjs";

/** Bytes of text in one event, and events a second: 10 KB/s. */
const BYTES = 20;
const PER_SECOND = 500;
export const PACE = BYTES * PER_SECOND;

const PIECES = [
  "## What section %N is about\n\n",
  "Some *text* with `code`, a [link](https://example.org/path/%N) and **strong words** that go on for a while, so that the line is as long as lines of answers are. It has a second sentence, with snake_case and 3.5 numbers.\n\n",
  "- one item with *emphasis*\n- two items, the second of which is a little longer than the first\n  - an inner item with `code`\n- three\n\n",
  "```rust\nfn step_%N(values: &[u64]) -> Option<u64> {\n    // the largest of them, doubled\n    let largest = values.iter().max()?;\n    Some(largest * 2)\n}\n```\n\n",
  "| a | b | c |\n|---|:-:|--:|\n| %N | 2 | 3 |\n| `x` | **y** | z |\n\n",
  "> A quotation that has two lines\n> of text in it.\n\n",
  "1. first\n2. second, with ~~struck~~ words\n3. third\n\n",
];

/** Mixed Markdown of about so many bytes (all of it ASCII). */
export function mixed(bytes) {
  let text = "";
  for (let n = 0; text.length < bytes; n += 1) text += PIECES[n % PIECES.length].replaceAll("%N", n);
  return `${text.slice(0, bytes).trimEnd()}\n\nThe end of it.`;
}

/** Notes the time of every frame from now on. */
export const watchFrames = (page) =>
  page.run(() => {
    const noted = (window.benchFrames = []);
    const note = (now) => {
      noted.push(now);
      if (window.benchFrames === noted) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });

/** The gaps between the frames noted since, in milliseconds; the noting ends. */
export const gaps = async (page) => {
  const frames = await page.run(() => {
    const noted = window.benchFrames;
    window.benchFrames = null;
    return noted;
  });
  return frames.slice(1).map((at, n) => at - frames[n]);
};

/** What a stream of `seconds` cost: gaps, processor seconds, both also for the first and the last tenth. */
async function cost(page, seconds, begin, ended) {
  await watchFrames(page);
  const tenth = seconds * 100;
  const before = processor(page.pid);
  const from = performance.now();
  await begin();
  await pause(Math.max(0, tenth - (performance.now() - from)));
  const early = processor(page.pid);
  await pause(Math.max(0, 9 * tenth - (performance.now() - from)));
  const late = processor(page.pid);
  await pause(Math.max(0, 10 * tenth - (performance.now() - from)));
  await ended();
  const after = processor(page.pid);
  const all = await gaps(page);
  const part = Math.max(1, Math.floor(all.length / 10));
  return {
    gaps: all,
    processor: after - before,
    early: { processor: early - before, longest: Math.max(...all.slice(0, part)) },
    late: { processor: after - late, longest: Math.max(...all.slice(-part)) },
  };
}

/** Asks for a reply in the open chat. Not by its role: from then on the web view would keep a tree for screen readers. */
export async function ask(page, server, reply) {
  await server.reply(reply);
  await page.run(() => {
    const box = document.querySelector("#message");
    box.focus();
    box.value = "Everything, please.";
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
}

export const answer = (text, perSecond = PER_SECOND) => ({
  steps: [{ type: "role" }, { type: "paced", text, bytes: BYTES, perSecond }, { type: "finish", reason: "stop" }, { type: "done" }],
});

export async function newChat(page) {
  await page.press("Control+n");
  await page.until(() => document.querySelectorAll("[role=log] article").length === 0);
}

/** Looked at now and then, so that looking costs nothing. */
async function untilOver(page) {
  const over = () => {
    const log = document.querySelector("[role=log]");
    return (
      log.getAttribute("aria-busy") === "false" &&
      [...log.querySelectorAll("article")].at(-1)?.textContent.includes("The end of it.")
    );
  };
  while (!(await page.run(over))) await pause(100);
}

/** An answer of this text in a new chat; `perSecond` 0 is as fast as the window reads. */
export async function streamed(page, server, text, perSecond = PER_SECOND) {
  await newChat(page);
  await ask(page, server, answer(text, perSecond));
  const length = perSecond === 0 ? 0 : text.length / (BYTES * perSecond);
  return cost(page, length, () => page.press("Enter"), () => untilOver(page));
}

/** Milliseconds from key press to painted letter while an answer of 200 KB streams. */
export async function whileStreaming(page, server) {
  await newChat(page);
  await ask(page, server, answer(mixed(200_000), PER_SECOND));
  await page.press("Enter");
  await page.until(() => document.querySelector("#message").value === "");
  const times = await typing(page, 150);
  await page.press("Escape");
  await page.until(() => document.querySelector("[role=log]").getAttribute("aria-busy") === "false");
  return times;
}

/** So many further answers of so many bytes in the open chat. */
export async function growing(page, server, count, bytes = 20_000) {
  for (let n = 0; n < count; n += 1) {
    await ask(page, server, answer(mixed(bytes), 0));
    const last = await page.run(() => [...document.querySelectorAll("[role=log] article")].at(-1)?.dataset.message);
    await page.press("Enter");
    const fresh = (before) => {
      const now = [...document.querySelectorAll("[role=log] article")].at(-1);
      return now?.ariaLabel.startsWith("Assistant") && now.dataset.message !== before;
    };
    await page.until(fresh, { args: [last] });
    await untilOver(page);
  }
}

/** The same text on the blank app's page, appended as it comes due, in each frame. */
export async function appended(page, text) {
  const begin = () =>
    page.run(
      (all, pace) => {
        const log = document.querySelector("#log");
        const node = log.appendChild(document.createTextNode(""));
        const from = performance.now();
        const append = () => {
          const due = Math.min(all.length, Math.floor(((performance.now() - from) / 1000) * pace));
          if (due > node.length) node.appendData(all.slice(node.length, due));
          if (due < all.length) requestAnimationFrame(append);
        };
        append();
      },
      text,
      PACE,
    );
  return cost(page, text.length / PACE, begin, () => page.run(() => document.querySelector("#log").replaceChildren()));
}
