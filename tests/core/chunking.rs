//! Markdown that others test their streams with, cut in every way: read out of the sources of mdstream's tests, which took
//! over those of Streamdown and Incremark.

use std::fs::read_to_string;

use crate::random::Random;
use crate::streamed::{by_bytes, by_characters, check};
use crate::suites::{files, sources, strings};

/// The texts: each string of the tests, what a test pushes one after the other, and the documents beside them.
pub fn texts() -> Vec<String> {
    let folder = sources("mdstream").join("tests");
    let mut texts: Vec<String> = files(&folder, ".md").iter().map(|path| read_to_string(path).unwrap()).collect();
    for path in files(&folder, ".rs") {
        for test in read_to_string(path).unwrap().split("#[test]") {
            let strings = strings(test);
            texts.push(strings.concat());
            texts.extend(strings);
        }
    }
    texts.sort();
    texts.dedup();
    texts
}

#[test]
fn what_other_streams_are_tested_with_comes_to_the_same_end_however_it_is_cut() {
    let texts = texts();
    assert!(texts.len() >= 900, "only {} texts", texts.len());
    let mut random = Random(1);
    for text in &texts {
        // Without other characters than ASCII, bytes are characters.
        let bytes: &[usize] = if text.is_ascii() { &[5, 1, 2] } else { &[1] };
        let checked = check(text, by_characters(text, &[1]), [1, 2, 7])
            .and_then(|()| check(text, by_bytes(text, bytes), [1, 3, 11]))
            .and_then(|()| check(text, by_characters(text, &[2]), [1, 2, 5]))
            .and_then(|()| check(text, text.split_inclusive('\n'), [1, 2, 3]));
        assert_eq!(checked, Ok(()));
        for _ in 0..2 {
            let sizes = random.sizes();
            assert_eq!(check(text, by_bytes(text, &sizes), [1, 2, 5]), Ok(()), "in pieces of {sizes:?} bytes");
        }
    }
}
