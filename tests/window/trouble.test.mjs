// What goes wrong at the other end: each is told in plain words, nothing typed is lost, and there is a way on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { html, openApp, openServer, refusal } from "./app.mjs";

async function connected(t) {
  const server = await openServer(t);
  return { server, app: await openApp(t, { server, key: "sk-test" }) };
}

/** Asks against one reply and gives the alert that follows. */
async function troubled(t, reply) {
  const { server, app } = await connected(t);
  await server.reply(reply);
  await app.ask("My question");
  const alert = await app.page.find("alert");
  assert.match(await (await app.question()).text(), /My question/);
  return { server, app, alert, said: await alert.text() };
}

test("401 while chatting says that the key was refused and offers to enter another", async (t) => {
  const { app, said } = await troubled(t, refusal(401, { code: "invalid_api_key", message: "Incorrect API key" }));
  assert.match(said, /refused the key/);
  await app.press("Enter another key");
  await app.page.find("textbox", "API key");
});

test("403 says what is not allowed, and is not repeated", async (t) => {
  const { server, said } = await troubled(t, refusal(403, { message: "Country not supported" }));
  assert.match(said, /does not allow|may not use/);
  assert.equal((await server.chats()).length, 1);
});

test("404 for the model names the model and leads to the choice of another", async (t) => {
  const { app, said } = await troubled(
    t,
    refusal(404, { code: "model_not_found", message: "The model does not exist" }),
  );
  assert.match(said, /does not know the model gpt-4o-mini/);
  await app.press("Choose a model");
  await app.page.until(
    () => document.activeElement?.getAttribute("role") === "combobox" || document.activeElement?.hasAttribute("list"),
  );
});

test("400 is told and never repeated", async (t) => {
  const { server, said } = await troubled(t, refusal(400, { message: "Bad request" }));
  assert.match(said, /rejected the request|does not accept/);
  assert.equal((await server.chats()).length, 1);
});

test("HTML instead of JSON asks whether the Base URL is right", async (t) => {
  const { app, said } = await troubled(t, html("<!doctype html><title>Welcome to nginx</title>"));
  assert.match(said, /text\/html.*Is the Base URL right/);
  assert.ok(!(await app.page.text()).includes("nginx"));
});

test("429 with Retry-After counts down, and Send now does not wait", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(refusal(429, { code: "rate_limit_exceeded", type: "requests", headers: [["retry-after", "45"]] }));
  await server.reply("Now it worked.");
  await app.ask("Patience?");
  const now = await app.page.find("button", "Send now");
  await app.page.find("button", "Cancel");
  await app.page.until(() => /\b4[0-5] s\b/.test(document.body.innerText), { what: "the countdown" });
  assert.equal((await server.chats()).length, 1);
  await now.click();
  await app.answered("Now it worked.");
  await app.page.gone("button", "Send now");
});

test("Cancel in a countdown takes the reply back and keeps the question", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(refusal(429, { code: "rate_limit_exceeded", type: "requests", headers: [["retry-after", "45"]] }));
  await app.ask("Never mind?");
  await (await app.page.find("button", "Cancel")).click();
  await app.page.gone("button", "Send now");
  await app.idle();
  assert.match(await (await app.question()).text(), /Never mind/);
  assert.equal((await server.chats()).length, 1);
});

test("429 without Retry-After and 500 are tried again by themselves", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(refusal(429, { code: "rate_limit_exceeded", type: "requests" }));
  await server.reply(refusal(500, { type: "server_error" }));
  await server.reply("Third time lucky.");
  await app.ask("Again?");
  await app.answered("Third time lucky.");
  assert.equal((await server.chats()).length, 3);
});

test("a quota that is used up is not a rate limit: told at once, not repeated", async (t) => {
  const { server, said } = await troubled(t, refusal(429, { code: "insufficient_quota", type: "insufficient_quota" }));
  assert.match(said, /no credit left/);
  assert.equal((await server.chats()).length, 1);
});

test("a server that is gone is told as a connection that waits, and the message goes out when it is sent again", async (t) => {
  const { server, app } = await connected(t);
  await server.stop();
  await app.ask("Hello?");
  await app.page.until(() => /cannot be reached|No connection/.test(document.body.innerText));
  assert.match(await (await app.question()).text(), /Hello/);
});
