// Never lose: what was said, half said or only typed is there again, whatever ended the program.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { folder, hanging, openApp, openServer } from "./app.mjs";

async function connected(t) {
  const server = await openServer(t);
  return { server, app: await openApp(t, { server, key: "sk-test" }) };
}

test("closing and starting again keeps the chats, the open one and what was being typed", async (t) => {
  const { server, app } = await connected(t);
  await server.reply("The first answer.");
  await app.ask("The first question");
  await app.answered("The first answer.");
  await app.idle();
  await app.newChat();
  await server.reply("The second answer.");
  await app.ask("The second question");
  await app.answered("The second answer.");
  await app.idle();
  await app.open(/^The first question/);
  await app.answered("The first answer.");
  await (await app.composer()).type("and what about");
  await app.quit();
  await app.start();
  await (await app.question()).untilText("The first question");
  await app.answered("The first answer.");
  await app.page.until(() => document.querySelector("textarea").value === "and what about");
  await (await app.sidebar()).untilText("The second question");
  await server.reply("Still in context.");
  await app.ask(" that");
  await app.answered("Still in context.");
  assert.deepEqual(
    (await server.request(2)).body.messages.slice(1).map(({ content }) => content),
    ["The first question", "The first answer.", "and what about that"],
  );
});

test("a program that is killed in mid-answer has the question and the text so far, with Continue", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(hanging("Half of the answer had arrived by then"));
  await app.ask("Tell me everything");
  await app.answered("by then");
  // What was received is written within 250 ms; this is the promise, so the test waits exactly that.
  await new Promise((resolve) => setTimeout(resolve, 250));
  await app.kill();
  await app.start();
  await (await app.question()).untilText("Tell me everything");
  const answer = await app.answered("Half of the answer had arrived by then");
  await answer.find("button", "Continue");
  await app.idle();
});

test("a draft is on disk within half a second", async (t) => {
  const { app } = await connected(t);
  const composer = await app.composer();
  await composer.click();
  await composer.type("not yet sent");
  // The promised time, not a guess at how long it may take.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await app.kill();
  await app.start();
  await app.page.until(() => document.querySelector("textarea").value === "not yet sent");
});

test("settings that cannot be read are set aside and told, never silently replaced", async (t) => {
  const { app } = await connected(t);
  await app.page.find("button", "Settings");
  await app.quit();
  const settings = readdirSync(app.data).filter((name) => name.startsWith("settings") && name.endsWith(".json"));
  const name = settings[0] ?? "settings.json";
  for (const file of readdirSync(app.data).filter((entry) => entry.startsWith("settings")))
    writeFileSync(join(app.data, file), '{"theme": "dar');
  writeFileSync(join(app.data, name), '{"theme": "dar');
  await app.start();
  await app.page.until(() => document.body.innerText.includes("The settings could not be read"));
  const aside = readdirSync(app.data).filter((entry) => entry.includes(".corrupt-"));
  assert.notEqual(aside.length, 0);
  await app.composer();
});

test("a database of a newer version is not touched, and an alert says what to do", async (t) => {
  const { server, app } = await connected(t);
  await server.reply("An answer.");
  await app.ask("A question");
  await app.answered("An answer.");
  await app.idle();
  await app.quit();
  const database = readdirSync(app.data).find((name) => /\.(db|sqlite3?)$/.test(name));
  python(
    "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('PRAGMA user_version=9999'); c.commit(); c.close()",
    join(app.data, database),
  );
  await app.start();
  assert.match(await (await app.page.find("alert")).text(), /newer version of Parlour/);
  await app.press("Try again");
  assert.match(await (await app.page.find("alert")).text(), /newer version of Parlour/);
  await app.close();
  python(
    "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); assert c.execute('PRAGMA user_version').fetchone()==(9999,)",
    join(app.data, database),
  );
});

test("a data folder that cannot be written says so instead of an empty window", async (t) => {
  const data = join(folder(t), "file");
  writeFileSync(data, "in the way");
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test", data });
  assert.match(await (await app.page.find("alert")).text(), /could not be read or written/);
});

function python(script, ...args) {
  const result = spawnSync("python3", ["-c", script, ...args], { encoding: "utf8" });
  assert.equal(result.status, 0, result.stderr);
}

/** Takes a backup; the page of backups stays open. */
async function backUp(app) {
  await app.openSettings();
  await app.press("Backups");
  await app.press("Back up now");
  await app.page.until(() => document.querySelector("dialog").innerText.includes("Last verified"));
}

test("a database of a newer version can be gone back from, to the last backup, and the chats live on", async (t) => {
  const { server, app } = await connected(t);
  await server.reply("An answer.");
  await app.ask("A question");
  await app.answered("An answer.");
  await app.idle();
  await backUp(app);
  await app.quit();
  python(
    "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('PRAGMA user_version=9999'); c.commit(); c.close()",
    join(app.data, "parlour.db"),
  );
  await app.start();
  await app.press("Go back to before the update");
  await app.answered("An answer.");
  await server.reply("And on.");
  await app.ask("On?");
  await app.answered("And on.");
});

test("everything, or one chat, comes back from a backup", async (t) => {
  const { server, app } = await connected(t);
  await server.reply("An answer.");
  await app.ask("Precious");
  await app.answered("An answer.");
  await app.idle();
  await backUp(app);
  await app.press(/^Chats:/);
  await app.press("Bring back: Precious");
  await app.page.until(() => document.querySelectorAll("nav li button").length === 2, { what: "two chats" });
  await app.answered("An answer.");
  await app.openSettings();
  await app.press("Backups");
  await app.press(/^Restore:/);
  await app.press("Restore", { within: await app.page.find("dialog", "Restore") });
  await app.page.until(() => document.querySelectorAll("nav li button").length === 1, { what: "one chat again" });
  await app.press("Close");
  await app.open("Precious");
  await app.answered("An answer.");
});

test("a damaged database is repaired by itself, told, and its file is kept until it is removed", async (t) => {
  const { server, app } = await connected(t);
  await server.reply("An answer.");
  await app.ask("Precious");
  await app.answered("An answer.");
  await app.idle();
  await app.quit();
  const database = join(app.data, "parlour.db");
  const bytes = readFileSync(database);
  // The first page says where all the others are.
  writeFileSync(database, bytes.fill(0, 0, 4096));
  await app.start();
  await app.answered("An answer.");
  await (await app.page.find("alert")).untilText("The database was damaged. 2 messages are in a new one.");
  await app.press("Details");
  const dialog = await app.page.find("dialog", "Settings");
  await dialog.untilText("The database was repaired then.");
  assert.deepEqual(
    readFileSync(join(app.data, "damaged", readdirSync(join(app.data, "damaged"))[0], "parlour.db")),
    bytes,
  );
  await app.press(/^Remove: /);
  await app.press("Remove", { within: await app.page.find("dialog", "Remove") });
  await dialog.untilText("The damaged files have been removed since.");
  await app.press("Check now");
  await dialog.untilText("Sound: every message was read");
  await app.press("Close");
  await server.reply("And on.");
  await app.ask("On?");
  await app.answered("And on.");
});

/** The files of a folder, and of those in it, that hold the text. */
const holding = (path, text) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
    .map((entry) => entry.name);

test("what was deleted is undone by key after a restart, and is in no file once it is deleted for good", async (t) => {
  const { server, app } = await connected(t);
  await server.reply("An answer with xyzzy-canary in it.");
  await app.ask("A question with xyzzy-canary in it");
  await app.answered("xyzzy-canary");
  await app.idle();
  const remove = async () => {
    await app.press("Chat actions");
    await (await app.page.find("menuitem", "Delete")).click();
    await app.page.until(() => document.querySelectorAll("[role=log] article").length === 0);
  };
  await remove();
  await app.quit();
  await app.start();
  await app.page.run(() => document.activeElement.blur());
  await app.page.press("Control+z");
  await app.answered("xyzzy-canary");
  assert.notDeepEqual(holding(app.data, "xyzzy-canary"), []);
  await remove();
  await app.openSettings();
  await app.press("Trash");
  await app.press(/^Delete for good: A question with/);
  await app.press("Delete for good", { within: await app.page.find("dialog", "Delete for good") });
  await app.page.until(() => document.querySelector("dialog")?.innerText.includes("No deleted chats."));
  await app.quit();
  assert.deepEqual(holding(app.data, "xyzzy-canary"), []);
});
