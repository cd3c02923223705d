//! All languages by name and alias. The tables are grouped by kin, one file each.

mod c_like;
mod classic;
mod config;
mod functional;
mod machine;
mod managed;
mod science;
mod scripting;
mod systems;
mod web;

use super::pieces::{KEYWORD, NAME, PLAIN, STRING};
use super::rules::Rules;

pub(super) use scripting::PYTHON_RULES as PYTHON;
pub(super) use web::{JAVASCRIPT_RULES as JAVASCRIPT, JSON_RULES as JSON, TYPESCRIPT_RULES as TYPESCRIPT};

/// A language, what else it is called (all in lower case), and who reads it.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) lexer: Lexer,
}

/// Who reads the lines of a language.
#[derive(Clone, Copy)]
pub(super) enum Lexer {
    Code(&'static Rules),
    Shell,
    Html,
    Xml,
    Css,
    Markdown,
    Tex,
    Yaml,
    Diff,
    Ini,
    Http,
    Make,
    Console,
    /// Text that is no code: so called that nothing is guessed for it.
    Text,
}

const fn code(name: &'static str, aliases: &'static [&'static str], rules: &'static Rules) -> Entry {
    Entry { name, aliases, lexer: Lexer::Code(rules) }
}

const fn special(name: &'static str, aliases: &'static [&'static str], lexer: Lexer) -> Entry {
    Entry { name, aliases, lexer }
}

static SPECIAL: &[Entry] = &[
    special(
        "bash",
        &["sh", "shell", "zsh", "fish", "ksh", "dash", "ash", "bashrc", "zshrc", "shellscript", "pkgbuild"],
        Lexer::Shell,
    ),
    special(
        "console",
        &["shellsession", "shell-session", "terminal", "sh-session", "pycon", "bash-session"],
        Lexer::Console,
    ),
    special(
        "html",
        &[
            "htm",
            "xhtml",
            "html5",
            "jinja",
            "jinja2",
            "django",
            "twig",
            "handlebars",
            "hbs",
            "ejs",
            "liquid",
            "cshtml",
            "razor",
            "jsp",
            "astro",
        ],
        Lexer::Html,
    ),
    special("vue", &[], Lexer::Html),
    special("svelte", &[], Lexer::Html),
    special(
        "xml",
        &[
            "svg", "xsd", "xsl", "xslt", "rss", "atom", "plist", "pom", "csproj", "wsdl", "xaml", "kml", "gpx",
            "mathml", "resx",
        ],
        Lexer::Xml,
    ),
    special("css", &["scss", "sass", "less", "stylus", "styl", "postcss", "pcss"], Lexer::Css),
    special("markdown", &["md", "mdx", "mkd", "rmd", "qmd"], Lexer::Markdown),
    special("latex", &["tex", "sty", "bibtex", "bib", "context"], Lexer::Tex),
    special("yaml", &["yml", "docker-compose", "compose", "ansible", "k8s", "kubernetes", "openapi"], Lexer::Yaml),
    special("diff", &["patch", "udiff"], Lexer::Diff),
    special(
        "ini",
        &[
            "cfg",
            "conf",
            "config",
            "properties",
            "env",
            "dotenv",
            "desktop",
            "service",
            "systemd",
            "editorconfig",
            "gitconfig",
            "npmrc",
            "reg",
        ],
        Lexer::Ini,
    ),
    special("http", &["https", "rest"], Lexer::Http),
    special("makefile", &["make", "mk", "gnumake", "mf"], Lexer::Make),
    special("text", &["txt", "plaintext", "plain", "output", "log", "none", "ascii"], Lexer::Text),
];

pub(super) static GROUPS: [&[Entry]; 11] = [
    SPECIAL,
    c_like::ENTRIES,
    managed::ENTRIES,
    systems::ENTRIES,
    scripting::ENTRIES,
    functional::ENTRIES,
    web::ENTRIES,
    config::ENTRIES,
    science::ENTRIES,
    machine::ENTRIES,
    classic::ENTRIES,
];
