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

/** Asks in a new chat. */
async function ask({ app, server }, question, reply) {
  await app.page.press("Control+n");
  await app.page.until(() => document.querySelectorAll("[role=log] article").length === 0);
  await server.reply(reply);
  await app.ask(question);
}

/** A state: how the window gets there, and back where another state needs that. */
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
  "no-results": {
    enter: async ({ app }) => {
      const field = await app.page.find("searchbox", "Search chats");
      await field.click();
      await field.type("xylophone");
      await app.page.until(() => document.body.innerText.includes("No chats found"));
    },
    leave: ({ app }) => app.press("Clear search"),
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
  order: {
    enter: async ({ app }) => {
      await app.page.run(() => {
        const { invoke } = window.__TAURI_INTERNALS__;
        void invoke("start").then(async ({ overview }) => {
          const ids = overview.chats.map(({ id }) => id);
          const { id: folder } = await invoke("create_folder", { name: "Work" });
          await invoke("move_chats", { chats: ids.slice(1, 4), folder });
          await invoke("pin_chats", { chats: ids.slice(4, 6), pinned: true });
          await invoke("tag_chats", { chats: ids.slice(0, 1), name: "idea", on: true });
          await invoke("archive_chats", { chats: ids.slice(-1), archived: true });
        });
      });
      await app.page.until(() => document.querySelector("nav h2[aria-label^='Archive']"));
      await app.page.run(() => {
        for (const row of [...document.querySelectorAll("nav li button")].slice(0, 2))
          row.dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
      });
    },
    leave: ({ app }) => app.press("Clear selection"),
  },
};

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

async function closeSettings({ app }) {
  await app.page.press("Escape");
  await app.page.gone("dialog", "Settings");
}

/** Takes the window as it is in every size and theme. */
async function take(app, state) {
  for (const [width, height] of SIZES) {
    await fit(app.page, width, height);
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
    for (const [state, { enter, leave }] of Object.entries(STATES).filter(([name]) => takes(name))) {
      await step(state, async () => {
        await enter({ app, server });
        await take(app, state);
        await leave?.({ app, server });
      });
    }
  } finally {
    for (const end of ends) await end();
  }
  say(`The pictures are in ${folder}`);
});
