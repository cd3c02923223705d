// `npm run check:platforms`: type-checks the whole app for Windows and macOS on Debian, so that code for other systems
// does not rot. The standard libraries come from Debian's rust-web-src, the C compilers from mingw and from ziglang.
// `npm run check:platforms -- windows` or `macos` does one of them.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildUi } from "./build.mjs";
import { Failure, main, root, run, say, step } from "./run.mjs";
import { setup } from "./setup.mjs";

const target = join(root, "target", "platforms");
const ZIGLANG = "ziglang==0.16.0";

const PLATFORMS = {
  windows: { triple: "x86_64-pc-windows-gnu", compiler: async () => ({}) },
  macos: { triple: "aarch64-apple-darwin", compiler: zig },
};

/** A C compiler for macOS out of a Python package, behind two small programs that cc's callers can start. */
async function zig() {
  const venv = join(target, "zig-venv");
  const python = join(venv, "bin", "python");
  if (!existsSync(join(venv, "bin", "zig-ready"))) {
    await run("python3", ["-m", "venv", venv]);
    await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ZIGLANG]);
    writeFileSync(join(venv, "bin", "zig-ready"), "");
  }
  const program = (name, command) => {
    const path = join(venv, "bin", `macos-${name}`);
    writeFileSync(path, `#!/bin/sh\nexec '${python}' -m ziglang ${command} "$@"\n`, { mode: 0o755 });
    return path;
  };
  return {
    CC_aarch64_apple_darwin: program("cc", "cc -target aarch64-macos-none"),
    CXX_aarch64_apple_darwin: program("c++", "c++ -target aarch64-macos-none"),
    AR_aarch64_apple_darwin: program("ar", "ar"),
    // The flags that are usual for Apple's own compiler are none of zig's.
    CRATE_CC_NO_DEFAULTS: "1",
  };
}

await main(async () => {
  if (!existsSync("/usr/bin/dpkg-query")) throw new Failure("This check stands on packages of Debian and Ubuntu.");
  const wanted = process.argv.slice(2);
  await setup("build", "platforms");
  await buildUi();
  mkdirSync(target, { recursive: true });
  for (const [name, { triple, compiler }] of Object.entries(PLATFORMS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const env = {
      CARGO_TARGET_DIR: target,
      // Debian's compiler, whose sources of the standard library are there to be built for any target.
      RUSTC: "/usr/bin/rustc",
      RUSTC_BOOTSTRAP: "1",
      ...(await compiler()),
    };
    await step(`${name} (${triple})`, () =>
      run("cargo", ["check", "--quiet", "-Zbuild-std", "--package", "parlour", "--target", triple], { env }),
    );
  }
  say("Every platform checks.");
});
