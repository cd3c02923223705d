// Personas and prompts, by keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openApp, openServer } from "./app.mjs";

/** Opens a page of the settings with the keyboard. */
async function page(app, name) {
  await app.page.press("Control+,");
  const dialog = await app.page.find("dialog", "Settings");
  await enter(app, await dialog.find("button", name));
  return dialog;
}

/** Presses a button as the keyboard does. */
async function enter(app, button) {
  await app.page.run((element) => element.focus(), button);
  await app.page.press("Enter");
}

async function fill(dialog, role, name, text) {
  await (await dialog.find(role, name)).type(text);
}

test("a prompt is made, found by its letters after a slash, filled in, and inserted", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  const settings = await page(app, "Prompts");
  await enter(app, await settings.find("button", "New prompt"));
  await fill(settings, "textbox", "Name", "Letter");
  await fill(settings, "textbox", "Text", "Write to {{name=Ada}} in a {{tone:formal|friendly}} tone.");
  await enter(app, await settings.find("button", "Save"));
  await settings.find("button", "Edit: Letter");
  await app.page.press("Escape");
  await app.page.gone("dialog", "Settings");

  const composer = await app.composer();
  await composer.type("/ltr");
  await app.page.find("option", "Letter");
  await app.page.press("Enter");
  const asked = await app.page.find("dialog", "Letter");
  const name = await asked.find("textbox", "name");
  assert.equal(await name.value(), "Ada");
  await name.clear();
  await name.type("Grace");
  await app.page.press("Tab");
  await app.page.press("ArrowDown");
  await app.page.press("Enter");
  await app.page.gone("dialog", "Letter");
  await app.page.until(() => document.querySelector("textarea").value === "Write to Grace in a friendly tone.");
  assert.deepEqual(await server.chats(), []);
  await server.reply("Dear Grace");
  await app.page.press("Enter");
  await app.answered("Dear Grace");
  assert.equal((await server.request(0)).body.messages.at(-1).content, "Write to Grace in a friendly tone.");
});

test("a persona is made, used in a chat, sent, and taken back", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  const settings = await page(app, "Personas");
  await enter(app, await settings.find("button", "New persona"));
  await fill(settings, "textbox", "Name", "Editor");
  await fill(settings, "textbox", "Model", "a-model-of-mine");
  await fill(settings, "textbox", /^System prompt/, "Be brief.");
  await fill(settings, "textbox", /^Temperature/, "0.3");
  await enter(app, await settings.find("button", "Save"));
  await settings.find("button", "Edit: Editor");
  await app.page.press("Escape");
  await app.page.gone("dialog", "Settings");

  await enter(app, await app.button("Chat actions"));
  await enter(app, await app.page.find("menuitem", "Chat settings"));
  const options = await app.page.find("dialog", "Chat settings");
  const focused = () => {
    const label = [...document.querySelectorAll("dialog label")].find((each) => each.textContent === "Persona");
    label?.control?.focus();
    return label?.control === document.activeElement;
  };
  await app.page.until(focused, { what: "the choice of a persona" });
  await app.page.press("ArrowDown");
  await options.find("button", "Use its settings");
  await app.page.press("Tab");
  await app.page.press("Enter");
  await app.page.gone("dialog", "Chat settings");
  await app.button("Persona: Editor");
  await server.reply("Yes.");
  await app.ask("Really?");
  await app.answered("Yes.");
  await app.idle();
  const { body } = await server.request(0);
  assert.deepEqual(
    [body.model, body.temperature, body.messages[0]],
    ["a-model-of-mine", 0.3, { role: "system", content: "Be brief." }],
  );

  await enter(app, await app.button("Undo"));
  await app.page.gone("button", "Persona: Editor");
  await server.reply("No.");
  await app.ask("And now?");
  await app.answered("No.");
  assert.equal((await server.request(1)).body.model, "gpt-4o-mini");
});
