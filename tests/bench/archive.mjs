// The window with an archive of 50,000 chats and a million messages: start, typing, search, the list, going from chat to chat.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { run } from "../../scripts/run.mjs";
import { mb, median, ms, quantile } from "./figures.mjs";
import { close, end, memory, startBlank, startParlour } from "./process.mjs";
import { gaps, watchFrames } from "./stream.mjs";
import { open, searching, typing } from "./window.mjs";

const CHATS = 50_000;
const MESSAGES = 1_000_000;
const STARTS = 5;
const SETTLE = 15_000;
/** A start waits for so long before its first backup, which reads all of the database. */
const BACKUP = 60_000;
/** Chats that are gone to, all over the list. */
const OPENED = 30;

/** Typed a letter at a time: frequent and rare words, a phrase, names in code, scripts without spaces, filters. */
const SEARCHES = [
  "the code",
  "with that",
  "strang of",
  '"of the',
  "getUser",
  "sta_pea",
  "это",
  "schön",
  "一与",
  "がを",
  "가각",
  "role:you from",
  "model:opus which",
  'in:"Folder 3" will',
  "tag:tag4 your",
  "before:2022-10 not",
];

/** Fills a folder with the archive and its index, unless it has one. Takes some twenty minutes. */
export async function makeArchive(folder, program) {
  if (!existsSync(join(folder, "parlour.db")))
    await run(program("bench-core"), ["archive", folder, String(CHATS), String(MESSAGES)]);
}

/** All figures. */
export async function inTheArchive(folder, program, env) {
  return { ...(await starting(folder, program, env)), ...(await inTheWindow(folder, program, env)) };
}

/** Starts beside those of the blank app. The first of each fills the caches of the files; all end as a person ends them. */
async function starting(folder, program, env) {
  const all = [];
  for (let n = 0; n <= STARTS; n += 1) {
    const settle = n === STARTS ? SETTLE : 3000;
    const blank = await startBlank(program("blank-app"), env);
    await pause(settle);
    const blankMemory = memory(blank.child.pid);
    await end(blank);
    const parlour = await startParlour(program("parlour"), env, folder);
    await pause(settle);
    const used = memory(parlour.child.pid);
    if (n === 0) await backedUp(folder);
    else all.push({ blankPainted: blank.painted, painted: parlour.painted, blankMemory, memory: used });
    await close(parlour, env);
  }
  const { blankMemory, memory: used } = all.at(-1);
  const [blankPainted, painted] = ["blankPainted", "painted"].map((of) => median(all.map((one) => one[of])));
  return { blankPainted, painted, blankMemory, memory: used };
}

/** Waits for the first backup of all: it is none of what is measured, and none follows within the hour. */
async function backedUp(folder) {
  const backups = join(folder, "backups");
  const files = () => (existsSync(backups) ? readdirSync(backups, { recursive: true }).map((name) => statSync(join(backups, name)).mtimeMs) : []);
  if (files().length > 0) return;
  await pause(BACKUP);
  let before = "";
  for (;;) {
    await pause(10_000);
    const now = JSON.stringify(files());
    if (now === before && files().length > 0) return;
    before = now;
  }
}

async function inTheWindow(folder, program, env) {
  const blank = await open(program("blank-app"), env);
  const bare = await typing(blank);
  await blank.close();
  const page = await open(program("parlour"), { ...env, PARLOUR_DATA_DIR: folder });
  try {
    await page.until(() => document.querySelector("#message"));
    const keys = await typing(page);
    const opened = await opening(page);
    const list = await scrolling(page);
    const found = await searching(page, SEARCHES);
    await page.run(() => document.querySelector("#message").focus());
    const gone = await going(page);
    return {
      bareKey: quantile(bare, 0.95),
      key: quantile(keys, 0.95),
      openedMedian: median(opened),
      opened: quantile(opened, 0.95),
      list: quantile(list, 0.99),
      longest: Math.max(...list),
      found: quantile(found, 0.95),
      slowest: Math.max(...found),
      gone: quantile(gone, 0.95),
      searched: memory(page.pid),
    };
  } finally {
    await page.close();
  }
}

/** Milliseconds from the click on a chat, somewhere in the list, to the frame that shows its end. */
async function opening(page) {
  const times = [];
  for (let n = 1; n <= OPENED; n += 1) {
    times.push(
      await page.run(
        (share) =>
          new Promise((resolve) => {
            const list = document.querySelector("nav .fill");
            list.scrollTop = share * list.scrollHeight;
            const shown = () => document.querySelector("[role=log] article:last-of-type");
            const before = shown();
            const click = () => {
              const inSight = ({ top, bottom }, { top: from, bottom: to }) => top > from && bottom < to;
              const rows = [...list.querySelectorAll("li button[data-line]:not([aria-current])")].filter((row) =>
                inSight(row.getBoundingClientRect(), list.getBoundingClientRect()),
              );
              const row = rows[Math.floor(rows.length / 2)];
              if (!row) return requestAnimationFrame(click);
              const began = performance.now();
              row.click();
              const look = () => {
                const last = shown();
                const log = document.querySelector("[role=log]")?.getBoundingClientRect();
                if (last && last !== before && last.getBoundingClientRect().top < log.bottom)
                  setTimeout(() => resolve(performance.now() - began));
                else requestAnimationFrame(look);
              };
              requestAnimationFrame(look);
            };
            // The list follows in a frame of its own.
            setTimeout(click, 300);
          }),
        (n * 0.618) % 1,
      ),
    );
  }
  return times;
}

/** Gaps between frames while the list is gone through for ten seconds: as a fast wheel does, and by leaps. */
async function scrolling(page) {
  await watchFrames(page);
  await page.run(
    () =>
      new Promise((resolve) => {
        const list = document.querySelector("nav .fill");
        const from = performance.now();
        list.scrollTop = 0;
        let frame = 0;
        const turn = () => {
          frame += 1;
          list.scrollTop = frame % 120 === 0 ? ((frame * 0.00618) % 1) * list.scrollHeight : list.scrollTop + 240;
          if (performance.now() - from < 10_000) requestAnimationFrame(turn);
          else resolve();
        };
        requestAnimationFrame(turn);
      }),
  );
  return gaps(page);
}

/** Milliseconds from each key press in the switcher to the frame that shows what was found. */
async function going(page) {
  await page.press("Control+k");
  // The first question reads all titles.
  await page.until(() => document.querySelector("#go li"));
  return searching(page, ["the of", "strang", "settings", "пр", "about", "with this"], { field: "[role=combobox][aria-controls=go]", results: "#go" });
}

/** As the rows of run.mjs. */
export const archiveRows = (m) => [
  ["start to a usable composer", m.painted, 1.5 * m.blankPainted, ms, `1.5 × blank app's first paint (${ms(m.blankPainted)})`],
  ["memory of the process tree", m.memory, 1.25 * m.blankMemory, mb, `1.25 × blank app (${mb(m.blankMemory)})`],
  ["key press to painted letter, p95", m.key, m.bareKey + 5, ms, `bare textarea (${ms(m.bareKey)}) + 5 ms`],
  ["a chat of the list: click to drawn, median", m.openedMedian, 150, ms, "150 ms"],
  ["the same, p95", m.opened, 150, ms, "150 ms"],
  ["the list: gap while scrolling, p99", m.list, 50, ms, `50 ms (longest ${ms(m.longest)})`],
  ["search: key to results, p95", m.found, 60, ms, `60 ms (slowest ${ms(m.slowest)})`],
  ["switcher: key to results, p95", m.gone, 60, ms, "60 ms"],
  ["memory after all that", m.searched, null, mb, `blank app: ${mb(m.blankMemory)}`],
];
