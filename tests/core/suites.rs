//! Suites that others wrote, where they lie on the disk: in the sources of crates, and in what `node tests/suites.mjs`
//! fetched from PyPI. They are read as the tests run; nothing of them is kept in the project.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// The folder of a crate that the tests depend on.
pub fn sources(package: &str) -> PathBuf {
    static METADATA: OnceLock<Value> = OnceLock::new();
    let metadata = METADATA.get_or_init(metadata);
    let packages = metadata["packages"].as_array().expect("there are packages");
    let found = packages.iter().find(|found| found["name"] == package).expect("the tests depend on the package");
    let manifest = Path::new(found["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().to_owned()
}

/// What cargo knows of the packages. It is asked for this platform's only: others may not be on the disk.
fn metadata() -> Value {
    let version = Command::new("rustc").arg("-vV").output().expect("there is a compiler");
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("the compiler names its host");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(["--filter-platform", host, "--manifest-path", manifest])
        .output()
        .expect("cargo says where packages are");
    serde_json::from_slice(&output.stdout).expect("cargo's answer is JSON")
}

/// The folder of a package of PyPI, by its name and version.
pub fn fetched(package: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/suites").join(package);
    assert!(folder.is_dir(), "{package} is not there yet: `node tests/suites.mjs` fetches it, and so does `npm test`");
    folder
}

/// The files in a folder and in those below it whose name ends so, in the order of their paths.
pub fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in folder.read_dir().expect("the folder is there") {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path, end));
        } else if path.to_string_lossy().ends_with(end) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The strings in a Rust source, as its compiler reads them.
pub fn strings(source: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        rest = match rest.as_bytes()[at] {
            b'/' if after.starts_with('/') => after.split_once('\n').map_or("", |(_, next)| next),
            b'\'' => behind_character(after),
            b'"' => {
                let marks = &before[before.trim_end_matches('#').len()..];
                let raw = before.trim_end_matches('#').ends_with('r');
                let (text, next) = if raw {
                    let end = format!("\"{marks}");
                    after.split_once(&end).map(|(text, next)| (text.to_owned(), next)).expect("a raw string ends")
                } else {
                    string(after)
                };
                strings.push(text);
                next
            }
            _ => after,
        };
    }
    strings
}

/// What follows a quote that starts a character or the name of a lifetime.
fn behind_character(rest: &str) -> &str {
    let length = if rest.starts_with('\\') { 2 } else { rest.chars().next().map_or(0, char::len_utf8) };
    let name =
        rest.starts_with(|first: char| first.is_alphabetic() || first == '_') && !rest[length..].starts_with('\'');
    if name { rest } else { rest[length..].split_once('\'').map_or("", |(_, next)| next) }
}

/// The string that starts here, and what is behind its end.
fn string(source: &str) -> (String, &str) {
    let mut text = String::new();
    let mut rest = source;
    loop {
        let at = rest.find(['"', '\\']).expect("a string ends");
        text.push_str(&rest[..at]);
        let escape = rest[at..].strip_prefix('\\');
        rest = &rest[at + 1..];
        let Some(escape) = escape.and_then(|escape| escape.chars().next()) else { return (text, rest) };
        rest = &rest[escape.len_utf8()..];
        let code = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).expect("a character");
        match escape {
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            '0' => text.push('\0'),
            'x' => {
                text.push(code(&rest[..2]));
                rest = &rest[2..];
            }
            'u' => {
                let (digits, next) = rest[1..].split_once('}').unwrap();
                text.push(code(digits));
                rest = next;
            }
            '\n' => rest = rest.trim_start(),
            other => text.push(other),
        }
    }
}

#[test]
fn strings_are_read_as_the_compiler_reads_them() {
    let source = r####"
        // "no string" 'x
        fn f<'a>(x: &'a str) { let c = ('"', '\'', '漢'); }
        ["a\n\t\\\"\u{6f22}\x41", r"b\n", r##"c"#d"##, "e \
            f"]
    "####;
    assert_eq!(strings(source), ["a\n\t\\\"漢A", "b\\n", "c\"#d", "e f"]);
}
