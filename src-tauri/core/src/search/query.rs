//! What a person types to search: words, "phrases", `-not`, filters. Everything is a query; what is no filter is text.

use crate::backup::{DAY, civil};
use crate::chat::Role;

use super::tokens::{Words, fold, is_single};

pub(crate) use crate::patch::SearchTerm as Term;

/// A query.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// What must be there.
    pub terms: Vec<Term>,
    /// What must not.
    pub without: Vec<Term>,
    /// What the title of the chat must have.
    pub title: Vec<Term>,
    /// The folder that the chat is in: one for each time that somebody said so.
    pub folders: Vec<Group>,
    /// The tags that the chat has.
    pub tags: Vec<Group>,
    /// Who speaks.
    pub role: Option<Role>,
    /// What the names of the models contain, folded.
    pub models: Vec<String>,
    /// Created at this time or later, unix milliseconds.
    pub after: Option<i64>,
    /// Created before this time, unix milliseconds.
    pub before: Option<i64>,
}

/// A folder or a tag, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// The whole name, folded.
    pub name: String,
    /// What is in the name, where none is the whole of it.
    pub term: Option<Term>,
    /// Whether the chat must not be of it.
    pub without: bool,
}

impl Term {
    /// `None` where there is nothing to look for in it.
    pub(crate) fn of(text: &str, prefix: bool) -> Option<Self> {
        let words = Words::of(text);
        let last = words.pieces.last()?;
        let whole = match &words.wholes[..] {
            [whole] if whole.source == (words.pieces[0].source.start..last.source.end) => {
                Some(words.folded(whole).to_owned())
            }
            _ => None,
        };
        // A token of one character that is no letter of a word has no beginning but itself.
        let single = words.folded(last).chars().all(is_single);
        Some(Self {
            pieces: words.pieces.iter().map(|piece| words.folded(piece).to_owned()).collect(),
            whole,
            prefix: prefix && !single,
        })
    }
}

impl Query {
    /// Reads a query. The last word is the beginning of one, as long as nothing follows it.
    pub(crate) fn of(text: &str) -> Self {
        let mut query = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (item, after) = Item::first(rest);
            query.add(item);
            rest = after.trim_start();
        }
        query
    }

    /// Whether it asks for nothing.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it asks for what only messages have.
    pub(crate) fn is_of_messages(&self) -> bool {
        self.role.is_some() || !self.models.is_empty() || self.after.is_some() || self.before.is_some()
    }

    fn add(&mut self, item: Item<'_>) {
        match item.filter {
            Some((name @ ("in" | "tag"), value)) if !value.is_empty() => {
                let groups = if name == "in" { &mut self.folders } else { &mut self.tags };
                let term = Term::of(value, item.open || item.starred);
                groups.push(Group { name: fold(value), term, without: item.negative });
                return;
            }
            _ => {}
        }
        if item.negative {
            self.without.extend(Term::of(item.whole, item.starred));
            return;
        }
        match item.filter {
            Some(("title", value)) if !Words::of(value).pieces.is_empty() => {
                self.title.extend(Term::of(value, item.open || item.starred));
            }
            Some(("model", value)) if !value.is_empty() => self.models.push(fold(value)),
            Some(("role", value)) if role(value).is_some() => self.role = role(value),
            Some(("after", value)) if day(value).is_some() => self.after = self.after.max(day(value)),
            Some(("before", value)) if day(value).is_some() => {
                self.before = [self.before, day(value)].into_iter().flatten().min();
            }
            _ => self.terms.extend(Term::of(item.whole, item.open || item.starred)),
        }
    }
}

/// A piece of the query as it stands there.
struct Item<'q> {
    negative: bool,
    /// Name and value, where it has the form of a filter.
    filter: Option<(&'q str, &'q str)>,
    /// All of it, but the sign and the quotes around it.
    whole: &'q str,
    /// Whether the query ends in it, so that more of it may come.
    open: bool,
    /// Whether a star says that it is a beginning.
    starred: bool,
}

impl<'q> Item<'q> {
    /// The first item of a text that begins with one, and what follows it.
    fn first(text: &'q str) -> (Self, &'q str) {
        let negative = text.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| !c.is_whitespace() && c != '-'));
        let body = negative.unwrap_or(text);
        if let Some(quoted) = body.strip_prefix('"') {
            let (whole, after, open) = to_the_quote(quoted);
            return (Self { negative: negative.is_some(), filter: None, whole, open, starred: false }, after);
        }
        let end = body.find(char::is_whitespace).unwrap_or(body.len());
        let (mut whole, mut after) = body.split_at(end);
        let mut open = after.is_empty();
        let mut filter = whole.split_once(':');
        if let Some((name, value)) = filter
            && let Some(_) = value.strip_prefix('"')
        {
            let (value, behind, unfinished) = to_the_quote(&body[name.len() + 2..]);
            (filter, after, open) = (Some((name, value)), behind, unfinished);
            whole = &body[..body.len() - after.len()];
        }
        let starred = whole.ends_with('*');
        (Self { negative: negative.is_some(), filter, whole, open, starred }, after)
    }
}

/// What is between quotes, what follows them, and whether the second one is not there yet.
fn to_the_quote(text: &str) -> (&str, &str, bool) {
    match text.split_once('"') {
        Some((inside, after)) => (inside, after, false),
        None => (text, "", !text.ends_with(char::is_whitespace)),
    }
}

fn role(word: &str) -> Option<Role> {
    match fold(word).as_str() {
        "user" | "you" | "me" => Some(Role::User),
        "assistant" | "model" | "ai" => Some(Role::Assistant),
        _ => None,
    }
}

/// The first moment, in UTC, of `2026`, `2026-11` or `2026-11-25`; unix milliseconds.
fn day(text: &str) -> Option<i64> {
    let numbers: Vec<i64> = text
        .split('-')
        .map(|number| number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok()).flatten())
        .collect::<Option<_>>()?;
    let (year, month, day) = match numbers[..] {
        [year] => (year, 1, 1),
        [year, month] => (year, month, 1),
        [year, month, day] => (year, month, day),
        _ => return None,
    };
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    // Counted from 1 March: February is the last month of its year, and every month's place in it is a fifth of 153 days.
    let (of_year, years) = ((month + 9) % 12, year - i64::from(month <= 2));
    let number = 365 * years + years / 4 - years / 100 + years / 400 + (153 * of_year + 2) / 5 + day - 1 - 719_468;
    // 31 February is no day.
    (civil(number) == (year, month, day)).then_some(number * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(pieces: &str, whole: Option<&str>, prefix: bool) -> Term {
        let pieces = pieces.split(' ').map(ToOwned::to_owned).collect();
        Term { pieces, whole: whole.map(ToOwned::to_owned), prefix }
    }

    #[test]
    fn words_phrases_and_what_must_not_be_there() {
        let query = Query::of(" one \"Two three\" -four -\"five six\" getUser sev");
        let expected = Query {
            terms: vec![
                term("one", None, false),
                term("two three", None, false),
                term("get user", Some("getuser"), false),
                term("sev", None, true),
            ],
            without: vec![term("four", None, false), term("five six", None, false)],
            ..Query::default()
        };
        assert_eq!(query, expected);
    }

    #[test]
    fn filters_and_what_only_looks_like_one() {
        let query = Query::of("title:\"big Plan\" model:GPT-5 role:you after:2024 before:2024-03 x");
        let expected = Query {
            terms: vec![term("x", None, true)],
            title: vec![term("big plan", None, false)],
            role: Some(Role::User),
            models: vec!["gpt-5".into()],
            after: Some(1_704_067_200_000),
            before: Some(1_709_251_200_000),
            ..Query::default()
        };
        assert_eq!(query, expected);
        for text in
            ["before:never ", "after:2024-13 ", "before:2023-02-29 ", "role:cat ", "in: ", "tag:\"\" ", "https://a.b "]
        {
            let query = Query::of(text);
            assert_eq!((query.terms.len(), query.is_of_messages()), (1, false), "{text:?}");
        }
    }

    #[test]
    fn what_is_unfinished_is_still_a_query() {
        let table = [
            ("\"one tw", Some(term("one tw", None, true))),
            ("\"one two\"", Some(term("one two", None, false))),
            ("one ", Some(term("one", None, false))),
            ("on*", Some(term("on", None, true))),
            ("数据", Some(term("数 据", None, false))),
            ("title:", Some(term("title", None, true))),
            ("\"", None),
            ("-", None),
            ("- % *", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(Query::of(text).terms, Vec::from_iter(expected), "{text:?}");
        }
    }
}
