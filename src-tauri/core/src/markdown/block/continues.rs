//! Whether a line goes on with a block that is open.

use super::line::Line;
use super::{Blocks, Kind, NodeId, html, start};

/// Whether a line goes on with an open block.
pub(super) enum Continues {
    Yes,
    No,
    /// It ends it and is used up.
    Ended,
    /// That is not clear yet.
    Held,
}

impl Blocks {
    /// Whether the line goes on with the block; what marks that is used up.
    pub(super) fn continues(&self, id: NodeId, line: &mut Line<'_>, complete: bool) -> Continues {
        let node = &self.nodes[id];
        let indent = line.indent();
        match &node.kind {
            Kind::Document | Kind::List { .. } => {}
            Kind::Quote { .. } => {
                if indent > 3 || !line.word().starts_with('>') {
                    return Continues::No;
                }
                line.skip_word(1);
                line.skip_columns(1);
            }
            Kind::Item { indent: wanted, .. } => {
                if indent >= *wanted {
                    line.skip_columns(*wanted);
                } else if line.is_blank() && !node.children.is_empty() {
                    line.skip_indent();
                } else {
                    return Continues::No;
                }
            }
            Kind::Footnote { .. } => {
                if indent >= 4 {
                    line.skip_columns(4);
                } else if line.is_blank() {
                    line.skip_indent();
                } else {
                    return Continues::No;
                }
            }
            Kind::Fence { marker, length, indent: fence, .. } => {
                let word = line.word();
                if indent < 4 && start::closes_fence(word, *marker, *length) {
                    return Continues::Ended;
                }
                if !complete && (word.is_empty() || (indent < 4 && word.bytes().all(|byte| byte == *marker))) {
                    return Continues::Held;
                }
                line.skip_columns((*fence).min(indent));
            }
            Kind::Indented => {
                if indent >= 4 && (complete || !line.is_blank()) {
                    line.skip_columns(4);
                } else if line.is_blank() {
                    if !complete {
                        return Continues::Held;
                    }
                    line.skip_indent();
                } else {
                    return Continues::No;
                }
            }
            Kind::Html { end } => {
                if line.is_blank() && *end == html::End::Blank {
                    return if complete { Continues::No } else { Continues::Held };
                }
            }
            Kind::Math { end } => return self.continues_math(line, end, complete),
            Kind::Paragraph | Kind::Table { .. } => {
                if line.is_blank() {
                    return if complete { Continues::No } else { Continues::Held };
                }
            }
            Kind::Heading { .. } | Kind::Rule | Kind::Row => return Continues::No,
        }
        Continues::Yes
    }

    fn continues_math(&self, line: &Line<'_>, end: &str, complete: bool) -> Continues {
        let word = line.word().trim_end_matches([' ', '\t']);
        if word == end {
            return Continues::Ended;
        }
        if !complete && (word.is_empty() || end.starts_with(word)) {
            return Continues::Held;
        }
        Continues::Yes
    }
}
