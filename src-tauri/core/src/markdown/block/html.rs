//! Blocks of raw HTML: how they start and what ends them.

use super::super::inline::html::tag;
use super::start::LONGEST_NAME;

/// What ends a block of raw HTML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::markdown) enum End {
    /// A line that holds one of these, in any case.
    Text(&'static [&'static str]),
    /// A blank line.
    Blank,
}

impl End {
    /// Whether the line is the last one.
    pub(super) fn is_in(self, line: &str) -> bool {
        match self {
            Self::Text(ends) => {
                let lower = line.to_ascii_lowercase();
                ends.iter().any(|end| lower.contains(end))
            }
            Self::Blank => false,
        }
    }
}

const RAW: [&str; 4] = ["script", "pre", "style", "textarea"];
const RAW_END: &[&str] = &["</script>", "</pre>", "</style>", "</textarea>"];

/// Tags that start a block wherever they stand, in the order of the alphabet.
const BLOCK_TAGS: [&str; 62] = [
    "address",
    "article",
    "aside",
    "base",
    "basefont",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "menuitem",
    "nav",
    "noframes",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "ul",
];

/// What ends the block that starts with this line. `interrupts`: it stands in a paragraph, which not every tag ends.
pub(super) fn start(word: &str, interrupts: bool) -> Option<End> {
    let rest = word.strip_prefix('<')?;
    if let Some(name) = name(rest)
        && RAW.contains(&name.as_str())
        && matches!(rest.as_bytes().get(name.len()), None | Some(b' ' | b'\t' | b'>'))
    {
        return Some(End::Text(RAW_END));
    }
    if rest.starts_with("!--") {
        return Some(End::Text(&["-->"]));
    }
    if rest.starts_with('?') {
        return Some(End::Text(&["?>"]));
    }
    if rest.starts_with("![CDATA[") {
        return Some(End::Text(&["]]>"]));
    }
    if rest.strip_prefix('!').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic())) {
        return Some(End::Text(&[">"]));
    }
    let inner = rest.strip_prefix('/').unwrap_or(rest);
    if let Some(name) = name(inner)
        && BLOCK_TAGS.binary_search(&name.as_str()).is_ok()
    {
        let after = &inner[name.len()..];
        if after.is_empty() || after.starts_with([' ', '\t', '>']) || after.starts_with("/>") {
            return Some(End::Blank);
        }
    }
    let whole = !interrupts && tag(word).is_some_and(|end| end <= LONGEST_NAME && word[end..].trim().is_empty());
    whole.then_some(End::Blank)
}

/// The name of a tag in lower case. None of those asked for is longer than 16.
fn name(rest: &str) -> Option<String> {
    let length = rest.bytes().take(17).take_while(u8::is_ascii_alphanumeric).count();
    (length > 0).then(|| rest[..length].to_ascii_lowercase())
}
