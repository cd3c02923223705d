//! The automatic title of a chat, made here from the question: no hidden call.

/// The longest title that is made, in characters.
const LONGEST: usize = 60;

/// The first sentence of a question without its code, cut at a word. Empty where nothing is left.
#[must_use]
pub fn from_question(question: &str) -> String {
    let mut in_fence = false;
    let mut words = String::new();
    for line in question.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            in_fence = !in_fence;
            continue;
        }
        let indented = line.starts_with("    ") || line.starts_with('\t');
        if in_fence || (indented && words.is_empty()) {
            continue;
        }
        let line = trimmed.trim_start_matches(['#', '>', '-', '*', ' ']).trim_end();
        if line.is_empty() {
            if words.is_empty() { continue } else { break }
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(line);
        if words.chars().count() > 4 * LONGEST {
            break;
        }
    }
    cut_at_word(&first_sentence(&words.replace('`', "")))
}

/// Up to the first end of a sentence: `.`, `?` or `!` before a space, or their full-width forms.
fn first_sentence(text: &str) -> String {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        match letter {
            '。' | '！' | '？' => return text[..at + letter.len_utf8()].trim_end_matches('。').to_owned(),
            '?' | '!' if next.is_none_or(char::is_whitespace) => return text[..=at].to_owned(),
            // "e.g. this" and "2. that" go on.
            '.' if next.is_none_or(char::is_whitespace) && ends_a_sentence(&text[..at]) => {
                return text[..at].to_owned();
            }
            _ => {}
        }
    }
    text.to_owned()
}

fn ends_a_sentence(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.chars().count() > 3 && !word.contains('.')
}

fn cut_at_word(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= LONGEST {
        return text;
    }
    // One character is for the ellipsis.
    let cut: String = text.chars().take(LONGEST - 1).collect();
    let cut = match cut.rfind(' ') {
        // A script without spaces, or one endless word: cut anywhere.
        Some(at) if at > LONGEST / 3 => &cut[..at],
        _ => &cut,
    };
    format!("{}…", cut.trim_end_matches([' ', ',', ';', ':', '-', '–']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_sentence_without_code() {
        let table = [
            ("Name three colours.", "Name three colours"),
            ("Why? Because.", "Why?"),
            ("```rust\nfn main() {}\n```\nWhat does this do?", "What does this do?"),
            ("What does this do?\n\n```\ncode\n```", "What does this do?"),
            ("# Fix `foo()` please\n\nmore", "Fix foo() please"),
            ("e.g. this. And that", "e.g. this"),
            ("数据库迁移怎么回滚？请说明。", "数据库迁移怎么回滚？"),
            ("   \n\n", ""),
            ("```\nonly code\n```", ""),
        ];
        for (question, title) in table {
            assert_eq!(from_question(question), title, "{question:?}");
        }
    }

    #[test]
    fn a_title_has_at_most_sixty_characters_and_ends_at_a_word() {
        let title = from_question(&"supercalifragilistic word ".repeat(9));
        assert!(title.chars().count() <= 60, "{title}");
        assert_eq!(title, "supercalifragilistic word supercalifragilistic word…");
        assert_eq!(from_question(&"字".repeat(200)).chars().count(), 60);
    }
}
