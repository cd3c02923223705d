//! What holds for every language: the tables are in order, nothing of a line is lost, lines stay linear.

mod examples;
mod guesses;

use super::languages::Lexer;
use super::pieces::{COMMENT, KEYWORD, NAME, STRING};
use super::rules::{self, Place, Rules};
use super::{Language, LineState, language, line};
use proptest::prelude::*;

/// The pieces of one line and the state after it.
fn pieces(language: Language, state: LineState, text: &str) -> (Vec<(u8, String)>, LineState) {
    let mut found = Vec::new();
    let state = line(language, state, text, &mut |class, piece| found.push((class, piece.to_owned())));
    (found, state)
}

/// The text with its pieces marked: `‹k let›`. One letter per class, plain pieces bare.
fn marked(name: &str, text: &str) -> String {
    let language = language(name).unwrap();
    let mut state = LineState::default();
    let mut marked = Vec::new();
    for text in text.lines() {
        let (found, next) = pieces(language, state, text);
        let mark = |(class, piece): &(u8, String)| match class {
            0 => piece.clone(),
            class => format!("‹{} {piece}›", [' ', 'k', 's', '#', 'c', 'n'][usize::from(*class)]),
        };
        marked.push(found.iter().map(mark).collect::<String>());
        state = next;
    }
    marked.join("\n")
}

fn code() -> impl Iterator<Item = (Language, &'static str, &'static Rules)> {
    Language::all().filter_map(|(language, entry)| match entry.lexer {
        Lexer::Code(rules) => Some((language, entry.name, rules)),
        _ => None,
    })
}

fn is_sorted_and_unique(list: &[&str]) -> bool {
    list.windows(2).all(|pair| pair[0].as_bytes() < pair[1].as_bytes())
}

#[test]
fn there_are_more_than_a_hundred_languages() {
    assert!(Language::all().count() > 100);
}

#[test]
fn names_and_aliases_are_unique_and_in_lower_case() {
    let mut names: Vec<&str> =
        Language::all().flat_map(|(_, entry)| entry.aliases.iter().copied().chain([entry.name])).collect();
    names.sort_unstable();
    let doubled: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    assert_eq!(doubled, Vec::<&str>::new());
    assert_eq!(names.iter().find(|name| name.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b' ')), None);
}

#[test]
fn a_language_is_found_by_any_of_its_names_in_any_case() {
    for (found, entry) in Language::all() {
        assert_eq!(language(entry.name), Some(found));
        assert_eq!(language(&entry.name.to_uppercase()), Some(found));
        assert!(entry.aliases.iter().all(|alias| language(alias) == Some(found)));
        assert_eq!(found.name(), entry.name);
    }
    let names = ["rs", "Py", "c++", "C#", "sh", "jsonc", "tsx", "ps1", "yml", "Dockerfile", "objective-c", "F#"];
    let found = names.map(|name| language(name).map_or("", Language::name));
    let expected =
        ["rust", "python", "c++", "c#", "bash", "json", "tsx", "powershell", "yaml", "dockerfile", "objective-c", "f#"];
    assert_eq!(found, expected);
    assert_eq!(language(""), None);
    assert_eq!(language("klingon"), None);
}

#[test]
fn word_lists_are_sorted_and_unique() {
    for (_, name, rules) in code() {
        for list in [rules.keywords, rules.names, rules.definers, rules.prefixes] {
            assert!(is_sorted_and_unique(list), "{name}: {list:?}");
            let lower = list.iter().all(|word| !word.bytes().any(|byte| byte.is_ascii_uppercase()));
            assert!(lower || !rules.ignore_case, "{name}: {list:?}");
        }
        let unknown = |word: &&&str| rules.keywords.binary_search(word).is_err();
        assert_eq!(rules.definers.iter().filter(unknown).collect::<Vec<_>>(), Vec::<&&str>::new(), "{name}");
    }
}

#[test]
fn every_keyword_of_every_language_is_one() {
    let mut missed = Vec::new();
    for (language, name, rules) in code() {
        for keyword in rules.keywords {
            let (found, _) = pieces(language, LineState::default(), keyword);
            if found != [(KEYWORD, (*keyword).to_owned())] {
                missed.push((name, *keyword, found));
            }
        }
    }
    assert_eq!(missed, []);
}

#[test]
fn every_comment_of_every_language_is_one() {
    for (language, name, rules) in code() {
        for comment in rules.line_comments {
            let text = format!("{}x", comment.open);
            assert_eq!(
                pieces(language, LineState::default(), &text),
                (vec![(COMMENT, text)], LineState::default()),
                "{name}"
            );
        }
        for comment in rules.block_comments {
            let (first, open) = pieces(language, LineState::default(), &format!("{} x", comment.open));
            let (second, closed) = pieces(language, open, comment.close);
            assert_eq!(first, [(COMMENT, format!("{} x", comment.open))], "{name}");
            assert_eq!((second, closed), (vec![(COMMENT, comment.close.to_owned())], LineState::default()), "{name}");
            let inner = format!("{}{}", comment.open, comment.close);
            if comment.place == Place::Anywhere && comment.open != comment.close {
                assert_eq!(pieces(language, open, &inner).1 == LineState::default(), !comment.nested, "{name}");
            }
        }
    }
}

#[test]
fn every_quote_of_every_language_opens_and_closes() {
    for (language, name, rules) in code() {
        for quote in rules.quotes {
            // Not first on the line: there the mark may open a comment.
            let text = format!("{}a{}", quote.open, quote.close);
            let (found, state) = pieces(language, LineState::default(), &format!("x = {text}"));
            assert_eq!(found.last(), Some(&(quote.class, text)), "{name}");
            assert_eq!(state, LineState::default(), "{name}");
            let (_, open) = pieces(language, LineState::default(), &format!("x = {}a", quote.open));
            assert_eq!(open != LineState::default(), quote.lines && !quote.character, "{name} {}", quote.open);
        }
    }
}

#[test]
fn every_language_shows_something_of_its_own() {
    let samples = [
        ("bash", "if", KEYWORD),
        ("console", "$ ls", COMMENT),
        ("html", "<b>", NAME),
        ("vue", "<b>", NAME),
        ("svelte", "<b>", NAME),
        ("xml", "<b>", NAME),
        ("css", "@media", KEYWORD),
        ("markdown", "# x", KEYWORD),
        ("latex", "% x", COMMENT),
        ("yaml", "# x", COMMENT),
        ("diff", "+x", STRING),
        ("ini", "# x", COMMENT),
        ("http", "GET /", KEYWORD),
        ("makefile", "# x", COMMENT),
        ("csv", "\"a\"", STRING),
    ];
    let shows = |language, text: &str, class| {
        pieces(language, LineState::default(), text).0.iter().any(|piece| piece.0 == class)
    };
    for (found, entry) in Language::all().filter(|(_, entry)| entry.name != "text") {
        let own = match samples.iter().find(|(name, ..)| *name == entry.name) {
            Some((_, text, class)) => shows(found, text, *class),
            None => match entry.lexer {
                Lexer::Code(rules) => {
                    !rules.keywords.is_empty() || rules.has(rules::HEADS) || !rules.line_comments.is_empty()
                }
                _ => false,
            },
        };
        assert!(own, "{}", entry.name);
    }
}

#[test]
fn a_long_line_takes_as_long_as_many_short_ones() {
    // Counts bytes given out, not time: each byte comes once, whatever the line is full of.
    for part in
        ["/", "`", "\"", "'", "<<", "r#", "[=", "${", "<a ", "%w[", "$a", "\\", "(*", "{-", "-- ", "](", "=begin", "e-"]
    {
        let text = part.repeat(20_000 / part.len());
        for (language, _) in Language::all() {
            let mut given = 0;
            line(language, LineState::default(), &text, &mut |_, piece| given += piece.len());
            assert_eq!(given, text.len());
        }
    }
}

/// Bits of code that open, close and nest.
const BITS: &[&str] = &[
    "\"",
    "'",
    "`",
    "\"\"\"",
    "'''",
    "/*",
    "*/",
    "//",
    "#",
    "--",
    "--[[",
    "]]",
    "[==[",
    "]==]",
    "(*",
    "*)",
    "{-",
    "-}",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<script lang=\"ts\">",
    "<a b='",
    ">",
    "<",
    "/>",
    "${",
    "#{",
    "\\(",
    "}",
    "{",
    "(",
    ")",
    "\\",
    "r#\"",
    "\"#",
    "R\"x(",
    ")x\"",
    "$tag$",
    "<<EOF",
    "EOF",
    "<<~'X'",
    "%w[",
    "]",
    "=begin",
    "=end",
    "|",
    ">-",
    "key: |",
    "  - a: b",
    "$ ",
    ">>> ",
    "@@",
    "+",
    "-",
    "```",
    "~~~",
    "# ",
    "**",
    "[a](",
    "\\begin{a}",
    "$",
    "%",
    "0x1F",
    "1e-5",
    "1'0",
    "16#FF#",
    "&H1",
    ".5",
    "..",
    "fn ",
    "class ",
    "def ",
    "if ",
    "x",
    "Foo",
    "foo(",
    "println!(",
    "é",
    "😀",
    "\u{301}",
    "\t",
    "  ",
    ";",
    ":",
    "=",
    ",",
    "s/a/b/",
    "q{",
    "HTTP/1.1 200",
    "[section]",
    "GET / HTTP/1.1",
    "'a",
    "'\\u{1F600}'",
    "b'",
    "f\"",
    "@",
    "<?php",
    "&amp;",
    "&",
    "!",
    "?",
    "\0",
    "\r",
    "\u{2028}",
];

fn keeps_every_line(text: &str) -> Result<(), TestCaseError> {
    for (language, entry) in Language::all() {
        let mut state = LineState::default();
        for text in text.split('\n') {
            let (found, next) = pieces(language, state, text);
            let whole: String = found.iter().map(|piece| piece.1.as_str()).collect();
            prop_assert_eq!(&whole, text, "{}", entry.name);
            prop_assert!(found.iter().all(|piece| !piece.1.is_empty() && piece.0 <= 5), "{}", entry.name);
            prop_assert!(found.windows(2).all(|pair| pair[0].0 != pair[1].0), "{} {:?}", entry.name, found);
            // The same again from the same state: nothing is kept outside of it.
            prop_assert_eq!((found, next), pieces(language, state, text));
            state = next;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_pieces_are_the_line_in_every_language(bits in prop::collection::vec(prop::sample::select(BITS), 0..12), breaks in prop::collection::vec(any::<bool>(), 12)) {
        let text: String = bits.iter().zip(breaks).map(|(bit, ends)| if ends { format!("{bit}\n") } else { (*bit).to_owned() }).collect();
        keeps_every_line(&text)?;
    }

    #[test]
    fn any_text_at_all_is_kept(text in "(?s).{0,60}") {
        keeps_every_line(&text)?;
        super::guess(&text);
    }
}
