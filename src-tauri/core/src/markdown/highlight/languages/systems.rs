//! Compiled languages with their own mind: Rust, Go, Zig, Nim, Crystal, Odin, Mojo, Move, Vala, Haxe.

use super::super::rules::*;
use super::{Entry, code};

static RUST: Rules = Rules {
    keywords: words!(
        "Self abstract as async await become box break const continue crate do dyn else enum extern false final
        fn for if impl in let loop macro macro_rules match mod move mut override priv pub ref return self static
        struct super trait true try type typeof union unsafe unsized use virtual where while yield"
    ),
    names: words!("bool char f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize"),
    definers: words!("const enum fn mod static struct trait type union"),
    line_comments: SLASHES,
    block_comments: NESTED_SLASH_STAR,
    quotes: &[DOUBLE.lines(), CHARACTER],
    prefixes: words!("b c"),
    habits: CALLS | CAPITALS | MACROS | RUST_RAW,
    ..BARE
}
.compiled();

static GO: Rules = Rules {
    keywords: words!(
        "break case chan const continue default defer else fallthrough false for func go goto if import interface
        iota map nil package range return select struct switch true type var"
    ),
    names: words!(
        "any bool byte comparable complex128 complex64 error float32 float64 int int16 int32 int64 int8 rune
        string uint uint16 uint32 uint64 uint8 uintptr"
    ),
    definers: words!("func package type"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE, quote("`").raw().lines(), CHARACTER],
    habits: CALLS,
    ..BARE
}
.compiled();

static ZIG: Rules = Rules {
    keywords: words!(
        "addrspace align allowzero and anyframe anytype asm async await break callconv catch comptime const
        continue defer else enum errdefer error export extern false fn for if inline linksection noalias
        noinline nosuspend null opaque or orelse packed pub resume return struct suspend switch test threadlocal
        true try undefined union unreachable usingnamespace var volatile while"
    ),
    names: words!(
        "anyerror anyopaque bool c_int comptime_float comptime_int f16 f32 f64 i128 i16 i32 i64 i8 isize noreturn
        type u128 u16 u32 u64 u8 usize void"
    ),
    definers: words!("fn"),
    line_comments: SLASHES,
    // Two backslashes open a string to the end of the line: nothing closes it.
    quotes: &[between("\\\\", "\0").raw(), DOUBLE, CHARACTER],
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

static NIM: Rules = Rules {
    keywords: words!(
        "addr and as asm bind block break case cast concept const continue converter defer discard distinct div
        do elif else end enum except export false finally for from func if import in include interface is isnot
        iterator let macro method mixin mod nil not notin object of or out proc ptr raise ref result return shl
        shr static template true try tuple type using var when while xor yield"
    ),
    names: words!(
        "array bool char cstring echo float float32 float64 int int16 int32 int64 int8 len openarray range seq
        set string uint uint32 uint64 uint8"
    ),
    definers: words!("converter func iterator macro method proc template"),
    line_comments: HASH,
    block_comments: &[nested("#[", "]#")],
    quotes: &[quote("\"\"\"").raw().lines(), DOUBLE, CHARACTER, quote("`").raw().name()],
    prefixes: words!("fmt r"),
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

static CRYSTAL: Rules = Rules {
    keywords: words!(
        "abstract alias annotation as asm begin break case class def do else elsif end ensure enum extend false
        for fun getter if in include instance_sizeof is_a? lib macro module next nil nil? of out pointerof
        private property protected record require rescue return select self setter sizeof struct super then true
        type typeof uninitialized union unless until verbatim when while with yield"
    ),
    names: words!("p pp puts raise spawn"),
    definers: words!("annotation class def enum fun lib macro module struct"),
    line_comments: HASH,
    quotes: &[DOUBLE.lines().hole("#{"), CHARACTER, quote("`").hole("#{")],
    word_part: "?!",
    sigils: &[(b'@', super::NAME), (b':', super::STRING)],
    habits: CALLS | CAPITALS | REGEX | HEREDOCS | PERCENT,
    ..BARE
}
.compiled();

static ODIN: Rules = Rules {
    keywords: words!(
        "asm auto_cast bit_set break case cast context continue defer distinct do dynamic else enum fallthrough
        false for foreign if import in map matrix nil not_in or_else or_return package proc return struct switch
        transmute true typeid union using when where"
    ),
    names: words!(
        "any bool byte cstring f16 f32 f64 i128 i16 i32 i64 i8 int rawptr rune string u128 u16 u32 u64 u8 uint
        uintptr"
    ),
    definers: words!("package"),
    line_comments: SLASHES,
    block_comments: NESTED_SLASH_STAR,
    quotes: &[DOUBLE, quote("`").raw().lines(), CHARACTER],
    sigils: &[(b'#', super::KEYWORD), (b'@', super::NAME)],
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

static VALA: Rules = Rules {
    keywords: words!(
        "abstract as async base bool break case catch char class const construct continue default delegate delete
        do double dynamic else ensures enum errordomain extern false finally float for foreach get if in inline
        int int64 interface internal is lock long namespace new null out override owned private protected public
        ref requires return set short signal sizeof static string struct switch this throw throws true try
        typeof uint uint64 unowned using var virtual void volatile weak while yield"
    ),
    definers: words!("class enum errordomain interface namespace struct"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[quote("\"\"\"").raw().lines(), between("@\"", "\""), DOUBLE, CHARACTER],
    habits: CALLS | CAPITALS | PREPROCESSOR,
    ..BARE
}
.compiled();

static HAXE: Rules = Rules {
    keywords: words!(
        "abstract break case cast catch class continue default do dynamic else enum extends extern false final
        for function if implements import in inline interface macro new null operator overload override package
        private public return static super switch this throw true try typedef untyped using var while"
    ),
    definers: words!("abstract class enum function interface typedef"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE.lines(), SINGLE.lines().hole("${")],
    sigils: &[(b'@', super::NAME), (b'#', super::KEYWORD)],
    habits: CALLS | CAPITALS | REGEX,
    ..BARE
}
.compiled();

static MOVE: Rules = Rules {
    keywords: words!(
        "abort acquires address as break const continue copy drop else entry enum false friend fun has if
        invariant key let loop match module move mut native phantom public return script spec store struct true
        use while"
    ),
    names: words!("bool signer u128 u16 u256 u32 u64 u8 vector"),
    definers: words!("const enum fun module struct"),
    line_comments: SLASHES,
    block_comments: NESTED_SLASH_STAR,
    quotes: &[DOUBLE],
    prefixes: words!("b x"),
    habits: CALLS | CAPITALS | MACROS,
    ..BARE
}
.compiled();

pub(super) static ENTRIES: &[Entry] = &[
    code("rust", &["rs", "rust-script"], &RUST),
    code("go", &["golang"], &GO),
    code("zig", &["zon"], &ZIG),
    code("nim", &["nims", "nimble"], &NIM),
    code("crystal", &["cr"], &CRYSTAL),
    code("odin", &[], &ODIN),
    code("vala", &["vapi"], &VALA),
    code("haxe", &["hx"], &HAXE),
    code("move", &[], &MOVE),
];
