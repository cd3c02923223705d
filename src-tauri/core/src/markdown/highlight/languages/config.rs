//! Languages that describe: builds, servers, schemas, infrastructure.

use super::super::rules::*;
use super::{Entry, code};

static TOML: Rules = Rules {
    keywords: words!("false inf nan true"),
    line_comments: HASH,
    quotes: &[quote("\"\"\"").lines(), quote("'''").raw().lines(), DOUBLE, SINGLE.raw()],
    word_part: "-.",
    habits: EQUALS_KEYS | SECTIONS,
    ..BARE
}
.compiled();

static HCL: Rules = Rules {
    keywords: words!(
        "bool data dynamic else endfor endif false for for_each if in list locals map module moved null number
        object output provider resource set string terraform true tuple variable"
    ),
    line_comments: &[line("#"), line("//")],
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE.hole("${")],
    word_part: "-",
    habits: CALLS | EQUALS_KEYS | HEREDOCS,
    ..BARE
}
.compiled();

static NIX: Rules = Rules {
    keywords: words!("assert builtins else false if import in inherit let null or rec then throw true with"),
    line_comments: HASH,
    block_comments: SLASH_STAR,
    quotes: &[quote("''").raw().lines().hole("${"), DOUBLE.lines().hole("${")],
    word_part: "-'",
    habits: EQUALS_KEYS,
    ..BARE
}
.compiled();

static PROTOBUF: Rules = Rules {
    keywords: words!(
        "bool bytes double edition enum extend extensions false fixed32 fixed64 float group import inf int32
        int64 map max message nan oneof option optional package public repeated required reserved returns rpc
        service sfixed32 sfixed64 sint32 sint64 stream string syntax to true uint32 uint64 weak"
    ),
    definers: words!("enum message oneof rpc service"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE, SINGLE],
    habits: CAPITALS | CALLS,
    ..BARE
}
.compiled();

static THRIFT: Rules = Rules {
    keywords: words!(
        "binary bool byte const double enum exception extends false i16 i32 i64 i8 include list map namespace
        oneway optional required service set string struct throws true typedef union void"
    ),
    definers: words!("enum exception service struct union"),
    line_comments: &[line("//"), line("#")],
    ..PROTO_LIKE
}
.compiled();

static CAPNP: Rules = Rules {
    keywords: words!("annotation const enum extends false group import in interface struct true union using void"),
    names: words!("Bool Data Float32 Float64 Int16 Int32 Int64 Int8 List Text UInt16 UInt32 UInt64 UInt8 Void"),
    definers: words!("enum interface struct"),
    line_comments: HASH,
    block_comments: &[],
    ..PROTO_LIKE
}
.compiled();

const PROTO_LIKE: Rules =
    Rules { block_comments: SLASH_STAR, quotes: &[DOUBLE, SINGLE], habits: CAPITALS | CALLS, ..BARE };

static DOCKERFILE: Rules = Rules {
    keywords: words!(
        "add arg as cmd copy entrypoint env expose from healthcheck label maintainer onbuild run shell stopsignal
        user volume workdir"
    ),
    ignore_case: true,
    line_comments: &[line_at("#", Place::First)],
    quotes: &[DOUBLE, SINGLE],
    word_part: "-",
    sigils: &[(b'$', super::NAME)],
    habits: EQUALS_KEYS | HEREDOCS | FIRST_KEYWORDS,
    ..BARE
}
.compiled();

static CMAKE: Rules = Rules {
    keywords: words!(
        "and break continue else elseif endforeach endfunction endif endmacro endwhile false foreach function if
        include macro not off on option or private project public required return set true while"
    ),
    definers: words!("function macro"),
    ignore_case: true,
    line_comments: HASH,
    block_comments: &[block("#[[", "]]")],
    quotes: &[DOUBLE.lines(), between("${", "}").raw().name()],
    habits: CALLS,
    ..BARE
}
.compiled();

static MESON: Rules = Rules {
    keywords: words!("and break continue elif else endforeach endif false foreach if in not or true"),
    line_comments: HASH,
    quotes: &[quote("'''").lines(), SINGLE],
    habits: CALLS | COLON_KEYS,
    ..BARE
}
.compiled();

static NGINX: Rules = Rules {
    keywords: words!("events geo http if include location map off on return rewrite server stream types upstream"),
    line_comments: HASH,
    quotes: &[DOUBLE, SINGLE],
    sigils: &[(b'$', super::NAME)],
    word_part: "-",
    habits: HEADS,
    ..BARE
}
.compiled();

static CADDY: Rules = Rules {
    line_comments: &[line_at("#", Place::Word)],
    quotes: &[DOUBLE, quote("`").lines()],
    word_part: "-",
    sigils: &[(b'@', super::NAME), (b'$', super::NAME)],
    habits: HEADS,
    ..BARE
}
.compiled();

static APACHE: Rules = Rules {
    keywords: words!("all allow deny from granted off on order require"),
    ignore_case: true,
    line_comments: &[line_at("#", Place::First)],
    quotes: &[DOUBLE, SINGLE, between("%{", "}").raw().name(), between("<", ">").raw().name()],
    habits: HEADS,
    ..BARE
}
.compiled();

static PO: Rules = Rules {
    keywords: words!("msgctxt msgid msgid_plural msgstr"),
    line_comments: &[line_at("#", Place::First)],
    quotes: &[DOUBLE],
    ..BARE
}
.compiled();

static PRISMA: Rules = Rules {
    keywords: words!("datasource enum false generator model null true type view"),
    names: words!("BigInt Boolean Bytes DateTime Decimal Float Int Json String"),
    definers: words!("datasource enum generator model type view"),
    line_comments: SLASHES,
    quotes: &[DOUBLE],
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | EQUALS_KEYS,
    ..BARE
}
.compiled();

static CUE: Rules = Rules {
    keywords: words!("bool bytes false float for if import in int let null number package string true"),
    line_comments: SLASHES,
    quotes: &[quote("\"\"\"").lines().hole("\\("), DOUBLE.hole("\\("), SINGLE],
    sigils: &[(b'#', super::NAME), (b'@', super::NAME)],
    habits: COLON_KEYS | CALLS,
    ..BARE
}
.compiled();

static JSONNET: Rules = Rules {
    keywords: words!(
        "assert else error false for function if import importstr in local null self super tailstrict then true"
    ),
    line_comments: &[line("//"), line("#")],
    block_comments: SLASH_STAR,
    quotes: &[between("|||", "|||").raw().lines(), DOUBLE, SINGLE],
    sigils: &[(b'$', super::KEYWORD)],
    habits: COLON_KEYS | CALLS,
    ..BARE
}
.compiled();

static BICEP: Rules = Rules {
    keywords: words!(
        "existing false for func if import in module null output param resource targetScope true type using var"
    ),
    names: words!("array bool int object string"),
    definers: words!("func module output param resource type var"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[quote("'''").raw().lines(), SINGLE.hole("${")],
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | COLON_KEYS,
    ..BARE
}
.compiled();

static JUST: Rules = Rules {
    keywords: words!("alias else export false if import mod set true"),
    line_comments: HASH,
    quotes: &[DOUBLE, SINGLE.raw(), quote("`"), between("{{", "}}").raw().name()],
    word_part: "-",
    sigils: &[(b'@', super::PLAIN)],
    habits: CALLS | LABELS | EQUALS_KEYS,
    ..BARE
}
.compiled();

static MERMAID: Rules = Rules {
    keywords: words!(
        "activate actor alt and as autonumber class classDef classDiagram click deactivate direction else end
        erDiagram flowchart gantt gitGraph graph journey link loop mindmap note opt over par participant pie
        rect section sequenceDiagram state stateDiagram stateDiagram-v2 style subgraph timeline title"
    ),
    names: words!("BT LR RL TB TD"),
    line_comments: &[line_at("%%", Place::First)],
    quotes: &[DOUBLE],
    word_part: "-",
    ..BARE
}
.compiled();

static DOT: Rules = Rules {
    keywords: words!("digraph edge graph node strict subgraph"),
    definers: words!("digraph graph subgraph"),
    ignore_case: true,
    line_comments: &[line("//"), line_at("#", Place::First)],
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE.lines()],
    habits: EQUALS_KEYS,
    ..BARE
}
.compiled();

static PLANTUML: Rules = Rules {
    keywords: words!(
        "activate actor alt as class component database deactivate else end entity enum extends group hide if
        implements interface left loop note of opt package participant right skinparam start state stop then
        title to usecase"
    ),
    line_comments: &[line_at("'", Place::First)],
    block_comments: &[block("/'", "'/")],
    quotes: &[DOUBLE],
    sigils: &[(b'@', super::KEYWORD), (b'!', super::KEYWORD)],
    habits: CALLS,
    ..BARE
}
.compiled();

static SSH_CONFIG: Rules = Rules {
    keywords: words!("no yes"),
    line_comments: &[line_at("#", Place::First)],
    quotes: &[DOUBLE],
    word_part: "-",
    habits: HEADS,
    ..BARE
}
.compiled();

static GITIGNORE: Rules =
    Rules { line_comments: &[line_at("#", Place::Margin)], sigils: &[(b'!', super::KEYWORD)], ..BARE }.compiled();

static CSV: Rules = Rules { quotes: &[DOUBLE.doubled().lines()], ..BARE }.compiled();

pub(super) static ENTRIES: &[Entry] = &[
    code("toml", &["cargo"], &TOML),
    code("hcl", &["terraform", "tf", "tfvars", "opentofu", "packer"], &HCL),
    code("nix", &["nixos", "flake"], &NIX),
    code("protobuf", &["proto", "proto3"], &PROTOBUF),
    code("thrift", &[], &THRIFT),
    code("capnp", &["capnproto"], &CAPNP),
    code("dockerfile", &["docker", "containerfile"], &DOCKERFILE),
    code("cmake", &["cmakelists"], &CMAKE),
    code("meson", &[], &MESON),
    code("nginx", &["nginxconf"], &NGINX),
    code("caddy", &["caddyfile"], &CADDY),
    code("apache", &["apacheconf", "htaccess", "httpd"], &APACHE),
    code("po", &["pot", "gettext"], &PO),
    code("prisma", &[], &PRISMA),
    code("cue", &[], &CUE),
    code("jsonnet", &["libsonnet"], &JSONNET),
    code("bicep", &[], &BICEP),
    code("just", &["justfile"], &JUST),
    code("mermaid", &["mmd"], &MERMAID),
    code("dot", &["graphviz", "gv"], &DOT),
    code("plantuml", &["puml", "uml"], &PLANTUML),
    code("ssh-config", &["sshconfig", "sshd_config"], &SSH_CONFIG),
    code("gitignore", &["ignore", "dockerignore", "gitattributes"], &GITIGNORE),
    code("csv", &["tsv"], &CSV),
];
