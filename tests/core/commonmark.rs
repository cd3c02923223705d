//! CommonMark: every example of the specification, and what Parlour reads otherwise on purpose.

use std::path::Path;

use parlour_core::markdown::parse_with;

use crate::html::{as_specified, html};

/// An example of the specification.
struct Example {
    number: usize,
    markdown: String,
    html: String,
}

/// The specification comes with the npm packages of the project.
fn examples() -> Vec<Example> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/commonmark-spec/spec.txt");
    let text = std::fs::read_to_string(&path).expect("the specification is there once `npm ci` has run");
    let fence = "`".repeat(32);
    let start = format!("{fence} example\n");
    let parts = text.split(&start).skip(1).map(|part| part.split(&fence).next().unwrap().replace('→', "\t"));
    let pairs = parts.map(|part| {
        // Either side may be empty.
        let (markdown, html) = part.strip_prefix(".\n").map_or_else(
            || part.split_once("\n.\n").map(|(markdown, html)| (format!("{markdown}\n"), html.to_owned())).unwrap(),
            |html| (String::new(), html.to_owned()),
        );
        (markdown, html)
    });
    (1..).zip(pairs).map(|(number, (markdown, html))| Example { number, markdown, html }).collect()
}

/// Examples that are read otherwise, and why.
const DEVIATIONS: [(usize, &str); 4] = [
    (602, "GFM: an address in the text is a link without angle brackets"),
    (608, "GFM: the same"),
    (611, "GFM: the same"),
    (612, "GFM: the same, of a mail address"),
];

#[test]
fn every_example_of_commonmark_is_read_as_specified_but_for_those_listed() {
    let examples = examples();
    assert_eq!(examples.len(), 652);
    let differs = |example: &&Example| html(&parse_with(&example.markdown, as_specified())) != example.html;
    let different: Vec<usize> = examples.iter().filter(differs).map(|example| example.number).collect();
    let listed: Vec<usize> = DEVIATIONS.iter().map(|(number, _)| *number).collect();
    for number in different.iter().filter(|number| !listed.contains(number)) {
        let example = &examples[number - 1];
        let made = html(&parse_with(&example.markdown, as_specified()));
        eprintln!("{number}: {:?}\n  expected {:?}\n  made     {made:?}", example.markdown, example.html);
    }
    assert_eq!(different, listed);
}
