//! Formulas as MathML text, of presentation elements and attributes only.

use super::DEEPEST;
use super::html::escaped;
use crate::markdown::MathNode;
use crate::markdown::math::{is_attribute, is_tag};

/// The formula as a `math` element; `None` where there is nothing to show, or something that is no presentation.
pub(super) fn math(nodes: &[MathNode], display: bool) -> Option<String> {
    let inside = match nodes {
        [] => return None,
        [MathNode::Element { tag, children, .. }] if tag == "math" => children,
        _ => nodes,
    };
    let display = if display { " display=\"block\"" } else { "" };
    let mut out = format!("<math xmlns=\"http://www.w3.org/1998/Math/MathML\"{display}>");
    push(&mut out, inside, 0)?;
    out.push_str("</math>");
    Some(out)
}

fn push(out: &mut String, nodes: &[MathNode], depth: usize) -> Option<()> {
    if depth > DEEPEST {
        return None;
    }
    for node in nodes {
        match node {
            MathNode::Text { text } => out.push_str(&escaped(text)),
            MathNode::Element { tag, attributes, children } => {
                if !is_tag(tag) {
                    return None;
                }
                out.push('<');
                out.push_str(tag);
                for (name, value) in attributes.iter().filter(|(name, _)| is_attribute(name)) {
                    out.push_str(&format!(" {name}=\"{}\"", escaped(value)));
                }
                out.push('>');
                push(out, children, depth + 1)?;
                out.push_str(&format!("</{tag}>"));
            }
        }
    }
    Some(())
}
