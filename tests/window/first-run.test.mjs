// The first minutes: a key or a server is entered once, checked, and kept where it belongs.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { beforeEach, test } from "node:test";
import { filesWith, forgetKeys, html, KEY, modelList, openApp, openServer, refusal, savedKeys } from "./app.mjs";

beforeEach(forgetKeys);

test("the first run is the ordinary window with the welcome in the thread and the field for the key", async (t) => {
  const { page, ...app } = await openApp(t, { server: await openServer(t) });
  await page.find("navigation", "Chats");
  await page.find("button", "New chat");
  await page.find("searchbox", "Search chats");
  await page.find("button", "Settings");
  await page.find("textbox", "Message");
  const thread = await app.thread();
  await thread.find("textbox", "API key");
});

test("a key that the server accepts is kept in the keychain, bound to its origin, and a question is answered with it", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server });
  await app.saveKey(KEY);
  await app.page.gone("textbox", "API key");
  const saved = savedKeys();
  assert.equal(saved.length, 1);
  assert.deepEqual(JSON.parse(saved[0]), { origin: new URL(server.url).origin, key: KEY });
  await server.reply("Good morning.");
  await app.ask("Hello?");
  await app.answered("Good morning.");
  for (const { headers } of await server.requests()) {
    assert.equal(new Map(headers).get("authorization"), `Bearer ${KEY}`);
  }
});

test("the saved key is never shown again, only its last four characters", async (t) => {
  const app = await openApp(t, { server: await openServer(t) });
  await app.saveKey(KEY);
  await app.page.gone("textbox", "API key");
  const dialog = await app.openSettings();
  await dialog.untilText(KEY.slice(-4));
  const page = await app.page.run(() => new XMLSerializer().serializeToString(document));
  assert.ok(!page.includes(KEY.slice(3, 20)));
  assert.equal(await (await dialog.find("textbox", "API key")).value(), "");
});

test("a key that is saved, used and saved again is in no file of the data folder or the home", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server });
  await app.saveKey(KEY);
  await app.page.gone("textbox", "API key");
  await server.reply("Noted.");
  await app.ask("Remember this.");
  await app.answered("Noted.");
  await app.idle();
  await server.reply(refusal(401, { code: "invalid_api_key", message: `Incorrect API key provided: ${KEY}` }));
  await app.ask("And this?");
  await app.page.find("alert");
  for (const part of [KEY, KEY.slice(3, 24)]) {
    assert.deepEqual(filesWith(app.data, part), []);
    // The keychain itself is encrypted; it lies in the home.
    assert.deepEqual(filesWith(process.env.HOME, part), []);
  }
  await app.quit();
  assert.deepEqual(filesWith(app.data, KEY.slice(3, 24)), []);
});

test("a key that the server refuses is not kept, and an alert says so", async (t) => {
  const server = await openServer(t);
  await server.models(refusal(401, { code: "invalid_api_key", message: "Incorrect API key" }));
  const app = await openApp(t, { server });
  await app.saveKey(KEY);
  const alert = await app.page.find("alert");
  assert.match(await alert.text(), /refused the key/);
  assert.deepEqual(savedKeys(), []);
  await app.page.find("textbox", "API key");
});

test("where the server cannot list its models the key is kept as not verified, with the reason and Check again", async (t) => {
  const server = await openServer(t);
  await server.models(html("<h1>Not found</h1>", 404));
  const app = await openApp(t, { server });
  await app.saveKey(KEY);
  await app.page.gone("textbox", "API key");
  assert.equal(savedKeys().length, 1);
  await app.page.find("button", "Check again");
  await server.models(modelList("gpt-4o-mini"));
  await app.press("Check again");
  await app.page.gone("button", "Check again");
});

test("spaces around a key are taken off, and a line break inside is refused before anything is sent", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server });
  const field = await app.page.find("textbox", "API key");
  // A password field drops line breaks of a paste, so this is another character that no header can carry.
  await field.click();
  await field.paste("sk-with-a\u2028break");
  await app.press("Save key");
  assert.match(await (await app.page.find("alert")).text(), /not a usable key/);
  assert.deepEqual(await server.requests(), []);
  await app.saveKey(`  ${KEY} `);
  await app.page.gone("textbox", "API key");
  assert.equal(JSON.parse(savedKeys()[0]).key, KEY);
});

test("sending without a key keeps the text and asks for the key", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server });
  await app.ask("Is anybody there?");
  const alert = await app.page.find("alert");
  assert.match(await alert.text(), /No key is saved/);
  assert.equal(await (await app.composer()).value(), "Is anybody there?");
  assert.deepEqual(await server.chats(), []);
  await app.saveKey(KEY);
  await app.page.gone("textbox", "API key");
  await server.reply("I am.");
  await (await app.composer()).click();
  await app.page.press("Enter");
  await app.answered("I am.");
});

test("a server of one's own needs an address and no key", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t);
  await (await app.page.find("button", /server of my own/)).click();
  const field = await app.page.find("textbox", "Base URL");
  await field.click();
  await field.clear();
  await field.paste(` ${server.url} `);
  await app.press("Save");
  await app.page.gone("textbox", "Base URL");
  await server.reply("Local.");
  await app.ask("Where are you?");
  await app.answered("Local.");
  const [asked] = await server.chats();
  assert.equal(new Map(asked.headers).get("authorization"), undefined);
});

test("an address without its /v1 is proposed with it, never changed by itself", async (t) => {
  // One that answers below /v1 only; the scripted server answers everywhere.
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/v1/models" ? 200 : 404, { "content-type": "application/json" });
    response.end(request.url === "/v1/models" ? '{"object":"list","data":[]}' : "{}");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${server.address().port}`;
  const app = await openApp(t);
  await (await app.page.find("button", /server of my own/)).click();
  const field = await app.page.find("textbox", "Base URL");
  await field.click();
  await field.clear();
  await field.paste(origin);
  await app.press("Save");
  const use = await app.page.find("button", "Use it");
  await app.page.find("button", "Keep as typed");
  assert.equal(await field.value(), origin);
  assert.match(await app.page.text(), new RegExp(`Use ${origin}/v1 instead`));
  await use.click();
  await app.page.until(
    (url) => document.querySelector("#base-url")?.value === url || !document.querySelector("#base-url"),
    {
      args: [`${origin}/v1`],
    },
  );
});

test("plain http to another computer is warned of before it is saved", async (t) => {
  const app = await openApp(t);
  await (await app.page.find("button", /server of my own/)).click();
  const field = await app.page.find("textbox", "Base URL");
  await field.click();
  await field.clear();
  // A name that no resolver knows.
  await field.paste("http://models.invalid/v1");
  await app.press("Save");
  await app.page.until(() => document.body.innerText.includes("http:// to another computer"));
  await app.page.find("button", "Save anyway");
});

test("what is no address is refused with the reason", async (t) => {
  const app = await openApp(t);
  await (await app.page.find("button", /server of my own/)).click();
  const field = await app.page.find("textbox", "Base URL");
  await field.click();
  await field.clear();
  await field.paste("not an address at all");
  await app.press("Save");
  assert.match(await (await app.page.find("alert")).text(), /no usable address/);
});
