// The real program in a data folder of its own, and the scripted model server it talks to.
// What a test opens is closed when the test ends, however it ends.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { appBinary, modelServerBinary } from "../../scripts/build.mjs";
import { openPage, PATIENCE } from "./driver.mjs";

/** A key that appears nowhere else, so that every trace of it is found. */
export const KEY = "sk-test-canary-5f2e91c07b3d4a68-WXYZ";

/** A new folder, gone after the test. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "parlour-window-"));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return path;
}

/**
 * Starts the app. Without more it has a fresh folder and no key. `server` puts the server's address in the environment
 * and `key` a key; both come from the person otherwise.
 */
export async function openApp(t, { server, key, data = folder(t), env = {} } = {}) {
  const app = new App(data, {
    ...process.env,
    TAURI_WEBVIEW_AUTOMATION: "true",
    PARLOUR_DATA_DIR: data,
    ...(server && { OPENAI_BASE_URL: server.url }),
    ...(key && { OPENAI_API_KEY: key }),
    ...env,
  });
  t.after(async () => {
    // Whoever reads a failure wants to know what the program said.
    if (t.passed === false) for (const line of app.page?.output ?? []) t.diagnostic(line);
    await app.close();
  });
  await app.start();
  return app;
}

export class App {
  data;
  env;
  page;
  #pid = null;

  constructor(data, env) {
    this.data = data;
    this.env = env;
  }

  /** Starts it and waits for a usable composer, or for the alert in its place. */
  async start() {
    this.page = await openPage({ binary: appBinary, env: this.env });
    this.#pid = appProcess(this.data);
    await this.page.until(() => document.querySelector("textarea, [role=alert]"), { what: "the first picture" });
  }

  /** Ends it as a person does, by closing its window, and waits until the process is gone. */
  async quit() {
    const own = ["--all", "--onlyvisible", "--pid", String(this.#pid), "--class", "parlour"];
    // The window manager can miss the key. A close takes a second at most, so a window that is still there was not asked.
    for (let tries = 0; tries < 3 && runs(this.#pid); tries += 1) {
      xdotool("search", ...own, "windowactivate", "--sync");
      // A call of its own: in one chain the keys would go to the window, past the window manager whose keys they are.
      xdotool("key", "--clearmodifiers", "alt+F4");
      for (const end = Date.now() + 4000; runs(this.#pid) && Date.now() < end;) await pause(20);
    }
    await this.#untilGone();
    await this.page.close();
  }

  /** The plug is pulled. */
  async kill() {
    process.kill(this.#pid, "SIGKILL");
    await this.#untilGone();
    await this.page.close();
  }

  async close() {
    await this.page?.close();
    if (this.#pid && runs(this.#pid)) process.kill(this.#pid, "SIGKILL");
  }

  async #untilGone() {
    for (const deadline = Date.now() + PATIENCE; runs(this.#pid); await pause(20)) {
      if (Date.now() > deadline) throw new Error("The app did not end");
    }
  }

  /** The composer, once it takes what is typed. */
  async composer() {
    const composer = await this.page.find("textbox", "Message");
    await this.page.until((field) => !field.readOnly, { what: "a composer that can be typed in", args: [composer] });
    return composer;
  }

  thread = () => this.page.find("log", "Conversation");
  sidebar = () => this.page.find("navigation", "Chats");
  button = (name, options) => this.page.find("button", name, options);
  press = async (name, options) => (await this.button(name, options)).click();

  /** Writes a message and sends it with Enter. */
  async ask(text) {
    const composer = await this.composer();
    await composer.click();
    await composer.type(`${text}\n`);
  }

  /** The last answer on screen, as soon as it contains this text. */
  async answered(text) {
    const last = (words) =>
      [...document.querySelectorAll("article")]
        .findLast((element) => element.ariaLabel.startsWith("Assistant"))
        ?.innerText.includes(words);
    await this.page.until(last, { what: `an answer with "${text}"`, args: [text] });
    return this.answer();
  }

  answer = (at = -1) => this.page.find("article", "Assistant", { at });
  question = (at = -1) => this.page.find("article", "You", { at });

  /** Waits until no reply runs in the open chat. */
  idle = () =>
    this.page.until(() => document.querySelector("[role=log]")?.getAttribute("aria-busy") === "false", {
      what: "the end of the reply",
    });
  busy = () =>
    this.page.until(() => document.querySelector("[role=log]")?.getAttribute("aria-busy") === "true", {
      what: "a running reply",
    });

  /** Starts a chat and waits until it is the one on screen. */
  async newChat() {
    await this.press("New chat", { within: await this.sidebar() });
    await this.page.until(() => document.querySelectorAll("[role=log] article").length === 0, {
      what: "an empty thread",
    });
  }

  /** Opens a chat of the sidebar by its title. */
  async open(title) {
    const row = await (await this.sidebar()).find("button", title);
    await row.click();
  }

  /** Enters a key where the page asks for one. */
  async saveKey(key) {
    const field = await this.page.find("textbox", "API key");
    await field.click();
    await field.clear();
    await field.paste(key);
    await this.press("Save key");
  }

  async openSettings() {
    await this.press("Settings");
    return this.page.find("dialog", "Settings");
  }
}

/** Starts the program beside what runs, without a driver, and resolves with its exit code, or null where it stays. */
export async function startAgain(env, { patience = 10_000 } = {}) {
  const own = { ...env, TAURI_WEBVIEW_AUTOMATION: undefined };
  const child = spawn(appBinary, [], { env: own, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const code = await Promise.race([ended, pause(patience, null)]);
  if (code === null) child.kill("SIGKILL");
  return code;
}

/** The program that has this data folder; the driver does not tell what it started. */
function appProcess(data) {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(appBinary)) continue;
      if (readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`PARLOUR_DATA_DIR=${data}`))
        return Number(pid);
    } catch {
      // It ended while it was looked at.
    }
  }
  throw new Error("The app does not run");
}

function runs(pid) {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

export function xdotool(...args) {
  const result = spawnSync("xdotool", args, { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`xdotool ${args.join(" ")}: ${result.stderr}`);
  return result.stdout.trim();
}

/** What the keychain holds for Parlour: one text per item. */
export function savedKeys() {
  const found = spawnSync("secret-tool", ["search", "--all", "--unlock", "service", "Parlour"], { encoding: "utf8" });
  return [...found.stdout.matchAll(/^secret = (.*)$/gm)].map(([, secret]) => secret);
}

/** Tests share one keychain; each begins with an empty one. */
export function forgetKeys() {
  spawnSync("secret-tool", ["clear", "service", "Parlour"]);
}

/** Paths of all files below a folder that contain the text. */
export function filesWith(path, text) {
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() && readFileSync(file).includes(text));
}

/** A folder to put first on PATH whose `xdg-open` only writes down what it is asked to open. */
export function fakeBrowser(t) {
  const path = folder(t);
  const log = join(path, "opened");
  writeFileSync(log, "");
  for (const name of ["xdg-open", "gio", "gnome-open", "kde-open", "wslview"]) {
    writeFileSync(join(path, name), `#!/bin/sh\necho "$@" >> '${log}'\n`, { mode: 0o755 });
  }
  return {
    env: { PATH: `${path}:${process.env.PATH}` },
    opened: () => readFileSync(log, "utf8").split("\n").filter(Boolean),
  };
}

/** Starts the scripted model server. */
export async function openServer(t, binary = modelServerBinary) {
  const child = spawn(binary, [], { stdio: ["pipe", "pipe", "inherit"] });
  // The end of its input is its end.
  t.after(() => child.stdin.end());
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The model server ended with ${code}`)));
  });
  return new Server(url, child);
}

class Server {
  url;
  #control;
  #child;

  constructor(url, child) {
    this.url = url;
    this.#control = new URL("/control/", url).href;
    this.#child = child;
  }

  async #call(method, path, body) {
    const response = await fetch(this.#control + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const value = await response.json();
    if (!response.ok) throw new Error(`model server: ${JSON.stringify(value)}`);
    return value;
  }

  /** Queues an answer: a reply, or just the text of one. */
  reply = (reply) => this.#call("POST", "reply", typeof reply === "string" ? text(reply) : reply);
  models = (reply) => this.#call("POST", "models", reply);
  open = (gate) => this.#call("POST", `open/${encodeURIComponent(gate)}`);
  /** All requests so far, those for the list of models included. */
  requests = () => this.#call("GET", "requests");
  /** The `n`-th chat request, as soon as it is there. */
  request = (n) => this.#call("GET", `request/${n}`);
  closed = (n) => this.#call("GET", `closed/${n}`);
  /** When each chunk of the last answer was written: [[number, unix milliseconds], …]. */
  sent = () => this.#call("GET", "sent");
  chats = async () => (await this.requests()).filter(({ path }) => path.endsWith("/chat/completions"));

  /** Ends it: from now on nothing listens at its address. */
  async stop() {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin.end();
    await ended;
  }
}

const words = (content) => content.split(/(?<=\s)/).map((part) => ({ type: "text", text: part }));
const ending = [{ type: "finish", reason: "stop" }, { type: "usage", input: 10, output: 5 }, { type: "done" }];

/** A whole streamed answer. */
export const text = (content) => ({ steps: [{ type: "role" }, ...words(content), ...ending] });
/** An answer that stops at each gate named between its texts, until the test opens it. */
export const gated = (...parts) => ({
  steps: [
    { type: "role" },
    ...parts.flatMap((part) => (typeof part === "string" ? words(part) : [{ type: "gate", name: part.gate }])),
    ...ending,
  ],
});
/** An answer that begins and then says no more. */
export const hanging = (content) => ({ steps: [{ type: "role" }, ...words(content), { type: "hang" }] });
/** An answer whose connection is cut. */
export const cut = (content) => ({ steps: [{ type: "role" }, ...words(content), { type: "close" }] });
export const json = (value, { status = 200, headers = [] } = {}) => ({
  status,
  headers,
  steps: [{ type: "json", value }],
});
export const html = (page, status = 200) => ({
  status,
  headers: [["content-type", "text/html; charset=utf-8"]],
  steps: [{ type: "raw", text: page }],
});
/** An error in OpenAI's form. */
export const refusal = (status, { code = null, type = "invalid_request_error", message = "No.", headers = [] } = {}) =>
  json({ error: { message, type, param: null, code } }, { status, headers });
export const modelList = (...names) => json({ object: "list", data: names.map((id) => ({ id, object: "model" })) });
