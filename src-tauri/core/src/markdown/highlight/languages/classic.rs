//! Languages with a long history: Pascal, Ada, COBOL, BASIC, ABAP, Smalltalk, Forth, PostScript, APL's heirs.

use super::super::rules::*;
use super::{Entry, code};

static PASCAL: Rules = Rules {
    keywords: words!(
        "absolute abstract and array as asm begin case class const constructor destructor dispinterface div do
        downto else end except exports file finalization finally for forward function goto if implementation in
        inherited initialization inline interface is label library mod nil not object of on operator or out
        overload override packed private procedure program property protected public published raise record
        reference repeat resourcestring self set shl shr string then threadvar to try type unit until uses var
        virtual while with xor"
    ),
    names: words!(
        "boolean byte cardinal char double extended int64 integer longint pchar readln real result shortint
        single smallint tobject variant word write writeln"
    ),
    definers: words!("constructor destructor function procedure program unit"),
    ignore_case: true,
    line_comments: SLASHES,
    block_comments: &[block("{", "}"), block("(*", "*)")],
    quotes: &[SINGLE.doubled()],
    sigils: &[(b'#', super::STRING)],
    habits: CALLS | DOLLAR_NUMBERS,
    ..BARE
}
.compiled();

static ADA: Rules = Rules {
    keywords: words!(
        "abort abs abstract accept access aliased all and array at begin body case constant declare delay delta
        digits do else elsif end entry exception exit for function generic goto if in interface is limited loop
        mod new not null of or others out overriding package parallel pragma private procedure protected raise
        range record rem renames requeue return reverse select separate some subtype synchronized tagged task
        terminate then type until use when while with xor"
    ),
    names: words!("boolean character duration float integer natural positive string"),
    definers: words!("body function package procedure subtype task type"),
    ignore_case: true,
    line_comments: &[line("--")],
    quotes: &[DOUBLE.doubled(), CHARACTER],
    habits: CALLS | HASH_NUMBERS,
    ..BARE
}
.compiled();

static COBOL: Rules = Rules {
    keywords: words!(
        "accept add advancing all and are assign at author binary by call class close compute configuration copy
        data delete depending display divide division else end end-call end-evaluate end-if end-perform end-read
        environment equal evaluate exit fd file file-control filler from function giving go goback greater
        high-values identification if in indexed initialize input input-output inspect into invalid is key less
        line linkage low-values move multiply not occurs of on open or organization other output perform pic
        picture procedure program program-id read record redefines replacing rewrite rounded run section select
        sequential set size sort space spaces start status stop string subtract tallying than then through thru
        times to unstring until up upon usage using value varying when with working-storage write zero zeroes
        zeros"
    ),
    definers: words!("program-id"),
    ignore_case: true,
    line_comments: &[line("*>"), line_at("*", Place::First)],
    quotes: &[DOUBLE.doubled(), SINGLE.doubled()],
    word_part: "-",
    ..BARE
}
.compiled();

static VISUAL_BASIC: Rules = Rules {
    keywords: words!(
        "addhandler addressof alias and andalso as async await boolean byref byte byval call case catch char
        class const continue date decimal declare default delegate dim directcast do double each else elseif end
        enum erase error event exit explicit false finally for friend function get global goto handles if
        implements imports in inherits integer interface is isnot iterator let lib like long loop me mod module
        mustinherit mybase namespace new next not nothing null object of on option optional or orelse overloads
        overridable overrides paramarray partial private property protected public raiseevent readonly redim rem
        resume return select set shadows shared short single static step stop string structure sub synclock then
        throw to true try trycast type typeof until using variant wend when while with withevents xor"
    ),
    names: words!("application cells createobject debug inputbox len mid msgbox range thisworkbook ubound worksheets"),
    definers: words!("class enum function interface module namespace property structure sub type"),
    ignore_case: true,
    line_comments: &[line("'"), line_at("Rem ", Place::First), line_at("REM ", Place::First)],
    quotes: &[DOUBLE.doubled()],
    sigils: &[(b'#', super::KEYWORD)],
    habits: CALLS | AND_NUMBERS,
    ..BARE
}
.compiled();

static BASIC: Rules = Rules {
    keywords: words!(
        "and as close cls data def dim do else end endif exit for function gosub goto if input let line loop mod
        next not open or peek play poke print read rem restore return select step stop sub swap then to until
        wend while xor"
    ),
    ignore_case: true,
    line_comments: &[line("'"), line_at("REM ", Place::Word), line_at("rem ", Place::Word)],
    quotes: &[DOUBLE.raw()],
    word_part: "$%",
    habits: CALLS | AND_NUMBERS,
    ..BARE
}
.compiled();

static ABAP: Rules = Rules {
    keywords: words!(
        "abstract add and append as assign at begin by call case catch change changing check class clear collect
        commit concatenate condense constants continue create data definition delete describe do else elseif end
        endcase endclass endday enddo endform endif endinterface endloop endmethod endmodule endselect endtry
        endwhile exception exit exporting field-symbols for form format from function if implementation
        importing in include inheriting initial insert interface into is it key leave left like loop message
        method methods mod modify module move multiply new not of or order parameters perform private program
        protected public raise raising read receiving ref refresh report return returning rollback select
        select-options set single sort split standard static structure subtract switch table tables then to
        transporting try type types unassign up update using value values when where while with work write"
    ),
    definers: words!("class form function interface method module report"),
    ignore_case: true,
    line_comments: &[line("\""), line_at("*", Place::Margin)],
    quotes: &[SINGLE.doubled(), quote("`").doubled(), between("|", "|").hole("{")],
    word_part: "-",
    sigils: &[(b'@', super::NAME)],
    habits: CALLS,
    ..BARE
}
.compiled();

static SMALLTALK: Rules = Rules {
    keywords: words!("false nil self super thisContext true"),
    block_comments: &[block("\"", "\"")],
    quotes: &[SINGLE.doubled().lines()],
    sigils: &[(b'#', super::STRING), (b'$', super::STRING)],
    habits: CAPITALS | COLON_KEYS,
    ..BARE
}
.compiled();

static FORTH: Rules = Rules {
    keywords: words!(
        "+loop : ; ?do again and begin case constant create do does> drop dup else emit endcase endof exit i if
        immediate invert j leave loop mod nip not of or over postpone recurse repeat rot swap then to tuck until
        value variable while xor"
    ),
    definers: words!(": constant create variable"),
    ignore_case: true,
    line_comments: &[line_at("\\ ", Place::Word)],
    block_comments: &[block("( ", ")")],
    quotes: &[between(".\" ", "\"").raw(), between("s\" ", "\"").raw()],
    word_start: "+-*/<>=!?@:;,#",
    word_part: "+-*/<>=!?@:;,#'\"[]",
    ..BARE
}
.compiled();

static POSTSCRIPT: Rules = Rules {
    keywords: words!(
        "add begin bind clip closepath copy curveto def dict div dup end exch exec false fill findfont for forall
        grestore gsave if ifelse index lineto load loop moveto mul neg newpath pop repeat rlineto rmoveto roll
        rotate scale scalefont setfont setgray setlinewidth setrgbcolor show showpage stroke sub translate true"
    ),
    line_comments: &[line("%")],
    quotes: &[between("(", ")").lines()],
    sigils: &[(b'/', super::NAME)],
    ..BARE
}
.compiled();

static OPENSCAD: Rules = Rules {
    keywords: words!("assert each else false for function if include let module true undef use"),
    definers: words!("function module"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE],
    sigils: &[(b'$', super::NAME)],
    habits: CALLS,
    ..BARE
}
.compiled();

static RENPY: Rules = Rules {
    keywords: words!(
        "animate as at call contains define elif else end extend for hide if image imagebutton in init jump label
        menu pass pause play python return scene screen show stop text textbutton transform translate use vbox
        while window with"
    ),
    definers: words!("image label screen transform"),
    line_comments: HASH,
    quotes: &[quote("\"\"\"").lines(), DOUBLE, SINGLE],
    sigils: &[(b'$', super::KEYWORD)],
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

pub(super) static ENTRIES: &[Entry] = &[
    code("pascal", &["pas", "delphi", "objectpascal", "object-pascal", "lazarus", "dpr", "freepascal"], &PASCAL),
    code("ada", &["adb", "ads"], &ADA),
    code("cobol", &["cob", "cbl", "cpy"], &COBOL),
    code("vb", &["vba", "vbnet", "vb.net", "visualbasic", "visual-basic", "vbscript", "vbs", "bas"], &VISUAL_BASIC),
    code("basic", &["qbasic", "freebasic", "quickbasic"], &BASIC),
    code("abap", &["sap-abap"], &ABAP),
    code("smalltalk", &["st", "pharo", "squeak"], &SMALLTALK),
    code("forth", &["fth", "4th"], &FORTH),
    code("postscript", &["eps"], &POSTSCRIPT),
    code("openscad", &["scad"], &OPENSCAD),
    code("renpy", &["rpy"], &RENPY),
];
