// Running other programs and saying how long it took: the ground the other scripts stand on.
// Node built-ins only, since the npm packages may not be there yet.
import { spawn, spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export const say = (text) => process.stdout.write(`${text}\n`);
export const complain = (text) => process.stderr.write(`${text}\n`);

/** A failure that is told in its own words, without a stack. */
export class Failure extends Error {}

/** Runs a program with the terminal attached; rejects when it does not end with 0. `onLine` sees its output too. */
export function run(command, args, { cwd = root, env, input = "inherit", onLine } = {}) {
  return new Promise((resolve, reject) => {
    const output = onLine ? "pipe" : "inherit";
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: [input, output, output] });
    if (onLine) {
      passLines(child.stdout, process.stdout, onLine);
      passLines(child.stderr, process.stderr, onLine);
    }
    child.on("error", (error) =>
      reject(new Failure(`${command} could not be started: ${error.code ?? error.message}`)),
    );
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Failure(`${[command, ...args].join(" ")} ended with ${signal ?? code}`));
    });
  });
}

function passLines(from, to, onLine) {
  let rest = "";
  from.on("data", (chunk) => {
    to.write(chunk);
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    lines.forEach(onLine);
  });
  from.on("end", () => rest && onLine(rest));
}

/** What a program prints, or null when it is missing or fails. */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: "utf8", cwd: root, ...options });
  return result.status === 0 ? result.stdout : null;
}

/** Whether a program is on the path. */
export function has(command) {
  return !spawnSync(command, ["--version"], { stdio: "ignore" }).error;
}

/** Does one thing, and says what it is and how long it took when that is worth a line. */
export async function step(title, work) {
  const began = performance.now();
  const result = await work();
  const seconds = (performance.now() - began) / 1000;
  if (seconds > 0.5) say(`· ${title}: ${seconds.toFixed(1)} s`);
  return result;
}

/** Runs a script's main part: a Failure is told plainly, everything ends with an honest exit code. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    complain(error instanceof Failure ? `\n${error.message}` : error.stack);
    process.exitCode = 1;
  }
}

/** npm and npx are batch files on Windows, which only a shell can start: so packages are run through node. */
export function tool(packageBin, args, options) {
  return run(process.execPath, [`node_modules/${packageBin}`, ...args], options);
}
