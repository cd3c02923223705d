//! Where a text that is shown has what is looked for in a chat: the text as it was typed, letters without case and spaces
//! without kind; else its words, as the search over all chats finds them. The window marks by the same rules
//! (`ui/src/document/matching.ts`).

use std::ops::Range;

use crate::search::query::Term;
use crate::search::tokens::{Words, fold, is_sign};

/// What is looked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    literal: String,
    /// Its words; `None` where it has signs, which the search passes by.
    term: Option<Term>,
    /// What the source of a text that may have it contains, folded.
    parts: Vec<String>,
}

impl Wanted {
    /// Reads what was typed: a text, or words in quotes. The last word is the beginning of one, as long as nothing follows it.
    pub(super) fn of(query: &str) -> Self {
        let quoted = query.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|text| !text.contains('"'));
        let text = quoted.unwrap_or(query);
        let of_words = text.chars().all(|letter| letter == '_' || letter.is_whitespace() || !is_sign(letter));
        let prefix = quoted.is_none() && !text.ends_with(char::is_whitespace);
        let parts = fold(text).split(|c: char| !c.is_alphanumeric()).map(ToOwned::to_owned).collect();
        Self { literal: lower(query).0, term: if of_words { Term::of(text, prefix) } else { None }, parts }
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_nothing(&self) -> bool {
        self.literal.is_empty()
    }

    /// What must be in a folded text for it to have this.
    pub(super) fn is_in_parts_of(&self, folded: &str) -> bool {
        let all_in = |parts: &[String]| parts.iter().all(|part| folded.contains(part.as_str()));
        all_in(&self.parts) || self.term.as_ref().is_some_and(|term| all_in(&term.pieces))
    }

    /// Every place in a text, in bytes, in order, without overlaps.
    pub(super) fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut places = self.literal_places(text);
        let Some(term) = &self.term else { return places };
        let overlaps = |place: &Range<usize>, other: &Range<usize>| place.start < other.end && other.start < place.end;
        let words = term.all_in(&Words::of(text));
        let beside: Vec<_> =
            words.into_iter().filter(|word| !places.iter().any(|place| overlaps(word, place))).collect();
        places.extend(beside);
        apart(places)
    }

    fn literal_places(&self, text: &str) -> Vec<Range<usize>> {
        let (folded, from) = lower(text);
        let place = |at: usize| from.as_ref().map_or(at, |from| from.get(at).copied().unwrap_or(text.len()));
        folded
            .match_indices(&self.literal)
            .map(|(at, found)| place(at)..place(at + found.len()))
            .filter(|place| !place.is_empty())
            .collect()
    }
}

/// The first of those that overlap; of those that begin together the longest.
pub(crate) fn apart(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
    let mut kept: Vec<Range<usize>> = Vec::with_capacity(places.len());
    for place in places {
        if kept.last().is_none_or(|last| place.start >= last.end) {
            kept.push(place);
        }
    }
    kept
}

/// Letters without case, spaces without kind; and where each byte comes from, if not from its own place.
fn lower(text: &str) -> (String, Option<Vec<usize>>) {
    if text.is_ascii() {
        let plain = |b: char| if b.is_ascii_whitespace() || b == '\u{b}' { ' ' } else { b.to_ascii_lowercase() };
        return (text.chars().map(plain).collect(), None);
    }
    let mut folded = String::with_capacity(text.len());
    let mut from = Vec::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        match letter {
            letter if letter.is_whitespace() => folded.push(' '),
            // At the end of a word it is the same letter.
            letter => folded.extend(letter.to_lowercase().map(|lower| if lower == 'ς' { 'σ' } else { lower })),
        }
        from.resize(folded.len(), at);
    }
    (folded, Some(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: &[&str] = &[
        "The quick brown fox, the QUICK foxes",
        "getUserName(get_user_name) HTTPServer2 getusername __init__ aGVsbG8gV29ybGQhCg user.name",
        "Straße STRASSE Maß café CAFÉ cafe\u{301} naïve İstanbul ﬁne x² ½",
        "Ὀδυσσεύς ΟΔΟΣ ὁδός Ещё МОСКВЫ йод",
        "数据库迁移GPT模型 数据 カ\u{3099}ギ ｶﾞ データ 데이터베이스 ข้อมูล น้ำ",
        "a\u{a0}b\nc  d\te 100% foo(bar) \"quoted words\" I ❤️ 🦀s नमस्ते दुनिया שלום",
    ];
    const QUERIES: &[&str] = &[
        "qui",
        "quick ",
        "quick fox",
        "\"quick fox\"",
        "the q",
        "ox",
        "user",
        "userna",
        "user name",
        "getUserName",
        "get_user",
        "httpserver",
        "init",
        "agvs",
        "strasse",
        "STRAßE",
        "mass",
        "cafe",
        "CAFÉ",
        "naive",
        "istanbul",
        "fine",
        "x2",
        "οδυσσευσ",
        "ὁδός",
        "οδος",
        "еще",
        "москвы",
        "数",
        "据库",
        "库迁",
        "gpt模",
        "ガ",
        "が",
        "데이",
        "이터",
        "มูล",
        "น้ำ",
        "b c",
        "c  d",
        "%",
        "0%",
        "foo(",
        "\"quoted",
        "quoted wo",
        "❤",
        "🦀",
        "नम",
        "שלום",
        "e",
        "1",
        "_",
    ];

    /// All the cases with what is found, in UTF-16 units.
    fn cases() -> String {
        let units = |text: &str, at: usize| text[..at].encode_utf16().count();
        let mut lines = Vec::new();
        for text in TEXTS {
            let words = Words::of(text);
            let split = [words.joined(&words.pieces), words.joined(&words.wholes)];
            let found: Vec<_> = QUERIES
                .iter()
                .map(|query| {
                    let places = Wanted::of(query).places(text);
                    let places: Vec<_> = places.iter().map(|p| [units(text, p.start), units(text, p.end)]).collect();
                    serde_json::json!([query, places])
                })
                .filter(|found| found[1] != serde_json::json!([]))
                .collect();
            lines.push(serde_json::json!({ "text": text, "split": split, "found": found }).to_string());
        }
        let queries = serde_json::json!(QUERIES);
        format!("{{\n\"queries\": {queries},\n\"texts\": [\n{}\n]\n}}\n", lines.join(",\n"))
    }

    /// The window is held to the same file by `tests/ui/matching.test.ts`. `PARLOUR_WRITE_CASES=1` writes it.
    #[test]
    fn the_cases_that_the_window_is_held_to_are_as_core_finds_them() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ui/matching.json");
        if std::env::var_os("PARLOUR_WRITE_CASES").is_some() {
            std::fs::write(&file, cases()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), cases());
    }

    #[test]
    fn what_was_typed_is_found_as_it_stands_there_and_as_words() {
        let found = |query: &str, text: &str| -> Vec<String> {
            Wanted::of(query).places(text).into_iter().map(|place| text[place].to_owned()).collect()
        };
        let table: [(&str, &str, &[&str]); 9] = [
            ("ZEBRA", "a zebrafish", &["zebra"]),
            ("bra", "a zebra", &["bra"]),
            ("cafe", "Café, cafes", &["Café", "cafe"]),
            ("user name", "userName, user_name, user  names", &["userName", "user_name", "user  names"]),
            ("user name ", "userNames user name x", &["user name "]),
            ("\"user name\"", "userNames userName", &["userName"]),
            ("foo(", "foo foo(1)", &["foo("]),
            ("aa", "aaaa", &["aa", "aa"]),
            ("Я т", "Я\u{a0}ТУТ", &["Я\u{a0}Т"]),
        ];
        for (query, text, expected) in table {
            assert_eq!(found(query, text), expected, "{query:?} in {text:?}");
        }
    }
}
