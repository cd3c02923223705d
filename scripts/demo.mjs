// `npm run demo`: Parlour with a real small model on this machine; no key, no account, and a data folder of its own.
import { join } from "node:path";
import { main, root, say } from "./run.mjs";
import { startDemoModel } from "./demo-model.mjs";
import { openApp, prepare } from "./start.mjs";

await main(async () => {
  const began = performance.now();
  await prepare("demo");
  const model = await startDemoModel();
  say(`Ready after ${((performance.now() - began) / 1000).toFixed(1)} s. The model answers at ${model.baseUrl}`);
  try {
    await openApp(process.argv.slice(2), {
      PARLOUR_DATA_DIR: process.env.PARLOUR_DATA_DIR ?? join(root, "target", "demo-data"),
      OPENAI_BASE_URL: model.baseUrl,
      // The model asks for none; with one set the app has nothing to ask either.
      OPENAI_API_KEY: "demo",
    });
  } finally {
    await model.stop();
  }
});
