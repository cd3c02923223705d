// Building what the other scripts run: the UI, the app and the scripted model server. What is fresh is left alone.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root, run, step, tool } from "./run.mjs";

const exe = process.platform === "win32" ? ".exe" : "";
// Cargo's own answer to where it builds, so that a shared target folder works too.
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

export const appBinary = join(target, "debug", `parlour${exe}`);
export const modelServerBinary = join(target, "debug", `model-server${exe}`);
export const faultTestsBinary = join(target, "debug", `fault-tests${exe}`);

/** Builds the page into ui/dist, unless nothing it is made of is newer. */
export async function buildUi() {
  const built = join(root, "ui", "dist", "index.html");
  const sources = ["ui", "package-lock.json"].map((path) => join(root, path));
  if (existsSync(built) && Math.max(...sources.map(newest)) <= statSync(built).mtimeMs) return;
  await step("the UI", () =>
    tool("vite/bin/vite.js", ["build", "--config", "ui/vite.config.ts", "--logLevel", "warn"]),
  );
}

/** When the newest file below a path was written; what is built or fetched does not count. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const inside = readdirSync(path).filter((name) => name !== "dist" && name !== "node_modules");
  return Math.max(0, ...inside.map((name) => newest(join(path, name))));
}

/**
 * Everything but the benches. Cargo unites the features of the packages it is given: with always the same ones, no
 * dependency is built twice.
 */
export const packages = ["--workspace", "--exclude", "blank-app", "--exclude", "bench-core"];

/** Builds the app with the page inside it, and the model server. Debug: a fraction of the time, and the code is the same. */
export async function buildApp() {
  await step("the app", () => run("cargo", ["build", "--quiet", ...packages]));
}
