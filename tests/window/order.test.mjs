// Order among many chats, by keyboard alone: tags, folders, pins, the archive, several at once; and all of it undone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openApp, openServer } from "./app.mjs";

/** The app with three chats, the last of them open. */
async function three(t) {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  for (const name of ["Alpha", "Beta", "Gamma"]) {
    await app.page.press("Control+n");
    await app.page.until(
      () =>
        document.querySelectorAll("[role=log] article").length === 0 &&
        document.activeElement?.localName === "textarea",
    );
    await server.reply(`The answer to ${name}.`);
    await app.ask(name);
    await app.answered(`The answer to ${name}.`);
    await app.idle();
    await (await app.sidebar()).untilText(name);
  }
  return { app, page: app.page };
}

const focusIs = (page, name) =>
  page.until((words) => (document.activeElement.ariaLabel ?? document.activeElement.innerText.trim()) === words, {
    what: `the focus on ${name}`,
    args: [name],
  });

/** Goes to a chat of the list by its first letter. */
async function goTo(page, name) {
  await page.press("Control+Shift+f");
  await page.press("ArrowDown");
  await page.until(() => document.activeElement.closest("nav li, nav h2"), { what: "the focus in the list" });
  await page.press("Home");
  if ((await page.run(() => document.activeElement.innerText.trim())) !== name) await page.press(name[0].toLowerCase());
  await focusIs(page, name);
}

/** Chooses from the menu of what has the focus. */
async function choose(page, item) {
  await page.press("Shift+F10");
  await page.until(() => document.activeElement.role === "menuitem", { what: "the menu" });
  for (let steps = 0; steps < 20; steps += 1) {
    if ((await page.run(() => document.activeElement.innerText.trim())) === item) break;
    await page.press("ArrowDown");
  }
  await focusIs(page, item);
  await page.press("Enter");
}

/** The headings and chats of the list, as they are read. */
const list = (page) =>
  page.run(() =>
    [...document.querySelectorAll("nav .fill :is(h2, li)")].map(
      (each) => each.ariaLabel ?? each.querySelector("[aria-label]")?.ariaLabel ?? each.innerText.trim(),
    ),
  );
const listIs = (page, wanted) =>
  page.until(
    (lines) =>
      JSON.stringify(
        [...document.querySelectorAll("nav .fill :is(h2, li)")].map(
          (each) => each.ariaLabel ?? each.querySelector("[aria-label]")?.ariaLabel ?? each.innerText.trim(),
        ),
      ) === JSON.stringify(lines),
    { what: `the list ${wanted.join(", ")}`, args: [wanted] },
  );

const ALL = ["Today", "Gamma", "Beta", "Alpha"];

test("a chat is moved to a folder that is made for it, and undone step by step", async (t) => {
  const { page } = await three(t);
  await goTo(page, "Alpha");
  await choose(page, "Move to folder…");
  await focusIs(page, "Folder");
  for (const letter of "Work") await page.press(letter);
  await page.until(() => document.querySelector("[role=option]")?.innerText.includes("Create folder “Work”"));
  await page.press("Enter");
  await page.gone("dialog", /./);
  await listIs(page, ["Folder Work, 1 chat", "Alpha", "Today", "Gamma", "Beta"]);
  await focusIs(page, "Alpha");
  await page.press("ArrowLeft");
  await focusIs(page, "Folder Work, 1 chat");
  await page.press("ArrowLeft");
  await listIs(page, ["Folder Work, 1 chat", "Today", "Gamma", "Beta"]);
  await page.press("ArrowRight");
  await page.press("Control+z");
  await listIs(page, ["Folder Work, 0 chats", ...ALL]);
  await page.press("Control+z");
  await listIs(page, ALL);
});

test("a chat is tagged, the tag narrows the list, and is taken back", async (t) => {
  const { app, page } = await three(t);
  await goTo(page, "Gamma");
  await choose(page, "Tags…");
  await focusIs(page, "Tag");
  for (const letter of "idea") await page.press(letter);
  await page.press("Enter");
  await page.until(() => document.querySelector("[role=option]")?.getAttribute("aria-selected") === "true");
  await page.press("Escape");
  await page.gone("dialog", /./);
  await focusIs(page, "Gamma");
  const header = await page.find("button", "Only chats with the tag idea");
  await page.run((button) => button.focus(), header);
  await page.press("Enter");
  await listIs(page, ["Today", "Gamma"]);
  await page.run((button) => button.focus(), await app.button("Show all chats"));
  await page.press("Enter");
  await listIs(page, ALL);
  await page.press("Control+z");
  await page.gone("button", "Only chats with the tag idea");
});

test("a chat is pinned and goes into the archive and out of it, and each is taken back", async (t) => {
  const { page } = await three(t);
  await goTo(page, "Alpha");
  await choose(page, "Pin");
  const pinned = ["Pinned", "Alpha", "Today", "Gamma", "Beta"];
  await listIs(page, pinned);
  await focusIs(page, "Alpha");
  await page.press("Control+z");
  await listIs(page, ALL);
  await goTo(page, "Beta");
  await choose(page, "Archive");
  await listIs(page, ["Today", "Gamma", "Alpha", "Archive, 1 chat"]);
  // The focus is where the chat was.
  await focusIs(page, "Alpha");
  await page.press("End");
  await focusIs(page, "Archive, 1 chat");
  await page.press("ArrowRight");
  await page.press("ArrowDown");
  await focusIs(page, "Beta");
  await choose(page, "Unarchive");
  await listIs(page, ALL);
  await page.press("Control+z");
  await listIs(page, ["Today", "Gamma", "Alpha", "Archive, 1 chat", "Beta"]);
  await page.press("Control+z");
  await listIs(page, ALL);
});

test("three chats are selected and deleted, and come back together", async (t) => {
  const { app, page } = await three(t);
  await goTo(page, "Gamma");
  await page.press("Shift+ArrowDown");
  await focusIs(page, "Beta");
  await page.press("Shift+ArrowDown");
  await focusIs(page, "Alpha");
  await (await app.sidebar()).untilText("3 selected");
  await page.press("Delete");
  await page.until(() => document.querySelectorAll("nav .fill li").length === 0);
  await page.until(() => document.querySelectorAll("[role=log] article").length === 0, { what: "an empty thread" });
  assert.deepEqual(await list(page), []);
  await page.run(() => document.activeElement.blur());
  await page.press("Control+z");
  await listIs(page, ALL);
});
