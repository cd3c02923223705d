// `npm run bindings`: writes the UI's types from core's, where `npm run check` only compares them.
import { main, run } from "./run.mjs";

await main(() =>
  run("cargo", ["test", "--quiet", "--package", "parlour-core", "--lib", "bindings"], {
    env: { PARLOUR_WRITE_BINDINGS: "1" },
  }),
);
