// A chat of ten thousand messages: from the click on it to its end on screen, and the frames while one scrolls through it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "../../scripts/run.mjs";
import { gaps, watchFrames } from "./stream.mjs";

/** Writes a data folder with one chat of so many messages. */
export async function longChat(folder, messages) {
  mkdirSync(folder, { recursive: true });
  const script = join(root, "tests", "window", "long_chat.py");
  await run("python3", [script, folder, join(root, "src-tauri", "core", "migrations"), String(messages)]);
}

/** Milliseconds from the click on the long chat, with an empty one open, to the frame that shows its last message. */
export async function opening(page) {
  await page.press("Control+n");
  await page.until(() => document.querySelectorAll("[role=log] article").length === 0);
  return page.run(
    () =>
      new Promise((resolve) => {
        const row = [...document.querySelectorAll("nav button")].find(({ textContent }) => /A long chat/.test(textContent));
        const began = performance.now();
        row.click();
        const look = () => {
          const last = document.querySelector("[role=log] article:last-of-type");
          const log = document.querySelector("[role=log]").getBoundingClientRect();
          const shown = last && last.textContent.includes("Message") && last.getBoundingClientRect().top < log.bottom;
          // A task after the frame's own work: it is drawn.
          if (shown) setTimeout(() => resolve(performance.now() - began));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );
}

/** Gaps between frames while the reader goes up through the chat for ten seconds, as far as a fast wheel goes. */
export async function scrolling(page) {
  await watchFrames(page);
  await page.run(
    () =>
      new Promise((resolve) => {
        const log = document.querySelector("[role=log]");
        const from = performance.now();
        const turn = () => {
          log.dispatchEvent(new WheelEvent("wheel", { deltaY: -240, bubbles: true }));
          log.scrollTop -= 240;
          if (performance.now() - from < 10_000) requestAnimationFrame(turn);
          else resolve();
        };
        requestAnimationFrame(turn);
      }),
  );
  return gaps(page);
}
