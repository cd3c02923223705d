// `npm run package`: a release build as the package of this system, its path and its size.
import { readdirSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { buildUi } from "./build.mjs";
import { Failure, main, root, say, step, tool } from "./run.mjs";
import { setup } from "./setup.mjs";

const KIND = { linux: "deb", darwin: "dmg", win32: "nsis" }[process.platform];

await main(async () => {
  if (!KIND) throw new Failure(`There is no package for ${process.platform} yet.`);
  await setup("build");
  await buildUi();
  const folder = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release", "bundle", KIND);
  // An older version's package must not be taken for this one.
  rmSync(folder, { recursive: true, force: true });
  await step("the package", () => tool("@tauri-apps/cli/tauri.js", ["build", "--bundles", process.argv[2] ?? KIND]));
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith(`.${KIND === "nsis" ? "exe" : KIND}`))) {
    const size = statSync(join(folder, name)).size / 1e6;
    say(`${relative(root, join(folder, name))}  ${size.toFixed(1)} MB`);
  }
});
