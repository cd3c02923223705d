//! Two texts laid over one another: paragraph by paragraph, and word by word where paragraphs differ.
//!
//! Which hunks there are must come out the same each time, whichever text is the first: one is taken over by its number. So
//! only the words have a deadline.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, ChangeTag, DiffTag, TextDiff, capture_diff_slices};

use super::compare::{Comparison, Hunk, Piece, PieceKind};

/// How long words are compared. What is not compared by then counts as changed.
const PATIENCE: Duration = Duration::from_millis(300);

/// Where more paragraphs than these lie between what is the same at both ends, they are one change.
const MOST_PARAGRAPHS: usize = 8_000;

/// A text of which less than one part in so many is the same is another text: word by word it would be a puzzle.
const PUZZLE: usize = 6;

/// Lines without an empty one between them, or a whole code block.
#[derive(Clone, Copy)]
struct Paragraph<'a> {
    text: &'a str,
    /// The empty lines behind it.
    after: &'a str,
}

/// Paragraphs that are the same in both texts, or that are not.
#[derive(Debug, Clone)]
struct Run {
    same: bool,
    old: Range<usize>,
    new: Range<usize>,
}

/// Two texts in paragraphs, and what of the one stands where something of the other does.
pub(super) struct Alignment<'a> {
    old: Vec<Paragraph<'a>>,
    new: Vec<Paragraph<'a>>,
    runs: Vec<Run>,
}

impl<'a> Alignment<'a> {
    pub(super) fn of(old: &'a str, new: &'a str) -> Self {
        let (old_paragraphs, new_paragraphs) = (paragraphs(old), paragraphs(new));
        let runs = if old <= new {
            align(&old_paragraphs, &new_paragraphs)
        } else {
            let swap = |Run { same, old, new }| Run { same, old: new, new: old };
            align(&new_paragraphs, &old_paragraphs).into_iter().map(swap).collect()
        };
        Self { old: old_paragraphs, new: new_paragraphs, runs }
    }

    /// The first text with one hunk as it is in the second; `None` where there is no such hunk.
    pub(super) fn with(&self, hunk: usize) -> Option<String> {
        let taken = self.runs.iter().enumerate().filter(|(_, run)| !run.same).nth(hunk)?.0;
        let mut text = String::new();
        let mut after = "";
        for (at, run) in self.runs.iter().enumerate() {
            let paragraphs = if at == taken { self.new.get(run.new.clone()) } else { self.old.get(run.old.clone()) };
            for paragraph in paragraphs.unwrap_or_default() {
                if !text.is_empty() {
                    // The last one of a text has no empty line behind it.
                    text.push_str(if after.matches('\n').count() > 1 { after } else { "\n\n" });
                }
                text.push_str(paragraph.text);
                after = paragraph.after;
            }
        }
        Some(text)
    }
}

pub(super) fn compare(old: &str, new: &str) -> Comparison {
    let deadline = Instant::now() + PATIENCE;
    let aligned = Alignment::of(old, new);
    let mut number = 0;
    let hunks = aligned.runs.iter().map(|run| {
        let old = joined(aligned.old.get(run.old.clone()).unwrap_or_default());
        if run.same {
            return Hunk::Same { text: old };
        }
        number += 1;
        let new = joined(aligned.new.get(run.new.clone()).unwrap_or_default());
        Hunk::Changed { number: number - 1, pieces: pieces(&old, &new, deadline) }
    });
    Comparison { hunks: hunks.collect() }
}

/// Paragraphs as they are written, without the empty lines behind the last one.
fn joined(paragraphs: &[Paragraph<'_>]) -> String {
    let mut text = String::new();
    let mut after = "";
    for paragraph in paragraphs {
        text.push_str(after);
        text.push_str(paragraph.text);
        after = paragraph.after;
    }
    text
}

fn paragraphs(text: &str) -> Vec<Paragraph<'_>> {
    let mut paragraphs = Vec::new();
    let (mut begin, mut end, mut at) = (None, 0, 0);
    let mut fence: Option<(char, usize)> = None;
    let mut close = |begin: usize, end: usize, next: usize| {
        if let (Some(whole), Some(after)) = (text.get(begin..end), text.get(end..next)) {
            paragraphs.push(Paragraph { text: whole, after });
        }
    };
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if !bare.is_empty() || fence.is_some() {
            // An empty line lies between, else the paragraph goes on.
            if let Some(first) = begin.filter(|_| fence.is_none() && text.get(end..at).is_some_and(is_gap)) {
                close(first, end, at);
                begin = None;
            }
            begin = begin.or(Some(at));
            if !bare.is_empty() {
                end = at + bare.len();
            }
            fence = match fence {
                Some(open) if ends(bare, open) => None,
                None => opens(bare),
                open => open,
            };
        }
        at += line.len();
    }
    if let Some(first) = begin {
        close(first, end, at);
    }
    paragraphs
}

/// Whether what lies between two lines has an empty line in it.
fn is_gap(between: &str) -> bool {
    between.matches('\n').count() > 1
}

/// The fence that a line begins a code block with.
fn opens(line: &str) -> Option<(char, usize)> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.chars().take_while(|each| *each == mark).count();
    let info = line.get(length..)?;
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, length))
}

fn ends(line: &str, (mark, length): (char, usize)) -> bool {
    let line = line.trim();
    line.chars().all(|each| each == mark) && line.chars().count() >= length
}

fn align(old: &[Paragraph<'_>], new: &[Paragraph<'_>]) -> Vec<Run> {
    let bare = |paragraphs: &[Paragraph<'_>]| paragraphs.iter().map(|paragraph| paragraph.text.to_owned()).collect();
    let (old, new): (Vec<String>, Vec<String>) = (bare(old), bare(new));
    let begin = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let (old_rest, new_rest) = (old.get(begin..).unwrap_or_default(), new.get(begin..).unwrap_or_default());
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(one, other)| one == other).count();
    let (old_end, new_end) = (old.len() - end, new.len() - end);

    let mut runs = Runs::default();
    runs.add(true, 0..begin, 0..begin);
    if old_end + new_end - 2 * begin > MOST_PARAGRAPHS {
        runs.add(false, begin..old_end, begin..new_end);
    } else {
        let middle = |all: &[String], end: usize| all.get(begin..end).unwrap_or_default().to_vec();
        for op in capture_diff_slices(Algorithm::Myers, &middle(&old, old_end), &middle(&new, new_end)) {
            let shift = |range: Range<usize>| range.start + begin..range.end + begin;
            runs.add(op.tag() == DiffTag::Equal, shift(op.old_range()), shift(op.new_range()));
        }
    }
    runs.add(true, old_end..old.len(), new_end..new.len());
    runs.in_pairs(&old, &new)
}

#[derive(Default)]
struct Runs(Vec<Run>);

impl Runs {
    /// Adds what follows; runs of one kind are one.
    fn add(&mut self, same: bool, old: Range<usize>, new: Range<usize>) {
        if old.is_empty() && new.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.same == same => {
                last.old.end = last.old.end.max(old.end);
                last.new.end = last.new.end.max(new.end);
            }
            _ => self.0.push(Run { same, old, new }),
        }
    }

    /// As many paragraphs in the place of as many others: each in the place of one.
    fn in_pairs(self, old: &[String], new: &[String]) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for run in self.0 {
            if run.same || run.old.len() != run.new.len() {
                runs.push(run);
                continue;
            }
            for (at, other) in run.old.zip(run.new) {
                let same = old.get(at) == new.get(other);
                match runs.last_mut() {
                    Some(last) if same && last.same => (last.old.end, last.new.end) = (at + 1, other + 1),
                    _ => runs.push(Run { same, old: at..at + 1, new: other..other + 1 }),
                }
            }
        }
        runs
    }
}

fn pieces(old: &str, new: &str, deadline: Instant) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    let diff = TextDiff::configure().deadline(deadline).diff_unicode_words(old, new);
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => pieces.same(change.value()),
            ChangeTag::Delete => pieces.removed.push_str(change.value()),
            ChangeTag::Insert => pieces.added.push_str(change.value()),
        }
    }
    pieces.change();
    if pieces.kept * PUZZLE < old.len().max(new.len()) {
        pieces = Pieces { removed: old.to_owned(), added: new.to_owned(), ..Pieces::default() };
        pieces.change();
    }
    // White space between two changes is a part of both.
    let mut merged = Pieces::default();
    let mut all = pieces.done.into_iter().peekable();
    while let Some(Piece { kind, text }) = all.next() {
        match kind {
            PieceKind::Removed => merged.removed.push_str(&text),
            PieceKind::Added => merged.added.push_str(&text),
            PieceKind::Same => {
                let inside = !(merged.removed.is_empty() && merged.added.is_empty()) && all.peek().is_some();
                if inside && text.trim().is_empty() {
                    merged.removed.push_str(&text);
                    merged.added.push_str(&text);
                } else {
                    merged.same(&text);
                }
            }
        }
    }
    merged.change();
    merged.done
}

/// Pieces as they come together.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    removed: String,
    added: String,
    /// Bytes of words that are the same.
    kept: usize,
}

impl Pieces {
    fn same(&mut self, text: &str) {
        self.change();
        self.kept += text.trim().len();
        match self.done.last_mut() {
            Some(Piece { kind: PieceKind::Same, text: last }) => last.push_str(text),
            _ => self.done.push(Piece { kind: PieceKind::Same, text: text.to_owned() }),
        }
    }

    /// Ends a change.
    fn change(&mut self) {
        for (kind, text) in [(PieceKind::Removed, &mut self.removed), (PieceKind::Added, &mut self.added)] {
            let text = std::mem::take(text);
            if !text.is_empty() {
                self.done.push(Piece { kind, text });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(comparison: &Comparison, without: PieceKind) -> Vec<String> {
        let texts = comparison.hunks.iter().map(|hunk| match hunk {
            Hunk::Same { text } => text.clone(),
            Hunk::Changed { pieces, .. } => {
                pieces.iter().filter(|piece| piece.kind != without).map(|piece| piece.text.as_str()).collect()
            }
        });
        texts.filter(|text| !text.is_empty()).collect()
    }

    fn said(comparison: &Comparison) -> String {
        let mut said = String::new();
        for hunk in &comparison.hunks {
            match hunk {
                Hunk::Same { text } => said.push_str(&format!("={text}")),
                Hunk::Changed { number, pieces } => {
                    said.push_str(&format!("#{number}"));
                    for piece in pieces {
                        said.push_str(&match piece.kind {
                            PieceKind::Same => piece.text.clone(),
                            PieceKind::Removed => format!("[-{}-]", piece.text),
                            PieceKind::Added => format!("[+{}+]", piece.text),
                        });
                    }
                }
            }
            said.push('/');
        }
        said
    }

    #[test]
    fn paragraphs_that_differ_are_told_word_by_word() {
        let old = "One.\n\nThe quick brown fox jumps.\n\nThree.";
        let new = "One.\n\nThe quick red fox jumps high.\n\nThree.\n";
        assert_eq!(said(&compare(old, new)), "=One./#0The quick [-brown-][+red+] fox jumps[+ high+]./=Three./");
        assert_eq!(said(&compare(old, old)), "=One.\n\nThe quick brown fox jumps.\n\nThree./");
        assert_eq!(said(&compare("", "")), "");
        assert_eq!(said(&compare("", "New.")), "#0[+New.+]/");
        assert_eq!(said(&compare("我喜欢红色的苹果", "我喜欢绿色的苹果")), "#0我喜欢[-红-][+绿+]色的苹果/");
        // Without spaces and without a dictionary: letter by letter.
        assert_eq!(said(&compare("ฉันชอบแมวมาก", "ฉันชอบหมามาก")), "#0ฉันชอบ[-แ-][+ห+]ม[-ว-][+า+]มาก/");
    }

    #[test]
    fn as_many_paragraphs_in_the_place_of_as_many_are_compared_one_by_one() {
        let comparison = compare("a one\n\nb two\n\nend", "a 1\n\nb 2\n\nend");
        assert_eq!(said(&comparison), "#0a [-one-][+1+]/#1b [-two-][+2+]/=end/");
        assert_eq!(said(&compare("a\n\nend", "b\n\nc\n\nend")), "#0[-a-][+b\n\nc+]/=end/");
    }

    #[test]
    fn a_code_block_is_one_paragraph_whatever_is_in_it() {
        let old = "Look:\n\n```rust\nlet a = 1;\n\nlet b = 2;\n```\n\nDone.";
        let new = old.replace("b = 2", "b = 3");
        let comparison = compare(old, &new);
        assert_eq!(comparison.hunks.len(), 3);
        assert_eq!(Alignment::of(old, &new).with(0).as_deref(), Some(&new[..]));
    }

    #[test]
    fn a_hunk_is_taken_over_with_its_place_and_the_empty_lines_around_it() {
        let (old, new) = ("a\n\n\nb\n\nc", "a\n\nB\n\nc\n\nd");
        assert_eq!(said(&compare(old, new)), "=a/#0[-b-][+B+]/=c/#1[+d+]/");
        let aligned = Alignment::of(old, new);
        assert_eq!(aligned.with(0).as_deref(), Some("a\n\n\nB\n\nc"));
        assert_eq!(aligned.with(1).as_deref(), Some("a\n\n\nb\n\nc\n\nd"));
        assert_eq!(aligned.with(2), None);
        assert_eq!(Alignment::of(new, old).with(1).as_deref(), Some("a\n\nB\n\nc"));
        assert_eq!(Alignment::of("a", "").with(0).as_deref(), Some(""));
    }

    #[test]
    fn both_texts_are_in_their_comparison_and_the_hunks_are_the_same_from_either_side() {
        let words = ["a", "b\n", "\n\n", "c d", "```\n", "\n", "é", "~~~~\n"];
        let mut state = 7_u32;
        let mut next = |end: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % end
        };
        for _ in 0..2_000 {
            let mut text = || (0..next(14)).map(|_| words[next(words.len())]).collect::<String>();
            let (old, new) = (text(), text());
            let (there, back) = (compare(&old, &new), compare(&new, &old));
            for (comparison, without, whole) in [
                (&there, PieceKind::Added, &old),
                (&there, PieceKind::Removed, &new),
                (&back, PieceKind::Added, &new),
                (&back, PieceKind::Removed, &old),
            ] {
                let bare = |text: &str| text.split_whitespace().collect::<String>();
                let got = side(comparison, without).concat();
                assert_eq!(bare(&got), bare(whole), "{old:?} {new:?} {comparison:?}");
            }
            let changed = |comparison: &Comparison| {
                comparison.hunks.iter().map(|hunk| matches!(hunk, Hunk::Changed { .. })).collect::<Vec<_>>()
            };
            assert_eq!(changed(&there), changed(&back), "{old:?} {new:?}");
            // Hunk after hunk the one becomes the other.
            let mut mixed = old.clone();
            for _ in 0..40 {
                match Alignment::of(&mixed, &new).with(0) {
                    Some(next) => mixed = next,
                    None => break,
                }
            }
            let paragraphs = |text: &str| paragraphs(text).iter().map(|each| each.text.to_owned()).collect::<Vec<_>>();
            assert_eq!(paragraphs(&mixed), paragraphs(&new), "{old:?} {new:?}");
        }
    }

    #[test]
    fn huge_texts_that_have_nothing_in_common_are_compared_in_good_time() {
        let text = |seed: usize| -> String {
            (0..60_000)
                .map(|n| {
                    format!("w{}{}", (n * 7_919 + seed * 104_729) % 65_537, [" ", "\n\n"][usize::from(n % 9 == 0)])
                })
                .collect()
        };
        let (old, new) = (text(1), text(2));
        let comparison = compare(&old, &new);
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(bare(&side(&comparison, PieceKind::Added).concat()), bare(&old));
        assert_eq!(bare(&side(&comparison, PieceKind::Removed).concat()), bare(&new));
    }
}
