//! Functional languages and lisps: Haskell, the MLs, Elm, Elixir, Erlang, Clojure, Lisp, Scheme, Prolog, ...

use super::super::rules::*;
use super::{Entry, code};

const HASKELL: Rules = Rules {
    keywords: words!(
        "as case class data default deriving do else family forall foreign hiding if import in infix infixl
        infixr instance let mdo module newtype of pattern proc qualified rec then type via where"
    ),
    definers: words!("class data newtype"),
    line_comments: &[line("-- "), line_at("--", Place::Word)],
    block_comments: &[nested("{-", "-}")],
    quotes: &[DOUBLE, CHARACTER],
    word_part: "'",
    habits: CAPITALS,
    ..BARE
};

static HASKELL_RULES: Rules = HASKELL.compiled();

static PURESCRIPT: Rules = Rules { quotes: &[quote("\"\"\"").raw().lines(), DOUBLE, CHARACTER], ..HASKELL }.compiled();

static ELM: Rules = Rules {
    keywords: words!("alias as case effect else exposing if import in infix let module of port then type where"),
    definers: words!("alias"),
    quotes: &[quote("\"\"\"").lines(), DOUBLE, CHARACTER],
    ..HASKELL
}
.compiled();

static LEAN: Rules = Rules {
    keywords: words!(
        "Prop Sort Type abbrev axiom by calc case class def deriving do else end exact example extends forall
        from fun have if import in inductive infix instance intro let macro match mutual namespace noncomputable
        notation open partial private protected return rfl rw section show simp structure syntax termination_by
        then theorem universe unless variable where with"
    ),
    definers: words!("abbrev axiom class def inductive instance namespace structure theorem"),
    block_comments: &[nested("/-", "-/")],
    word_part: "'!?",
    sigils: &[(b'#', super::KEYWORD), (b'@', super::NAME)],
    ..HASKELL
}
.compiled();

const OCAML: Rules = Rules {
    keywords: words!(
        "and as asr assert begin class constraint do done downto else end exception external false for fun
        function functor if in include inherit initializer land lazy let lor lsl lsr lxor match method mod
        module mutable new nonrec object of open or private rec sig struct then to true try type val virtual
        when while with"
    ),
    names: words!("array bool bytes char exn float int list option ref result string unit"),
    definers: words!("class exception external method module type val"),
    block_comments: &[nested("(*", "*)")],
    quotes: &[DOUBLE.lines(), CHARACTER],
    word_part: "'",
    habits: CAPITALS,
    ..BARE
};

static OCAML_RULES: Rules = OCAML.compiled();

static REASON: Rules = Rules {
    keywords: words!(
        "and as assert async await bool char constraint else exception external false float for fun if in include
        int let list module mutable of open option private promise rec ref string switch then to true try type
        unit when while with"
    ),
    definers: words!("exception external module type"),
    names: &[],
    line_comments: SLASHES,
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE, quote("`").lines().hole("${"), CHARACTER],
    sigils: &[(b'@', super::NAME), (b'%', super::NAME)],
    habits: CALLS | CAPITALS,
    ..OCAML
}
.compiled();

static FSHARP: Rules = Rules {
    keywords: words!(
        "abstract and as assert async base begin class default delegate do done downcast downto elif else end
        exception extern false finally fixed for fun function global if in inherit inline interface internal
        lazy let match member module mutable namespace new not null of open or override private public rec
        return select seq sig static struct task then to true try type upcast use val void when while with yield"
    ),
    names: words!(
        "array bool byte char decimal double float int int64 list obj option printfn seq sprintf string unit"
    ),
    definers: words!("exception module namespace type"),
    line_comments: SLASHES,
    block_comments: &[nested("(*", "*)")],
    quotes: &[
        quote("\"\"\"").raw().lines(),
        between("$\"\"\"", "\"\"\"").raw().lines(),
        between("@\"", "\"").doubled().lines(),
        between("$\"", "\"").lines(),
        DOUBLE.lines(),
        CHARACTER,
    ],
    word_part: "'",
    sigils: &[(b'#', super::KEYWORD)],
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

static ELIXIR: Rules = Rules {
    keywords: words!(
        "after alias and case catch cond def defdelegate defexception defguard defimpl defmacro defmacrop
        defmodule defoverridable defp defprotocol defstruct do else end false fn for if import in nil not or
        quote raise receive require reraise rescue super then throw true try unless unquote use when with"
    ),
    definers: words!("def defdelegate defguard defimpl defmacro defmacrop defmodule defp defprotocol"),
    line_comments: HASH,
    quotes: &[
        quote("\"\"\"").lines().hole("#{"),
        quote("'''").lines().hole("#{"),
        DOUBLE.lines().hole("#{"),
        SINGLE.lines(),
    ],
    word_part: "?!",
    sigils: &[(b':', super::STRING), (b'@', super::NAME), (b'~', super::STRING)],
    habits: CALLS | CAPITALS | COLON_KEYS,
    ..BARE
}
.compiled();

static ERLANG: Rules = Rules {
    keywords: words!(
        "after and andalso band begin bnot bor bsl bsr bxor case catch cond div else end fun if let maybe not of
        or orelse receive rem try when xor"
    ),
    line_comments: &[line("%")],
    quotes: &[DOUBLE.lines(), SINGLE.name()],
    sigils: &[(b'-', super::KEYWORD), (b'?', super::NAME)],
    habits: CALLS | HASH_NUMBERS,
    ..BARE
}
.compiled();

static GLEAM: Rules = Rules {
    keywords: words!(
        "as assert auto case const delegate derive echo else external fn if implement import let macro opaque
        panic pub test todo type use"
    ),
    definers: words!("const fn type"),
    line_comments: SLASHES,
    quotes: &[DOUBLE.lines()],
    sigils: &[(b'@', super::NAME)],
    habits: CALLS | CAPITALS,
    ..BARE
}
.compiled();

const LISP_PARTS: &str = "-+*/<>=!?%&^~$.@:#'|";
const LISP_STARTS: &str = "-+*/<>=!?%&^~$.:";

const COMMON_LISP: Rules = Rules {
    keywords: words!(
        "&key &optional &rest and block case catch cond declaim declare defclass defconstant defgeneric defmacro
        defmethod defpackage defparameter defstruct deftype defun defvar destructuring-bind do dolist dotimes
        ecase eval-when flet funcall function go handler-case if ignore-errors in-package labels lambda let let*
        loop macrolet mapcar multiple-value-bind nil not or prog1 progn quote return return-from setf setq t
        tagbody the throw typecase unless unwind-protect when with-open-file"
    ),
    definers: words!(
        "defclass defconstant defgeneric defmacro defmethod defpackage defparameter defstruct deftype defun
        defvar"
    ),
    ignore_case: true,
    line_comments: &[line(";")],
    block_comments: &[nested("#|", "|#")],
    quotes: &[DOUBLE.lines()],
    word_start: LISP_STARTS,
    word_part: LISP_PARTS,
    habits: LISP,
    ..BARE
};

static COMMON_LISP_RULES: Rules = COMMON_LISP.compiled();

static EMACS_LISP: Rules = Rules {
    keywords: words!(
        "&optional &rest and catch cl-defun cl-loop cond condition-case defadvice defalias defconst defcustom
        defface defgroup define-derived-mode define-key define-minor-mode defmacro defsubst defun defvar
        defvar-local dolist dotimes eval-after-load eval-when-compile function if ignore-errors interactive
        lambda let let* nil not or pcase progn provide quote require save-excursion save-restriction setq
        setq-default setq-local t throw unless unwind-protect use-package when while with-eval-after-load"
    ),
    definers: words!(
        "cl-defun defalias defconst defcustom defface defgroup define-derived-mode define-minor-mode defmacro
        defsubst defun defvar use-package"
    ),
    block_comments: &[],
    ..COMMON_LISP
}
.compiled();

static SCHEME: Rules = Rules {
    keywords: words!(
        "#:key #f #lang #t and begin call-with-current-continuation call/cc case case-lambda cond define
        define-record-type define-struct define-syntax define-values delay do else for for/list guard if import
        lambda let let* let*-values let-syntax let-values letrec letrec* library match module not or
        parameterize provide quasiquote quote require set! struct syntax-case syntax-rules unless unquote when
        with-handlers"
    ),
    definers: words!("define define-record-type define-struct define-syntax struct"),
    ignore_case: false,
    word_start: "-+*/<>=!?%&^~$.:#",
    ..COMMON_LISP
}
.compiled();

static CLOJURE: Rules = Rules {
    keywords: words!(
        "-> ->> and as-> binding case catch comment cond cond-> cond->> condp declare def defmacro defmethod
        defmulti defn defn- defonce defprotocol defrecord deftype do doseq dotimes false finally fn for future
        if if-let if-not if-some import in-ns let letfn loop monitor-enter new nil ns or quote recur refer reify
        require set! some-> some->> swap! throw true try use var when when-first when-let when-not when-some
        while with-open"
    ),
    definers: words!("def defmacro defmethod defmulti defn defn- defonce defprotocol defrecord deftype ns"),
    ignore_case: false,
    block_comments: &[],
    quotes: &[DOUBLE.lines()],
    sigils: &[(b':', super::STRING)],
    word_start: "-+*/<>=!?%&^~$.",
    ..COMMON_LISP
}
.compiled();

static PROLOG: Rules = Rules {
    keywords: words!(
        "assert assertz discontiguous dynamic fail false findall forall halt initialization is mod module
        multifile nl not once rem repeat retract setof true use_module write writeln xor"
    ),
    line_comments: &[line("%")],
    block_comments: SLASH_STAR,
    quotes: &[DOUBLE, SINGLE.apart()],
    habits: CALLS,
    ..BARE
}
.compiled();

static COQ: Rules = Rules {
    keywords: words!(
        "Axiom Check Class Compute Corollary Defined Definition End Example Export Fixpoint From Goal Hint
        Hypothesis Import Inductive Instance Lemma Module Notation Proof Prop Qed Record Require Section Set
        Theorem Type Variable apply as auto by cofix destruct discriminate else end exact exists fix forall fun
        if in induction intros inversion let match omega reflexivity return rewrite simpl split struct then
        unfold where with"
    ),
    definers: words!(
        "Axiom Class Corollary Definition Example Fixpoint Inductive Instance Lemma Module Record Section Theorem"
    ),
    names: &[],
    habits: 0,
    ..OCAML
}
.compiled();

pub(super) static ENTRIES: &[Entry] = &[
    code("haskell", &["hs", "lhs"], &HASKELL_RULES),
    code("purescript", &["purs"], &PURESCRIPT),
    code("elm", &[], &ELM),
    code("lean", &["lean4"], &LEAN),
    code("ocaml", &["ml", "mli", "sml"], &OCAML_RULES),
    code("reason", &["re", "rescript", "res"], &REASON),
    code("f#", &["fsharp", "fs", "fsx", "fsi"], &FSHARP),
    code("elixir", &["ex", "exs", "heex", "iex"], &ELIXIR),
    code("erlang", &["erl", "hrl"], &ERLANG),
    code("gleam", &[], &GLEAM),
    code("lisp", &["common-lisp", "commonlisp", "cl", "lsp"], &COMMON_LISP_RULES),
    code("emacs-lisp", &["elisp", "emacs", "el"], &EMACS_LISP),
    code("scheme", &["scm", "racket", "rkt", "guile"], &SCHEME),
    code("clojure", &["clj", "cljs", "cljc", "edn", "fennel"], &CLOJURE),
    code("prolog", &["swipl", "pro"], &PROLOG),
    code("coq", &["rocq", "gallina"], &COQ),
];
