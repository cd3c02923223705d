// What keeping costs: the journal of an answer, backups of a large database while the window is in use, and the start
// after an unclean end.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openServer } from "../window/app.mjs";
import { mb, median, ms, percent, quantile, seconds, us } from "./figures.mjs";
import { close, end, startParlour, tree } from "./process.mjs";
import { answer, ask, gaps, growing, mixed, newChat, watchFrames } from "./stream.mjs";
import { open } from "./window.mjs";

/** Megabytes of the database that is backed up. */
export const DATABASE = 500;
/** Messages between its two backups. */
const MORE = 20;
/** Longer than a backup takes: an answer of two minutes. */
const STREAM = 1_200_000;
/** Frames before a backup, to see what the stream alone does. */
const ALONE = 5000;

/** Starts that count, of each kind. */
const STARTS = 8;
/** SQLite writes the log back from 1000 pages on, which is 4.1 MB: this is nearly as much as a death can leave. */
const LOG = 3_500_000;
/** Where the log does not grow so far, so many messages are enough. */
const SAID = 300;
/** How long the check of a database after a death may take here. */
const CHECK = 5000;

/** Milliseconds after which core writes what has arrived. */
const JOURNAL_EVERY = 150;
/** Kilobytes of the writes that `bench-core` measures: more than a stream at 10 KB/s has in 150 ms. */
const FLUSH_KB = 4;

/** Milliseconds per kilobyte, of what `bench-core` says about the journal. */
export const perKilobyte = ({ flushP50, bareP50 }) => ({ flush: flushP50 / FLUSH_KB, flushBare: bareP50 / FLUSH_KB });

const withServer = (env, data, server) => ({
  ...env,
  PARLOUR_DATA_DIR: data,
  OPENAI_BASE_URL: server.url,
  OPENAI_API_KEY: "bench-key-of-no-worth",
});

/** The first backup of a large database, and a second one twenty messages later, each while an answer streams. */
export async function backups(data, program, env) {
  const ending = [];
  const scope = { after: (work) => ending.unshift(work) };
  try {
    const server = await openServer(scope, program("model-server"));
    const page = await open(program("parlour"), withServer(env, data, server));
    scope.after(() => page.close());
    await page.until(() => document.querySelector("#message"));
    await pause(3000);
    const first = await backup(page, server, data);
    await growing(page, server, MORE / 2, 400);
    const second = await backup(page, server, data);
    const database = join(data, "parlour.db");
    return { first, second, database: statSync(database).size / 1e6, plain: copying(database) };
  } finally {
    for (const work of ending) await work();
  }
}

/** One backup: seconds, megabytes that it added, gaps between frames beside it and just before it. */
async function backup(page, server, data) {
  const before = megabytes(join(data, "backups"));
  await newChat(page);
  await ask(page, server, answer(mixed(STREAM)));
  await page.press("Enter");
  await page.until(() => document.querySelector("#message").value === "");
  for (const name of ["Settings", "Backups"]) await press(page, name);
  await pause(1000);
  await watchFrames(page);
  await pause(ALONE);
  const alone = await gaps(page);
  await watchFrames(page);
  await begin(page);
  // Looked at now and then, so that looking costs nothing.
  while (!(await page.run(() => window.benchTook))) await pause(200);
  const beside = await gaps(page);
  const { took, problem } = await page.run(() => window.benchTook);
  if (problem) throw new Error(`The backup failed: ${problem}`);
  if (await page.run(() => document.querySelector("[role=log]").getAttribute("aria-busy") !== "true"))
    throw new Error("The answer ended before the backup did");
  await page.press("Escape");
  await page.until(() => !document.querySelector("dialog"));
  await page.run(() => document.querySelector("#message").focus());
  await page.press("Escape");
  await page.until(() => document.querySelector("[role=log]").getAttribute("aria-busy") === "false");
  return { seconds: took / 1000, bytes: megabytes(join(data, "backups")) - before, alone, beside };
}

/** Presses a button. Not by its role: from then on the web view would keep a tree for screen readers. */
const press = (page, name) =>
  page.until(
    (words) => {
      const named = ({ ariaLabel, textContent }) => ariaLabel === words || textContent.trim() === words;
      const button = [...document.querySelectorAll("button")].find(named);
      button?.click();
      return Boolean(button);
    },
    { args: [name] },
  );

/** Presses "Back up now"; the page notes how long it is until it can be pressed again. */
const begin = (page) =>
  page.run(() => {
    const button = [...document.querySelectorAll("dialog button")].find(
      ({ textContent }) => textContent.trim() === "Back up now",
    );
    window.benchTook = null;
    const began = performance.now();
    const watch = new MutationObserver(() => {
      if (button.disabled) return;
      watch.disconnect();
      const problem = document.querySelector("dialog [role=alert]")?.textContent ?? null;
      window.benchTook = { took: performance.now() - began, problem };
    });
    watch.observe(button, { attributes: true });
    button.click();
  });

/** Megabytes of all files below a folder. */
function megabytes(folder) {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1e6;
}

/** Seconds that one plain copy of a file takes until it is on the disk. */
function copying(file) {
  const began = performance.now();
  const { status } = spawnSync("dd", [`if=${file}`, `of=${file}.copy`, "bs=64k", "conv=fsync", "status=none"]);
  const took = (performance.now() - began) / 1000;
  rmSync(`${file}.copy`, { force: true });
  if (status !== 0) throw new Error(`dd ended with ${status}`);
  return took;
}

/** Starts on what a death left, and on the same chats after a clean end, in turn: a copy of the folder for each. */
export async function starts(made, scratch, program, env) {
  const folders = await endings(made, scratch, program, env);
  const took = { killed: [], closed: [] };
  let checked = null;
  // The first of each kind fills the caches of the files.
  for (let n = 0; n <= STARTS; n += 1) {
    for (const kind of n % 2 === 0 ? ["killed", "closed"] : ["closed", "killed"]) {
      const copy = join(scratch, `${kind}-${n}`);
      copied(folders[kind], copy);
      const parlour = await startParlour(program("parlour"), env, copy);
      if (n > 0) took[kind].push(parlour.painted);
      if (n === STARTS && kind === "killed") checked = await parlour.logged("checked", parlour.painted + CHECK);
      await end(parlour);
    }
  }
  return { killed: median(took.killed), closed: median(took.closed), checked, log: folders.log, messages: folders.messages };
}

/** A copy of a data folder; SQLite's index of the log is only good for those who have it open. */
const copied = (from, to) => cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith("-shm") });

/** Two folders with the same chats: in one the app was killed while an answer streamed, in the other it was closed after. */
async function endings(made, scratch, program, env) {
  const [killed, closed] = ["killed", "closed"].map((name) => join(scratch, name));
  const wal = (folder) => join(folder, "parlour.db-wal");
  copied(made, killed);
  const ending = [];
  const scope = { after: (work) => ending.unshift(work) };
  const startAndClose = async (folder) => {
    const parlour = await startParlour(program("parlour"), env, folder);
    scope.after(() => end(parlour));
    await pause(3000);
    await close(parlour, env);
  };
  try {
    // What the first start on a folder makes there is then in both.
    await startAndClose(killed);
    const server = await openServer(scope, program("model-server"));
    const page = await open(program("parlour"), withServer(env, killed, server));
    scope.after(() => page.close());
    await page.until(() => document.querySelector("#message"));
    await pause(3000);
    let messages = 0;
    for (; messages < SAID && statSync(wal(killed)).size < LOG; messages += 4) await growing(page, server, 2, 400);
    await ask(page, server, answer(mixed(STREAM)));
    await page.press("Enter");
    await page.until(() => document.querySelector("[role=log]").getAttribute("aria-busy") === "true");
    await pause(1000);
    // The driver's first child is the program.
    process.kill(tree(page.pid)[1], "SIGKILL");
    await page.close();
    const log = statSync(wal(killed)).size / 1e6;
    copied(killed, closed);
    await startAndClose(closed);
    return { killed, closed, log, messages };
  } finally {
    for (const work of ending) await work();
  }
}

/** The rows of the table: as those of run.mjs; where there is no bound, the words say what the figure is to be seen beside. */
export function keepRows({ flush, flushBare, backups: taken, starts: started }) {
  const rows = [
    ["journal: time per KB of an answer", flush, 2 * flushBare, us, `2 × one bare transaction of 4 KB, per KB (${us(flushBare)})`],
    ["journal: of the time of a stream at 10 KB/s", (100 * flush * FLUSH_KB) / JOURNAL_EVERY, null, percent, `a write each ${JOURNAL_EVERY} ms`],
  ];
  const { first, second, database, plain } = taken;
  const copy = `one plain copy of the file takes ${seconds(plain)}`;
  for (const [name, { seconds: took, bytes, alone, beside }, words, beyond] of [
    ["first", first, copy, `the database has ${mb(database)}`],
    ["second", second, `${MORE} messages later; ${copy}`, `the first added ${mb(first.bytes)}`],
  ]) {
    const backup = `${DATABASE} MB, ${name} backup`;
    const [p99, longest] = [(gap) => quantile(gap, 0.99), (gap) => Math.max(...gap)];
    rows.push(
      [backup, took, null, seconds, words],
      [`${backup}: what it adds on the disk`, bytes, null, mb, beyond],
      [`${backup}: gap between frames, p99`, p99(beside), 50, ms, `50 ms (just before it ${ms(p99(alone))})`],
      [`${backup}: longest gap`, longest(beside), null, ms, `just before it ${ms(longest(alone))}`],
    );
  }
  const { killed, closed, checked, log, messages } = started;
  const left = `the log has ${mb(log)}, ${messages} messages`;
  rows.push(["start after an unclean end", killed, 1.2 * closed, ms, `1.2 × after a clean one (${ms(closed)}); ${left}`]);
  if (checked !== null) rows.push(["after it: start to the database checked", checked, null, ms, `the start takes ${ms(killed)}`]);
  return rows;
}
