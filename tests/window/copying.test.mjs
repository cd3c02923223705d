// Copying: what lies on the real clipboard for programs that show styles and for all others.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { gated, openApp, openServer } from "./app.mjs";
import { PATIENCE } from "./driver.mjs";

const ANSWER = `Read the [manual](https://example.com/manual) and note that $x^2$ is **not** _small_.

- one
- two

| City | People |
| --- | ---: |
| Bern | 134,591 |
| Basel | 173,552 |

\`\`\`sh
echo "one"
echo "two" > file
\`\`\`

The end.`;

/** What the clipboard holds in a format; null where it has none of that. */
function clipboard(target) {
  const read = spawnSync("xclip", ["-o", "-selection", "clipboard", "-t", target], {
    encoding: "utf8",
    timeout: PATIENCE,
  });
  return read.status === 0 ? read.stdout : null;
}

/** Empties the clipboard, does something, and gives what lies there as soon as something does. */
async function copied(action) {
  const mark = `nothing yet ${Math.random()}`;
  // It stays behind as the owner, with no output to wait for.
  spawnSync("xclip", ["-i", "-selection", "clipboard"], { input: mark, stdio: ["pipe", "ignore", "ignore"] });
  await action();
  for (const deadline = Date.now() + PATIENCE; ; await pause(20)) {
    const text = clipboard("UTF8_STRING");
    if (text !== null && text !== mark) return { text, html: clipboard("text/html") };
    if (Date.now() > deadline) throw new Error("Nothing came to the clipboard");
  }
}

async function answered(t, markdown = ANSWER) {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  await server.reply(markdown);
  await app.ask("Which *cities*?");
  // There once the answer has settled.
  await app.page.find("button", "Regenerate");
  return app;
}

/** Selects from before one text to behind another in the thread, as a mouse would. */
const select = (app, from, to = from) =>
  app.page.run(
    (first, last) => {
      const find = (words) => {
        const walker = document.createTreeWalker(document.querySelector("[role=log]"), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const at = walker.currentNode.data.indexOf(words);
          if (at >= 0) return [walker.currentNode, at];
        }
        throw new Error(`"${words}" is not in the thread`);
      };
      const [start, startAt] = find(first);
      const [end, endAt] = find(last);
      document.querySelector("[role=log]").focus({ preventScroll: true });
      getSelection().setBaseAndExtent(start, startAt, end, endAt + last.length);
    },
    from,
    to,
  );

const copySelected = (app, from, to) =>
  copied(async () => {
    await select(app, from, to);
    await app.page.press("Control+c");
  });

test("a selection is Markdown and HTML with its look, and nothing of the buttons beside it", async (t) => {
  const app = await answered(t);
  const { text, html } = await copySelected(app, "manual", "The end.");
  assert.equal(text, ANSWER.replace("Read the ", "").replace("_small_", "*small*").replace("---:", "--:"));
  assert.match(html, /^<meta charset='utf-8'>/);
  assert.match(html, /<a href="https:\/\/example\.com\/manual" style="[^"]+">manual<\/a>/);
  assert.match(html, /<math xmlns="http:\/\/www\.w3\.org\/1998\/Math\/MathML">.*<\/math>/);
  assert.match(html, /<li>one<\/li><li>two<\/li>/);
  assert.match(html, /<td style="[^"]*border:1px solid[^"]*text-align:right">134,591<\/td>/);
  assert.match(html, /<pre style="[^"]+"><code style="[^"]+">/);
  assert.doesNotMatch(html, /class=|id=|<button|<script|Copy/);
});

test("code alone is the code, for a terminal or an editor", async (t) => {
  const app = await answered(t);
  const whole = await copySelected(app, "echo", "file");
  assert.equal(whole.text, 'echo "one"\necho "two" > file');
  assert.match(whole.html, /<pre /);
  assert.equal((await copySelected(app, "file")).text, "file");
});

test("a table alone is lines with tabs, for a spreadsheet", async (t) => {
  const app = await answered(t);
  const whole = await copySelected(app, "City", "173,552");
  assert.equal(whole.text, "City\tPeople\nBern\t134,591\nBasel\t173,552");
  assert.match(whole.html, /<table .*<th .*>City<\/th>.*<\/table>$/s);
  assert.equal((await copySelected(app, "Bern", "134,591")).text, "Bern\t134,591");
});

test("words alone are these words", async (t) => {
  const app = await answered(t);
  assert.equal((await copySelected(app, "The end")).text, "The end");
  assert.equal((await copySelected(app, "small")).text, "small");
});

test("everything in the thread names who speaks", async (t) => {
  const app = await answered(t, "Bern and *Basel*.");
  const { text } = await copied(async () => {
    await (await app.thread()).click();
    await app.page.press("Control+a");
    await app.page.press("Control+c");
  });
  assert.equal(text, "**You**\n\nWhich \\*cities\\*?\n\n**Assistant**\n\nBern and *Basel*.");
});

test("a message's Copy button takes an answer as it was written, and a question as its text", async (t) => {
  const app = await answered(t);
  const answer = await copied(async () => (await (await app.answer()).find("button", "Copy")).click());
  assert.equal(answer.text, ANSWER);
  assert.match(answer.html, /^<meta charset='utf-8'><p /);
  const question = await copied(async () => (await (await app.question()).find("button", "Copy")).click());
  assert.deepEqual(question, { text: "Which *cities*?", html: null });
});

test("a field copies as fields do", async (t) => {
  const app = await answered(t);
  const composer = await app.composer();
  await composer.click();
  await composer.type("*typed*");
  const { text } = await copied(async () => {
    await app.page.press("Control+a");
    await app.page.press("Control+c");
  });
  assert.equal(text, "*typed*");
});

test("what is still being written can be copied, and stays selected", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  await server.reply(gated("Bern and Basel.", { gate: "rest" }, " More."));
  await app.ask("Which?");
  await app.answered("Basel.");
  assert.equal((await copySelected(app, "Bern")).text, "Bern");
  await server.open("rest");
  await app.answered("More.");
  assert.equal(await app.page.run(() => String(getSelection())), "Bern");
});
