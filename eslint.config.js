// What is checked in the front end beyond types: no HTML strings, no `any`, one door to the platform.
import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";

const htmlStrings = [
  { object: "document", property: "write", message: "No HTML string reaches the page." },
  { property: "innerHTML", message: "No HTML string reaches the page." },
  { property: "outerHTML", message: "No HTML string reaches the page." },
  { property: "insertAdjacentHTML", message: "No HTML string reaches the page." },
];

export default ts.config(
  {
    ignores: ["node_modules/", "target/", "ui/dist/", "ui/src/bindings/", "src-tauri/", "tests/bench/"],
  },
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    linterOptions: { reportUnusedDisableDirectives: "error", noInlineConfig: true },
    rules: {
      eqeqeq: ["error", "always"],
      "no-console": "error",
      "no-restricted-properties": ["error", ...htmlStrings],
      "svelte/no-at-html-tags": "error",
      // What is held beside the reactive fields is not meant to be followed.
      "svelte/prefer-svelte-reactivity": "off",
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
    },
  },
  {
    files: ["ui/src/**"],
    ignores: ["ui/src/ipc.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@tauri-apps/*"], message: "Only ipc.ts talks to the platform." }] },
      ],
    },
  },
);
