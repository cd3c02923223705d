// Several chats: side by side, named, found, deleted and brought back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gated, openApp, openServer } from "./app.mjs";

async function connected(t) {
  const server = await openServer(t);
  return { server, app: await openApp(t, { server, key: "sk-test" }) };
}

/** A chat with one question and its answer. */
async function chat({ server, app }, question, answer) {
  await app.newChat();
  await server.reply(answer);
  await app.ask(question);
  await app.answered(answer);
  await app.idle();
}

test("two chats stream at once, each into its own thread", async (t) => {
  const { server, app } = await connected(t);
  await server.reply({ when: "Alpha", ...gated("alpha one", { gate: "a" }, " alpha two") });
  await server.reply({ when: "Beta", ...gated("beta one", { gate: "b" }, " beta two") });
  await app.ask("Alpha question");
  await app.answered("alpha one");
  await app.newChat();
  await app.ask("Beta question");
  await app.answered("beta one");
  assert.ok(!(await (await app.thread()).text()).includes("alpha"));
  // The first goes on out of sight while the second still waits.
  await server.open("a");
  await app.open(/^Alpha question/);
  await app.answered("alpha one alpha two");
  await app.idle();
  await app.open(/^Beta question/);
  await app.busy();
  await server.open("b");
  await app.answered("beta one beta two");
  await app.idle();
});

test("a chat is named after its first question until it is renamed", async (t) => {
  const both = await connected(t);
  const { app } = both;
  await chat(both, "How do swallows find their way? I wonder.", "By the sun.");
  const sidebar = await app.sidebar();
  await sidebar.untilText("How do swallows find their way?");
  await app.press("Chat actions");
  await (await app.page.find("menuitem", "Rename")).click();
  const title = await app.page.find("textbox", "Title");
  await title.clear();
  await title.type("Birds\n");
  await sidebar.untilText("Birds");
  await app.page.until(() => document.querySelector("h1")?.innerText === "Birds");
});

test("a deleted chat comes back with Undo", async (t) => {
  const both = await connected(t);
  const { app } = both;
  await chat(both, "Keep this one", "Kept.");
  await chat(both, "Delete this one", "Deleted.");
  await app.press("Chat actions");
  await (await app.page.find("menuitem", "Delete")).click();
  const sidebar = await app.sidebar();
  await app.page.until((nav) => !nav.innerText.includes("Delete this one"), { args: [sidebar] });
  await app.press("Undo");
  await sidebar.untilText("Delete this one");
  await app.open(/^Delete this one/);
  await app.answered("Deleted.");
});

test("each chat keeps its own draft", async (t) => {
  const both = await connected(t);
  const { app } = both;
  await chat(both, "First chat", "One.");
  await (await app.composer()).type("half a thought");
  await chat(both, "Second chat", "Two.");
  assert.equal(await (await app.composer()).value(), "");
  await app.open(/^First chat/);
  await app.page.until(() => document.querySelector("textarea").value === "half a thought");
});

test("search finds words of an answer and opens its chat", async (t) => {
  const both = await connected(t);
  const { app } = both;
  await chat(both, "Tell me about owls", "They hunt by moonlight.");
  await chat(both, "Tell me about larks", "They sing at dawn.");
  await app.page.press("Control+Shift+f");
  const field = await app.page.find("searchbox", "Search chats");
  await field.type("moonlight");
  const sidebar = await app.sidebar();
  await sidebar.untilText("moonlight");
  assert.ok(!(await sidebar.text()).includes("larks"));
  await app.page.press("Enter");
  await app.answered("They hunt by moonlight.");
});

test("search lands on the message, in its branch, marked, and Ctrl+Z goes back, by keyboard alone", async (t) => {
  const both = await connected(t);
  const { server, app } = both;
  await chat(both, "Tell me about owls", "They hunt by moonlight.");
  await server.reply("They sleep by day.");
  await (await app.answer()).find("button", "Regenerate").then((button) => button.click());
  await app.answered("They sleep by day.");
  await app.idle();
  await chat(both, "Tell me about larks", "They sing at dawn.");
  await app.page.press("Control+Shift+f");
  await (await app.page.find("searchbox", "Search chats")).type("moonl");
  await (await app.sidebar()).untilText("moonlight");
  await app.page.press("Enter");
  await app.answered("They hunt by moonlight.");
  await app.answered("1 / 2");
  await app.page.until(() =>
    document.querySelector("[role=log] article[aria-current=location]")?.textContent.includes("moonlight"),
  );
  await app.page.run((thread) => thread.focus(), await app.thread());
  await app.page.press("Control+z");
  await app.answered("They sleep by day.");
  await app.answered("2 / 2");
});

test("a search without a result says so", async (t) => {
  const both = await connected(t);
  const { app } = both;
  await chat(both, "Tell me about owls", "They hunt by moonlight.");
  const field = await app.page.find("searchbox", "Search chats");
  await field.click();
  await field.type("xylophone");
  await (await app.sidebar()).untilText("No chats found");
});

test("Ctrl+N starts a chat and Ctrl+comma opens the settings, which Escape closes", async (t) => {
  const both = await connected(t);
  const { app } = both;
  await chat(both, "One question", "One answer.");
  await app.page.press("Control+n");
  await app.page.until(
    () =>
      document.querySelectorAll("[role=log] article").length === 0 && document.activeElement?.localName === "textarea",
  );
  await app.page.press("Control+,");
  await app.page.find("dialog", "Settings");
  await app.page.press("Escape");
  await app.page.gone("dialog", "Settings");
});

test("the model of a chat can be typed and is what is asked for", async (t) => {
  const { server, app } = await connected(t);
  const model = await app.page.find("combobox", "Model");
  await model.click();
  await app.page.press("Control+a");
  await model.type("a-model-of-mine\n");
  await server.reply("As you wish.");
  await app.ask("Which one?");
  await app.answered("As you wish.");
  assert.equal((await server.request(0)).body.model, "a-model-of-mine");
});
