// What a fresh machine lacks: the system's packages for one purpose, and the npm packages.
// As a program: `node scripts/setup.mjs [build] [test] [suites] [demo] [platforms]`; with `--system` the system's packages alone.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { capture, Failure, has, main, root, run, say, step } from "./run.mjs";

// One list per purpose, in Debian's names. The web view's package brings GTK, soup, D-Bus and JavaScriptCore along.
const DEBIAN = {
  build: ["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "libdbus-1-dev", "fonts-dejavu-core"],
  test: ["xvfb", "dbus", "gnome-keyring", "libsecret-tools", "webkit2gtk-driver", "xdotool", "openbox", "xclip"],
  // Pictures need letters of every script that is shown in them.
  screenshots: ["fonts-noto-core", "fonts-noto-cjk", "fonts-liberation"],
  demo: [],
  suites: [],
  platforms: ["rustc-web", "rust-web-src", "gcc-mingw-w64-x86-64", "g++-mingw-w64-x86-64"],
};
// Programs that count as well, wherever they come from.
const INSTEAD = { "build-essential": "cc", "pkg-config": "pkg-config", dbus: "dbus-daemon" };

const ELSEWHERE = {
  fedora: "sudo dnf install gcc gcc-c++ pkgconf-pkg-config webkit2gtk4.1-devel dbus-devel",
  arch: "sudo pacman -S --needed base-devel pkgconf webkit2gtk-4.1 dbus",
  suse: "sudo zypper install -t pattern devel_basis && sudo zypper install webkit2gtk3-devel dbus-1-devel",
};

/** Makes the machine ready for these purposes. Asks the person where it needs rights it does not have. */
export async function setup(...purposes) {
  checkNode();
  checkRust();
  await systemPackages(purposes);
  await npmPackages();
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Failure(`Parlour needs Node 20.19 or newer; this is ${process.versions.node}.`);
  }
}

function checkRust() {
  if (!has("cargo")) throw new Failure("Parlour needs Rust (cargo was not found): https://rustup.rs");
}

async function systemPackages(purposes) {
  if (process.platform !== "linux") return;
  if (!existsSync("/usr/bin/dpkg-query")) return otherLinux();
  const unknown = purposes.find((purpose) => !(purpose in DEBIAN));
  if (unknown) throw new Failure(`Nothing is known of "${unknown}"; there is ${Object.keys(DEBIAN).join(", ")}.`);
  const missing = missingPackages(purposes.flatMap((purpose) => DEBIAN[purpose]));
  // Debian keeps Python's venv in a package of its own.
  if (
    purposes.some((purpose) => ["demo", "platforms", "suites", "test"].includes(purpose)) &&
    capture("python3", ["-c", "import ensurepip"]) === null
  ) {
    missing.push("python3-venv");
  }
  if (missing.length > 0) await step("system packages", () => aptInstall(missing));
}

function missingPackages(names) {
  const wanted = names.filter((name) => !(name in INSTEAD) || !has(INSTEAD[name]));
  if (wanted.length === 0) return [];
  // dpkg-query ends with 1 as soon as it does not know one of the names, so its output counts, not its end.
  const known = capture("sh", [
    "-c",
    `dpkg-query -W -f '\${Package} \${db:Status-Status}\\n' ${wanted.join(" ")} 2>/dev/null || true`,
  ]);
  const installed = new Set(
    (known ?? "")
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.split(" ")[0]),
  );
  return wanted.filter((name) => !installed.has(name));
}

async function aptInstall(missing) {
  const install = ["install", "-y", "--no-install-recommends", ...missing];
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  if (process.getuid() === 0) {
    await run("apt-get", ["update", "-qq"], { env, input: "ignore" });
    await run("apt-get", ["-qq", ...install], { env, input: "ignore" });
    return;
  }
  const command = `sudo sh -c 'apt-get update && apt-get ${install.join(" ")}'`;
  say(`Parlour needs these packages of your system:\n\n  ${command}\n`);
  if (!process.stdin.isTTY) throw new Failure("Run the command above, then this one again.");
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question("Run it now? [y/N] ");
  prompt.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("Nothing was installed.");
  await run("sudo", ["apt-get", "update", "-q"]);
  await run("sudo", ["apt-get", ...install]);
}

function otherLinux() {
  if (capture("pkg-config", ["--exists", "webkit2gtk-4.1"]) !== null) return;
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  const family = Object.keys(ELSEWHERE).find((name) => release.toLowerCase().includes(name));
  throw new Failure(
    family
      ? `Parlour needs some packages of your system. Install them with:\n\n  ${ELSEWHERE[family]}\n`
      : "Parlour needs a C compiler, pkg-config and the development files of WebKitGTK 4.1 and D-Bus.",
  );
}

/** `npm ci`, only where node_modules is missing or was not made from today's lock file. */
async function npmPackages() {
  const lock = join(root, "package-lock.json");
  const stamp = join(root, "node_modules", ".parlour-stamp");
  const wanted = readFileSync(lock, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint(wanted)) return;
  // A tree that npm itself wrote after the lock file last changed is as good.
  const hidden = join(root, "node_modules", ".package-lock.json");
  if (existsSync(stamp) || !existsSync(hidden) || statSync(hidden).mtimeMs < statSync(lock).mtimeMs) {
    const npm = process.platform === "win32" ? ["cmd", ["/c", "npm", "ci"]] : ["npm", ["ci"]];
    await step("npm packages", () => run(...npm, { input: "ignore" }));
  }
  writeFileSync(stamp, fingerprint(wanted));
}

const fingerprint = (text) => createHash("sha256").update(text).digest("hex");

if (process.argv[1] === import.meta.filename) {
  const asked = process.argv.slice(2);
  const purposes = asked.filter((word) => word !== "--system");
  const named = purposes.length > 0 ? purposes : ["build"];
  await main(() => (asked.includes("--system") ? systemPackages(named) : setup(...named)));
}
