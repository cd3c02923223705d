//! Guesses the language of code that came without a name. Rather none than a wrong one: a language needs
//! one line that is nearly only its own, or several that point the same way.

mod clues;

use super::{Language, language, lines};
use clues::{CLUES, Clues};

/// So much of the start is looked at.
const LINES: usize = 20;
const BYTES: usize = 2000;

/// Points from which on it is said.
const SURE: u32 = 4;

/// The language that the start of this code speaks for, or none.
pub(in super::super) fn guess(start_of_code: &str) -> Option<Language> {
    let lines: Vec<&str> =
        start_of_code.lines().filter(|line| !line.trim().is_empty() && line.len() <= BYTES).take(LINES).collect();
    let first = lines.first()?;
    if let Some(name) = by_first_line(first).or_else(|| by_shape(&lines)) {
        return language(name);
    }
    let defined = lines.iter().find_map(|line| definition(line));
    let points = |clues: &Clues| -> u32 {
        let own = if defined == Some(clues.language) { SURE } else { 0 };
        own + lines.iter().map(|line| clues.points(line)).sum::<u32>()
    };
    let mut best = (0, "");
    let mut second = 0;
    for clues in CLUES {
        let points = points(clues);
        if points > best.0 {
            second = best.0;
            best = (points, clues.language);
        } else {
            second = second.max(points);
        }
    }
    // As many points for two languages are a guess for neither.
    if best.0 >= SURE && best.0 > second { language(best.1) } else { None }
}

fn by_first_line(first: &str) -> Option<&'static str> {
    if let Some(program) = first.strip_prefix("#!") {
        let program = program.trim_start_matches("/usr/bin/env").trim_start_matches(" -S").trim();
        let program = program.split(' ').next()?.rsplit('/').next()?;
        let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        return Some(language(program)?.name());
    }
    let lower: String = first.chars().take(60).flat_map(char::to_lowercase).collect();
    let lower = lower.trim_start();
    let starts = [
        ("<?php", "php"),
        ("<?xml", "xml"),
        ("<!doctype html", "html"),
        ("<html", "html"),
        ("<svg ", "xml"),
        ("<script setup", "vue"),
        ("diff --git ", "diff"),
        ("--- a/", "diff"),
        ("@@ -", "diff"),
        ("\\documentclass", "latex"),
        ("\\begin{document}", "latex"),
        ("@startuml", "plantuml"),
        ("sequencediagram", "mermaid"),
        ("flowchart td", "mermaid"),
        ("flowchart lr", "mermaid"),
        ("graph td", "mermaid"),
        ("graph lr", "mermaid"),
        ("syntax = \"proto", "protobuf"),
        ("pragma solidity", "solidity"),
        ("cmake_minimum_required", "cmake"),
        ("create table ", "sql"),
        ("create or replace ", "sql"),
        ("insert into ", "sql"),
        ("alter table ", "sql"),
        ("identification division", "cobol"),
        (">>> ", "console"),
        ("http/1.1 ", "http"),
        ("http/2 ", "http"),
        ("@echo off", "batch"),
        ("param(", "powershell"),
    ];
    let found = starts.iter().find(|(start, _)| lower.starts_with(start)).map(|(_, name)| *name);
    let requests = ["GET /", "POST /", "PUT /", "PATCH /", "DELETE /"];
    found.or_else(|| {
        (requests.iter().any(|start| first.starts_with(start)) && first.contains(" HTTP/")).then_some("http")
    })
}

/// What several lines together look like.
fn by_shape(lines: &[&str]) -> Option<&'static str> {
    let first = lines.first()?.trim();
    let lower: String =
        lines.iter().take(4).flat_map(|line| line.chars().take(200)).flat_map(char::to_lowercase).collect();
    if first.starts_with("FROM ") && lines.iter().skip(1).any(|line| starts_with_any(line, DOCKER)) {
        return Some("dockerfile");
    }
    let selects = lower.trim_start().starts_with("select ") || lower.trim_start().starts_with("with ");
    if selects && lower.contains("select ") && (lower.contains(" from ") || lines.iter().any(|line| is_from(line))) {
        return Some("sql");
    }
    if is_json(lines) {
        return Some("json");
    }
    let prompts = lines.iter().filter(|line| lines::prompt(line).is_some_and(|end| is_prompt(line, end))).count();
    if prompts > 0 && lines::prompt(first).is_some_and(|end| is_prompt(first, end)) {
        return Some("console");
    }
    if first.starts_with("---") && lines.len() > 1 && lines.iter().skip(1).all(|line| is_yaml(line)) {
        return Some("yaml");
    }
    let removed = lines.iter().any(|line| line.starts_with("--- "));
    if removed && lines.iter().any(|line| line.starts_with("+++ ")) {
        return Some("diff");
    }
    let closing = first.starts_with('<') && lower.contains("</");
    let tags = [
        "<div", "<p>", "<p ", "<head", "<body", "<ul", "<table", "<button", "<form", "<span", "<a ", "<section", "<h1",
    ];
    if closing && tags.iter().any(|tag| first.to_ascii_lowercase().starts_with(tag)) {
        return Some("html");
    }
    let packages = [
        "npm install",
        "npm run",
        "pip install",
        "cargo build",
        "cargo run",
        "cargo install",
        "git clone",
        "git commit",
        "git push",
        "sudo apt",
        "apt-get ",
        "brew install",
        "docker run",
        "docker compose",
        "curl -",
        "yarn add",
        "pnpm add",
        "npx ",
        "uv pip",
        "pip3 install",
        "chmod +x",
        "kubectl ",
    ];
    packages.iter().any(|command| first.starts_with(command)).then_some("bash")
}

const DOCKER: &[&str] = &["RUN ", "COPY ", "WORKDIR ", "CMD ", "ENTRYPOINT ", "ENV ", "EXPOSE ", "ARG ", "USER "];

fn starts_with_any(line: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| line.starts_with(start))
}

fn is_from(line: &str) -> bool {
    line.trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("from "))
}

/// `# ` and `> ` alone are as often headings and quotes.
fn is_prompt(line: &str, end: usize) -> bool {
    !line.starts_with("# ")
        && !line.starts_with("> ")
        && line[end..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '.')
}

fn is_yaml(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('#') || line.starts_with("- ") || line.ends_with(':') || line.contains(": ")
}

fn is_json(lines: &[&str]) -> bool {
    let text: String =
        lines.iter().take(6).flat_map(|line| line.chars().take(400)).filter(|c| !c.is_whitespace()).collect();
    let object = text.trim_start_matches('[');
    let braces = object.starts_with("{\"") && object.contains("\":");
    let list = text.starts_with("[\"") || text.starts_with("[[") || text.starts_with("[1");
    braces || (list && text.ends_with(']') && !text.contains('='))
}

/// `def name(...):` and `class Name:` are Python's, without the colon Ruby's.
fn definition(line: &str) -> Option<&'static str> {
    let start = line.trim_start();
    let defines = start.starts_with("def ") || start.starts_with("class ");
    let python = start.trim_end().ends_with(':') && (start.contains('(') || start.starts_with("class "));
    (defines && python).then_some("python")
}
