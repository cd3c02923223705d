// How long the readers of Markdown that other clients use take for the same text, in this Node: whole, and anew for each
// piece, as those clients do. As a program it prints one JSON object; the packages are put into target/ for it alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, run, step } from "../../scripts/run.mjs";
import { mixed } from "./stream.mjs";

const folder = join(root, "target", "bench-peers");
const PACKAGES = ["marked@18.2.0", "markdown-it@15.0.0", "streaming-markdown@0.2.15"];
/** Bytes of the text that is streamed, and of each piece of it. */
const STREAMED = 20_000;
const PIECE = 20;

/** Milliseconds by peer: `whole` for 1 MiB, `streamed` for 20 KB in pieces of 20 bytes; null where it does not run. */
export async function measurePeers() {
  await install();
  const text = mixed(1 << 20);
  const peers = {
    marked: async () => {
      const { marked } = await load("marked");
      return { whole: () => marked.parse(text), streamed: () => pieces((sofar) => marked.parse(sofar)) };
    },
    "markdown-it": async () => {
      const { default: MarkdownIt } = await load("markdown-it");
      const reader = new MarkdownIt();
      return { whole: () => reader.render(text), streamed: () => pieces((sofar) => reader.render(sofar)) };
    },
    "streaming-markdown": async () => {
      const smd = await load("streaming-markdown");
      const nothing = () => undefined;
      const renderer = { data: {}, add_token: nothing, end_token: nothing, add_text: nothing, set_attr: nothing };
      const write = (all, size) => {
        const parser = smd.parser(renderer);
        for (let at = 0; at < all.length; at += size) smd.parser_write(parser, all.slice(at, at + size));
        smd.parser_end(parser);
      };
      return { whole: () => write(text, text.length), streamed: () => write(text.slice(0, STREAMED), PIECE) };
    },
  };
  const figures = {};
  for (const [name, open] of Object.entries(peers)) {
    try {
      const { whole, streamed } = await open();
      figures[name] = { whole: best(whole), streamed: best(streamed) };
    } catch (error) {
      figures[name] = { failed: String(error.message).split("\n")[0] };
    }
  }
  return figures;

  function pieces(render) {
    for (let end = PIECE; end <= STREAMED; end += PIECE) render(text.slice(0, end));
  }
}

/** A package of the peers' folder, by the entry that it has for modules. */
function load(name) {
  const inside = join(folder, "node_modules", name);
  const { exports, module, main } = JSON.parse(readFileSync(join(inside, "package.json"), "utf8"));
  let entry = exports?.["."] ?? exports ?? module ?? main;
  while (typeof entry === "object") entry = entry.import ?? entry.default;
  return import(pathToFileURL(join(inside, entry)).href);
}

/** The median of three, after one to warm up. */
function best(work) {
  work();
  const times = [1, 2, 3].map(() => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[1];
}

async function install() {
  const stamp = join(folder, "stamp");
  if (existsSync(stamp)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  const words = ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, ...PACKAGES];
  await step("the peers", () => run("npm", words, { input: "ignore" }));
  writeFileSync(stamp, PACKAGES.join("\n"));
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await measurePeers(), null, 2));
