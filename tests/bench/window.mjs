// What is measured inside a window, through WebDriver: typing, and the road of a message there and back.
import { openPage } from "../window/driver.mjs";

/** Milliseconds from key press to the frame after the painted letter, for each of many letters. */
export async function typing(page, letters = 200) {
  await page.run(() => document.querySelector("textarea").focus());
  // What a start still has to do is measured elsewhere.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await page.run(() => {
    window.benchTimes = [];
    document.addEventListener(
      "keydown",
      () => {
        const began = performance.now();
        requestAnimationFrame(() => {
          // A task after the frame's own work: the letter is drawn.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => window.benchTimes.push(performance.now() - began);
          port2.postMessage(0);
        });
      },
      true,
    );
  });
  for (let n = 0; n < letters; n += 1) await page.press("abcdefghij"[n % 10]);
  await page.until((count) => window.benchTimes.length >= count, { args: [letters] });
  return page.run(() => window.benchTimes);
}

/** For each of many messages: milliseconds from Enter to the first byte of the request at the server. */
export async function sending(page, server, messages = 30) {
  await page.run(() => {
    window.benchSent = [];
    document.addEventListener(
      "keydown",
      (event) => event.key === "Enter" && window.benchSent.push(performance.timeOrigin + performance.now()),
      true,
    );
  });
  const first = (await server.chats()).length;
  const waits = [];
  for (let n = 0; n < messages; n += 1) {
    await server.reply("Yes.");
    const box = await page.find("textbox", "Message");
    await box.click();
    await box.paste(`Question ${n}?`);
    await page.press("Enter");
    const { at } = await server.request(first + n);
    await page.until(() => document.querySelector("[role=log]").getAttribute("aria-busy") === "false");
    waits.push(at - (await page.run(() => window.benchSent.at(-1))));
  }
  // The first ones open the connection.
  return waits.slice(3);
}

/** Milliseconds from each key press in the search field, or another one, to the frame that shows what was found. */
export async function searching(page, words, where = { field: "#search", results: "nav .fill" }) {
  await page.run((of) => {
    window.benchTimes = [];
    const field = document.querySelector(of.field);
    field.focus();
    window.benchBegan = 0;
    field.addEventListener("keydown", () => (window.benchBegan = performance.now()), true);
    // Each answer makes its list anew, or its text.
    new MutationObserver(() => {
      const from = window.benchBegan;
      if (from === 0) return;
      window.benchBegan = 0;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.benchTimes.push(performance.now() - from);
        port2.postMessage(0);
      });
    }).observe(document.querySelector(of.results), { subtree: true, childList: true, characterData: true });
  }, where);
  let keys = 0;
  for (const word of words) {
    for (const letter of word) {
      await page.press(letter);
      keys += 1;
      // Where what is shown stays the same, there is nothing to wait for.
      const count = await page.run(
        (wanted) =>
          new Promise((resolve) => {
            const end = performance.now() + 400;
            const look = () => {
              const { length } = window.benchTimes;
              const over = performance.now() > end;
              // What the page does next is no answer to this key.
              if (over) window.benchBegan = 0;
              if (length >= wanted || over) resolve(length);
              else requestAnimationFrame(look);
            };
            look();
          }),
        keys,
      );
      keys = count;
    }
    await page.run((of) => {
      const field = document.querySelector(of.field);
      field.value = "";
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }, where);
    await new Promise((resolve) => setTimeout(resolve, 200));
    keys = await page.run(() => window.benchTimes.length);
  }
  return page.run(() => window.benchTimes);
}

const CHUNKS = 80;

/** For each chunk of a streamed answer: milliseconds from the server's write to the end of the frame that shows its text. */
export async function arriving(page, server) {
  const steps = [{ type: "role" }];
  for (let n = 0; n < CHUNKS; n += 1) steps.push({ type: "text", text: `w${n} ` }, { type: "wait", ms: 23 });
  await server.reply({ steps: [...steps, { type: "finish", reason: "stop" }, { type: "done" }] });
  await page.run((count) => {
    window.benchSeen = [];
    let next = 0;
    const log = document.querySelector("[role=log]");
    const look = () => {
      const answer = [...log.querySelectorAll("article, [role=article]")].at(-1)?.textContent ?? "";
      let last = next;
      while (last < count && answer.includes(`w${last} `)) last += 1;
      // The last word has no space behind it on the page.
      while (last < count && answer.endsWith(`w${last}`)) last += 1;
      if (last === next) return;
      const news = [next, last];
      next = last;
      // The page is patched in an animation frame; a task after it, that frame is laid out and drawn.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        const now = performance.timeOrigin + performance.now();
        for (let n = news[0]; n < news[1]; n += 1) window.benchSeen[n] = now;
      };
      port2.postMessage(0);
    };
    new MutationObserver(look).observe(log, { subtree: true, childList: true, characterData: true });
  }, CHUNKS);
  const box = await page.find("textbox", "Message");
  await box.click();
  await box.paste("Count, please.");
  await page.press("Enter");
  await page.until((count) => window.benchSeen.filter(Boolean).length >= count - 1, { args: [CHUNKS], patience: 30_000 });
  const seen = await page.run(() => window.benchSeen);
  const sent = new Map(await server.sent());
  return seen.map((at, n) => (at ? at - sent.get(n) : null)).filter((wait) => wait !== null);
}

/** A window of a program under WebDriver. */
export const open = (binary, env) =>
  openPage({ binary, env: { ...env, TAURI_WEBVIEW_AUTOMATION: "true" } });
