// A chat as a tree, by keyboard alone: versions, names, the map, forks, deleting the rest, the comparison; and each undone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openApp, openServer } from "./app.mjs";

async function connected(t) {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  return { server, app, page: app.page };
}

/** Goes to an element as Tab does, and presses a key on it. */
async function on(page, element, key = "Enter") {
  await page.run((node) => node.focus(), element);
  await page.until((node) => document.activeElement === node, { args: [element] });
  await page.press(key);
}

const press = async (app, name, options) => on(app.page, await app.button(name, options));

/** Asks, and waits for the answer; of one with several paragraphs `shown` is looked for. */
async function asked({ server, app }, question, answer, shown = answer) {
  await server.reply(answer);
  await app.composer().then((composer) => app.page.run((field) => field.focus(), composer));
  await type(app.page, question);
  await app.page.press("Enter");
  await app.answered(shown);
  await app.idle();
}

/** Types into what has the focus, key by key. */
async function type(page, text) {
  for (const letter of text) await page.press(letter === " " ? "Space" : letter);
}

async function regenerated({ server, app }, answer, shown = answer) {
  await server.reply(answer);
  await press(app, "Regenerate", { within: await app.answer() });
  await app.answered(shown);
  await app.idle();
}

/** Chooses from the menu of a message. */
async function choose(app, article, item) {
  await press(app, "More actions", { within: article });
  await on(app.page, await app.page.find("menuitem", item));
}

/** Takes the last thing back, with the focus where nothing is typed. */
async function undo(app) {
  await app.page.run((thread) => thread.focus(), await app.thread());
  await app.page.press("Control+z");
}

const shows = (page, words) =>
  page.until((text) => document.querySelector("[role=log]").innerText.includes(text), {
    what: `a thread with "${words}"`,
    args: [words],
  });
const hides = (page, words) =>
  page.until((text) => !document.querySelector("[role=log]").innerText.includes(text), {
    what: `a thread without "${words}"`,
    args: [words],
  });

test("an edited question is a version; the edit and the choice of a version are each undone by Ctrl+Z", async (t) => {
  const both = await connected(t);
  const { app, page, server } = both;
  await asked(both, "Which bird", "An owl.");
  await server.reply("A pike.");
  await press(app, "Edit", { within: await app.question() });
  await page.until(() => document.activeElement?.getAttribute("aria-label") === "Edit message");
  await page.press("Control+a");
  await type(page, "Which fish");
  await page.press("Enter");
  await app.answered("A pike.");
  await app.idle();
  await undo(app);
  await shows(page, "An owl.");
  await hides(page, "A pike.");
  await press(app, "Next version", { within: await app.question() });
  await shows(page, "A pike.");
  await hides(page, "An owl.");
  await undo(app);
  await shows(page, "An owl.");
  await hides(page, "A pike.");
});

test("a fork remembers how far one was: the versions keep what follows them", async (t) => {
  const both = await connected(t);
  const { app, page } = both;
  await asked(both, "Which bird", "An owl.");
  await asked(both, "Why", "It hunts.");
  await page.run((log) => (log.scrollTop = 0), await app.thread());
  await both.server.reply("A lark.");
  await press(app, "Regenerate", { within: await app.answer(0) });
  await app.answered("A lark.");
  await app.idle();
  await hides(page, "It hunts.");
  await press(app, "Previous version", { within: await app.answer() });
  await shows(page, "It hunts.");
});

test("a branch is named by the menu of its message, and Ctrl+Z takes the name away", async (t) => {
  const both = await connected(t);
  const { app, page } = both;
  await asked(both, "Which bird", "An owl.");
  await regenerated(both, "A lark.");
  await choose(app, await app.answer(), "Name this branch…");
  await page.find("textbox", "Name");
  await type(page, "Dawn");
  await page.press("Enter");
  await page.gone("dialog", "Name this branch");
  await shows(page, "Dawn");
  // The focus is back where the menu was opened.
  await page.until(() => document.activeElement?.getAttribute("aria-label") === "More actions");
  await undo(app);
  await hides(page, "Dawn");
});

test("the map goes to another branch, marks the place, names branches, and is undone", async (t) => {
  const both = await connected(t);
  const { app, page } = both;
  await asked(both, "Which bird", "An owl.");
  await regenerated(both, "A lark.");
  await page.press("Control+Shift+m");
  await page.find("dialog", "Map of this chat");
  const items = () =>
    page.run(() =>
      [...document.querySelectorAll("[role=treeitem]")].map((item) => item.textContent.replace(/\s+/g, " ").trim()),
    );
  await page.until(() => document.activeElement?.getAttribute("role") === "treeitem");
  assert.deepEqual(await items(), [
    "Which bird, You · 1 message, shown",
    "An owl., 1 of 2 · Assistant · 1 message · gpt-4o-mini, not shown",
    "A lark., 2 of 2 · Assistant · 1 message · gpt-4o-mini · you are here, shown",
  ]);
  await page.press("Home");
  await page.press("ArrowDown");
  await page.press("F2");
  await page.find("textbox", "Name");
  await type(page, "Night");
  await page.press("Enter");
  await page.gone("dialog", "Name this branch");
  await page.until(() => document.activeElement?.textContent.trim().startsWith("Night, An owl."));
  await page.press("Enter");
  await page.gone("dialog", "Map of this chat");
  await app.answered("An owl.");
  await page.until(() => document.querySelector("article[aria-current=location]")?.innerText.includes("An owl."));
  await page.until(() => document.activeElement?.getAttribute("role") === "log");
  await undo(app);
  await shows(page, "A lark.");
  await undo(app);
  await press(app, "Previous version", { within: await app.answer() });
  await shows(page, "An owl.");
  await hides(page, "Night");
});

test("Escape closes the map and gives the focus back", async (t) => {
  const both = await connected(t);
  const { app, page } = both;
  await asked(both, "Which bird", "An owl.");
  await app.composer().then((composer) => page.run((field) => field.focus(), composer));
  await page.press("Control+Shift+m");
  const sheet = await page.find("dialog", "Map of this chat");
  await sheet.untilText("one line");
  await page.press("Escape");
  await page.gone("dialog", "Map of this chat");
  await page.until(() => document.activeElement?.localName === "textarea");
});

test("a fork is a chat of its own with what was said so far; Ctrl+Z puts it into the trash", async (t) => {
  const both = await connected(t);
  const { app, page, server } = both;
  await asked(both, "Which bird", "An owl.");
  await asked(both, "Why", "It hunts.");
  await page.run((log) => (log.scrollTop = 0), await app.thread());
  await choose(app, await app.answer(0), "Fork to a new chat");
  await hides(page, "It hunts.");
  await shows(page, "An owl.");
  const rows = (count) =>
    page.until((n) => document.querySelectorAll("nav ul li").length === n, { what: `${count} chats`, args: [count] });
  await rows(2);
  await asked(both, "Another", "A lark.");
  assert.deepEqual(
    (await server.request(2)).body.messages.slice(1).map(({ content }) => content),
    ["Which bird", "An owl.", "Another"],
  );
  // Of the two operations the last is the fork: a message that is sent is none.
  await undo(app);
  await rows(1);
  await shows(page, "It hunts.");
});

test("the rest is deleted from a message on, and Ctrl+Z brings it back", async (t) => {
  const both = await connected(t);
  const { app, page, server } = both;
  await asked(both, "Which bird", "An owl.");
  await asked(both, "Why", "It hunts.");
  await choose(app, await app.question(), "Delete the rest from here");
  await hides(page, "It hunts.");
  await hides(page, "Why");
  await shows(page, "An owl.");
  await undo(app);
  await shows(page, "It hunts.");
  await choose(app, await app.question(), "Delete the rest from here");
  await hides(page, "It hunts.");
  await asked(both, "Where", "In barns.");
  assert.deepEqual(
    (await server.request(2)).body.messages.slice(1).map(({ content }) => content),
    ["Which bird", "An owl.", "Where"],
  );
});

test("two versions are compared word by word, a paragraph is taken over and given back", async (t) => {
  const both = await connected(t);
  const { app, page, server } = both;
  await asked(both, "Which bird", "The owl hunts.\n\nIt sees well.\n\nIt sleeps by day.", "It sees well.");
  await regenerated(both, "The owl hunts.\n\nIt hears well.\n\nIt sleeps by day.", "It hears well.");
  await choose(app, await app.answer(), "Compare versions…");
  const dialog = await page.find("dialog", "Compare versions");
  await dialog.untilText("1 place differs");
  assert.deepEqual(
    await page.run(() => ["del", "ins"].map((name) => document.querySelector(`[role=group] ${name}`).textContent)),
    ["hears", "sees"],
  );
  await press(app, /^Take this paragraph over/);
  await dialog.untilText("A new version, 3 of 3, is shown now.");
  await dialog.untilText("the same, word for word");
  await page.until(() => document.activeElement?.textContent === "Undo");
  await page.press("Enter");
  await dialog.untilText("The version before is shown again.");
  await dialog.untilText("1 place differs");
  // Once more, and taken back with the key of the window.
  await press(app, /^Take this paragraph over/);
  await dialog.untilText("A new version");
  await page.press("Escape");
  await page.gone("dialog", "Compare versions");
  await shows(page, "It sees well.");
  await undo(app);
  await shows(page, "It hears well.");
  assert.equal((await server.chats()).length, 2);
});
