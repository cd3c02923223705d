//! Numbers, data and queries: SQL, R, Julia, MATLAB, Fortran, SPARQL, Stan, gnuplot, Wolfram.

use super::super::rules::*;
use super::{Entry, code};

const SQL: Rules = Rules {
    keywords: words!(
        "add after all alter analyze and any as asc auto_increment before begin between by cascade case cast
        check cluster collate column comment commit concurrently constraint create cross current current_date
        current_timestamp cursor cycle database declare default delete desc describe distinct do drop each else
        elseif end engine escape except exec execute exists explain extension false fetch filter first following
        for foreign from full function generated go grant group having identity if ignore ilike immediate in
        index inner insert intersect interval into is isolation join key language last lateral left level like
        limit lock loop materialized merge minus natural new next no not notnull null nulls of off offset old on
        only or order outer over partition plan pragma preceding prepare primary procedure range recursive
        references release rename replace restrict return returning returns revoke right rollback row rows
        savepoint schema select sequence session set share show some start storing table tablespace temp
        temporary then ties to top transaction trigger true truncate type unbounded union unique unlogged until
        update use using vacuum values view virtual volatile when where while window with within without"
    ),
    names: words!(
        "array bigint binary bit blob bool boolean bytea char character date datetime decimal double enum float
        int integer json jsonb money nchar numeric nvarchar precision real rowid serial smallint text time
        timestamp timestamptz tinyint uuid varbinary varchar varying xml"
    ),
    definers: words!("table view"),
    ignore_case: true,
    line_comments: &[line("--"), line_at("# ", Place::First)],
    block_comments: NESTED_SLASH_STAR,
    quotes: &[SINGLE.doubled().lines(), DOUBLE.doubled().name(), quote("`").raw().name()],
    prefixes: words!("b e n x"),
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | DOLLAR_TAGS,
    ..BARE
};

static SQL_RULES: Rules = SQL.compiled();

static CYPHER: Rules = Rules {
    keywords: words!(
        "and as asc by call case contains create delete desc detach distinct else end ends exists false foreach
        from in is limit load match merge not null on optional or order remove return set skip starts then true
        union unwind using when where with xor yield"
    ),
    definers: &[],
    names: &[],
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE, SINGLE],
    sigils: &[(b'$', super::NAME), (b':', super::NAME)],
    habits: CALLS,
    ..SQL
}
.compiled();

static SPARQL: Rules = Rules {
    keywords: words!(
        "a as asc ask base bind by construct count delete desc describe distinct exists false filter from graph
        group having in insert into limit minus named not offset optional order prefix reduced select service
        true undef union using values where with"
    ),
    definers: &[],
    names: &[],
    line_comments: &[line_at("#", Place::Word)],
    block_comments: &[],
    quotes: &[quote("\"\"\"").lines(), DOUBLE, SINGLE, between("<", ">").raw()],
    sigils: &[(b'?', super::NAME), (b'$', super::NAME), (b'@', super::KEYWORD)],
    habits: CALLS,
    ..SQL
}
.compiled();

static R: Rules = Rules {
    keywords: words!("FALSE Inf NA NULL NaN TRUE break else for function if in next repeat return while"),
    names: words!(
        "apply c cat data.frame function lapply length library list matrix mean paste paste0 print require sapply
        seq source stop sum vector"
    ),
    line_comments: HASH,
    quotes: &[DOUBLE.lines(), SINGLE.lines(), quote("`").raw().name(), between("%", "%").raw()],
    prefixes: words!("r"),
    word_part: ".",
    habits: CALLS,
    ..BARE
}
.compiled();

static JULIA: Rules = Rules {
    keywords: words!(
        "abstract baremodule begin break catch const continue do else elseif end export false finally for
        function global if import in isa let local macro missing module mutable nothing outer primitive quote
        return struct true try type using where while"
    ),
    definers: words!("function macro module struct type"),
    line_comments: HASH,
    block_comments: &[nested("#=", "=#")],
    quotes: &[quote("\"\"\"").lines().hole("$("), DOUBLE.lines().hole("$("), CHARACTER, quote("`")],
    prefixes: words!("b html md r raw v"),
    word_part: "!",
    sigils: &[(b'@', super::NAME), (b':', super::STRING)],
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

static MATLAB: Rules = Rules {
    keywords: words!(
        "break case catch classdef continue else elseif end endfunction endif enumeration events false for
        function global if methods otherwise parfor persistent properties return spmd switch true try until
        while"
    ),
    definers: words!("classdef"),
    line_comments: &[line("%"), line_at("#", Place::Word), line("...")],
    block_comments: &[margin("%{", "%}")],
    quotes: &[DOUBLE.doubled(), SINGLE.doubled().apart()],
    habits: CALLS,
    ..BARE
}
.compiled();

static FORTRAN: Rules = Rules {
    keywords: words!(
        "abstract allocatable allocate assign associate asynchronous backspace bind block call case character
        class close codimension common complex concurrent contains contiguous continue critical cycle data
        deallocate deferred dimension do double elemental else elseif elsewhere end enddo endif enum enumerator
        equivalence error exit extends external final forall format function generic goto if implicit import
        impure in include inout inquire integer intent interface intrinsic is kind logical module namelist none
        nullify only open operator optional out parameter pass pause pointer precision print private procedure
        program protected public pure read real recursive result return rewind save select sequence stop
        submodule subroutine target then type use value volatile where while write"
    ),
    definers: words!("function module program subroutine"),
    ignore_case: true,
    line_comments: &[line("!")],
    quotes: &[DOUBLE.doubled(), SINGLE.doubled()],
    sigils: &[(b'.', super::KEYWORD)],
    habits: CALLS,
    ..BARE
}
.compiled();

static STAN: Rules = Rules {
    keywords: words!(
        "array break continue corr_matrix cov_matrix data else for functions generated if in int lower matrix
        model ordered parameters print quantities real reject return row_vector simplex target transformed
        unit_vector upper vector void while"
    ),
    line_comments: &[line("//"), line("#")],
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE],
    habits: CALLS,
    ..BARE
}
.compiled();

static GNUPLOT: Rules = Rules {
    keywords: words!(
        "axes do else every fit for if in index key label lines linespoints linetype lt lw output pause plot
        points pointtype pt range replot reset set smooth splot terminal title unset using while with xlabel
        xrange ylabel yrange"
    ),
    line_comments: HASH,
    quotes: &[DOUBLE, SINGLE.doubled()],
    sigils: &[(b'$', super::NAME)],
    habits: CALLS,
    ..BARE
}
.compiled();

static WOLFRAM: Rules = Rules {
    keywords: words!("Block Break Continue Do For Function If Module Return Switch Table Which While With"),
    names: words!("All Apply False Infinity Integrate List Map None Null Pi Plot Print Solve True"),
    block_comments: &[nested("(*", "*)")],
    quotes: &[DOUBLE.lines()],
    word_part: "$",
    habits: CAPITALS,
    ..BARE
}
.compiled();

pub(super) static ENTRIES: &[Entry] = &[
    code(
        "sql",
        &[
            "mysql",
            "mariadb",
            "postgres",
            "postgresql",
            "psql",
            "pgsql",
            "plpgsql",
            "sqlite",
            "sqlite3",
            "tsql",
            "t-sql",
            "mssql",
            "plsql",
            "pl/sql",
            "bigquery",
            "snowflake",
            "duckdb",
            "hql",
            "clickhouse",
        ],
        &SQL_RULES,
    ),
    code("cypher", &["neo4j"], &CYPHER),
    code("sparql", &["rq", "turtle", "ttl"], &SPARQL),
    code("r", &["rscript", "splus"], &R),
    code("julia", &["jl"], &JULIA),
    code("matlab", &["octave", "m"], &MATLAB),
    code("fortran", &["f90", "f95", "f03", "f08", "for", "f77"], &FORTRAN),
    code("stan", &[], &STAN),
    code("gnuplot", &["gp"], &GNUPLOT),
    code("wolfram", &["mathematica", "wl", "nb"], &WOLFRAM),
];
