//! Languages of the large virtual machines and of phones: Java, Kotlin, Scala, Groovy, Swift, Dart, Apex, Solidity.

use super::super::rules::*;
use super::{Entry, code};

const JAVA: Rules = Rules {
    keywords: words!(
        "abstract assert boolean break byte case catch char class const continue default do double else enum
        exports extends false final finally float for goto if implements import instanceof int interface long
        module native new null opens package permits private protected provides public record requires return
        sealed short static strictfp super switch synchronized this throw throws transient true try var void
        volatile when while with yield"
    ),
    definers: words!("class enum interface record"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[quote("\"\"\"").lines(), DOUBLE, CHARACTER],
    sigils: &[(b'@', super::NAME)],
    word_start: "$",
    word_part: "$",
    habits: CALLS | CAPITALS,
    ..BARE
};

static JAVA_RULES: Rules = JAVA.compiled();

static APEX: Rules = Rules {
    keywords: words!(
        "abstract after and as before blob boolean break bulk by catch class continue date datetime decimal
        delete desc do double else enum extends false final finally for from future get global id if implements
        insert instanceof integer interface limit list long map merge new null object on or order override
        private protected public return select set sharing static string super switch testmethod this throw
        transient trigger true try undelete update upsert virtual void webservice when where while with without"
    ),
    definers: words!("class enum interface trigger"),
    quotes: &[SINGLE],
    ignore_case: true,
    ..JAVA
}
.compiled();

static KOTLIN: Rules = Rules {
    keywords: words!(
        "abstract actual annotation as break by catch class companion const constructor continue crossinline data
        delegate do dynamic else enum expect external false field file final finally for fun get if import in
        infix init inline inner interface internal is it lateinit noinline null object open operator out
        override package private protected public receiver reified return sealed set super suspend tailrec this
        throw true try typealias typeof val value var vararg when where while"
    ),
    definers: words!("class fun interface object typealias"),
    block_comments: NESTED_SLASH_STAR,
    quotes: &[quote("\"\"\"").raw().lines().hole("${"), DOUBLE.hole("${"), CHARACTER, quote("`").raw().name()],
    ..JAVA
}
.compiled();

static SCALA: Rules = Rules {
    keywords: words!(
        "abstract as case catch class def derives do else end enum export extends extension false final finally
        for forSome given if implicit import infix inline lazy macro match new null object opaque open override
        package private protected return sealed super then this throw trait transparent true try type using val
        var while with yield"
    ),
    definers: words!("class def enum given object trait type"),
    block_comments: NESTED_SLASH_STAR,
    quotes: &[quote("\"\"\"").raw().lines().hole("${"), DOUBLE.hole("${"), CHARACTER, quote("`").raw().name()],
    prefixes: words!("f raw s"),
    ..JAVA
}
.compiled();

static GROOVY: Rules = Rules {
    keywords: words!(
        "abstract as assert boolean break byte case catch char class const continue def default do double else
        enum extends false final finally float for goto if implements import in instanceof int interface it long
        native new null package private protected public return short static strictfp super switch synchronized
        this threadsafe throw throws trait transient true try var void volatile while"
    ),
    names: words!(
        "agent allprojects apply dependencies environment pipeline plugins repositories stage stages steps
        subprojects task tasks"
    ),
    definers: words!("class enum interface trait"),
    quotes: &[quote("\"\"\"").lines().hole("${"), quote("'''").lines(), DOUBLE.hole("${"), SINGLE],
    ..JAVA
}
.compiled();

static SWIFT: Rules = Rules {
    keywords: words!(
        "Any Self actor any as associatedtype async await borrowing break case catch class consuming continue
        convenience default defer deinit didSet do dynamic each else enum extension fallthrough false
        fileprivate final for func get guard if import in indirect infix init inout internal is isolated lazy
        let macro mutating nil nonisolated nonmutating open operator optional override package postfix
        precedencegroup prefix private protocol public repeat required rethrows return self sending set some
        static struct subscript super switch throw throws true try typealias unowned var weak where while
        willSet"
    ),
    definers: words!("actor associatedtype class enum extension func macro protocol struct typealias"),
    line_comments: SLASHES,
    block_comments: NESTED_SLASH_STAR,
    quotes: &[quote("\"\"\"").lines().hole("\\("), DOUBLE.hole("\\("), quote("`").raw().name()],
    sigils: &[(b'@', super::NAME), (b'#', super::KEYWORD), (b'$', super::NAME)],
    habits: CALLS | CAPITALS | HASH_RAW,
    ..BARE
}
.compiled();

static DART: Rules = Rules {
    keywords: words!(
        "abstract as assert async await base bool break case catch class const continue covariant default
        deferred do double dynamic else enum export extends extension external factory false final finally for
        get hide if implements import in int interface is late library mixin new null num of on operator part
        required rethrow return sealed set show static super switch sync this throw true try type typedef var
        void when while with yield"
    ),
    definers: words!("class enum extension mixin typedef"),
    line_comments: SLASHES,
    block_comments: NESTED_SLASH_STAR,
    quotes: &[
        quote("\"\"\"").lines().hole("${"),
        quote("'''").lines().hole("${"),
        DOUBLE.hole("${"),
        SINGLE.hole("${"),
    ],
    prefixes: words!("r"),
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

static SOLIDITY: Rules = Rules {
    keywords: words!(
        "abstract address anonymous as assembly bool break bytes bytes32 calldata case catch constant constructor
        continue contract default delete do else emit enum error event external fallback false fixed for
        function if immutable import indexed int int256 interface internal is let library mapping memory
        modifier new override payable pragma private public pure receive return returns revert solidity storage
        string struct switch this throw true try type ufixed uint uint128 uint256 uint8 unchecked using var view
        virtual while"
    ),
    names: words!("block ether finney gwei keccak256 msg require sender szabo tx wei"),
    definers: words!("contract enum error event function interface library modifier struct"),
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE, SINGLE],
    prefixes: words!("hex unicode"),
    word_start: "$",
    word_part: "$",
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

pub(super) static ENTRIES: &[Entry] = &[
    code("java", &["jsh"], &JAVA_RULES),
    code("apex", &["cls", "salesforce"], &APEX),
    code("kotlin", &["kt", "kts"], &KOTLIN),
    code("scala", &["sc", "sbt"], &SCALA),
    code("groovy", &["gradle", "jenkinsfile", "gvy"], &GROOVY),
    code("swift", &[], &SWIFT),
    code("dart", &["flutter"], &DART),
    code("solidity", &["sol"], &SOLIDITY),
];
