// Machines whose keychain is missing, silent or locked: the key works for this run, is told to, and is in no file.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openBus } from "../../scripts/session.mjs";
import { filesWith, forgetKeys, KEY, openApp, openServer, savedKeys } from "./app.mjs";

beforeEach(forgetKeys);

async function worksFromMemory(t, env) {
  const server = await openServer(t);
  const app = await openApp(t, { server, env });
  await app.saveKey(KEY);
  await app.page.until(() => /keychain of this computer did not take the key/.test(document.body.innerText), {
    patience: 40_000,
  });
  await server.reply("Works for now.");
  await app.ask("Does it work?");
  await app.answered("Works for now.");
  assert.deepEqual(filesWith(app.data, KEY.slice(3, 24)), []);
}

test("without a session bus", (t) => worksFromMemory(t, { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" }));

for (const [title, keyring] of [
  ["on a bus without a keychain", "none"],
  ["with a keychain that nobody unlocks", "locked"],
]) {
  test(title, async (t) => {
    const bus = await openBus(process.env, { keyring });
    t.after(bus.close);
    await worksFromMemory(t, bus.env);
  });
}

test("a saved key is there again after a restart, and gone after Remove key", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server });
  await app.saveKey(KEY);
  await app.page.gone("textbox", "API key");
  await app.quit();
  await app.start();
  await server.reply("Known.");
  await app.ask("Do you know me?");
  await app.answered("Known.");
  await app.openSettings();
  await app.press("Remove key");
  await app.page.gone("button", "Remove key");
  assert.deepEqual(savedKeys(), []);
});

test("a key saved for one address is not sent to another", async (t) => {
  const server = await openServer(t);
  const other = await openServer(t);
  const app = await openApp(t, { server });
  await app.saveKey(KEY);
  await app.page.gone("textbox", "API key");
  await app.quit();
  app.env.OPENAI_BASE_URL = other.url;
  await app.start();
  await app.ask("Hello?");
  await app.page.find("alert");
  for (const request of await other.requests()) assert.ok(!JSON.stringify(request).includes(KEY));
});
