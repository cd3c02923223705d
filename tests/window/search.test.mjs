// The search over all chats, by keyboard alone: filters, the best first, and the words that led to a message.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { openApp, openServer } from "./app.mjs";

const CHATS = [
  ["Tell me about owls", "They hunt by moonlight, over moonlight meadows."],
  [
    "Tell me about larks",
    "They sing at dawn. Of the moonlight one would only say that it is there too, some way behind the hills.",
  ],
  ["Tell me about terns", "They fly far."],
];

/** A tag on the chat of a title. */
function tag(app, name, title) {
  const script = `import sqlite3, sys
c = sqlite3.connect(sys.argv[1], timeout=10)
c.execute("INSERT INTO tag (id, name) VALUES (?, ?)", (sys.argv[2], sys.argv[2]))
c.execute("INSERT INTO chat_tag (chat_id, tag_id) SELECT id, ? FROM chat WHERE title LIKE ?", sys.argv[2:4])
c.commit()`;
  const done = spawnSync("python3", ["-c", script, join(app.data, "parlour.db"), name, `%${title}%`], {
    encoding: "utf8",
  });
  assert.equal(done.status, 0, done.stderr);
}

test("a search by tag, best first, lands on the message with its words marked, by keyboard alone", async (t) => {
  const server = await openServer(t);
  const app = await openApp(t, { server, key: "sk-test" });
  for (const [question, answer] of CHATS) {
    await app.newChat();
    await server.reply(answer);
    await app.ask(question);
    await app.answered(answer);
    await app.idle();
  }
  tag(app, "night", "owls");
  const sidebar = await app.sidebar();
  await app.page.press("Control+Shift+f");
  const field = await app.page.find("searchbox", "Search chats");
  const shows = (...wanted) =>
    app.page.until(
      (nav, all) => [...nav.querySelectorAll("li button")].map((button) => button.ariaLabel).join() === all,
      {
        what: `the results ${wanted.join(", ")}`,
        args: [sidebar, wanted.join()],
      },
    );
  await field.type("moonlight");
  await shows("Tell me about larks", "Tell me about owls");
  await field.clear();
  await field.type("moonlight tag:night");
  await shows("Tell me about owls");
  await field.clear();
  await field.type("moonlight tag:day");
  await sidebar.untilText("No chats found");
  await sidebar.untilText("in:folder");
  await field.clear();
  await field.type("moonlight");
  await shows("Tell me about larks", "Tell me about owls");
  // From the field over Clear search and Newest first to Best first.
  for (let n = 0; n < 3; n += 1) await app.page.press("Tab");
  await app.page.until(() => document.activeElement.innerText === "Best first");
  await app.page.press("Enter");
  await shows("Tell me about owls", "Tell me about larks");
  await app.page.press("Control+Shift+f");
  await app.page.press("Enter");
  await app.answered("They hunt by moonlight");
  await app.page.until(() => [...(CSS.highlights.get("found") ?? [])].join() === "moonlight,moonlight", {
    what: "the words marked",
  });
  await app.page.press("Escape");
  await app.page.until(() => !CSS.highlights.get("found"), { what: "no marks" });
});
