// `npm run bench`: one table. Every figure is the median of the rounds, beside a bound measured in the same run: the blank
// Tauri app, a bare textarea, a bare transaction. Machines are noisy, ratios less so. `npm run bench -- ROUNDS` (default 5).
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buildUi } from "../../scripts/build.mjs";
import { main, root, run, say, step, tool } from "../../scripts/run.mjs";
import { openSession } from "../../scripts/session.mjs";
import { setup } from "../../scripts/setup.mjs";
import { openServer } from "../window/app.mjs";
import { end, memory, processor, startBlank, startParlour } from "./process.mjs";
import { arriving, open, sending, typing } from "./window.mjs";

const CHATS = 1000;
const MESSAGES = 1000;
const SETTLE = 15_000;
const IDLE = 60_000;

const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const release = (name) => join(target, "release", name);

const sorted = (values) => [...values].sort((a, b) => a - b);
const quantile = (values, share) => sorted(values)[Math.round((values.length - 1) * share)];
const median = (values) => quantile(values, 0.5);

/** All figures of one round. */
async function round(number, folders, env) {
  const figures = {};
  const core = spawnSync(release("bench-core"), [], { encoding: "utf8", maxBuffer: 1 << 20 });
  if (core.status !== 0) throw new Error(`bench-core: ${core.stderr}`);
  const { store, wire } = JSON.parse(core.stdout);
  Object.assign(figures, { stored: store.messageP50, bare: store.bareP50, coreFirstByte: wire.firstByteP95 });

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

function debSize() {
  const folder = join(target, "release", "bundle", "deb");
  const deb = readdirSync(folder).find((name) => name.endsWith(".deb"));
  return statSync(join(folder, deb)).size / 1e6;
}

const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const mb = (value) => `${value.toFixed(1)} MB`;
const percent = (value) => `${value.toFixed(1)} %`;

/** [what, measured, bound, how to write them, what the bound is made of] */
function rows(m) {
  return [
    ["start to a usable composer", m.painted, 1.5 * m.blankPainted, ms, `1.5 × blank app's first paint (${ms(m.blankPainted)})`],
    ["memory of the process tree", m.memory, 1.25 * m.blankMemory, mb, `1.25 × blank app (${mb(m.blankMemory)})`],
    ["processor over 60 idle seconds", m.idle, 0.05, percent, "0.0 %"],
    ["Enter to the server's first byte, p95", m.firstByte, 30, ms, "30 ms"],
    ["the same from core alone, p95", m.coreFirstByte, 10, ms, "10 ms"],
    ["chunk to text on the page, median", m.chunkMedian, 25, ms, "25 ms"],
    ["chunk to text on the page, p95", m.chunk, 50, ms, "50 ms"],
    ["key press to painted letter, p95", m.key, m.bareKey + 5, ms, `bare textarea (${ms(m.bareKey)}) + 5 ms`],
    ["storing a message", m.stored, 2 * m.bare, ms, `2 × one bare transaction (${ms(m.bare)})`],
    ["the deb", m.deb, 10, mb, "10 MB"],
  ];
}

await main(async () => {
  const rounds = Number(process.argv[2] ?? 5);
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
    const made = join(scratch, "made");
    await step(`${CHATS} chats`, () => run(release("bench-core"), ["fill", made, String(CHATS), String(MESSAGES)]));
    const all = [];
    for (let number = 1; number <= rounds; number += 1) {
      const full = join(scratch, `full-${number}`);
      cpSync(made, full, { recursive: true });
      all.push(await round(number, { full }, env));
    }
    const m = Object.fromEntries(Object.keys(all[0]).map((key) => [key, median(all.map((one) => one[key]))]));
    m.deb = debSize();
    say(`\nMedians of ${rounds} rounds, release build, ${CHATS} chats in the store, the last of ${MESSAGES} messages\n`);
    for (const [what, value, bound, write, words] of rows(m)) {
      const ratio = bound === 0.05 ? "" : `${(value / bound).toFixed(2)} of it`;
      say(`${value <= bound ? "✓" : "✗"} ${what.padEnd(40)} ${write(value).padStart(10)}   bound ${words} ${ratio}`);
    }
  } finally {
    await session.close();
    rmSync(scratch, { recursive: true, force: true });
  }
});
