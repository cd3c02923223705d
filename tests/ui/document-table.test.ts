// Tables: what a new row costs, and the formats that they are copied in.
import { describe, expect, test } from "vitest";
import type { Block, Inline } from "../../ui/src/bindings";
import { tableText } from "../../ui/src/document/table";
import { put, table, tableRow, text } from "./make";
import { guarded, host, mutations, named, shown } from "./page";

const rows = (count: number) => Array.from({ length: count }, (_, index) => tableRow(index, `${index}`, "x"));
const line = (id: number, ...cells: Inline[][]): Block => ({ id, type: "row", cells });

describe("on the page", () => {
  test("the first row is the head, whose cells name columns", () => {
    shown(table(["start", "end"], ...rows(3)));
    expect([...host.querySelectorAll("thead th")].map((cell) => cell.getAttribute("scope"))).toEqual(["col", "col"]);
    expect([...host.querySelectorAll("tbody td")].map((cell) => [cell.textContent, cell.className])).toEqual([
      ["1", ""],
      ["x", "end"],
      ["2", ""],
      ["x", "end"],
    ]);
    expect(host.querySelector(".scroll")?.getAttribute("tabindex")).toBe("0");
  });

  test("a row of a table of 5,000 costs what a row costs, and touches no other", () => {
    const live = shown(table(["start", "start"], ...rows(5000)));
    const before = [...host.querySelectorAll("tr")];
    // A row, and two cells with a text each.
    expect(mutations(() => live.apply([put(tableRow(5000, "5000", "y"), [0, 5000])]))).toEqual({
      created: 5,
      changes: 1,
    });
    expect(mutations(() => live.apply([put(tableRow(5000, "5000", "yes"), [0, 5000])]))).toEqual({
      created: 0,
      changes: 1,
    });
    const after = [...host.querySelectorAll("tr")];
    expect(after.slice(0, -1).every((row, index) => row === before[index])).toBe(true);
    expect(after.at(-1)?.textContent).toBe("5000yes");
  });

  test("columns that turn keep their cells", () => {
    const live = shown(table(["start", "start"], ...rows(2)));
    const cells = [...host.querySelectorAll("th, td")];
    live.apply([put(table(["center", "end"], ...rows(2)))]);
    expect([...host.querySelectorAll("th, td")]).toEqual(cells);
    expect(cells.map((cell) => cell.className)).toEqual(["center", "end", "center", "end"]);
  });

  test("a row that gets another number of cells is made anew", () => {
    const live = shown(table(["start", "end"], ...rows(2)));
    live.apply([put(tableRow(1, "a"), [0, 1])]);
    expect(host.querySelector("tbody")?.textContent).toBe("a");
  });
});

describe("as text", () => {
  const rich = table(
    ["start", "center", "end"],
    tableRow(0, "Name", "a|b", "Cost"),
    line(
      1,
      [{ type: "strong", inlines: [text("x, y")] }, text(" and\ttabs")],
      [{ type: "code", text: "p|q" }, { type: "break" }, text('say "hi"')],
      [{ type: "math", source: "\\frac12", display: false, nodes: [] }],
    ),
    line(
      2,
      [{ type: "link", href: "https://example.com/(a)", title: null, inlines: [text("snake_case _x_")] }],
      [
        { type: "emphasis", inlines: [text("1*2")] },
        { type: "footnoteRef", label: "n", number: 1 },
      ],
      [
        { type: "image", href: null, title: null, text: "cat" },
        { type: "strike", inlines: [text("~")] },
      ],
    ),
  );

  test("TSV has a space where a cell has a tab or a line break", () => {
    expect(tableText(rich, "tsv").split("\n")).toEqual([
      "Name\ta|b\tCost",
      'x, y and tabs\tp|q say "hi"\t\\frac12',
      "snake_case _x_\t1*2\tcat~",
    ]);
  });

  test("CSV quotes what RFC 4180 says, and ends lines as it says", () => {
    expect(tableText(rich, "csv").split("\r\n")).toEqual([
      "Name,a|b,Cost",
      '"x, y and\ttabs","p|q\nsay ""hi""",\\frac12',
      "snake_case _x_,1*2,cat~",
    ]);
  });

  test("Markdown is the table again", () => {
    expect(tableText(rich, "markdown").split("\n")).toEqual([
      "| Name | a\\|b | Cost |",
      "| --- | :-: | --: |",
      '| **x, y** and\ttabs | `p\\|q`<br>say "hi" | $\\frac12$ |',
      "| [snake_case \\_x\\_](https://example.com/\\(a\\)) | *1\\*2*[^n] | cat~~\\~~~ |",
    ]);
  });

  test("code with backticks is fenced by more of them", () => {
    const only = (...cell: Inline[]) => tableText(table(["start"], line(0, cell)), "markdown").split("\n")[0];
    expect(only({ type: "code", text: "a ``b" })).toBe("| ```a ``b``` |");
    expect(only({ type: "code", text: "`b" })).toBe("| `` `b `` |");
  });

  test.each([
    ["Copy as TSV", "0\tx\n1\tx"],
    ["Copy as CSV", "0,x\r\n1,x"],
    ["Copy as Markdown", "| 0 | x |\n| --- | --- |\n| 1 | x |"],
  ])("%s copies the rows that are there now", (name, expected) => {
    const gate = guarded();
    const live = shown(table(["start", "start"], ...rows(1)));
    live.apply([put(tableRow(1, "1", "x"), [0, 1])]);
    named(name).click();
    expect(gate.copyText).toHaveBeenCalledExactlyOnceWith(expected);
  });
});
