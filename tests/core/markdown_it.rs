//! GitHub's Markdown again, from another reader: the examples of markdown-it for tables, strikethrough, tasks, addresses and
//! alerts, and what is read otherwise. Where the two readers differ, GitHub's own decides.

use std::fs::read_to_string;

use parlour_core::markdown::parse_with;

use crate::gfm::compact;
use crate::html::{as_specified, html};
use crate::suites::fetched;

/// An example: its file and line, its Markdown, its HTML.
#[derive(Default)]
struct Example {
    place: String,
    markdown: String,
    html: String,
}

/// The examples of a file: a title, the Markdown and the HTML, each up to a line that is a dot.
fn examples(file: &str) -> Vec<Example> {
    let folder = fetched("markdown_it_py-4.3.0").join("tests/test_port/fixtures");
    let text = read_to_string(folder.join(file).with_extension("md")).expect("the examples come with the package");
    let mut examples = Vec::new();
    let (mut example, mut part) = (Example::default(), 0);
    for (line, number) in text.lines().zip(1..) {
        match (line, part) {
            (".", 0) => example.place = format!("{file} {}", number + 1),
            (".", 2) => examples.push(std::mem::take(&mut example)),
            (".", _) | (_, 0) => {}
            (line, 1) => example.markdown += &format!("{line}\n"),
            (line, _) => example.html += &format!("{line}\n"),
        }
        part = if line == "." { (part + 1) % 3 } else { part };
    }
    examples
}

/// The HTML of markdown-it as GitHub's reader spells it.
fn respelled(html: &str) -> String {
    let mut html = compact(html);
    for (theirs, ours) in [
        ("<s>", "<del>"),
        ("</s>", "</del>"),
        (" style=\"text-align:left\"", ""),
        ("text-align:", "text-align: "),
        (" class=\"contains-task-list\"", ""),
        (" class=\"task-list-item\"", ""),
        ("class=\"task-list-item-checkbox\" ", ""),
        ("type=\"checkbox\">", "type=\"checkbox\" />"),
        ("checked=\"\">", "checked=\"\" />"),
        (" /> ", " />"),
        ("<div class=\"markdown-alert ", "<blockquote class=\""),
        ("</div>", "</blockquote>"),
    ] {
        html = html.replace(theirs, ours);
    }
    // The title of an alert is in its class.
    let mut parts = html.split("<p class=\"markdown-alert-title\">");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once("</p>").map_or(part, |(_, rest)| rest))
}

/// Examples that are read otherwise, and why.
const DEVIATIONS: [(&str, &str); 17] = [
    ("tables 147", "a list item is no head of a table, as in GitHub's own reader"),
    ("tables 395", "a heading is no head of a table, as in GitHub's own reader"),
    ("tables 419", "the same"),
    ("strikethrough 8", "more than two tildes are text, as in GitHub's own reader"),
    ("strikethrough 14", "the same"),
    ("strikethrough 20", "the same"),
    ("strikethrough 26", "the same"),
    ("strikethrough 126", "one tilde strikes as two do, as in GitHub's own reader"),
    ("strikethrough 133", "more than two tildes are text, as in GitHub's own reader"),
    ("linkify 27", "between tags is text like any other, as in GitHub's own reader"),
    ("linkify 74", "a backslash before an address stays text, and the address a link, as in GitHub's own reader"),
    ("linkify 128", "the text of a link is no link, whatever tag is before it, as in GitHub's own reader"),
    ("linkify 136", "an address is shown as it is written, as in GitHub's own reader"),
    ("linkify 168", "a domain alone is no address in GFM"),
    ("linkify 177", "the same"),
    ("linkify 186", "the same"),
    ("linkify 197", "the same"),
];

#[test]
fn every_example_of_markdown_it_is_read_as_given_but_for_those_listed() {
    let files = ["tables", "strikethrough", "tasklists", "linkify", "alerts"];
    let examples: Vec<Example> = files.into_iter().flat_map(examples).collect();
    assert!(examples.len() >= 120, "only {} examples", examples.len());
    let mut different = Vec::new();
    for Example { place, markdown, html: expected } in &examples {
        let (made, expected) = (compact(&html(&parse_with(markdown, as_specified()))), respelled(expected));
        if made != expected {
            if DEVIATIONS.iter().all(|(listed, _)| listed != place) {
                eprintln!("{place}: {markdown:?}\n  expected {expected}\n  made     {made}");
            }
            different.push(place.as_str());
        }
    }
    assert_eq!(different, DEVIATIONS.iter().map(|(place, _)| *place).collect::<Vec<_>>());
}
