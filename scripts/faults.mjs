// `npm run test:faults`: deaths, also in backups and while the schema changes, power losses, failing disks and damaged files, in
// long rounds. `-- 50` runs a tenth of them, `-- 500 power` one kind; each line it prints is a figure.
import { buildApp, buildUi, faultTestsBinary } from "./build.mjs";
import { main, run, step } from "./run.mjs";
import { setup } from "./setup.mjs";

await main(async () => {
  await step("set-up", () => setup("build"));
  await buildUi();
  await buildApp();
  await run(faultTestsBinary, process.argv.slice(2));
});
