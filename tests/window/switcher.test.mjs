// By keyboard alone: going to a chat or a command, quoting what is selected, and the queue over the composer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gated, openApp, openServer, text } from "./app.mjs";

async function connected(t) {
  const server = await openServer(t);
  return { server, app: await openApp(t, { server, key: "sk-test" }) };
}

/** A chat with one question and its answer. */
async function chat({ server, app }, question, answer) {
  await app.newChat();
  await server.reply(text(answer));
  await app.ask(question);
  await app.answered(answer.split(" ")[0]);
  await app.idle();
}

const heading = (app, title) =>
  app.page.until((words) => document.querySelector("h1")?.innerText === words, { args: [title], what: title });
const inComposer = (app) =>
  app.page.until(() => document.activeElement?.id === "message", { what: "the focus in the composer" });
/** The option that Enter takes. */
const active = (app, title) =>
  app.page.until(
    (words) => {
      const id = document.querySelector("dialog [role=combobox]")?.getAttribute("aria-activedescendant");
      return document.getElementById(id)?.querySelector("bdi").innerText === words;
    },
    { args: [title], what: `"${title}" in front` },
  );

test("the switcher goes back to the chat before, to a chat by some letters of its title, and to a command", async (t) => {
  const both = await connected(t);
  const { app } = both;
  await chat(both, "Crème brûlée for two", "Sugar.");
  await chat(both, "How do owls hunt?", "Quietly.");
  await app.page.press("Control+k");
  await app.page.find("dialog", "Go to");
  await app.page.find("combobox", "Go to a chat or a command");
  await active(app, "Crème brûlée for two");
  await app.page.press("Enter");
  await heading(app, "Crème brûlée for two");
  await app.page.gone("dialog", "Go to");
  await inComposer(app);
  await app.page.press("Control+k");
  await (await app.page.find("combobox", "Go to a chat or a command")).type("owl");
  await active(app, "How do owls hunt?");
  assert.equal(
    await app.page.run(() => String([...(CSS.highlights.get("letters") ?? [])][0])),
    "owl",
    "the letters are marked",
  );
  await app.page.press("Enter");
  await heading(app, "How do owls hunt?");
  await inComposer(app);
  await app.page.press("Control+k");
  await (await app.page.find("combobox", "Go to a chat or a command")).type("keybo");
  await active(app, "Settings: Keyboard");
  await app.page.press("Enter");
  await app.page.find("dialog", "Settings");
  await app.page.until(() => document.querySelector("dialog h3")?.innerText === "Keyboard");
  await app.page.press("Escape");
  await app.page.gone("dialog", "Settings");
});

test("Escape leaves the switcher with the focus where it was; what is not found is looked for in the messages", async (t) => {
  const both = await connected(t);
  const { app } = both;
  await chat(both, "How do owls hunt?", "By moonlight.");
  const composer = await app.composer();
  await composer.type("half a thought");
  await app.page.press("Control+k");
  await app.page.find("combobox", "Go to a chat or a command");
  await app.page.press("ArrowDown");
  await app.page.press("Escape");
  await app.page.gone("dialog", "Go to");
  await inComposer(app);
  assert.equal(await composer.value(), "half a thought");
  await app.page.press("Control+k");
  await (await app.page.find("combobox", "Go to a chat or a command")).type("moonlight");
  await active(app, "Search messages for “moonlight”");
  await app.page.press("Enter");
  await (await app.sidebar()).untilText("By moonlight.");
  await app.page.until(() => document.activeElement?.id === "search");
});

test("a selection is quoted into the composer by its key, at the caret, with code as code", async (t) => {
  const both = await connected(t);
  const { app } = both;
  await chat(both, "How?", "Like this:\n\n```sh\nls -l\n```\n\nThat is **all** of it.");
  const composer = await app.composer();
  await composer.type("See and say");
  for (let n = 0; n < 8; n += 1) await app.page.press("ArrowLeft");
  const select = (from, to) =>
    app.page.run(
      (begin, end) => {
        const find = (words, behind) => {
          const walker = document.createTreeWalker(document.querySelector("[role=log]"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at >= 0) return [walker.currentNode, at + (behind ? words.length : 0)];
          }
        };
        // As a press of the mouse does.
        document.querySelector("[role=log]").focus();
        getSelection().setBaseAndExtent(...find(begin, false), ...find(end, true));
      },
      from,
      to,
    );
  await select("this:", "all");
  await app.page.find("button", "Quote");
  await app.page.press("Control+Shift+.");
  const quoted = "See\n\n> this:\n>\n> ```sh\n> ls -l\n> ```\n>\n> That is **all**\n\n";
  await app.page.until((words) => document.querySelector("#message").value === words, { args: [`${quoted} and say`] });
  await inComposer(app);
  await app.page.gone("button", "Quote");
  await both.server.reply("I see.");
  // The field's own undo knows it.
  await app.page.run(() => document.execCommand("undo"));
  await app.page.until(() => document.querySelector("#message").value === "See and say");
  await app.page.run(() => document.execCommand("redo"));
  await app.page.until((words) => document.querySelector("#message").value === words, { args: [`${quoted} and say`] });
  await app.page.press("Enter");
  await app.answered("I see.");
  assert.equal((await both.server.request(1)).body.messages.at(-1).content, `${quoted} and say`);
});

test("what waits is moved, edited and taken back in the queue, by keyboard", async (t) => {
  const { server, app } = await connected(t);
  await server.reply(gated("First", { gate: "end" }, " answer."));
  await app.ask("One");
  await app.answered("First");
  const composer = await app.composer();
  const shown = (...texts) =>
    app.page.until(
      (words) =>
        [...document.querySelectorAll("ul[aria-label=Queue] bdi")].map((each) => each.innerText).join() === words,
      { args: [texts.join()], what: `the queue ${texts}` },
    );
  for (const [at, words] of ["Two", "Three", "Four"].entries()) {
    await composer.type(`${words}\n`);
    await shown(...["Two", "Three", "Four"].slice(0, at + 1));
  }
  const focused = (words) =>
    app.page.until((wanted) => document.activeElement?.innerText === wanted, {
      args: [words],
      what: `focus on ${words}`,
    });
  // From the composer back into the list, past the buttons of its last line.
  for (let tries = 0; tries < 8; tries += 1) {
    await app.page.press("Shift+Tab");
    if (await app.page.run(() => document.activeElement?.innerText === "Four")) break;
  }
  await focused("Four");
  await app.page.press("Alt+ArrowUp");
  await shown("Two", "Four", "Three");
  await focused("Four");
  await app.page.press("ArrowUp");
  await focused("Two");
  await app.page.press("Delete");
  await shown("Four", "Three");
  await app.page.find("button", "Undo");
  await app.page.press("Control+z");
  await shown("Two", "Four", "Three");
  await app.page.press("Enter");
  const editor = await app.page.find("textbox", "Edit message");
  await editor.clear();
  await editor.type("Fore\n");
  await shown("Two", "Fore", "Three");
  for (const words of ["Second", "Third", "Fourth"]) await server.reply(`${words} answer.`);
  await server.open("end");
  await app.answered("Fourth answer.");
  const { body } = await server.request(3);
  assert.deepEqual(
    body.messages.filter(({ role }) => role === "user").map(({ content }) => content),
    ["One", "Two", "Fore", "Three"],
  );
  assert.equal(await app.page.run(() => document.querySelector("ul[aria-label=Queue]")), null);
});
