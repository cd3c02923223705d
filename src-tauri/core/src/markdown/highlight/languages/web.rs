//! Languages of the web that are code: JavaScript and TypeScript with their tags, JSON, GraphQL, WebAssembly text.

use super::super::rules::*;
use super::{Entry, code};

const JAVASCRIPT: Rules = Rules {
    keywords: words!(
        "as async await break case catch class const continue debugger default delete do else enum export extends
        false finally for from function get if import in instanceof let new null of return set static super
        switch this throw true try typeof undefined using var void while with yield"
    ),
    names: words!("Infinity JSON Math NaN console document globalThis module process require window"),
    definers: words!("class enum function"),
    line_comments: &[line("//"), line_at("#!", Place::Margin)],
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE, SINGLE.apart(), quote("`").lines().hole("${")],
    word_start: "$#",
    word_part: "$",
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | CAPITALS | REGEX,
    ..BARE
};

const TYPESCRIPT: Rules = Rules {
    keywords: words!(
        "abstract accessor any as asserts async await bigint boolean break case catch class const constructor
        continue debugger declare default delete do else enum export extends false finally for from function get
        global if implements import in infer instanceof interface is keyof let module namespace never new null
        number object of out override private protected public readonly require return satisfies set static
        string super switch symbol this throw true try type typeof undefined unique unknown using var void while
        with yield"
    ),
    names: words!("Infinity JSON Math NaN console document globalThis process window"),
    definers: words!("class enum function interface namespace type"),
    ..JAVASCRIPT
};

pub(in super::super) static JAVASCRIPT_RULES: Rules =
    Rules { habits: JAVASCRIPT.habits | JSX, ..JAVASCRIPT }.compiled();
pub(in super::super) static TYPESCRIPT_RULES: Rules = TYPESCRIPT.compiled();
static TSX: Rules = Rules { habits: TYPESCRIPT.habits | JSX, ..TYPESCRIPT }.compiled();

static COFFEESCRIPT: Rules = Rules {
    keywords: words!(
        "and async await break by case catch class continue delete do else export extends false finally for from
        if import in instanceof is isnt let loop new no not null of off on or return super switch then this
        throw true try typeof undefined unless until when while yes yield"
    ),
    definers: words!("class"),
    line_comments: HASH,
    block_comments: &[block("###", "###")],
    quotes: &[quote("\"\"\"").lines().hole("#{"), quote("'''").lines(), DOUBLE.lines().hole("#{"), SINGLE.lines()],
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | CAPITALS | REGEX | COLON_KEYS,
    ..BARE
}
.compiled();

pub(in super::super) static JSON_RULES: Rules = Rules {
    keywords: words!("Infinity NaN false null true"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE, SINGLE],
    habits: COLON_KEYS,
    ..BARE
}
.compiled();

static GRAPHQL: Rules = Rules {
    keywords: words!(
        "directive enum extend false fragment implements input interface mutation null on query repeatable scalar
        schema subscription true type union"
    ),
    names: words!("Boolean Float ID Int String"),
    definers: words!("enum fragment input interface mutation query scalar subscription type union"),
    line_comments: HASH,
    quotes: &[quote("\"\"\"").lines(), DOUBLE],
    sigils: &[(b'@', super::KEYWORD), (b'$', super::NAME)],
    habits: COLON_KEYS | CALLS | CAPITALS,
    ..BARE
}
.compiled();

static WAT: Rules = Rules {
    keywords: words!(
        "block br br_if br_table call call_indirect data drop elem else end export f32 f64 func global i32 i64 if
        import local loop memory module mut offset param result return select start table then type unreachable"
    ),
    line_comments: &[line(";;")],
    block_comments: &[nested("(;", ";)")],
    quotes: &[DOUBLE],
    sigils: &[(b'$', super::NAME)],
    habits: LISP,
    ..BARE
}
.compiled();

static JQ: Rules = Rules {
    keywords: words!(
        "and as catch def elif else empty end error false foreach if import include label not null or reduce then
        true try"
    ),
    names: words!(
        "add any ascii_downcase contains del first flatten from_entries group_by has join keys last length limit
        map map_values max min paths range select sort sort_by split test to_entries tojson tonumber tostring
        type unique unique_by values with_entries"
    ),
    definers: words!("def"),
    line_comments: HASH,
    quotes: &[DOUBLE.hole("\\(")],
    sigils: &[(b'.', super::NAME), (b'$', super::NAME), (b'@', super::KEYWORD)],
    habits: CALLS,
    ..BARE
}
.compiled();

pub(super) static ENTRIES: &[Entry] = &[
    code("javascript", &["js", "jsx", "mjs", "cjs", "node", "ecmascript"], &JAVASCRIPT_RULES),
    code("typescript", &["ts", "mts", "cts", "deno"], &TYPESCRIPT_RULES),
    code("tsx", &[], &TSX),
    code("coffeescript", &["coffee"], &COFFEESCRIPT),
    code("json", &["jsonc", "json5", "jsonl", "ndjson", "geojson", "webmanifest", "ipynb", "har"], &JSON_RULES),
    code("graphql", &["gql"], &GRAPHQL),
    code("wat", &["wast", "wasm", "webassembly"], &WAT),
    code("jq", &[], &JQ),
];
