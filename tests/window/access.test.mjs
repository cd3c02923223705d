// For everybody: axe finds nothing in the designed states, and a keyboard alone is enough.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { gated, json, openApp, openServer, refusal, text } from "./app.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds in the page as it stands, in one line per finding. */
async function findings(page) {
  await page.run(new Function(`if (!window.axe) { ${axe} }`));
  await page.run(() => {
    window.found = null;
    window.axe.run({ resultTypes: ["violations"] }).then(
      ({ violations }) =>
        (window.found = violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`))),
      (error) => (window.found = [String(error)]),
    );
  });
  return page.until(() => window.found);
}

const clean = async (app, state) => assert.deepEqual(await findings(app.page), [], state);

test("the welcome and the settings have nothing that axe finds", async (t) => {
  const app = await openApp(t, { server: await openServer(t) });
  await app.page.find("textbox", "API key");
  await clean(app, "welcome");
  await app.openSettings();
  await clean(app, "settings");
});

test("a thread that streams, waits and fails has nothing that axe finds, light and dark", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  await server.reply(
    text("# Title\n\nA list:\n\n- one\n- two\n\n```rust\nfn main() {}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
  );
  await app.ask("Everything, please");
  await app.answered("fn main");
  await app.idle();
  await clean(app, "answer");
  await server.reply(gated("Going", { gate: "end" }, " gone."));
  await app.ask("More");
  await app.answered("Going");
  await clean(app, "streaming");
  await server.open("end");
  await app.idle();
  await server.reply(refusal(404, { code: "model_not_found" }));
  await app.ask("Even more");
  await app.page.find("alert");
  await clean(app, "failed");
  const dialog = await app.openSettings();
  await (await dialog.find("button", "Appearance")).click();
  const dark = await dialog.find("radio", "Dark");
  await dark.click();
  await app.page.press("Escape");
  await app.page.gone("dialog", "Settings");
  await clean(app, "dark");
});

test("the switcher and the queue have nothing that axe finds", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  await server.reply(gated("Going", { gate: "end" }, " gone."));
  await app.ask("One");
  await app.answered("Going");
  await (await app.composer()).type("Two\n");
  await app.page.until(() => document.querySelector("ul[aria-label=Queue] bdi")?.innerText === "Two");
  await clean(app, "queue");
  await app.page.press("Control+k");
  const field = await app.page.find("combobox", "Go to a chat or a command");
  await field.type("o");
  await app.page.until(() => document.querySelector("dialog [role=option]:last-child")?.innerText.includes("“o”"));
  await clean(app, "switcher");
  await app.page.press("Escape");
  await app.page.gone("dialog", "Go to");
  await server.open("end");
});

test("the menu of a message, the map and the comparison have nothing that axe finds", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  await server.reply("An owl.\n\nIt hunts.");
  await app.ask("Which bird?");
  await app.answered("It hunts.");
  await app.idle();
  await server.reply("A lark.\n\nIt hunts.");
  await app.press("Regenerate", { within: await app.answer() });
  await app.answered("A lark.");
  await app.idle();
  await app.press("More actions", { within: await app.answer() });
  const item = await app.page.find("menuitem", "Compare versions…");
  await clean(app, "menu");
  await item.click();
  await app.page.until(() => document.querySelector("dialog ins"));
  await clean(app, "comparison");
  await app.page.press("Escape");
  await app.page.gone("dialog", "Compare versions");
  await app.page.press("Control+Shift+m");
  await app.page.find("treeitem", /An owl/);
  await clean(app, "map");
});

test("everything in the window is reached by Tab alone, and the focus is never lost", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  await server.reply("An answer.");
  await app.ask("A question");
  await app.answered("An answer.");
  await app.idle();
  const reached = new Set();
  for (let steps = 0; steps < 60; steps += 1) {
    await app.page.press("Tab");
    reached.add(
      await app.page.run(
        () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.innerText ?? "",
      ),
    );
  }
  for (const name of [
    "New chat",
    "Search chats",
    "Settings",
    "Message",
    "Chat actions",
    "Copy",
    "Regenerate",
    "Delete message",
  ]) {
    assert.ok(reached.has(name), `${name} is not reached; reached: ${[...reached].join(" | ")}`);
  }
});

/** Keeps all that a polite region ever says. */
const listen = (page) =>
  page.run(() => {
    window.announced = "";
    for (const region of document.querySelectorAll("[aria-live=polite]")) {
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes)
          for (const node of addedNodes) window.announced += `${node.textContent}\n`;
      }).observe(region, { subtree: true, childList: true });
    }
  });
const said = (page, text) =>
  page.until((words) => window.announced.includes(words), { what: `"${text}" announced`, args: [text] });

test("an answer is announced sentence by sentence as it streams, in a polite region and not by the thread", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  assert.equal(await (await app.thread()).attribute("aria-live"), "off");
  await listen(app.page);
  await server.reply(gated("First sentence here. Second", { gate: "end" }, " sentence there."));
  await app.ask("Speak.");
  await said(app.page, "First sentence here.");
  assert.ok(!(await app.page.run(() => window.announced)).includes("Second"));
  await server.open("end");
  await said(app.page, "Second sentence there.");
});

test("an answer that comes all at once is announced too", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  await listen(app.page);
  await server.reply(
    json({ choices: [{ message: { role: "assistant", content: "All in one." }, finish_reason: "stop" }] }),
  );
  await app.ask("Speak.");
  await app.answered("All in one.");
  await said(app.page, "All in one.");
});
