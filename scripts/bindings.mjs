// `npm run bindings`: writes the UI's types from core's, where `npm run check` only compares them.
import { packages } from "./build.mjs";
import { main, run } from "./run.mjs";

await main(() =>
  run("cargo", ["test", "--quiet", ...packages, "--lib", "bindings"], {
    env: { PARLOUR_WRITE_BINDINGS: "1" },
  }),
);
