// What a program costs: when it first paints, and the memory and processor time of its whole process tree.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const LATE = 30_000;

/** Starts the blank app; resolves once it has painted. */
export async function startBlank(binary, env) {
  const began = performance.now();
  const child = spawn(binary, [], { env, stdio: ["ignore", "pipe", "ignore"] });
  await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`The blank app ended with ${code}`)));
  });
  return { child, painted: performance.now() - began };
}

/**
 * Starts Parlour on a data folder; resolves once its composer and its last chat are on screen. Its log says so. `logged`
 * gives the milliseconds from the start to a line of the log that holds a word, or null where none comes in so many.
 */
export async function startParlour(binary, env, data) {
  const log = join(data, "logs", "parlour.log");
  mkdirSync(join(data, "logs"), { recursive: true });
  const from = existsSync(log) ? statSync(log).size : 0;
  const began = performance.now();
  const child = spawn(binary, [], { env: { ...env, PARLOUR_DATA_DIR: data }, stdio: "ignore" });
  const logged = async (word, patience) => {
    while (!read(log, from).includes(word)) {
      if (performance.now() - began > patience) return null;
      await pause(1);
    }
    return performance.now() - began;
  };
  const painted = await logged("painted", LATE);
  if (painted === null) throw new Error("Parlour did not paint");
  return { child, painted, logged };
}

function read(path, from) {
  if (!existsSync(path)) return "";
  const size = Math.max(0, statSync(path).size - from);
  const bytes = Buffer.alloc(size);
  const file = openSync(path, "r");
  readSync(file, bytes, 0, size, from);
  closeSync(file);
  return bytes.toString("utf8");
}

/** Ends a program and waits until it is gone. */
export async function end({ child }) {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  if (child.exitCode === null && child.kill()) await gone;
}

/** Ends Parlour as a person does, by closing its window, and waits until it is gone. */
export async function close({ child }, env) {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const own = ["search", "--all", "--onlyvisible", "--pid", String(child.pid), "--class", "parlour", "windowactivate", "--sync"];
  // Two calls: in one chain the keys would go to the window, past the window manager whose keys they are.
  for (const words of [own, ["key", "--clearmodifiers", "alt+F4"]])
    if (spawnSync("xdotool", words, { env }).status !== 0) throw new Error("The window could not be closed");
  await gone;
}

/** The process and all below it. */
export function tree(pid) {
  const children = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The command in parentheses may hold spaces.
      const parent = Number(readFileSync(`/proc/${name}/stat`, "utf8").split(") ").pop().split(" ")[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended meanwhile.
    }
  }
  const all = [pid];
  for (const one of all) all.push(...(children.get(one) ?? []));
  return all;
}

/** Megabytes that the tree really takes: shared pages count by their share. */
export function memory(pid) {
  let kilobytes = 0;
  for (const one of tree(pid)) {
    const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, "utf8"));
    kilobytes += Number(pss?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

/** Seconds of processor time that the tree has used. */
export function processor(pid) {
  let ticks = 0;
  for (const one of tree(pid)) {
    const fields = readFileSync(`/proc/${one}/stat`, "utf8").split(") ").pop().split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / 100;
}
