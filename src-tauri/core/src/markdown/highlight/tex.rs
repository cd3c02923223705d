//! The lexer for TeX and LaTeX: commands, environments, maths, comments.

use super::pieces::{COMMENT, KEYWORD, NAME, NUMBER, PLAIN, Pieces, STRING};

pub(super) fn lex(line: &str, out: &mut Pieces<'_>) {
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'%' => {
                at = bytes.len();
                out.token(COMMENT, start, at);
            }
            b'\\' => {
                let length = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'@').count();
                at += length.max(1);
                out.token(KEYWORD, start, at);
                let takes_name = matches!(
                    bytes.get(start + 1..start + 1 + length),
                    Some(b"begin" | b"end" | b"documentclass" | b"usepackage" | b"label" | b"ref" | b"eqref" | b"cite")
                );
                if takes_name {
                    at = argument(bytes, at, out);
                }
            }
            b'$' => {
                at += usize::from(bytes.get(at) == Some(&b'$'));
                out.token(STRING, start, at);
            }
            b'0'..=b'9' => {
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
                out.token(NUMBER, start, at);
            }
            b'#' if bytes.get(at).is_some_and(u8::is_ascii_digit) => {
                at += 1;
                out.token(NAME, start, at);
            }
            b'a'..=b'z' | b'A'..=b'Z' => {
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
            }
            _ => {}
        }
    }
    out.to(PLAIN, bytes.len());
}

/// `[...]` is passed over, the `{name}` after it is a name.
fn argument(bytes: &[u8], mut at: usize, out: &mut Pieces<'_>) -> usize {
    if bytes.get(at) == Some(&b'[') {
        at += bytes[at..].iter().position(|byte| *byte == b']').map_or(0, |length| length + 1);
    }
    if bytes.get(at) == Some(&b'{')
        && let Some(length) = bytes[at..].iter().position(|byte| *byte == b'}')
    {
        out.token(NAME, at + 1, at + length);
        return at + length;
    }
    at
}
