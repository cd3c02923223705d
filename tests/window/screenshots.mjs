// `npm run screenshots`: every designed state of the real window, in three sizes, light and dark, as PNG files in
// target/screenshots/. `npm run screenshots -- welcome settings` takes only these.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildApp, buildUi } from "../../scripts/build.mjs";
import { Failure, main, root, say, step } from "../../scripts/run.mjs";
import { openSession } from "../../scripts/session.mjs";
import { setup } from "../../scripts/setup.mjs";
import { cut, hanging, KEY, openApp, openServer, refusal, text } from "./app.mjs";

const SIZES = [
  [1280, 800],
  [900, 600],
  [420, 720],
];
const THEMES = ["light", "dark"];
const folder = join(root, "target", "screenshots");

const RICH = `Three things decide it, in this order.

## What is read most

Put it first, with **its name in bold** and the *reason* beside it. A list does for the rest:

1. Inputs, with their units
2. What comes back
   - and what does when nothing was found
3. Errors, as [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) has them

\`\`\`rust
/// The first word of each line, without those that are empty.
fn first_words(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.split_whitespace().next())
}
\`\`\`

| Size | Time | Memory |
| :--- | ---: | -----: |
| 1 KB | 0.2 ms | 4 KB |
| 1 MB | 41 ms | 4 KB |

> A quotation that is long enough to need a second line at most of the widths that a window has, so that its edge can be seen.

Inline \`code\`, ~~struck out~~, and a rule:

---

That is all.`;

const LONG = `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft and https://example.org/${"a-very-long-path-without-any-break/".repeat(5)}

שלום! זהו משפט בעברית עם מילה English באמצע, ומספר 42.

مرحبا بك في بارلور. هذا نص طويل بما يكفي ليمتد على أكثر من سطر واحد في نافذة ضيقة.

日本語の文章も、行の途中で正しく折り返される必要があります。

\`\`\`
${"one_long_line_of_code_that_scrolls_inside_its_block(and, never, the, page); ".repeat(3)}
\`\`\``;

const MATTER = `The area of a circle is \\(A = \\pi r^2\\), and for a sum of them:

$$
\\sum_{i=1}^{n} \\frac{\\pi r_i^2}{2} = \\frac{\\pi}{2} \\left( r_1^2 + \\cdots + r_n^2 \\right)
$$

It costs between $5 and $10 a month.[^cost]

> [!WARNING]
> The estimate leaves out what the **first** circle took.

- [x] measured
- [ ] written down, see [the code](#the-code)

## The code

\`\`\`python
from math import pi

def area(radii: list[float]) -> float:
    """The area of all circles together."""
    return sum(pi * r**2 for r in radii)  # in the unit of r, squared
\`\`\`

\`\`\`sql
SELECT name, count(*) AS answers FROM message WHERE role = 'assistant' GROUP BY name;
\`\`\`

![a chart of the areas](https://example.org/chart.png)

[^cost]: At the prices of last spring.`;

const MANY_LINES = `\`\`\`rust
${Array.from({ length: 90 }, (_, at) => `let step_${at} = "the ${at}th line of a long block"; // one of many`).join("\n")}
\`\`\`

That was long.`;

/** Two versions of an answer: some words differ, a paragraph is in one only, and much is the same. */
const OWL = [
  ["The owl hunts by night. It hears every mouse in the grass.", "It has no nest of its own."],
  ["The owl hunts at dusk. It sees every mouse in the grass."],
].map(([first, ...more]) =>
  [
    first,
    ...Array.from(
      { length: 12 },
      (_, at) => `In the ${at + 1}. hour it sits on the same post, and looks the other way.`,
    ),
    ...more,
    "By day it sleeps in an old barn, and small birds scold it.",
  ].join("\n\n"),
);

/** Asks in a new chat. */
async function ask({ app, server }, question, reply) {
  await app.page.press("Control+n");
  await app.page.until(() => document.querySelectorAll("[role=log] article").length === 0);
  await server.reply(reply);
  await app.ask(question);
}

async function searchFor(app, words) {
  const field = await app.page.find("searchbox", "Search chats");
  await field.click();
  await field.type(words);
}

/** A state: how the window gets there, what it needs again in each size (a narrow window hides the sidebar), and back where another state needs that. */
const STATES = {
  thread: {
    enter: async (both) => {
      await ask(both, "How should I document a small function? Keep it short.", text(RICH));
      await both.app.answered("That is all.");
    },
  },
  find: {
    enter: async (both) => {
      await ask(both, "And how do I document the function once more?", text(RICH));
      await both.app.answered("That is all.");
      await both.app.page.press("Control+f");
      const field = await both.app.page.find("searchbox", "Find in chat");
      await field.type("the");
      await both.app.page.until(() => CSS.highlights.get("found-here")?.size === 1);
    },
    leave: async ({ app }) => {
      await app.page.press("Escape");
      await app.page.gone("searchbox", "Find in chat");
    },
  },
  streaming: {
    enter: async (both) => {
      await ask(
        both,
        "Explain what happens when a page is scrolled.",
        hanging(
          "The compositor moves what was painted before. Only when something new comes into sight does the page have to",
        ),
      );
      await both.app.answered("have to");
    },
    leave: ({ app }) => app.press("Stop"),
  },
  waiting: {
    enter: async (both) => {
      await ask(
        both,
        "And how many requests may I make?",
        refusal(429, { code: "rate_limit_exceeded", type: "requests", headers: [["retry-after", "59"]] }),
      );
      await both.app.page.find("button", "Send now");
    },
    leave: ({ app }) => app.press("Cancel"),
  },
  cut: {
    enter: async (both) => {
      await ask(
        both,
        "Tell me the story of the lighthouse.",
        cut(
          "The keeper had counted the ships for thirty years, and every evening he wrote their number into a book that nobody",
        ),
      );
      await both.app.page.find("button", "Continue");
    },
  },
  error: {
    enter: async (both) => {
      await ask(both, "Which model are you?", refusal(404, { code: "model_not_found" }));
      await both.app.page.find("alert");
    },
  },
  long: {
    enter: async (both) => {
      await ask(
        both,
        `A question with ${"Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz".repeat(2)} and עברית in it`,
        text(LONG),
      );
      await both.app.answered("日本語");
    },
  },
  matter: {
    enter: async (both) => {
      await ask(both, "What is the area of many circles?", text(MATTER));
      await both.app.answered("last spring");
      await both.app.idle();
    },
  },
  code: {
    enter: async (both) => {
      await ask(both, "Write a long program.", text(MANY_LINES));
      await both.app.answered("That was long.");
      await both.app.idle();
    },
  },
  switcher: {
    enter: async ({ app, server }) => {
      for (const question of [
        "How do owls hunt at night?",
        "A letter to my landlord about the heating",
        "שלום, מה שלומך?",
      ])
        await askAndWait({ app, server }, question, text("As one does."));
      await app.page.press("Control+k");
      await app.page.find("combobox", "Go to a chat or a command");
      await app.page.until(() => document.querySelectorAll("dialog [role=option]").length > 4);
    },
    leave: closeSwitcher,
  },
  "switcher-found": {
    enter: async ({ app }) => {
      await app.page.press("Control+k");
      await (await app.page.find("combobox", "Go to a chat or a command")).type("the");
      await app.page.until(() =>
        document.querySelector("dialog [role=option]:last-child")?.innerText.includes("“the”"),
      );
    },
    leave: closeSwitcher,
  },
  "switcher-nothing": {
    enter: async ({ app }) => {
      await app.page.press("Control+k");
      await (await app.page.find("combobox", "Go to a chat or a command")).type("xylophone");
      await app.page.until(() => document.querySelector("dialog").innerText.includes("No chat and no command"));
    },
    leave: closeSwitcher,
  },
  quote: {
    enter: async (both) => {
      await askAndWait(both, "What did you say?", text(RICH));
      const { page } = both.app;
      await page.run(() => (document.querySelector("[role=log]").scrollTop = 0));
      const select = () => {
        const walker = document.createTreeWalker(document.querySelector("[role=log]"), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const { currentNode: node } = walker;
          const at = node.data.indexOf("A list does");
          if (at >= 0) return getSelection().setBaseAndExtent(node, at, node, at + 24);
        }
      };
      await page.run(select);
      await page.press("Control+Shift+.");
      await page.until(() => document.querySelector("#message").value.startsWith("> "));
      await page.run(select);
      await page.find("button", "Quote");
    },
    leave: async ({ app }) => (await app.composer()).clear(),
  },
  queue: {
    enter: async (both) => {
      await ask(both, "Explain how a page is drawn.", hanging("First it is laid out, and then"));
      await both.app.answered("and then");
      const composer = await both.app.composer();
      for (const words of [
        "And what does the compositor do with it afterwards, in some more detail than the last time that I asked about it?",
        "Give me an example",
        "תודה רבה",
      ]) {
        await composer.type(`${words}\n`);
        await both.app.page.until(
          (text) => [...document.querySelectorAll("ul[aria-label=Queue] bdi")].at(-1)?.innerText === text,
          { args: [words] },
        );
      }
    },
    leave: async ({ app }) => {
      for (let n = 0; n < 3; n += 1) {
        const count = await app.page.run(() => document.querySelectorAll("ul[aria-label=Queue] > li").length);
        await app.press("Cancel");
        await app.page.until((before) => document.querySelectorAll("ul[aria-label=Queue] > li").length < before, {
          args: [count],
        });
      }
      await app.press("Stop");
    },
  },
  map: {
    enter: async (both) => {
      const { app, server } = both;
      const again = async (reply) => {
        await server.reply(text(reply));
        await app.page.run((log) => log.focus(), await app.thread());
        await (await app.answer()).find("button", "Regenerate").then((button) => button.click());
        await app.answered(reply.slice(0, 20));
        await app.idle();
      };
      await ask(both, "Which bird would you be, and why? Answer in a few sentences.", text(OWL[0]));
      await app.answered("scold it");
      await app.idle();
      await again("The lark: it sings as it climbs, and is heard before it is seen.");
      await again(OWL[1]);
      await server.reply(text("Mice, most of all."));
      await app.ask("What does it eat?");
      await app.answered("Mice");
      await app.idle();
      await again("Voles and mice, and a frog now and then.");
      await app.page.press("Control+Shift+m");
      await app.page.until(() => document.activeElement?.getAttribute("role") === "treeitem");
      await app.page.press("Home");
      await app.page.press("ArrowDown");
      await app.page.press("F2");
      await (await app.page.find("textbox", "Name")).type("By night\n");
      await app.page.gone("dialog", "Name this branch");
      await app.page.find("treeitem", /^By night/);
    },
    leave: async ({ app }) => {
      await app.page.press("Escape");
      await app.page.gone("dialog", "Map of this chat");
    },
  },
  compare: {
    enter: async (both) => {
      const { app, server } = both;
      await ask(both, "Describe the owl.", text(OWL[0]));
      await app.answered("scold it");
      await app.idle();
      await server.reply(text(OWL[1]));
      await (await app.answer()).find("button", "Regenerate").then((button) => button.click());
      await app.answered("at dusk");
      await app.idle();
      await app.press("More actions", { within: await app.answer() });
      await (await app.page.find("menuitem", "Compare versions…")).click();
      await app.page.until(() => document.querySelector("dialog ins"));
    },
    leave: async ({ app }) => {
      await app.page.press("Escape");
      await app.page.gone("dialog", "Compare versions");
    },
  },
  "no-results": {
    enter: async ({ app }) => {
      await searchFor(app, "xylophone");
      await app.page.until(() => document.body.innerText.includes("No chats found"));
    },
    each: ({ app }) => app.page.press("Control+Shift+f"),
    leave: ({ app }) => app.press("Clear search"),
  },
  search: {
    enter: async (both) => {
      for (const [question, answer] of [
        [
          "Why do owls fly without a sound?",
          "The edge of an owl's feathers is soft: the air that an owl's wing parts is not torn.",
        ],
        ["A list of owls for the garden gate", "Tawny owl, barn owl, little owl."],
        [
          "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk und owl",
          "הינשוף (owl) הוא עוף לילה. Owls are his kin.",
        ],
      ]) {
        await ask(both, question, answer);
        await both.app.idle();
      }
      await searchFor(both.app, "owl");
      await both.app.page.until(() => document.querySelectorAll("nav li mark").length > 3);
    },
    each: ({ app }) => app.page.press("Control+Shift+f"),
  },
  "best-first": {
    enter: ({ app }) => app.press("Best first"),
    each: ({ app }) => app.page.press("Control+Shift+f"),
    leave: async ({ app }) => {
      await app.press("Newest first");
      await app.press("Clear search");
    },
  },
  landed: {
    enter: async ({ app }) => {
      await searchFor(app, "feathers");
      await app.page.until(() => document.querySelectorAll("nav li mark").length === 1);
      await app.page.press("Enter");
      await app.page.until(() => CSS.highlights.get("found")?.size > 0);
    },
    leave: ({ app }) => app.press("Clear search"),
  },
  /** Folders, tags, a pin, the archive, and some chats that are selected. */
  order: {
    enter: async (both) => {
      const { app } = both;
      const titles = [
        "What do barn owls eat in a hard winter?",
        "Rent: the third reminder",
        "Zutaten für zwölf Personen",
        "A regular expression for dates",
        "دروس العود للمبتدئين",
        "Names for a sailing boat",
        "Taxes of last year",
      ];
      for (const title of titles) await askAndWait(both, title, text("Gladly."));
      const chats = await app.page.run(() =>
        [...document.querySelectorAll("nav li button[data-line]")].map(({ dataset }) => dataset.line),
      );
      const [kitchen, law] = await Promise.all(
        ["Kitchen and table", "Landlords"].map((name) => invoke(app, "create_folder", { name })),
      );
      await invoke(app, "move_chats", { chats: [chats[4]], folder: kitchen.id });
      await invoke(app, "move_chats", { chats: [chats[5]], folder: law.id });
      await invoke(app, "pin_chats", { chats: [chats[6]], pinned: true });
      await invoke(app, "tag_chats", { chats: chats.slice(2, 6), name: "home", on: true });
      await invoke(app, "tag_chats", { chats: chats.slice(3, 5), name: "lists", on: true });
      await invoke(app, "archive_chats", { chats: [chats[0]], archived: true });
      await app.page.until(() => document.querySelectorAll("nav li button[data-line]").length > 6);
      await app.page.run(
        (wanted) =>
          document
            .querySelectorAll("nav li button[data-line]")
            .forEach(
              (row) =>
                wanted.includes(row.dataset.line) &&
                row.dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true })),
            ),
        chats.slice(1, 3),
      );
    },
    each: ({ app }) => app.page.press("Control+Shift+f"),
  },
  temporary: {
    enter: async ({ app, server }) => {
      await app.page.press("Control+Shift+n");
      await app.page.until(() => document.querySelectorAll("[role=log] article").length === 0);
      await server.reply(text("Yes, as long as the lease says nothing else. Ask for it in writing all the same."));
      await app.ask("May my landlord keep the deposit for a new carpet?");
      await app.answered("in writing all the same");
      await app.idle();
    },
  },
  "temporary-empty": {
    enter: async ({ app }) => {
      await app.page.press("Control+Shift+n");
      await app.page.until(() => document.querySelectorAll("[role=log] article").length === 0);
    },
    leave: ({ app }) => app.page.press("Control+n"),
  },
  "chat-options": {
    enter: async (both) => {
      const { app } = both;
      await ask(both, "Give me three colours as JSON.", text('{"colours": ["red", "green", "blue"]}'));
      await app.answered("green");
      await app.idle();
      await chatOptions(app);
      await app.page.run(() => (document.querySelector("details").open = true));
      await app.page.run(
        (values) => {
          for (const [id, value] of Object.entries(values)) {
            const field = document.getElementById(id);
            field.value = value;
            field.dispatchEvent(new Event("change", { bubbles: true }));
          }
        },
        { "system-prompt": "Answer with JSON only.", temperature: "0.2", seed: "42", "response-format": "jsonObject" },
      );
    },
    leave: async ({ app }) => {
      await app.press("Save");
      await app.page.gone("dialog", "Chat settings");
    },
  },
  "own-settings": {
    enter: ({ app }) => app.button(/^Differs from the defaults/),
  },
  settings: {
    enter: ({ app }) => app.openSettings(),
    leave: closeSettings,
  },
  backups: {
    enter: async ({ app }) => {
      await app.openSettings();
      await app.press("Backups");
      await app.press("Back up now");
      await app.page.until(() => document.querySelector("dialog").innerText.includes("Last verified"));
    },
    leave: closeSettings,
  },
  personas: {
    enter: async ({ app }) => {
      await fillLibrary(app);
      await app.openSettings();
      await app.press("Personas");
      await app.button("Edit: Editor");
    },
    leave: closeSettings,
  },
  persona: {
    enter: async ({ app }) => {
      await fillLibrary(app);
      await app.openSettings();
      await app.press("Personas");
      await app.press("Edit: Editor");
      const again = await app.button("Use this again: Version 1");
      await app.page.run((button) => button.scrollIntoView({ block: "end" }), again);
    },
    leave: closeSettings,
  },
  prompts: {
    enter: async ({ app }) => {
      await fillLibrary(app);
      await app.openSettings();
      await app.press("Prompts");
      await app.button("Edit: Letter");
    },
    leave: closeSettings,
  },
  "prompt-list": {
    enter: async ({ app }) => {
      await fillLibrary(app);
      await app.newChat();
      await invoke(app, "set_persona", { name: "Editor", number: 1 });
      await app.button("Use version 2");
      const composer = await app.composer();
      await composer.click();
      await composer.type("/");
      await app.page.find("option", "Letter");
    },
    leave: async ({ app }) => (await app.composer()).clear(),
  },
  "prompt-fields": {
    enter: async ({ app }) => {
      await fillLibrary(app);
      await (await app.composer()).clear();
      await (await app.composer()).type("/let");
      await app.page.find("option", "Letter");
      await app.page.press("Enter");
      await app.page.find("dialog", "Letter");
    },
    leave: async ({ app }) => {
      await app.page.press("Escape");
      await app.page.gone("dialog", "Letter");
      await (await app.composer()).clear();
    },
  },
  "chat-persona": {
    enter: async ({ app }) => {
      await fillLibrary(app);
      await invoke(app, "set_persona", { name: "Editor", number: 1 });
      await app.press("Persona: Editor");
      await app.page.find("dialog", "Chat settings");
    },
    leave: async ({ app }) => {
      await app.page.press("Escape");
      await app.page.gone("dialog", "Chat settings");
    },
  },
  health: {
    enter: async ({ app }) => {
      await app.openSettings();
      await app.press("Health");
      await app.press("Check now");
      await app.page.until(() => document.querySelector("dialog").innerText.includes("Sound"));
    },
    leave: closeSettings,
  },
};

/** Asks in a new chat, and waits for the whole answer. */
async function askAndWait(both, question, reply) {
  await ask(both, question, reply);
  await both.app.page.until(() => document.querySelectorAll("[role=log] article").length === 2);
  await both.app.idle();
}

async function closeSwitcher({ app }) {
  await app.page.press("Escape");
  await app.page.gone("dialog", "Go to");
}

/** Personas and prompts, once. */
async function fillLibrary(app) {
  if ((await invoke(app, "library")).prompts.length > 0) return;
  const options = {
    model: "gpt-4o",
    systemPrompt: "You correct texts and say why.",
    temperature: 0.3,
    maxTokens: null,
  };
  const editor = await invoke(app, "save_persona", { id: null, name: "Editor", options });
  await invoke(app, "save_persona", { id: editor.id, name: "Editor", options: { ...options, temperature: 0.1 } });
  const long =
    "Übersetzerin für Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetze und andere lange Wörter";
  await invoke(app, "save_persona", { id: null, name: long, options: { ...options, model: null } });
  for (const [name, text] of [
    ["Letter", "Write a letter to {{name=Ada}} in a {{tone:formal|friendly|angry}} tone about {{subject}}."],
    ["Explain this error", "Explain this error and how to find its cause:\n\n{{clipboard}}"],
    ["סיכום קצר", "סכם את הטקסט הזה בשלושה משפטים."],
    ["Summary", "Sum this up in three sentences. ".repeat(20)],
  ])
    await invoke(app, "save_prompt", { id: null, name, text });
}

/** Asks the backend as the page does; a persona of the open chat by its name. */
function invoke(app, command, args = {}) {
  return app.page.run(
    async (name, given) => {
      const ask = window.__TAURI_INTERNALS__.invoke;
      if (name !== "set_persona") return ask(name, given);
      const { personas } = await ask("library");
      const { chat } = await ask("start");
      const { id } = personas.find((each) => each.name === given.name);
      return ask(name, { chat: chat.head.id, persona: id, number: given.number });
    },
    command,
    args,
  );
}

async function chatOptions(app) {
  await app.press("Chat actions");
  await (await app.page.find("menuitem", "Chat settings")).click();
  await app.page.find("dialog", "Chat settings");
}

async function closeSettings({ app }) {
  await app.page.press("Escape");
  await app.page.gone("dialog", "Settings");
}

/** Takes the window as it is in every size and theme. */
async function take(app, state, each) {
  for (const [width, height] of SIZES) {
    await fit(app.page, width, height);
    await each?.({ app });
    for (const theme of THEMES) {
      await app.page.run((value) => {
        const { invoke } = window.__TAURI_INTERNALS__;
        void invoke("start").then(({ overview }) =>
          invoke("save_settings", { settings: { ...overview.settings, theme: value } }),
        );
      }, theme);
      await app.page.until((value) => document.documentElement.dataset.theme === value, { args: [theme] });
      await app.page.until(() =>
        document
          .getAnimations()
          .every(({ playState, effect }) => playState !== "running" || effect.getTiming().iterations === Infinity),
      );
      writeFileSync(join(folder, `${state}-${width}x${height}-${theme}.png`), await still(app.page));
    }
  }
  await fit(app.page, ...SIZES[0]);
}

/** A picture that is the same twice: after a change of size the first ones may still show the old one. */
async function still(page) {
  let last = await page.screenshot();
  for (let tries = 0; tries < 20; tries += 1) {
    const next = await page.screenshot();
    if (next.equals(last)) break;
    last = next;
  }
  return last;
}

/** Makes the page itself this large; the window manager adds its frame to what it is asked for. */
async function fit(page, width, height) {
  await page.resize(width, height);
  // The page hears of it later; the frame takes some of it.
  await page.until((...size) => Math.abs(innerWidth - size[0]) < 60 && Math.abs(innerHeight - size[1]) < 60, {
    args: [width, height],
    what: `a page of about ${width}×${height}`,
  });
  const [w, h] = await page.run(() => [innerWidth, innerHeight]);
  if (w !== width || h !== height) await page.resize(2 * width - w, 2 * height - h);
  await page.until((...size) => innerWidth === size[0] && innerHeight === size[1], {
    args: [width, height],
    what: `a page of ${width}×${height}`,
  });
}

await main(async () => {
  if (process.platform !== "linux")
    throw new Failure("The pictures are taken through WebDriver, which reaches the window on Linux only.");
  const wanted = process.argv.slice(2);
  const takes = (state) => wanted.length === 0 || wanted.includes(state);
  await setup("build", "test", "screenshots");
  await buildUi();
  await buildApp();
  mkdirSync(folder, { recursive: true });
  const session = await openSession({ screen: "1500x1000x24" });
  const ends = [session.close];
  // What the tests' runner does for a test.
  const t = { after: (work) => ends.unshift(work), diagnostic: say };
  try {
    // What is undefined there is to be missing here. WebDriver takes its pictures from the compositor.
    const env = { ...process.env, ...session.env, WEBKIT_DISABLE_COMPOSITING_MODE: "0" };
    process.env = JSON.parse(JSON.stringify(env));
    const server = await openServer(t);
    if (takes("welcome")) {
      const first = await openApp(t);
      await step("welcome", () => take(first, "welcome"));
      await first.close();
    }
    const app = await openApp(t, { server, key: KEY });
    await fit(app.page, ...SIZES[0]);
    for (const [state, { enter, each, leave }] of Object.entries(STATES).filter(([name]) => takes(name))) {
      await step(state, async () => {
        await enter({ app, server });
        await take(app, state, each);
        await leave?.({ app, server });
      });
    }
  } finally {
    for (const end of ends) await end();
  }
  say(`The pictures are in ${folder}`);
});
