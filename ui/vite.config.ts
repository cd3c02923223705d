// How the front end is built and its tests run. Everything that the page loads is a file of its own: the content policy
// allows no inline script, style or markup.
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

const here = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  root: here,
  base: "./",
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  plugins: [
    svelte({ configFile: false, compilerOptions: { runes: true, fragments: "tree" } }),
    // Only under Vitest, which resolves Svelte's server build without it.
    ...(process.env.VITEST ? [svelteTesting()] : []),
  ],
  build: {
    outDir: `${here}dist`,
    emptyOutDir: true,
    target: ["es2022", "safari16", "chrome111"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  test: {
    environment: "happy-dom",
    dir: fileURLToPath(new URL("../tests/ui", import.meta.url)),
    include: ["**/*.test.ts"],
    setupFiles: [fileURLToPath(new URL("../tests/ui/setup.ts", import.meta.url))],
    restoreMocks: true,
  },
});
