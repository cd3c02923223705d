//! What is guessed of code without a name, and of what nothing should be.

use super::super::guess;
use super::Language;

fn guessed(code: &str) -> &'static str {
    guess(code).map_or("", Language::name)
}

#[test]
fn the_first_lines_tell_the_language() {
    let samples = [
        ("#!/usr/bin/env python3\nx = 1", "python"),
        ("#!/bin/sh\nx", "bash"),
        ("#!/usr/bin/env -S node --no-warnings", "javascript"),
        ("<?php\necho 1;", "php"),
        ("<!DOCTYPE html>\n<p>", "html"),
        ("<div class=\"a\">\n  <p>b</p>\n</div>", "html"),
        ("<?xml version=\"1.0\"?>\n<a/>", "xml"),
        ("fn main() {\n    println!(\"hi\");\n}", "rust"),
        ("use std::fs;\n\npub fn read() -> Result<String> {}", "rust"),
        ("def f(x):\n    return x", "python"),
        ("class A:\n    def __init__(self):", "python"),
        ("import numpy as np\nx = np.zeros(3)", "python"),
        ("const a = require('b');\nconsole.log(a);", "javascript"),
        ("export interface A {\n  b: string;\n}", "typescript"),
        ("import React from 'react';\nconst [a, b] = useState(0);", "tsx"),
        ("public class A {\n    public static void main(String[] args) {", "java"),
        ("#include <stdio.h>\nint main(void) {", "c"),
        ("#include <iostream>\nint main() { std::cout << 1; }", "c++"),
        ("using System;\nConsole.WriteLine(1);", "c#"),
        ("package main\n\nimport \"fmt\"", "go"),
        ("import SwiftUI\nstruct A: View {", "swift"),
        ("data class A(val b: Int)\nfun main() {", "kotlin"),
        ("SELECT a\nFROM b\nWHERE c", "sql"),
        ("select a from b", "sql"),
        ("CREATE TABLE a (b INT);", "sql"),
        ("{\n  \"a\": 1\n}", "json"),
        ("[{\"a\": [1, 2]}]", "json"),
        ("diff --git a/x b/x\n--- a/x", "diff"),
        ("--- old.txt\n+++ new.txt\n@@ -1 +1 @@", "diff"),
        ("$ cargo build\n   Compiling a", "console"),
        ("user@host:~$ ls\na b", "console"),
        (">>> 1 + 1\n2", "console"),
        ("npm install\nnpm run build", "bash"),
        ("set -e\nfor i in 1 2; do echo $i; done", "bash"),
        ("FROM rust:1\nRUN cargo build", "dockerfile"),
        ("[package]\nname = \"a\"", "toml"),
        ("---\na: b\nc:\n  - d", "yaml"),
        ("apiVersion: v1\nkind: Pod", "yaml"),
        ("body {\n  color: red;\n}", "css"),
        ("GET /a HTTP/1.1\nHost: b", "http"),
        ("\\documentclass{article}", "latex"),
        ("(defn f [x] x)", "clojure"),
        ("defmodule A do\n  def b do", "elixir"),
        ("main :: IO ()\nmain = putStrLn \"hi\"", "haskell"),
        ("resource \"aws_x\" \"y\" {", "hcl"),
        ("local function f(a)\n  return a\nend", "lua"),
        ("Get-ChildItem | Where-Object { $_ }", "powershell"),
        ("const std = @import(\"std\");", "zig"),
    ];
    let wrong: Vec<_> = samples
        .iter()
        .filter(|(code, name)| guessed(code) != *name)
        .map(|(code, name)| (*code, *name, guessed(code)))
        .collect();
    assert_eq!(wrong, []);
}

#[test]
fn nothing_is_guessed_where_several_would_do() {
    let samples = [
        "",
        "\n\n",
        "hello world",
        "x = 1",
        "Dear Ann,\n\nthank you for the letter. I read it with care.\n\nYours",
        "# A heading\n\nSome text from a book, for you.",
        "> a quote\n> goes on",
        "src/\n├── main.rs\n└── lib.rs",
        "name,age\nann,5",
        "2026-01-01 12:00:00 ERROR something failed",
        "a -> b -> c",
        "if x then y else z",
        "function f(x) { return x }",
        "1. first\n2. second",
        "foo(bar)",
        "error: expected `;`, found `}`",
        "import a",
        "class A",
        "- one\n- two",
        "😀 é \u{2028}",
    ];
    let wrong: Vec<_> =
        samples.iter().filter(|code| guess(code).is_some()).map(|code| (*code, guessed(code))).collect();
    assert_eq!(wrong, []);
}

#[test]
fn a_guess_looks_at_the_start_only() {
    let far = format!("{}fn main() {{\n", "nothing\n".repeat(30));
    assert_eq!(guessed(&far), "");
}
