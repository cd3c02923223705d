//! Variables in prompts: `{{name}}`, `{{name=default}}`, `{{name:choice one|choice two}}`, `{{clipboard}}`, `{{date}}`, and
//! `\{{` for braces that are meant. Read leniently: what is no variable is text. Nothing here fails, and the time is linear:
//! a variable holds no brace and no line break, so that no text is looked at twice.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// More than these would be no form that anybody fills in: what comes behind them is text.
const MOST_FIELDS: usize = 100;

/// The longest name of a variable, in characters.
const LONGEST_NAME: usize = 100;

/// A variable that the person fills in. The same name twice is one of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it has if nothing else is said; the first choice where there are choices.
    pub default: String,
    /// What can be chosen; empty where it is a free text.
    pub choices: Vec<String>,
}

/// What a prompt is made of.
enum Piece<'a> {
    Text(&'a str),
    Clipboard,
    Date,
    Field(Field),
}

/// The variables of a prompt, in the order in which they first come.
#[must_use]
pub fn prompt_fields(text: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut known = HashMap::new();
    pieces(text, |piece| {
        let Piece::Field(field) = piece else { return };
        let at = *known.entry(field.name.clone()).or_insert(fields.len());
        match fields.get_mut(at) {
            // The first one that says more says it for all.
            Some(first) if first.default.is_empty() && first.choices.is_empty() => *first = field,
            Some(_) => {}
            None => fields.push(field),
        }
    });
    fields
}

/// Whether the clipboard is to be read for it.
#[must_use]
pub fn uses_clipboard(text: &str) -> bool {
    let mut uses = false;
    pieces(text, |piece| uses |= matches!(piece, Piece::Clipboard));
    uses
}

/// A prompt with its variables filled in. What is filled in is not read again: braces in it are text.
#[must_use]
pub fn fill_prompt(text: &str, values: &HashMap<String, String>, date: &str, clipboard: &str) -> String {
    let defaults: HashMap<String, String> =
        prompt_fields(text).into_iter().map(|field| (field.name, field.default)).collect();
    let mut filled = String::with_capacity(text.len());
    pieces(text, |piece| match piece {
        Piece::Text(text) => filled.push_str(text),
        Piece::Clipboard => filled.push_str(clipboard),
        Piece::Date => filled.push_str(date),
        Piece::Field(field) => {
            filled.push_str(values.get(&field.name).or_else(|| defaults.get(&field.name)).map_or("", String::as_str));
        }
    });
    filled
}

fn pieces<'a>(text: &'a str, mut take: impl FnMut(Piece<'a>)) {
    let mut names = std::collections::HashSet::new();
    // What is not given yet begins at `from`; the search goes on at `at`.
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text[at..].find("{{") {
        let open = at + found;
        if text[..open].ends_with('\\') && open > from {
            take(Piece::Text(&text[from..open - 1]));
            take(Piece::Text("{{"));
            (from, at) = (open + 2, open + 2);
            continue;
        }
        let body = &text[open + 2..];
        let end = body.find(['{', '}', '\n', '\r']).unwrap_or(body.len());
        let piece = if body[end..].starts_with("}}") { variable(&body[..end]) } else { None };
        let piece = piece.filter(|piece| match piece {
            Piece::Field(field) => {
                names.contains(&field.name) || names.len() < MOST_FIELDS && names.insert(field.name.clone())
            }
            _ => true,
        });
        match piece {
            Some(piece) => {
                take(Piece::Text(&text[from..open]));
                take(piece);
                (from, at) = (open + 2 + end + 2, open + 2 + end + 2);
            }
            // Nothing opens in between. Where the next brace comes at once, it and the second one may open a variable.
            None => at = open + if end == 0 { 1 } else { 2 + end },
        }
    }
    take(Piece::Text(&text[from..]));
}

/// What stands between the braces; `None` where that is no variable.
fn variable<'a>(body: &str) -> Option<Piece<'a>> {
    let split = body.find(['=', ':']).unwrap_or(body.len());
    let name = body[..split].split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return None;
    }
    let rest = body.get(split + 1..).unwrap_or_default();
    if split == body.len() {
        match name.as_str() {
            "clipboard" => return Some(Piece::Clipboard),
            "date" => return Some(Piece::Date),
            _ => {}
        }
    }
    if body[split..].starts_with('=') {
        return Some(Piece::Field(Field { name, default: rest.trim().to_owned(), choices: Vec::new() }));
    }
    let mut choices: Vec<String> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for choice in rest.split('|').map(str::trim).filter(|choice| !choice.is_empty()) {
        if known.insert(choice) {
            choices.push(choice.to_owned());
        }
    }
    Some(Piece::Field(Field { name, default: choices.first().cloned().unwrap_or_default(), choices }))
}
