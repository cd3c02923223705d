// A desktop session of its own for tests on Linux: display, window manager, session bus, unlocked keychain and home,
// all of them private, so that a test neither needs the person's own ones nor ever touches them.
// As a program: `node scripts/session.mjs COMMAND [ARGUMENTS]` runs the command inside one.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Failure, main, run } from "./run.mjs";

/** Opens a session; `env` is what its programs need, `close` ends everything in it. */
export async function openSession({ screen = "1400x1000x24" } = {}) {
  const home = mkdtempSync(join(tmpdir(), "parlour-session-"));
  const children = [];
  const close = async () => {
    for (const child of children.reverse()) await end(child);
    sweep(home);
    remove(home);
  };
  try {
    const env = homeEnvironment(home);
    const display = await startDisplay(env, screen, children);
    Object.assign(env, { DISPLAY: display, XDG_SESSION_TYPE: "x11", GDK_BACKEND: "x11" });
    env.DBUS_SESSION_BUS_ADDRESS = await startBus(env, children);
    await startKeyring(env, { unlocked: true });
    children.push(start("openbox", ["--sm-disable"], env, "ignore"));
    return { env, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A second bus in an open session, with a keychain that nobody can unlock, or with none at all. */
export async function openBus(session, { keyring }) {
  const home = mkdtempSync(join(tmpdir(), "parlour-bus-"));
  const children = [];
  const { HOME, XDG_RUNTIME_DIR } = homeEnvironment(home);
  const env = { ...session, HOME, XDG_RUNTIME_DIR };
  env.DBUS_SESSION_BUS_ADDRESS = await startBus(env, children, keyring === "none" ? emptyBus(home) : ["--session"]);
  if (keyring === "locked") await startKeyring(env, { unlocked: false });
  const close = async () => {
    for (const child of children.reverse()) await end(child);
    sweep(home);
    remove(home);
  };
  return { env, close };
}

const PERSONAL = [
  ...[
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "GTK_MODULES",
  ],
  ...["OPENAI_API_KEY", "OPENAI_BASE_URL", "PARLOUR_DATA_DIR"],
];

/** Ends what went into the background in a session, and what the bus started: all that has the session's home. */
function sweep(home) {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`HOME=${home}`))
        process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended by itself, or is somebody else's.
    }
  }
}

// Programs that were just ended may still be writing there.
const remove = (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

function homeEnvironment(home) {
  const runtime = join(home, "run");
  mkdirSync(runtime, { mode: 0o700 });
  return {
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    HOME: home,
    // The tools that builds need stay where they are.
    CARGO_HOME: process.env.CARGO_HOME ?? join(homedir(), ".cargo"),
    RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(homedir(), ".rustup"),
    XDG_RUNTIME_DIR: runtime,
    // What belongs to the person's own session is taken out; node leaves undefined ones away.
    ...Object.fromEntries(PERSONAL.map((name) => [name, undefined])),
    // No accessibility bus: without one the web view stalls while it looks for it.
    NO_AT_BRIDGE: "1",
    // There is no graphics card behind a virtual display.
    LIBGL_ALWAYS_SOFTWARE: "1",
    GSETTINGS_BACKEND: "memory",
    XDG_CURRENT_DESKTOP: "GNOME",
  };
}

function start(command, args, env, ...rest) {
  const [input = "ignore", ...outputs] = rest;
  const child = spawn(command, args, {
    env,
    stdio: [input, ...outputs, ...["ignore", "ignore"].slice(outputs.length)],
  });
  // Who waits for it hears of it; the rest is told by what is missing then.
  child.on("error", () => undefined);
  return child;
}

async function startDisplay(env, screen, children) {
  // The server chooses a free display itself and writes its number when it is ready.
  const child = start(
    "Xvfb",
    ["-displayfd", "3", "-screen", "0", screen, "-nolisten", "tcp"],
    env,
    "ignore",
    "ignore",
    "ignore",
    "pipe",
  );
  children.push(child);
  return `:${(await firstLine(child, child.stdio[3], "Xvfb")).trim()}`;
}

/** A bus that starts no service by itself; the usual one would bring a keychain back as soon as it is asked for. */
function emptyBus(home) {
  const file = join(home, "bus.conf");
  writeFileSync(
    file,
    `<busconfig><type>session</type><listen>unix:tmpdir=${home}</listen><policy context="default">
     <allow send_destination="*"/><allow eavesdrop="false"/><allow own="*"/></policy></busconfig>`,
  );
  return [`--config-file=${file}`];
}

async function startBus(env, children, kind = ["--session"]) {
  const child = start("dbus-daemon", [...kind, "--nofork", "--print-address=1"], env, "ignore", "pipe");
  children.push(child);
  return (await firstLine(child, child.stdout, "dbus-daemon")).trim();
}

/** The keychain puts itself in the background once it answers, and ends with its bus. An empty password unlocks it. */
function startKeyring(env, { unlocked }) {
  const child = start("gnome-keyring-daemon", ["--components=secrets", unlocked ? "--unlock" : "--start"], env, "pipe");
  child.stdin.end(unlocked ? "\n" : "");
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Failure(`gnome-keyring-daemon could not be started: ${error.code}`)));
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Failure(`gnome-keyring-daemon ended with ${code}`)),
    );
  });
}

/** The first line a program writes: the sign that it is ready. */
function firstLine(child, stream, name) {
  return new Promise((resolve, reject) => {
    let text = "";
    const late = setTimeout(() => reject(new Failure(`${name} did not start within 20 s`)), 20_000);
    stream.on("data", (chunk) => {
      text += chunk;
      if (!text.includes("\n")) return;
      clearTimeout(late);
      resolve(text.split("\n")[0]);
    });
    child.once("error", (error) => reject(new Failure(`${name} could not be started: ${error.code}`)));
    child.once("close", (code) => reject(new Failure(`${name} ended with ${code}`)));
  });
}

function end(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return undefined;
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill("SIGKILL"), 2000);
    child.once("close", () => resolve(clearTimeout(late)));
    child.kill();
  });
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    const session = await openSession();
    const clean = () => session.close().then(() => process.exit(130));
    process.on("SIGINT", clean).on("SIGTERM", clean);
    try {
      const [command, ...args] = process.argv.slice(2);
      await run(command, args, { env: session.env });
    } finally {
      await session.close();
    }
  });
}
