//! GitHub's Markdown: the examples that come with a reader of it (tables, strikethrough, tasks, footnotes, alerts), and what
//! Parlour reads otherwise on purpose.

use parlour_core::markdown::parse_with;

use crate::html::{as_specified, html};
use crate::suites::sources;

/// An example: its name, its Markdown, its HTML.
pub struct Example {
    pub name: String,
    pub markdown: String,
    html: String,
}

/// The examples of some files of the suite.
pub fn examples(files: &[&str]) -> Vec<Example> {
    let suite = sources("pulldown-cmark").join("tests/suite");
    let mut examples = Vec::new();
    for file in files {
        let source = std::fs::read_to_string(suite.join(file)).expect("the suite comes with the package");
        for test in source.split("#[test]").skip(1) {
            let name = test.split("fn ").nth(1).and_then(|rest| rest.split('(').next()).unwrap();
            let raw = |variable: &str| {
                let start = format!("let {variable} = r##\"");
                test.split_once(&start).and_then(|(_, rest)| rest.split_once("\"##;")).map(|(text, _)| text.to_owned())
            };
            let (markdown, html) = (raw("original").unwrap(), raw("expected").unwrap());
            examples.push(Example { name: name.to_owned(), markdown, html });
        }
    }
    examples
}

/// HTML without what is nothing to a reader: white space between tags, and other spellings of the same. Numbers before
/// the texts of footnotes are left out: Parlour gives none to one that nothing refers to.
pub fn compact(html: &str) -> String {
    let mut compact = String::new();
    let html = html.replace("/>", " />").replace("  />", " />").replace("<br>", "<br />").replace("&quot;", "\"");
    for part in html.split_inclusive('>') {
        let start = part.trim_start();
        let between = compact.ends_with('>') && start.starts_with('<');
        compact.push_str(if between { start } else { part });
    }
    let mut parts = compact.split("<sup class=\"footnote-definition-label\">");
    let first = parts.next().unwrap_or_default().to_owned();
    let compact = parts.fold(first, |all, part| all + part.split_once("</sup>").map_or(part, |(_, rest)| rest));
    compact.trim().replace("<tbody></tbody>", "").replace("\" />\n", "\" />")
}

/// Examples that are read otherwise, and why.
const DEVIATIONS: [(&str, &str); 7] = [
    ("table_test_13", "the last line of a paragraph may be a head without a bar before it, as in GitHub's own reader"),
    ("table_test_14", "a row of dashes that starts an item of a list is one, as in GitHub's own reader"),
    ("footnotes_test_16", "the address in the last line is a link"),
    ("footnotes_test_17", "the language of code that names none is guessed"),
    ("blockquotes_tags_test_10", "a line that does not go on with an alert without text yet is not its text"),
    ("blockquotes_tags_test_16", "the same"),
    ("strikethrough_test_5", "tildes between a letter and a sign open nothing, as in GitHub's own reader"),
];

#[test]
fn every_example_of_github_is_read_as_given_but_for_those_listed() {
    let examples = examples(&[
        "gfm_table.rs",
        "gfm_strikethrough.rs",
        "gfm_tasklist.rs",
        "table.rs",
        "footnotes.rs",
        "blockquotes_tags.rs",
        "strikethrough.rs",
    ]);
    assert!(examples.len() >= 100, "only {} examples", examples.len());
    let mut different = Vec::new();
    for Example { name, markdown, html: expected } in &examples {
        let made = html(&parse_with(markdown, as_specified()));
        if compact(&made) != compact(expected) {
            if DEVIATIONS.iter().all(|(listed, _)| listed != name) {
                eprintln!("{name}: {markdown:?}\n  expected {}\n  made     {}", compact(expected), compact(&made));
            }
            different.push(name.as_str());
        }
    }
    assert_eq!(different, DEVIATIONS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

#[test]
fn mailto_is_part_of_an_address_and_an_address_of_a_chat_is_no_mail() {
    let made = |markdown: &str| html(&parse_with(markdown, as_specified()));
    assert_eq!(made("(mailto:a@b.example)"), "<p>(<a href=\"mailto:a@b.example\">mailto:a@b.example</a>)</p>\n");
    assert_eq!(made("nomailto:a@b.example"), "<p>nomailto:<a href=\"mailto:a@b.example\">a@b.example</a></p>\n");
    assert_eq!(made("xmpp:a@b.example"), "<p>xmpp:a@b.example</p>\n");
}
