// Where a query stands in what a message shows.
import { describe, expect, test } from "vitest";
import { matchesIn } from "../../ui/src/actions/matches";

function article(html: string): Element {
  const made = new DOMParser().parseFromString(`<article>${html}</article>`, "text/html").querySelector("article");
  if (!made) throw new Error("no article");
  return document.importNode(made, true);
}
const found = (html: string, query: string) => matchesIn(article(html), query).map((range) => range.toString());

describe("letters", () => {
  test.each([
    ["ÉTÉ", "été"],
    ["Σοφός", "σοφόσ"],
    ["a\u00a0b\nc", "a b c"],
    ["İzmir", "izmir"],
    ["Straße", "strasse"],
  ])("%j is found by %j", (text, query) => expect(found(`<div class="words">${text}</div>`, query)).toEqual([text]));

  test("that become several letters keep their place", () =>
    expect(found('<div class="words">İİ zebra İ</div>', "ZEBRA")).toEqual(["zebra"]));
});

describe("matches", () => {
  test("go through emphasis and links", () => {
    expect(found('<div class="document"><p>a <em>ze<b>bra</b></em>fish</p></div>', "Zebrafish")).toEqual(["zebrafish"]);
  });

  test("end where a block ends", () => {
    const html = '<div class="document"><p>one</p><p>two</p><ul><li><p>one two</p></li></ul></div>';
    expect(found(html, "one two")).toEqual(["one two"]);
  });

  test("are not found in what the window has written itself", () => {
    const html =
      '<div class="document"><div class="code"><div class="bar"><span>rust</span><button>Copy code</button></div><pre><code>copy rust</code></pre></div></div><button>Copy</button>';
    expect(found(html, "copy")).toEqual(["copy"]);
    expect(found(html, "rust")).toEqual(["rust"]);
  });

  test("are those of the search too: without accents, in words that are written together", () => {
    const html = '<div class="document"><p>Café <code>getUser<b>Name</b></code> get_user_name</p><p>user</p></div>';
    expect(found(html, "cafe")).toEqual(["Café"]);
    expect(found(html, "user name")).toEqual(["UserName", "user_name"]);
    expect(found(html, "getusername")).toEqual(["getUserName", "get_user_name"]);
    expect(found(html, "name user")).toEqual([]);
  });

  test("do not overlap", () => expect(found('<div class="words">aaaa</div>', "aa")).toEqual(["aa", "aa"]));

  test("of nothing are none", () => expect(found('<div class="words">text</div>', "")).toEqual([]));
});
