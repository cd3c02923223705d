// `npm test`: every test there is. `npm test -- rust`, `ui` or `window` runs one kind; what follows it goes to its
// runner: `npm test -- window stop` runs the window tests whose file name contains "stop".
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { buildApp, buildUi, packages } from "./build.mjs";
import { complain, Failure, main, root, run, say, step } from "./run.mjs";
import { openSession } from "./session.mjs";
import { setup } from "./setup.mjs";
import { fetchForRust } from "../tests/suites.mjs";

const noColour = { NO_COLOR: "1", CARGO_TERM_COLOR: process.env.CARGO_TERM_COLOR ?? "auto" };

// What a kind needs of the system besides what a build needs; all that there is where nothing is said.
const purposes = { rust: ["suites"], ui: [] };

// Each kind runs its tests and counts what its runner says: [passed, failed].
const kinds = {
  rust: {
    title: "Rust",
    prepare: () => step("suites of others", fetchForRust),
    tests: (count, filter) =>
      run("cargo", ["test", "--quiet", "--no-fail-fast", ...packages, ...filter], {
        env: noColour,
        onLine: (line) => {
          const result = /^test result: .*?(\d+) passed; (\d+) failed/.exec(line);
          if (result) count(Number(result[1]), Number(result[2]));
        },
      }),
  },
  ui: {
    title: "UI",
    tests: (count, filter) =>
      run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--config", "ui/vite.config.ts", ...filter], {
        env: { ...noColour, FORCE_COLOR: "0" },
        onLine: (line) => {
          if (!/^\s+Tests\s/.test(line)) return;
          count(Number(/(\d+) passed/.exec(line)?.[1] ?? 0), Number(/(\d+) failed/.exec(line)?.[1] ?? 0));
        },
      }),
  },
  window: {
    title: "window",
    // WebDriver reaches a Tauri window on Linux (and Windows) only.
    runsHere: process.platform === "linux",
    prepare: buildApp,
    tests: async (count, filter) => {
      const files = windowTests(filter);
      const session = await openSession();
      try {
        await run(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files], {
          env: { ...session.env, ...noColour, FORCE_COLOR: "0" },
          input: "ignore",
          onLine: (line) => {
            const result = /^ℹ (pass|fail|cancelled) (\d+)/.exec(line);
            if (result) count(...(result[1] === "pass" ? [Number(result[2]), 0] : [0, Number(result[2])]));
          },
        });
      } finally {
        await session.close();
      }
    },
  },
};

function windowTests(filter) {
  const folder = join(root, "tests", "window");
  const files = readdirSync(folder).filter((name) => name.endsWith(".test.mjs"));
  const chosen = files.filter((name) => filter.length === 0 || filter.some((word) => name.includes(word)));
  if (chosen.length === 0) throw new Failure(`No window test of that name; there are ${files.join(", ")}.`);
  return chosen.map((name) => join(folder, name));
}

/** Runs the tests of one kind; a failure is kept for the end, so that the other kinds run all the same. */
async function measure({ title, runsHere = true, prepare, tests }, filter) {
  const row = { title, passed: 0, failed: 0, seconds: 0, problem: runsHere ? null : "cannot run on this system" };
  if (!runsHere) return { ...row, skipped: true };
  const began = performance.now();
  try {
    await prepare?.();
    await tests((passed, failed) => {
      row.passed += passed;
      row.failed += failed;
    }, filter);
    if (row.passed === 0) row.problem = "no test ran";
  } catch (error) {
    if (!(error instanceof Failure)) complain(error.stack);
    row.problem = "failed, see above";
    // A runner that broke before it could count is a failure too.
    row.failed ||= 1;
  }
  row.seconds = (performance.now() - began) / 1000;
  return row;
}

await main(async () => {
  const [kind, ...filter] = process.argv.slice(2);
  if (kind && !(kind in kinds)) throw new Failure(`There are the kinds ${Object.keys(kinds).join(", ")}.`);
  await step("set-up", () => setup("build", ...(purposes[kind] ?? ["test"])));
  // The app has the page inside it, so the page comes first.
  if (kind !== "ui") await buildUi();
  const rows = [];
  for (const name of kind ? [kind] : Object.keys(kinds)) {
    say(`\n── ${kinds[name].title} tests`);
    rows.push(await measure(kinds[name], filter));
  }
  say("");
  for (const { title, passed, failed, seconds, problem } of rows) {
    say(
      `${title.padEnd(7)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds.toFixed(1).padStart(7)} s${problem ? `  ${problem}` : ""}`,
    );
  }
  const sum = (of) => rows.reduce((total, row) => total + row[of], 0);
  say(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  if (rows.some((row) => row.problem && !row.skipped)) process.exitCode = 1;
});
