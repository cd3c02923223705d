//! Reads the MathML that pulldown-latex writes into nodes: only tags and attributes of the lists get through.
//! Not a reader for XML: it knows that one writer, and gives up on whatever else it meets.

use super::MathNode;
use std::collections::BTreeMap;

/// Every element that the writer has, the box for errors aside. Sorted.
const TAGS: &[&str] = &[
    "math",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
];

/// What says how maths looks, and cannot say where anything is loaded from. Sorted.
const ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "columnalign",
    "columnspacing",
    "depth",
    "display",
    "displaystyle",
    "fence",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rowspacing",
    "rspace",
    "scriptlevel",
    "separator",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];

/// Whether an element of this name may be part of a formula.
pub(in crate::markdown) fn is_tag(name: &str) -> bool {
    TAGS.binary_search(&name).is_ok()
}

/// Whether an element of a formula may have an attribute of this name.
pub(in crate::markdown) fn is_attribute(name: &str) -> bool {
    ATTRIBUTES.binary_search(&name).is_ok()
}

/// An element that is not closed yet.
struct Open<'a> {
    tag: &'a str,
    attributes: BTreeMap<String, String>,
    children: Vec<MathNode>,
}

/// The one root element of this text, of at most so many nodes, nested so deep.
pub(super) fn read(text: &str, most: usize, deepest: usize) -> Option<MathNode> {
    let mut rest = text;
    let mut stack: Vec<Open<'_>> = Vec::new();
    let mut nodes = 0;
    loop {
        let (content, markup) = rest.split_at(next_tag(rest)?);
        if !content.is_empty() {
            nodes += 1;
            stack.last_mut()?.children.push(MathNode::Text { text: plain(content) });
        }
        let closed = if let Some(end) = markup.strip_prefix("</") {
            let (tag, after) = end.split_once('>')?;
            rest = after;
            let element = stack.pop().filter(|element| element.tag == tag)?;
            Some(element)
        } else {
            let (element, empty, after) = start(markup)?;
            rest = after;
            nodes += 1;
            if empty {
                Some(element)
            } else {
                stack.push(element);
                None
            }
        };
        if nodes > most || stack.len() > deepest {
            return None;
        }
        let Some(Open { tag, attributes, children }) = closed else { continue };
        let node = MathNode::Element { tag: tag.to_owned(), attributes, children };
        match stack.last_mut() {
            Some(parent) => parent.children.push(node),
            None => return (rest.is_empty() && tag == "math").then_some(node),
        }
    }
}

/// Where the next tag starts. `<` is also an operator, and as such it is written as it is.
fn next_tag(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|&at| {
        bytes[at] == b'<' && bytes.get(at + 1).is_some_and(|next| next.is_ascii_alphabetic() || *next == b'/')
    })
}

/// A start tag: the element, whether it ends at once, and what follows it.
fn start(markup: &str) -> Option<(Open<'_>, bool, &str)> {
    let mut rest = markup.strip_prefix('<')?;
    let length = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    let (tag, after) = rest.split_at(length);
    is_tag(tag).then_some(())?;
    rest = after;
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return Some((Open { tag, attributes, children: Vec::new() }, true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Some((Open { tag, attributes, children: Vec::new() }, false, after));
        }
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        if is_attribute(name) {
            attributes.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Text without its entities. An `&` that is none stands for itself.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let entities = [("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("nbsp;", '\u{a0}')];
        let found = entities.iter().find_map(|(name, sign)| after.strip_prefix(name).map(|after| (*sign, after)));
        let (sign, after) = found.unwrap_or(('&', after));
        plain.push(sign);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
pub(super) fn is_allowed(tag: &str, attributes: &BTreeMap<String, String>) -> bool {
    is_tag(tag) && attributes.keys().all(|name| is_attribute(name))
}
