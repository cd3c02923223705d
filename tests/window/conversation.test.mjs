// Asking and being answered: streaming, stopping, queueing, versions, and what is sent of what was said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, fakeBrowser, gated, hanging, json, openApp, openServer, text } from "./app.mjs";

async function connected(t, options) {
  const server = await openServer(t);
  return { server, app: await openApp(t, { server, key: "sk-test", ...options }) };
}

test("an answer appears as it arrives, and the thread is busy until it ends", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(gated("The first half", { gate: "rest" }, " and the second."));
  await app.ask("Tell me.");
  const answer = await app.answered("The first half");
  await app.busy();
  await app.page.find("button", "Stop");
  assert.equal(await (await app.question()).text().then((shown) => shown.includes("Tell me.")), true);
  assert.equal(await (await app.composer()).value(), "");
  await server.open("rest");
  await answer.untilText("The first half and the second.");
  await app.idle();
  await app.page.find("button", "Send");
});

test("every request carries the system prompt and the whole conversation in order", async (t) => {
  const { server, app } = await connected(t);
  await server.reply("Red.");
  await app.ask("A colour?");
  await app.answered("Red.");
  await app.idle();
  await server.reply("Blue.");
  await app.ask("Another?");
  await app.answered("Blue.");
  const { body } = await server.request(1);
  assert.deepEqual(body.messages, [
    { role: "system", content: "You are a helpful assistant." },
    { role: "user", content: "A colour?" },
    { role: "assistant", content: "Red." },
    { role: "user", content: "Another?" },
  ]);
  assert.equal(body.model, "gpt-4o-mini");
  assert.equal(body.stream, true);
});

test("Stop ends the answer at once, keeps its text and closes the connection", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(hanging("This much was said"));
  await app.ask("Talk.");
  const answer = await app.answered("This much was said");
  await app.press("Stop");
  await app.idle();
  await server.closed(0);
  assert.match(await answer.text(), /This much was said/);
  assert.deepEqual(await app.page.all("alert"), []);
});

test("Escape stops too, and Shift+Enter breaks the line", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(hanging("Going on"));
  const composer = await app.composer();
  await composer.click();
  await composer.type("one");
  await app.page.press("Shift+Enter");
  await composer.type("two");
  assert.equal(await composer.value(), "one\ntwo");
  await app.page.press("Enter");
  await app.answered("Going on");
  await app.page.press("Escape");
  await app.idle();
  assert.equal((await server.request(0)).body.messages.at(-1).content, "one\ntwo");
});

test("a message written while an answer runs is queued and goes out after it", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(gated("First", { gate: "end" }, " answer."));
  await server.reply("Second answer.");
  await app.ask("One");
  await app.answered("First");
  const composer = await app.composer();
  await composer.type("Two");
  await app.press("Queue");
  await app.page.until(() => document.querySelector("textarea").value === "");
  assert.equal((await server.chats()).length, 1);
  await server.open("end");
  await app.answered("Second answer.");
  const { body } = await server.request(1);
  assert.deepEqual(
    body.messages.slice(1).map(({ content }) => content),
    ["One", "First answer.", "Two"],
  );
});

test("messages that wait are changed and change places before they go out", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(gated("First", { gate: "end" }, " answer."));
  await app.ask("One");
  await app.answered("First");
  const composer = await app.composer();
  for (const words of ["Two", "Three"]) {
    await composer.type(words);
    await app.press("Queue");
    await app.page.until(() => document.querySelector("textarea").value === "");
    // It is stored then; on the page it comes with the next patch.
    await app.page.until((text) => [...document.querySelectorAll("article")].at(-1).innerText.includes(text), {
      args: [words],
    });
  }
  const waiting = async (at) => {
    // Behind the room that is kept for the answer.
    await app.page.run(() => (document.querySelector("[role=log]").scrollTop = 1e6));
    return { within: await app.question(at) };
  };
  await app.press("Send earlier", await waiting(-1));
  await app.page.until(() => [...document.querySelectorAll("article")].at(-1).innerText.includes("Two"));
  await app.press("Edit", await waiting(-1));
  const field = await app.page.find("textbox", "Edit message");
  await field.clear();
  await field.type("Too\n");
  await app.page.until(() => [...document.querySelectorAll("article")].at(-1).innerText.includes("Too"));
  await server.reply("Second answer.");
  await server.reply("Third answer.");
  await server.open("end");
  await app.answered("Third answer.");
  const { body } = await server.request(2);
  assert.deepEqual(
    body.messages.slice(1).map(({ content }) => content),
    ["One", "First answer.", "Three", "Second answer.", "Too"],
  );
});

test("Regenerate keeps the old answer as a version to go back to", async (t) => {
  const { server, app } = await connected(t);
  await server.reply("Heads.");
  await app.ask("Toss.");
  await app.answered("Heads.");
  await app.idle();
  await server.reply("Tails.");
  await (await app.answer()).find("button", "Regenerate").then((button) => button.click());
  await app.answered("Tails.");
  await app.idle();
  await app.answered("2 / 2");
  await (await app.answer()).find("button", "Previous version").then((button) => button.click());
  await app.answered("Heads.");
  await app.answered("1 / 2");
});

test("a cut answer keeps its text and goes on with Continue", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(cut("Once upon a time there"));
  await app.ask("A story.");
  const answer = await app.answered("Once upon a time there");
  assert.match(await (await answer.find("alert")).text(), /cut before the answer ended/);
  await server.reply(text(" was a sparrow."));
  await answer.find("button", "Continue").then((button) => button.click());
  await app.answered("Once upon a time there was a sparrow.");
  await app.idle();
  const { body } = await server.request(1);
  assert.ok(body.messages.some(({ role, content }) => role === "assistant" && content === "Once upon a time there"));
});

test("a whole JSON reply to a streamed request is an answer like any other", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(
    json({ choices: [{ message: { role: "assistant", content: "All at once." }, finish_reason: "stop" }] }),
  );
  await app.ask("Quick.");
  await app.answered("All at once.");
  await app.idle();
  assert.deepEqual(await app.page.all("alert"), []);
});

test("with streaming off the same answer is asked for whole", async (t) => {
  const { server, app } = await connected(t);
  const dialog = await app.openSettings();
  const box = await dialog.find("checkbox", /while they are written/);
  await box.click();
  await app.page.press("Escape");
  await app.page.gone("dialog", "Settings");
  await server.reply("Whole.");
  await app.ask("And now?");
  await app.answered("Whole.");
  assert.notEqual((await server.request(0)).body.stream, true);
});

test("what is typed right after Enter, before the message is stored, is kept", async (t) => {
  const { server, app } = await connected(t);
  await server.reply("One.");
  const composer = await app.composer();
  await composer.click();
  // In one go, so that no key waits for the one before it to be answered.
  await composer.type("A question\nand another thought");
  await app.answered("One.");
  assert.equal(await (await app.composer()).value(), "and another thought");
});

test("an empty message is not sent", async (t) => {
  const { server, app } = await connected(t);
  await app.ask("   ");
  await server.reply("One.");
  const composer = await app.composer();
  await composer.clear();
  await app.ask("Real");
  await app.answered("One.");
  assert.equal((await server.chats()).length, 1);
});

test("a message of five megabytes is sent whole, and the window stays usable", async (t) => {
  const { server, app } = await connected(t);
  const long = "All work and no play. ".repeat(240_000);
  await server.reply("Long indeed.");
  const composer = await app.composer();
  await composer.click();
  await app.page.run(
    (element, unit, times) => {
      element.value = unit.repeat(times);
      element.dispatchEvent(new InputEvent("input", { bubbles: true }));
    },
    composer,
    "All work and no play. ",
    240_000,
  );
  await app.page.press("Enter");
  await app.answered("Long indeed.");
  const sent = (await server.request(0)).body.messages.at(-1).content;
  assert.ok(sent === long);
});

test("links of http leave through the browser, those of other schemes are none", async (t) => {
  const browser = fakeBrowser(t);
  const { server, app } = await connected(t, { env: browser.env });
  await server.reply(
    text(
      "[good](https://example.org/page) [script](javascript:alert(1)) [file](file:///etc/passwd) [data](data:text/html,hi) <b>raw</b>",
    ),
  );
  await app.ask("Links?");
  const answer = await app.answered("<b>raw</b>");
  await app.idle();
  const links = await answer.all("link");
  assert.equal(links.length, 1);
  const before = await app.page.run(() => location.href);
  await links[0].click();
  await app.page.until(() => true);
  for (let tries = 0; browser.opened().length === 0 && tries < 100; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(
    browser.opened().map((line) => line.split(" ").at(-1)),
    ["https://example.org/page"],
  );
  assert.equal(await app.page.run(() => location.href), before);
});

test("an image in an answer is never fetched by itself", async (t) => {
  const { server, app } = await connected(t);
  const image = `${new URL(server.url).origin}/spy.png`;
  await server.reply(text(`Look: ![a picture](${image})`));
  await app.ask("Show me.");
  await app.answered("a picture");
  await app.idle();
  assert.deepEqual(
    (await server.requests()).filter(({ path }) => path.includes("spy")),
    [],
  );
});
