// A small WebDriver client for WebKitWebDriver. It finds things as a screen reader does: by the role and the name that
// the web view itself computes. It waits on what happens in the page, never on a clock.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { createServer } from "node:net";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
/** How long anything may take before a test fails; generous, since a wait ends as soon as it comes true. */
export const PATIENCE = 20_000;

// Where an element of a role may be found at all. The web view then says which role and name each of them really has.
const PLACES = {
  alert: "[role=alert]",
  article: "article, [role=article]",
  button: "button, [role=button], summary, input[type=button], input[type=submit]",
  checkbox: "input[type=checkbox], [role=checkbox]",
  combobox: "select, input[list], [role=combobox]",
  dialog: "dialog, [role=dialog], [role=alertdialog]",
  heading: "h1, h2, h3, h4, h5, h6, [role=heading]",
  link: "a[href], [role=link]",
  log: "[role=log]",
  menuitem: "[role=menuitem]",
  navigation: "nav, [role=navigation]",
  option: "option, [role=option]",
  radio: "input[type=radio], [role=radio]",
  searchbox: "input[type=search], [role=searchbox]",
  status: "output, [role=status]",
  switch: "[role=switch]",
  tab: "[role=tab]",
  textbox: "textarea, input, [role=textbox], [contenteditable]",
};

/** Starts a WebKitWebDriver and, through it, the program. */
export async function openPage({ binary, args = [], env }) {
  const port = await freePort();
  const child = spawn("WebKitWebDriver", [`--port=${port}`], { env, stdio: ["ignore", "ignore", "pipe"] });
  // The app inherits this pipe: what it says is worth having when a test fails.
  const output = [];
  createInterface({ input: child.stderr }).on("line", (line) => output.push(line));
  const page = new Page(`http://127.0.0.1:${port}`, child, output);
  try {
    await page.open(binary, args);
    return page;
  } catch (error) {
    await page.close();
    throw new Error(`The app opened no window. It said:\n${output.join("\n")}`, { cause: error });
  }
}

export class Page {
  #origin;
  #session = "";
  #driver;
  output;

  constructor(origin, driver, output) {
    this.#origin = origin;
    this.#driver = driver;
    this.output = output;
  }

  async open(binary, args) {
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary, args } } };
    const { sessionId } = await this.#retry(() => this.#call("POST", "/session", { capabilities }));
    this.#session = `/session/${sessionId}`;
    await this.#do("POST", "/timeouts", { script: 2 * PATIENCE, pageLoad: PATIENCE });
  }

  /** The driver's process; what it started is below it. */
  get pid() {
    return this.#driver.pid;
  }

  /** The driver needs a moment until it listens. */
  async #retry(action) {
    for (const deadline = Date.now() + PATIENCE; ;) {
      try {
        return await action();
      } catch (error) {
        // Only what never reached it is worth another try.
        if (error.name !== "TypeError" || Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async #call(method, path, body) {
    // An app that never opens its window would hold this call for ever.
    const signal = AbortSignal.timeout(this.#session ? 3 * PATIENCE : PATIENCE);
    const response = await fetch(this.#origin + path, { method, body: body && JSON.stringify(body), signal });
    const { value } = await response.json();
    if (response.ok) return value;
    throw Object.assign(new Error(`${value.error}: ${value.message}`.trim()), { code: value.error });
  }

  #do = (method, path, body) => this.#call(method, this.#session + path, body);

  /** Runs a function in the page. It must not refer to anything outside it. */
  run(work, ...args) {
    return this.#do("POST", "/execute/sync", { script: `return (${work})(...arguments)`, args: args.map(wire) });
  }

  /** Waits until a function of the page gives something true, looking after every change of the page; resolves with it. */
  async until(work, { what = String(work), patience = PATIENCE, args = [] } = {}) {
    const script = `
      const done = arguments[arguments.length - 1], patience = arguments[0], args = [...arguments].slice(1, -1);
      const look = () => { const value = (${work})(...args); if (value) end({ value }); };
      const end = (result) => { watch.disconnect(); clearInterval(clock); clearTimeout(late); done(result); };
      const watch = new MutationObserver(look);
      // Focus and the values of fields change without a mutation.
      const clock = setInterval(look, 50), late = setTimeout(() => end({}), patience);
      watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      look();`;
    const begun = Date.now();
    const look = () => this.#do("POST", "/execute/async", { script, args: [patience, ...args.map(wire)] });
    const result = await look().catch((error) => {
      // The page was loaded anew meanwhile: what is waited for comes in the new one.
      if (error.code === "no such frame" && Date.now() - begun < patience) return look();
      throw error;
    });
    if ("value" in result) return result.value;
    throw new Error(`In vain waited for: ${what}. On screen:\n${await this.text()}`);
  }

  /** All elements of this role and name (a text: the whole name, of an article its beginning; or a pattern), in order. */
  async all(role, name, { within } = {}) {
    const places = PLACES[role];
    if (!places) throw new Error(`Where is ${role}?`);
    const found = await this.#standing(places, within);
    const matching = [];
    for (const reference of found) {
      const element = new Element(this.#do, this, reference[ELEMENT]);
      try {
        if ((await element.role()) === role && fits(role, await element.name(), name)) matching.push(element);
      } catch (error) {
        // It left the page while it was looked at.
        if (error.code !== "stale element reference" && error.code !== "no such element") throw error;
      }
    }
    return matching;
  }

  /** The visible elements of a selector. Asked for again where one of them left the page on its way here. */
  async #standing(selector, within) {
    const look = (places, root) =>
      [...(root ?? document).querySelectorAll(places)].filter((element) => element.checkVisibility());
    for (const deadline = Date.now() + PATIENCE; ;) {
      try {
        return await this.run(look, selector, within);
      } catch (error) {
        if (error.code !== "stale element reference" || Date.now() > deadline) throw error;
        // Where it is the root that left, no asking helps.
        if (within && !(await this.run((root) => root.isConnected, within))) throw error;
      }
    }
  }

  /** The element of this role and name, as soon as there is one; with several the first, or the one `at` counts to. */
  async find(role, name, { within, at = 0, patience = PATIENCE } = {}) {
    for (const deadline = Date.now() + patience; ;) {
      const element = (await this.all(role, name, { within })).at(at);
      if (element) return element;
      if (Date.now() > deadline) throw new Error(`No ${role} ${name ?? ""}. On screen:\n${await this.text()}`);
      await this.#change();
    }
  }

  /** Waits until there is none. */
  async gone(role, name, { within } = {}) {
    for (const deadline = Date.now() + PATIENCE; (await this.all(role, name, { within })).length > 0;) {
      if (Date.now() > deadline) throw new Error(`Still there: ${role} ${name}. On screen:\n${await this.text()}`);
      await this.#change();
    }
  }

  /** The page's next change, or a short while without one. */
  #change() {
    const script = `
      const done = arguments[arguments.length - 1];
      const end = () => { watch.disconnect(); clearTimeout(late); done(null); };
      const watch = new MutationObserver(end), late = setTimeout(end, 200);
      watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });`;
    return this.#do("POST", "/execute/async", { script, args: [] });
  }

  /** Everything the page shows as text. */
  text = () => this.run(() => document.body.innerText);

  /** Types keys into what has the focus: "a", "Enter", or a chord like "Control+Shift+f". */
  async press(chord) {
    const keys = chord.split("+").map((key) => KEYS[key] ?? key);
    const actions = [
      ...keys.map((value) => ({ type: "keyDown", value })),
      ...keys.reverse().map((value) => ({ type: "keyUp", value })),
    ];
    await this.#do("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** A PNG of what the window shows. */
  screenshot = async () => Buffer.from(await this.#do("GET", "/screenshot"), "base64");
  windows = () => this.#do("GET", "/window/handles");
  use = (handle) => this.#do("POST", "/window", { handle });
  minimize = () => this.#do("POST", "/window/minimize", {});
  resize = (width, height) => this.#do("POST", "/window/rect", { width, height });

  /** Waits until so many windows are open, and gives their handles. */
  async untilWindows(count) {
    for (const deadline = Date.now() + PATIENCE; ;) {
      const handles = await this.windows();
      if (handles.length === count) return handles;
      if (Date.now() > deadline) throw new Error(`There are ${handles.length} windows, not ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends the session, which ends the app as closing its window does, and the driver. */
  async close() {
    if (this.#session) await this.#do("DELETE", "").catch(() => undefined);
    const ended = new Promise((resolve) => this.#driver.once("exit", resolve));
    if (this.#driver.exitCode === null && this.#driver.signalCode === null && this.#driver.kill()) await ended;
  }
}

class Element {
  #do;
  #page;

  constructor(call, page, id) {
    this[ELEMENT] = id;
    this.#do = (method, path, body) => call(method, `/element/${id}${path}`, body);
    this.#page = page;
  }

  role = () => this.#do("GET", "/computedrole");
  name = () => this.#do("GET", "/computedlabel");
  click = () => this.#do("POST", "/click", {});
  attribute = (name) => this.#do("GET", `/attribute/${name}`);
  value = () => this.#do("GET", "/property/value");
  text = () => this.#page.run((element) => element.innerText, this);
  enabled = () => this.#do("GET", "/enabled");
  /** Types into it, key by key; a line break is the Enter key. */
  type = (text) => this.#do("POST", "/value", { text: text.replaceAll("\n", KEYS.Enter) });
  clear = () => this.#do("POST", "/clear", {});

  /** Puts a text in at once, as a paste does. */
  paste = (text) =>
    this.#page.run(
      (element, words) => {
        element.focus();
        // Not `insertText`, which lays out a field anew for each line of a long text.
        element.setRangeText(words, element.selectionStart, element.selectionEnd, "end");
        element.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
      },
      this,
      text,
    );

  find = (role, name, options) => this.#page.find(role, name, { ...options, within: this });
  all = (role, name) => this.#page.all(role, name, { within: this });
  gone = (role, name) => this.#page.gone(role, name, { within: this });

  /** Waits until its text contains this. */
  untilText = (text) =>
    this.#page.until((element, words) => element.innerText.includes(words), {
      what: `the text "${text}"`,
      args: [this, text],
    });
}

const KEYS = {
  Enter: "\uE007",
  Escape: "\uE00C",
  Tab: "\uE004",
  Shift: "\uE008",
  Control: "\uE009",
  Alt: "\uE00A",
  ArrowUp: "\uE013",
  ArrowDown: "\uE015",
  ArrowLeft: "\uE012",
  ArrowRight: "\uE014",
  PageUp: "\uE00E",
  PageDown: "\uE00F",
  End: "\uE010",
  Home: "\uE011",
  Delete: "\uE017",
  F2: "\uE032",
  F10: "\uE03A",
  Space: " ",
};

function fits(role, actual, wanted) {
  if (wanted === undefined) return true;
  if (wanted instanceof RegExp) return wanted.test(actual);
  return role === "article" ? actual.startsWith(wanted) : actual === wanted;
}

const wire = (value) => (value instanceof Element ? { [ELEMENT]: value[ELEMENT] } : (value ?? null));

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
