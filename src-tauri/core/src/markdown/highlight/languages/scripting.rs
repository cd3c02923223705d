//! Scripting languages: Python and its kin, Ruby, Perl, PHP, Lua, Tcl, awk, PowerShell, Batch, AppleScript, ...

use super::super::rules::*;
use super::{Entry, code};

const PYTHON: Rules = Rules {
    keywords: words!(
        "False None True and as assert async await break case class continue def del elif else except finally for
        from global if import in is lambda match nonlocal not or pass raise return try type while with yield"
    ),
    names: words!(
        "abs all any bool bytearray bytes callable classmethod dict dir enumerate filter float frozenset getattr
        hasattr hash int isinstance issubclass iter len list map max min next object open print property range
        repr reversed round self set setattr slice sorted staticmethod str sum super tuple vars zip"
    ),
    definers: words!("class def"),
    line_comments: HASH,
    quotes: &[quote("\"\"\"").lines(), quote("'''").lines(), DOUBLE, SINGLE],
    prefixes: words!("b br f fr r rb rf t u"),
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | CAPITALS,
    ..BARE
};

pub(in super::super) static PYTHON_RULES: Rules = PYTHON.compiled();

static MOJO: Rules = Rules {
    keywords: words!(
        "False None Self True alias and as assert async await borrowed break class comptime continue def del elif
        else except finally fn for from global if import in inout is lambda let match mut nonlocal not or out
        owned pass raise raises ref return struct trait try var while with yield"
    ),
    definers: words!("class def fn struct trait"),
    ..PYTHON
}
.compiled();

static GDSCRIPT: Rules = Rules {
    keywords: words!(
        "and as assert await break breakpoint class class_name const continue elif else enum extends false for
        func if in is match not null or pass preload return self setget signal static super tool true var void
        when while yield"
    ),
    names: words!(
        "Array Basis Color Dictionary NodePath PackedScene Transform2D Vector2 Vector3 bool float get_node int
        load print range"
    ),
    definers: words!("class class_name enum func signal"),
    quotes: &[quote("\"\"\"").lines(), DOUBLE, SINGLE],
    sigils: &[(b'@', super::KEYWORD), (b'$', super::NAME)],
    ..PYTHON
}
.compiled();

static STARLARK: Rules = Rules {
    keywords: words!("False None True and break continue def elif else for if in lambda load not or pass return"),
    definers: words!("def"),
    habits: CALLS,
    ..PYTHON
}
.compiled();

static RUBY: Rules = Rules {
    keywords: words!(
        "BEGIN END __FILE__ __LINE__ alias and begin break case class def defined? do else elsif end ensure false
        for if in module next nil not or redo rescue retry return self super then true undef unless until when
        while yield"
    ),
    names: words!(
        "attr_accessor attr_reader attr_writer extend include lambda loop p private proc protected public puts
        raise require require_relative"
    ),
    definers: words!("class def module"),
    line_comments: HASH,
    block_comments: &[margin("=begin", "=end")],
    quotes: &[DOUBLE.lines().hole("#{"), SINGLE.lines(), quote("`").hole("#{")],
    word_part: "?!",
    sigils: &[(b'@', super::NAME), (b'$', super::NAME), (b':', super::STRING)],
    habits: CALLS | CAPITALS | REGEX | HEREDOCS | PERCENT,
    ..BARE
}
.compiled();

static PERL: Rules = Rules {
    keywords: words!(
        "__END__ __PACKAGE__ and cmp continue default die do else elsif eq eval for foreach ge given goto gt if
        last le local lt my ne next no not or our package redo return say state sub undef unless until use
        wantarray warn when while x xor"
    ),
    names: words!(
        "bless chomp close defined delete each exists grep join keys length map open pop print printf push ref
        reverse scalar shift sort splice split sprintf substr unshift values"
    ),
    definers: words!("package sub"),
    line_comments: &[line_at("#", Place::Word)],
    block_comments: &[
        margin("=head", "=cut"),
        margin("=pod", "=cut"),
        margin("=over", "=cut"),
        margin("=begin", "=cut"),
    ],
    quotes: &[DOUBLE.lines(), SINGLE.lines(), quote("`")],
    sigils: &[(b'$', super::NAME), (b'@', super::NAME), (b'%', super::NAME)],
    habits: CALLS | REGEX | HEREDOCS | Q_LIKE,
    ..BARE
}
.compiled();

static PHP: Rules = Rules {
    keywords: words!(
        "abstract and array as break callable case catch class clone const continue declare default die do echo
        else elseif empty enddeclare endfor endforeach endif endswitch endwhile enum eval exit extends false
        final finally fn for foreach from function global goto if implements include include_once instanceof
        insteadof interface isset list match mixed namespace never new null or php print private protected
        public readonly require require_once return self static switch this throw trait true try unset use var
        void while xor yield"
    ),
    names: words!("bool float int iterable object string"),
    definers: words!("class enum function interface trait"),
    ignore_case: true,
    line_comments: &[line("//"), line_at("# ", Place::Anywhere)],
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE.lines(), SINGLE.lines(), quote("`")],
    sigils: &[(b'$', super::NAME)],
    habits: CALLS | CAPITALS | HEREDOCS,
    ..BARE
}
.compiled();

const LUA: Rules = Rules {
    keywords: words!(
        "and break do else elseif end false for function goto if in local nil not or repeat return then true
        until while"
    ),
    names: words!(
        "assert coroutine error ipairs math next pairs pcall print require select self setmetatable string table
        tonumber tostring type"
    ),
    definers: words!("function"),
    line_comments: &[line("--")],
    quotes: &[DOUBLE, SINGLE],
    habits: CALLS | LONG_BRACKETS,
    ..BARE
};

static LUA_RULES: Rules = LUA.compiled();

static LUAU: Rules = Rules {
    keywords: words!(
        "and break continue do else elseif end export false for function if in local nil not or repeat return
        then true type typeof until while"
    ),
    quotes: &[DOUBLE, SINGLE, quote("`").hole("{")],
    ..LUA
}
.compiled();

static TCL: Rules = Rules {
    keywords: words!(
        "after append array break catch continue default dict else elseif error eval expr for foreach global if
        incr info lappend lassign lindex list llength lsort namespace package proc puts regexp regsub rename
        return set source split string switch then trace unset uplevel upvar variable while yield"
    ),
    definers: words!("proc"),
    line_comments: &[line_at("#", Place::Word)],
    quotes: &[DOUBLE.lines()],
    word_part: ":",
    sigils: &[(b'$', super::NAME)],
    ..BARE
}
.compiled();

static AWK: Rules = Rules {
    keywords: words!(
        "BEGIN BEGINFILE END ENDFILE FNR FS NF NR OFS ORS RS break case continue default delete do else exit for
        func function getline if in next nextfile print printf return switch while"
    ),
    definers: words!("function"),
    line_comments: HASH,
    quotes: &[DOUBLE],
    sigils: &[(b'$', super::NAME)],
    habits: CALLS | REGEX,
    ..BARE
}
.compiled();

static POWERSHELL: Rules = Rules {
    keywords: words!(
        "-and -as -contains -eq -ge -gt -in -is -join -le -like -lt -match -ne -not -notlike -notmatch -or
        -replace -split begin break catch class continue data do dynamicparam else elseif end enum exit filter
        finally for foreach from function hidden if in param process return static switch throw trap try until
        using while workflow"
    ),
    names: words!(
        "$_ bool byte cd clear copy datetime del dir double echo hashtable int kill ls mkdir object
        pscustomobject psobject pwd rm select sort string switchparameter where write"
    ),
    definers: words!("class enum filter function"),
    ignore_case: true,
    line_comments: HASH,
    block_comments: &[block("<#", "#>")],
    quotes: &[
        between("@\"", "\"@").escape(b'`').lines(),
        between("@'", "'@").raw().lines(),
        DOUBLE.escape(b'`').lines(),
        SINGLE.doubled().lines(),
    ],
    sigils: &[(b'$', super::NAME)],
    word_start: "-",
    word_part: "-",
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

static BATCH: Rules = Rules {
    keywords: words!(
        "assoc break call cd chdir choice cls cmd copy date del dir do echo else endlocal equ erase errorlevel
        exist exit findstr for ftype geq goto gtr if in leq lss md mkdir mklink move neq not nul off on path
        pause popd prompt pushd rd rem ren rename rmdir set setlocal shift start taskkill time timeout title
        type ver where xcopy"
    ),
    definers: words!("goto"),
    ignore_case: true,
    line_comments: &[
        line_at("::", Place::First),
        line_at("rem ", Place::First),
        line_at("REM ", Place::First),
        line_at("@rem ", Place::First),
    ],
    quotes: &[DOUBLE.raw(), quote("%").raw().name()],
    sigils: &[(b':', super::NAME)],
    ..BARE
}
.compiled();

static APPLESCRIPT: Rules = Rules {
    keywords: words!(
        "about after against and apart application as aside at back before beginning behind below beneath beside
        between but by considering contain contains continue copy div does else end equal equals error every
        exit false first from front get given global if ignoring in instead into is it its last local me middle
        mod my not of on or out over property put ref repeat return returning script second set some tell that
        the then third through times to transaction true try until where while whose with without"
    ),
    definers: words!("on property script to"),
    ignore_case: true,
    line_comments: &[line("--"), line("#")],
    block_comments: &[nested("(*", "*)")],
    quotes: &[DOUBLE.lines()],
    habits: CALLS,
    ..BARE
}
.compiled();

static VIM: Rules = Rules {
    keywords: words!(
        "abort augroup autocmd call colorscheme command const def echo echom else elseif end enddef endfor
        endfunction endif endtry endwhile execute export filetype finally finish for function hi highlight if
        imap import in inoremap lcd let map nmap nnoremap noremap normal plugin return set setlocal silent
        source syntax throw tnoremap try unlet vim9script vmap vnoremap while xnoremap"
    ),
    definers: words!("augroup def function"),
    line_comments: &[line_at("\"", Place::First), line_at("# ", Place::First)],
    quotes: &[DOUBLE, SINGLE.doubled()],
    word_part: ":#",
    sigils: &[(b'&', super::NAME), (b'@', super::NAME)],
    habits: CALLS,
    ..BARE
}
.compiled();

static SED: Rules =
    Rules { line_comments: HASH, sigils: &[(b'\\', super::KEYWORD)], habits: REGEX | Q_LIKE | HEADS, ..BARE }
        .compiled();

static AUTOHOTKEY: Rules = Rules {
    keywords: words!(
        "and as break case catch class continue else exitapp extends false finally for global gosub goto if in is
        isset local loop new not or return send sleep static super switch this throw true try until while"
    ),
    definers: words!("class"),
    ignore_case: true,
    line_comments: &[line_at(";", Place::Word)],
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE.escape(b'`'), SINGLE.escape(b'`')],
    sigils: &[(b'#', super::KEYWORD)],
    habits: CALLS,
    ..BARE
}
.compiled();

pub(super) static ENTRIES: &[Entry] = &[
    code("python", &["py", "python3", "py3", "pyi", "pyw", "ipython", "sage"], &PYTHON_RULES),
    code("mojo", &[], &MOJO),
    code("gdscript", &["gd", "godot"], &GDSCRIPT),
    code("starlark", &["bzl", "bazel"], &STARLARK),
    code("ruby", &["rb", "gemfile", "rakefile", "podfile", "vagrantfile", "erb"], &RUBY),
    code("perl", &["pl", "pm", "raku"], &PERL),
    code("php", &["php7", "php8", "phtml"], &PHP),
    code("lua", &["rockspec"], &LUA_RULES),
    code("luau", &["roblox"], &LUAU),
    code("tcl", &["tk", "expect"], &TCL),
    code("awk", &["gawk", "mawk", "nawk"], &AWK),
    code("powershell", &["ps", "ps1", "psm1", "pwsh", "posh"], &POWERSHELL),
    code("batch", &["bat", "cmd", "dos", "winbatch", "batchfile"], &BATCH),
    code("applescript", &["osascript", "scpt"], &APPLESCRIPT),
    code("vim", &["viml", "vimscript", "vimrc", "nvim"], &VIM),
    code("sed", &[], &SED),
    code("autohotkey", &["ahk"], &AUTOHOTKEY),
];
