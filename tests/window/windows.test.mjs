// More than one window, hidden windows, more than one program.
import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, gated, openApp, openServer, startAgain, xdotool } from "./app.mjs";

async function connected(t) {
  const server = await openServer(t);
  return { server, app: await openApp(t, { server, key: "sk-test" }) };
}

test("two windows on one chat show the same as it streams, wherever it was asked", async (t) => {
  const { server, app } = await connected(t);
  await server.reply("Before.");
  await app.ask("One");
  await app.answered("Before.");
  await app.idle();
  const [first] = await app.page.windows();
  await app.press("Chat actions");
  await (await app.page.find("menuitem", "Open in new window")).click();
  const second = (await app.page.untilWindows(2)).find((handle) => handle !== first);
  await app.page.use(second);
  await app.answered("Before.");
  await server.reply(gated("Shared start", { gate: "end" }, " and end."));
  await app.ask("Two");
  await app.answered("Shared start");
  await app.page.use(first);
  await app.answered("Shared start");
  await server.open("end");
  await app.answered("Shared start and end.");
  await app.idle();
  await app.page.use(second);
  await app.answered("Shared start and end.");
  await app.idle();
  assert.equal((await server.chats()).length, 2);
});

test("a hidden window catches up when it is shown", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(gated("Seen.", { gate: "hidden" }, " Unseen part one.", { gate: "end" }, " Unseen part two."));
  await app.ask("Go on while I am away");
  await app.answered("Seen.");
  await app.page.minimize();
  await app.page.until(() => document.visibilityState === "hidden");
  await server.open("hidden");
  await server.open("end");
  await app.page.resize(1000, 700);
  await app.page.until(() => document.visibilityState === "visible");
  await app.answered("Seen. Unseen part one. Unseen part two.");
  await app.idle();
});

test("a second start on the same folder ends by itself and leaves the first to be used", async (t) => {
  const { server, app } = await connected(t);
  await app.page.minimize();
  await app.page.until(() => document.visibilityState === "hidden");
  assert.equal(await startAgain(app.env), 0);
  await app.page.until(() => document.visibilityState === "visible", { what: "the first window in front" });
  await server.reply("Still here.");
  await app.ask("Are you?");
  await app.answered("Still here.");
});

test("a second start on another folder runs beside the first", async (t) => {
  const { server, app } = await connected(t);
  const other = await openApp(t, { server, key: "sk-test", data: folder(t) });
  await server.reply({ when: "one", ...gated("from one") });
  await server.reply({ when: "two", ...gated("from two") });
  await app.ask("to one");
  await other.ask("to two");
  await app.answered("from one");
  await other.answered("from two");
  assert.ok(xdotool("search", "--onlyvisible", "--class", "parlour").split("\n").length >= 2);
});
