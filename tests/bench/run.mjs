// `npm run bench`: one table. Every figure is the median of the rounds, beside a bound measured in the same run: the blank
// Tauri app, a bare textarea, a bare transaction; what takes minutes is measured once. Machines are noisy, ratios less so.
// `npm run bench -- ROUNDS` (default 5); `npm run bench -- archive [FOLDER]` for the window with a million messages, which are
// made in the folder, and stay there, or in one that goes.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buildUi } from "../../scripts/build.mjs";
import { main, root, run, say, step, tool } from "../../scripts/run.mjs";
import { openSession } from "../../scripts/session.mjs";
import { setup } from "../../scripts/setup.mjs";
import { openServer } from "../window/app.mjs";
import { archiveRows, inTheArchive, makeArchive } from "./archive.mjs";
import { mb, median, ms, percent, quantile, seconds, times } from "./figures.mjs";
import { DATABASE, backups, keepRows, perKilobyte, starts } from "./keep.mjs";
import { longChat, opening, scrolling } from "./long.mjs";
import { measurePeers } from "./peers.mjs";
import { end, memory, processor, startBlank, startParlour } from "./process.mjs";
import { appended, growing, mixed, streamed, whileStreaming } from "./stream.mjs";
import { arriving, open, searching, sending, typing } from "./window.mjs";

const CHATS = 1000;
const MESSAGES = 1000;
const LONG_CHAT = 10_000;
/** Kilobytes of the answers that are streamed. */
const STREAMS = [60, 200];
/** Messages of the archive that is searched, in so many chats; and what is typed, a letter at a time. */
const ARCHIVE = [2500, 50_000];
const SEARCHES = ["the code", "with that", "from you", "how will", "of which", "this is not", "can be used", "your answer"];
const SETTLE = 15_000;
const IDLE = 60_000;

const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const release = (name) => join(target, "release", name);

/** All figures of one round. */
async function round(number, folders, env) {
  const figures = {};
  const core = spawnSync(release("bench-core"), [], { encoding: "utf8", maxBuffer: 1 << 20 });
  if (core.status !== 0) throw new Error(`bench-core: ${core.stderr}`);
  const { store, wire, journal, markdown } = JSON.parse(core.stdout);
  Object.assign(figures, { stored: store.messageP50, bare: store.bareP50, coreFirstByte: wire.firstByteP95 });
  Object.assign(figures, perKilobyte(journal));
  for (const [text, of] of Object.entries(markdown))
    for (const [name, value] of Object.entries(of)) figures[`${text} ${name}`] = value;

  // The first start of a round fills the caches of the files; the second counts.
  await end(await startBlank(release("blank-app"), env));
  const blank = await startBlank(release("blank-app"), env);
  figures.blankPainted = blank.painted;
  await pause(SETTLE);
  figures.blankMemory = memory(blank.child.pid);
  await end(blank);

  await end(await startParlour(release("parlour"), env, folders.full));
  const parlour = await startParlour(release("parlour"), env, folders.full);
  figures.painted = parlour.painted;
  await pause(SETTLE);
  figures.memory = memory(parlour.child.pid);
  const before = processor(parlour.child.pid);
  await pause(IDLE);
  figures.idle = ((processor(parlour.child.pid) - before) / (IDLE / 1000)) * 100;
  await end(parlour);

  Object.assign(figures, await inWindows(folders, env));
  Object.assign(figures, await asItStreams(folders, env));
  Object.assign(figures, await inTheLongChat(folders, env));
  say(`round ${number} done`);
  return figures;
}

async function inWindows(folders, env) {
  const ending = [];
  const scope = { after: (work) => ending.unshift(work) };
  try {
    const server = await openServer(scope, release("model-server"));
    const blank = await open(release("blank-app"), env);
    scope.after(() => blank.close());
    const bare = await typing(blank);
    await blank.close();
    const own = { ...env, PARLOUR_DATA_DIR: folders.full, OPENAI_BASE_URL: server.url, OPENAI_API_KEY: "bench-key-of-no-worth" };
    const page = await open(release("parlour"), own);
    scope.after(() => page.close());
    await page.find("textbox", "Message");
    const keys = await typing(page);
    await page.press("Control+n");
    await page.until(() => document.querySelectorAll("[role=log] article").length === 0);
    const first = await sending(page, server);
    const chunks = await arriving(page, server);
    return {
      bareKey: quantile(bare, 0.95),
      key: quantile(keys, 0.95),
      firstByte: quantile(first, 0.95),
      chunkMedian: quantile(chunks, 0.5),
      chunk: quantile(chunks, 0.95),
    };
  } finally {
    for (const work of ending) await work();
  }
}

/** Answers as they stream, beside the bare page; in a fresh folder, and without the tree for screen readers. */
async function asItStreams(folders, env) {
  const ending = [];
  const scope = { after: (work) => ending.unshift(work) };
  const figures = {};
  const note = (name, { gaps, processor: used, early, late }) => {
    figures[`${name} p99`] = quantile(gaps, 0.99);
    figures[`${name} longest`] = Math.max(...gaps);
    figures[`${name} used`] = used;
    figures[`${name} tenths`] = late.processor / early.processor;
  };
  try {
    const server = await openServer(scope, release("model-server"));
    const blank = await open(release("blank-app"), env);
    scope.after(() => blank.close());
    for (const size of STREAMS) note(`bare ${size}`, await appended(blank, mixed(size * 1000)));
    await blank.close();
    const own = { ...env, PARLOUR_DATA_DIR: folders.empty, OPENAI_BASE_URL: server.url, OPENAI_API_KEY: "bench-key-of-no-worth" };
    const page = await open(release("parlour"), own);
    scope.after(() => page.close());
    await page.until(() => document.querySelector("#message"));
    await pause(3000);
    for (const size of STREAMS) {
      note(`stream ${size}`, await streamed(page, server, mixed(size * 1000)));
      note(`full ${size}`, await streamed(page, server, mixed(size * 1000), 0));
    }
    figures.keyWhileStreaming = quantile(await whileStreaming(page, server), 0.95);
    return figures;
  } finally {
    for (const work of ending) await work();
  }
}

/** The chat of ten thousand messages. */
async function inTheLongChat(folders, env) {
  const ending = [];
  try {
    const page = await open(release("parlour"), { ...env, PARLOUR_DATA_DIR: folders.long });
    ending.push(() => page.close());
    await page.until(() => document.querySelector("[role=log] article"));
    await pause(3000);
    const opened = [];
    for (let n = 0; n < 5; n += 1) opened.push(await opening(page));
    const scrolled = quantile(await scrolling(page), 0.99);
    await pause(SETTLE);
    return { longOpen: median(opened), longScroll: scrolled, longMemory: memory(page.pid) };
  } finally {
    for (const work of ending) await work();
  }
}

/** Searches in an archive of many messages, as one types. */
async function asOneSearches(folders, env) {
  const page = await open(release("parlour"), { ...env, PARLOUR_DATA_DIR: folders.archive });
  try {
    await page.until(() => document.querySelector("#message"));
    await pause(3000);
    return quantile(await searching(page, SEARCHES), 0.95);
  } finally {
    await page.close();
  }
}

/** Memory after answer 50 and after answer 200 of 20 KB each, in one chat. Once: it takes minutes. */
async function afterManyAnswers(folders, env) {
  const ending = [];
  const scope = { after: (work) => ending.unshift(work) };
  try {
    const server = await openServer(scope, release("model-server"));
    const own = { ...env, PARLOUR_DATA_DIR: folders.many, OPENAI_BASE_URL: server.url, OPENAI_API_KEY: "bench-key-of-no-worth" };
    const page = await open(release("parlour"), own);
    scope.after(() => page.close());
    await page.until(() => document.querySelector("#message"));
    const readings = async () => {
      const all = [];
      for (let n = 0; n < 5; n += 1) {
        await pause(4000);
        all.push(memory(page.pid));
      }
      return median(all);
    };
    await growing(page, server, 50);
    const at50 = await readings();
    await growing(page, server, 150);
    return { at50, at200: await readings() };
  } finally {
    for (const work of ending) await work();
  }
}

/** Starts after both kinds of ends, and the backups of a large database. Once, and first: a failure is not to cost the rounds. */
async function keeping(made, scratch, env) {
  const restarted = await step("starts after both kinds of ends", () => starts(made, scratch, release, env));
  const large = join(scratch, "large");
  await step(`${DATABASE} MB`, () => run(release("bench-core"), ["fill", large, String(DATABASE)]));
  const backedUp = await step("their backups", () => backups(large, release, env));
  // A gigabyte. The rest of the folder stays: what draws the page outlives the program by a moment, and writes there.
  for (const name of ["parlour.db", "backups"]) rmSync(join(large, name), { recursive: true, force: true });
  return { starts: restarted, backups: backedUp };
}

function debSize() {
  const folder = join(target, "release", "bundle", "deb");
  const deb = readdirSync(folder).find((name) => name.endsWith(".deb"));
  return statSync(join(folder, deb)).size / 1e6;
}

const LONG = { code: "20,000 lines of code", list: "5,000 items", table: "5,000 rows", paragraph: "a paragraph of 100 KB" };

/** [what, measured, bound (null where none is set), how to write them, what the bound is made of] */
function rows(m) {
  const whole = `one whole parse (${ms(m["mixed whole"])})`;
  const tenth = "the first tenth";
  return [
    ["start to a usable composer", m.painted, 1.5 * m.blankPainted, ms, `1.5 × blank app's first paint (${ms(m.blankPainted)})`],
    ["memory of the process tree", m.memory, 1.25 * m.blankMemory, mb, `1.25 × blank app (${mb(m.blankMemory)})`],
    ["processor over 60 idle seconds", m.idle, 0.05, percent, "0.0 %"],
    ["Enter to the server's first byte, p95", m.firstByte, 30, ms, "30 ms"],
    ["the same from core alone, p95", m.coreFirstByte, 10, ms, "10 ms"],
    ["chunk to text on the page, median", m.chunkMedian, 25, ms, "25 ms"],
    ["chunk to text on the page, p95", m.chunk, 50, ms, "50 ms"],
    ["key press to painted letter, p95", m.key, m.bareKey + 5, ms, `bare textarea (${ms(m.bareKey)}) + 5 ms`],
    ["the same while an answer streams, p95", m.keyWhileStreaming, m.bareKey + 5, ms, `bare textarea (${ms(m.bareKey)}) + 5 ms`],
    [`search of ${ARCHIVE[1]} messages: key to results, p95`, m.searchKey, 60, ms, "60 ms"],
    ["storing a message", m.stored, 2 * m.bare, ms, `2 × one bare transaction (${ms(m.bare)})`],
    ["the deb", m.deb, 10, mb, "10 MB"],
    ["core: 1 MiB, a patch every 400 bytes", m["mixed by400"], 3, times, `3 × ${whole}`],
    ["core: 1 MiB, a patch every 20 bytes", m["mixed by20"], 15, times, `15 × ${whole}`],
    ["core: its last tenth", m["mixed tenths400"], 1.1, times, `1.1 × ${tenth}`],
    ...Object.entries(LONG).map(([name, words]) => [`core: last tenth of ${words}`, m[`${name} tenths400`], 1.1, times, `1.1 × ${tenth}`]),
    ...STREAMS.flatMap((size) => [
      [`${size} KB at 10 KB/s: gap between frames, p99`, m[`stream ${size} p99`], 50, ms, "50 ms"],
      [`${size} KB: longest gap`, m[`stream ${size} longest`], 1.5 * m[`bare ${size} longest`], ms, `1.5 × bare page (${ms(m[`bare ${size} longest`])})`],
      [`${size} KB: processor time of the tree`, m[`stream ${size} used`], 1.5 * m[`bare ${size} used`], seconds, `1.5 × bare page (${seconds(m[`bare ${size} used`])})`],
      [`${size} KB: last tenth's processor time`, m[`stream ${size} tenths`], 1, times, tenth],
      [`${size} KB at once: gap between frames, p99`, m[`full ${size} p99`], 50, ms, "50 ms"],
    ]),
    [`${LONG_CHAT} messages: open to drawn`, m.longOpen, 150, ms, "150 ms"],
    [`${LONG_CHAT} messages: gap while scrolling, p99`, m.longScroll, 50, ms, "50 ms"],
    [`${LONG_CHAT} messages: memory after that`, m.longMemory, 1.3 * m.blankMemory, mb, `1.3 × blank app (${mb(m.blankMemory)})`],
    ...(m.at50 === undefined ? [] : [["memory after answer 200 of 20 KB", m.at200, 1.05 * m.at50, mb, `1.05 × after answer 50 (${mb(m.at50)})`]]),
    ...keepRows(m),
  ];
}

const verdict = (value, bound) => (bound === null ? "·" : value <= bound ? "✓" : "✗");

function beside(value, bound, words) {
  if (bound === null) return words;
  return bound === 0.05 ? `bound ${words}` : `bound ${words} ${(value / bound).toFixed(2)} of it`;
}

function sayPeers(peers) {
  say("\nReaders of Markdown of other clients, on the same kind of text in Node: 1 MiB whole; 20 KB in pieces of 20 bytes");
  for (const [name, { whole, streamed: pieces, failed }] of Object.entries(peers))
    say(`  ${name.padEnd(40)} ${failed ?? `${ms(whole).padStart(10)} ${ms(pieces).padStart(10)}`}`);
}

function sayRows(all) {
  for (const [what, value, bound, write, words] of all)
    say(`${verdict(value, bound)} ${what.padEnd(48)} ${write(value).padStart(10)}   ${beside(value, bound, words)}`);
}

await main(async () => {
  const ofArchive = process.argv[2] === "archive";
  const rounds = ofArchive ? 0 : Number(process.argv[2] ?? 5);
  await setup("build", "test");
  await buildUi();
  await step("the package", () => tool("@tauri-apps/cli/tauri.js", ["build", "--bundles", "deb"]));
  await step("the rest", () =>
    run("cargo", ["build", "--quiet", "--release", "-p", "blank-app", "-p", "bench-core", "-p", "model-server"]),
  );
  const scratch = mkdtempSync(join(tmpdir(), "parlour-bench-"));
  const session = await openSession({ screen: "1400x1000x24" });
  const env = { ...process.env, ...session.env };
  try {
    if (ofArchive) {
      const folder = process.argv[3] ?? join(scratch, "archive");
      mkdirSync(folder, { recursive: true });
      await step("the archive", () => makeArchive(folder, release));
      return sayRows(archiveRows(await inTheArchive(folder, release, env)));
    }
    const made = join(scratch, "made");
    await step(`${CHATS} chats`, () => run(release("bench-core"), ["fill", made, String(CHATS), String(MESSAGES)]));
    const written = join(scratch, "written");
    await step(`${LONG_CHAT} messages`, () => longChat(written, LONG_CHAT));
    const once = await keeping(made, scratch, env);
    const archive = join(scratch, "archive");
    await step(`${ARCHIVE[1]} messages and their index`, () => {
      mkdirSync(archive);
      return run(release("bench-core"), ["archive", archive, ...ARCHIVE.map(String)]);
    });
    once.searchKey = await asOneSearches({ archive }, env);
    rmSync(join(archive, "parlour.db"), { force: true });
    const all = [];
    for (let number = 1; number <= rounds; number += 1) {
      const [full, empty, long] = ["full", "empty", "long"].map((name) => join(scratch, `${name}-${number}`));
      cpSync(made, full, { recursive: true });
      cpSync(written, long, { recursive: true });
      all.push(await round(number, { full, empty, long }, env));
    }
    const m = Object.fromEntries(Object.keys(all[0]).map((key) => [key, median(all.map((one) => one[key]))]));
    m.deb = debSize();
    Object.assign(m, once, await afterManyAnswers({ many: join(scratch, "many") }, env));
    say(`\nMedians of ${rounds} rounds, release build, ${CHATS} chats in the store, the last of ${MESSAGES} messages\n`);
    sayRows(rows(m));
    sayPeers(await measurePeers());
  } finally {
    await session.close();
    rmSync(scratch, { recursive: true, force: true });
  }
});
