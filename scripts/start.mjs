// `npm start`: makes the machine ready, builds, opens the window. Arguments and environment reach the app.
import { spawn } from "node:child_process";
import { appBinary, buildApp, buildUi } from "./build.mjs";
import { Failure, main } from "./run.mjs";
import { setup } from "./setup.mjs";

/** Everything up to the window. */
export async function prepare(...purposes) {
  await setup("build", ...purposes);
  await buildUi();
  await buildApp();
}

/** Runs the app until it ends. Ctrl-C ends it as closing its window would. */
export function openApp(args = [], env = {}) {
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Failure(
      "It is built, but there is no display here for its window (neither DISPLAY nor WAYLAND_DISPLAY is set).",
    );
  }
  const child = spawn(appBinary, args, { stdio: "inherit", env: { ...process.env, ...env } });
  const passOn = (signal) => child.kill(signal);
  process.on("SIGINT", passOn).on("SIGTERM", passOn);
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Failure(`The app could not be started: ${error.message}`)));
    child.on("close", (code, signal) => {
      process.off("SIGINT", passOn).off("SIGTERM", passOn);
      if (code === 0 || signal === "SIGINT" || signal === "SIGTERM") resolve();
      else reject(new Failure(`The app ended with ${signal ?? code}.`));
    });
  });
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    await prepare();
    await openApp(process.argv.slice(2));
  });
}
