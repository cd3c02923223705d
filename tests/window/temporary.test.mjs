// Temporary chats in the real window, by keyboard: talked in, and afterwards nowhere on the disk, in what the web view keeps
// neither; and the parameters of a chat.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { filesWith, folder, gated, hanging, openApp, openServer } from "./app.mjs";

/** One word, in every text of the temporary chat. */
const CANARY = "kanarienvogel";

/** An app that writes nowhere but below one folder: data, caches, configuration, temporary files. */
async function contained(t) {
  const home = folder(t);
  const places = { XDG_CACHE_HOME: "cache", XDG_CONFIG_HOME: "config", XDG_DATA_HOME: "share", TMPDIR: "tmp" };
  const env = Object.fromEntries(Object.entries(places).map(([name, place]) => [name, join(home, place)]));
  for (const path of Object.values(env)) mkdirSync(path);
  const data = join(home, "data");
  mkdirSync(data);
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test", data, env });
  return { home, server, app };
}

/** The files that hold the word, as text of one byte or of two. */
const traces = (home) =>
  [CANARY, CANARY[0].toUpperCase() + CANARY.slice(1)].flatMap((word) => [
    ...filesWith(home, word),
    ...filesWith(home, Buffer.from(word, "utf16le")),
  ]);

const startTemporary = async (app) => {
  await app.page.press("Control+Shift+n");
  await app.page.until(() => document.body.innerText.includes("Temporary: nothing of this chat is kept"));
};

/** The dialog of the chat's own settings, through its menu. */
async function chatSettings(app) {
  await (await app.button("Chat actions")).click();
  await (await app.page.find("menuitem", "Chat settings")).click();
  return app.page.find("dialog", "Chat settings");
}

async function liveIn(app, server) {
  const dialog = await chatSettings(app);
  const prompt = await app.page.find("textbox", "System prompt", { within: dialog });
  await prompt.click();
  await prompt.type(`You like a ${CANARY}.`);
  await app.press("Save");
  await app.page.gone("dialog", "Chat settings");
  await server.reply(`A ${CANARY} answers.`);
  await app.ask(`A ${CANARY} asks`);
  await app.answered(`A ${CANARY} answers.`);
  await app.idle();
  const [, { body }] = await server.chats();
  assert.equal(body.messages[0].content, `You like a ${CANARY}.`);

  await app.press("Edit");
  const field = await app.page.find("textbox", "Edit message");
  await field.clear();
  await field.type(`Another ${CANARY} asks`);
  await server.reply(gated(`The other ${CANARY}`, { gate: "rest" }, " sings."));
  await app.page.press("Enter");
  await app.answered(`The other ${CANARY}`);
  await server.open("rest");
  await app.answered("sings.");
  await app.idle();
  await app.page.press("Control+f");
  const find = await app.page.find("searchbox", "Find in chat");
  await find.type(CANARY);
  await app.page.until(() => CSS.highlights.get("found-here")?.size === 1);
  await app.page.press("Escape");
  const composer = await app.composer();
  await composer.click();
  await composer.type(`A ${CANARY} that is not sent`);
  // Elsewhere and back: the draft was taken, too.
  await app.newChat();
  await app.open(`A ${CANARY} asks`);
  await app.page.until((field, text) => field.value === text, {
    what: "the draft",
    args: [await app.composer(), `A ${CANARY} that is not sent`],
  });
}

test("a temporary chat leaves nothing behind, and its row goes with the program", async (t) => {
  const { home, server, app } = await contained(t);
  await server.reply("An ordinary answer.");
  await app.ask("An ordinary question");
  await app.answered("An ordinary answer.");
  await app.idle();
  await startTemporary(app);
  await liveIn(app, server);
  assert.deepEqual(traces(home), [], "while it is open");
  await app.quit();
  assert.deepEqual(traces(home), [], "after the end");
  assert.notDeepEqual(filesWith(app.data, "An ordinary question"), [], "an ordinary one would be found");
  await app.start();
  const sidebar = await app.sidebar();
  await (await app.page.find("button", "An ordinary question", { within: sidebar })).click();
  await app.answered("An ordinary answer.");
  assert.equal((await app.page.all("button", new RegExp(CANARY), { within: sidebar })).length, 0);
});

test("one that is cut off in the middle of an answer is gone, too", async (t) => {
  const { home, server, app } = await contained(t);
  await startTemporary(app);
  await server.reply(hanging(`A ${CANARY} begins`));
  await app.ask(`A ${CANARY} asks`);
  await app.answered(`A ${CANARY} begins`);
  await app.kill();
  assert.deepEqual(traces(home), []);
  await app.start();
  await app.composer();
  assert.equal((await app.page.all("article")).length, 0);
  assert.deepEqual(traces(home), []);
});

test("one that is kept is there after a restart", async (t) => {
  const { server, app } = await contained(t);
  await startTemporary(app);
  await server.reply("An answer that is kept.");
  await app.ask("A question that is kept");
  await app.answered("An answer that is kept.");
  await app.idle();
  await app.press("Keep this chat");
  await app.page.until(() => !document.body.innerText.includes("Temporary: nothing of this chat is kept"));
  await app.answered("An answer that is kept.");
  await app.quit();
  await app.start();
  await app.answered("An answer that is kept.");
});

test("what is set under More parameters is sent, told beside the model, and taken back", async (t) => {
  const { server, app } = await contained(t);
  await chatSettings(app);
  await app.page.run(() => document.querySelector("summary").focus());
  await app.page.press("Enter");
  const seed = await app.page.find("textbox", "Seed");
  await seed.type("42");
  const stop = await app.page.find("textbox", "Stop sequences");
  await stop.type("END\n\\n\\n");
  await app.press("Save");
  await app.page.gone("dialog", "Chat settings");
  await app.button("Differs from the defaults: Seed and Stop sequences");
  await server.reply("So be it.");
  await app.ask("One");
  await app.answered("So be it.");
  await app.idle();
  const { body } = await server.request(0);
  assert.deepEqual([body.seed, body.stop], [42, ["END", "\n\n"]]);
  await app.press("Undo");
  await app.page.gone("button", "Differs from the defaults: Seed and Stop sequences");
});
