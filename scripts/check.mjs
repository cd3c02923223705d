// `npm run check`: formatting, lints with warnings as errors, types, stale bindings. Runs all of it, then says what failed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildUi, packages } from "./build.mjs";
import { capture, complain, Failure, main, root, run, say, step, tool } from "./run.mjs";
import { setup } from "./setup.mjs";

const checks = {
  "Rust formatting (npm run fmt mends it)": () => run("cargo", ["fmt", "--all", "--check"]),
  "Rust lints": async () => {
    // The app's build reads the page.
    await buildUi();
    await run("cargo", ["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]);
  },
  "bindings (npm run bindings writes them)": () => run("cargo", ["test", "--quiet", ...packages, "--lib", "bindings"]),
  "formatting (npm run fmt mends it)": () => tool("prettier/bin/prettier.cjs", ["--check", "--log-level", "warn", "."]),
  lints: () => tool("eslint/bin/eslint.js", ["--max-warnings", "0", "."]),
  types: () =>
    tool("svelte-check/bin/svelte-check", [
      "--tsconfig",
      "ui/tsconfig.json",
      "--fail-on-warnings",
      "--output",
      "human",
    ]),
  scripts: checkScripts,
  "lock files": checkLockFiles,
};

/** Scripts that nothing else parses before they are needed. */
function checkScripts() {
  for (const file of capture("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.mjs"])
    ?.split("\n")
    .filter(Boolean) ?? []) {
    if (capture(process.execPath, ["--check", file]) === null) throw new Failure(`${file} is not valid JavaScript`);
  }
}

/** Lock files say what is installed, never from which host: that is the machine's own setting. */
function checkLockFiles() {
  const npm = readFileSync(join(root, "package-lock.json"), "utf8");
  if (/"resolved":\s*"https?:/.test(npm)) throw new Failure("package-lock.json names a host (see .npmrc)");
  const cargo = readFileSync(join(root, "Cargo.lock"), "utf8");
  // The one address in it is cargo's constant for crates.io.
  const others = [...cargo.matchAll(/^source = "(.*)"$/gm)].filter(
    ([, source]) => source !== "registry+https://github.com/rust-lang/crates.io-index",
  );
  if (others.length > 0) throw new Failure(`Cargo.lock names ${others[0][1]}`);
}

await main(async () => {
  await setup("build");
  const failed = [];
  for (const [title, check] of Object.entries(checks)) {
    try {
      await step(title, check);
    } catch (error) {
      if (!(error instanceof Failure)) complain(error.stack);
      complain(`✗ ${title}: ${error.message}\n`);
      failed.push(title);
    }
  }
  if (failed.length > 0) throw new Failure(`Failed: ${failed.join(", ")}`);
  say(`${Object.keys(checks).length} checks passed`);
});
