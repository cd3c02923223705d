//! What a formula becomes, and what never comes out of one.

use super::{MOST_BYTES, MOST_NESTING, MathNode, markup, math};
use proptest::prelude::*;

/// The node as markup, so that a whole formula can be compared at a glance.
fn written(node: &MathNode) -> String {
    match node {
        MathNode::Text { text } => text.clone(),
        MathNode::Element { tag, attributes, children } => {
            let attributes: String = attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            let children: String = children.iter().map(written).collect();
            format!("<{tag}{attributes}>{children}</{tag}>")
        }
    }
}

fn inline(source: &str) -> String {
    math(source, false).iter().map(written).collect()
}

fn root(inside: &str) -> String {
    format!("<math display=inline>{inside}</math>")
}

fn check(node: &MathNode) {
    if let MathNode::Element { tag, attributes, children } = node {
        assert!(markup::is_allowed(tag, attributes), "{tag} {attributes:?}");
        children.iter().for_each(check);
    }
}

fn nodes(node: &MathNode) -> usize {
    match node {
        MathNode::Text { .. } => 1,
        MathNode::Element { children, .. } => 1 + children.iter().map(nodes).sum::<usize>(),
    }
}

#[test]
fn a_fraction_has_its_two_parts() {
    assert_eq!(inline(r"\frac{a}{2}"), root("<mfrac><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></mfrac>"));
}

#[test]
fn display_maths_says_so() {
    let block: String = math("x", true).iter().map(written).collect();
    assert_eq!(block, "<math display=block><mi>x</mi></math>");
}

#[test]
fn roots_are_square_or_have_a_degree() {
    assert_eq!(inline(r"\sqrt x"), root("<msqrt><mi>x</mi></msqrt>"));
    assert_eq!(inline(r"\sqrt[3]x"), root("<mroot><mi>x</mi><mn>3</mn></mroot>"));
}

#[test]
fn scripts_belong_to_their_base() {
    assert_eq!(inline("x_1^2"), root("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"));
}

#[test]
fn a_matrix_is_a_table_between_delimiters() {
    let table = "<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable>";
    let expected = format!("<mrow><mo stretchy=true>(</mo>{table}<mo stretchy=true>)</mo></mrow>");
    assert_eq!(inline(r"\begin{pmatrix} a & b \end{pmatrix}").replace(" displaystyle=true", ""), root(&expected));
}

#[test]
fn cases_have_a_brace_and_a_row_each() {
    let cases = inline(r"\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}");
    assert_eq!(
        cases,
        root(
            "<mrow><mo stretchy=true>{</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mi>x</mi><mo>></mo><mn>0</mn></mtd></mtr>\
             <mtr><mtd><mn>0</mn></mtd><mtd><mi>x</mi><mo>≤</mo><mn>0</mn></mtd></mtr></mtable></mrow>"
        )
    );
}

#[test]
fn aligned_lines_are_the_rows_of_a_table() {
    let aligned = inline(r"\begin{aligned} a &= b \\ c &= d \end{aligned}");
    assert_eq!(aligned.matches("<mtr>").count(), 2);
    assert_eq!(aligned.matches("<mtd>").count(), 4);
}

#[test]
fn text_keeps_its_outer_spaces_and_its_signs() {
    assert_eq!(inline(r"\text{ if a<b & c }"), root("<mtext>\u{a0}if a<b & c\u{a0}</mtext>"));
}

#[test]
fn the_less_than_sign_is_an_operator() {
    assert_eq!(inline("a<b"), root("<mi>a</mi><mo><</mo><mi>b</mi>"));
}

#[test]
fn accents_stand_over_their_base() {
    assert_eq!(inline(r"\hat x"), root("<mover><mi>x</mi><mi>^</mi></mover>"));
}

#[test]
fn big_delimiters_have_their_size() {
    let big = inline(r"\big(");
    assert_eq!(big, root("<mo maxsize=1.2em minsize=1.2em stretchy=true symmetric=true>(</mo>"));
}

#[test]
fn operators_with_names_are_one_identifier() {
    assert_eq!(inline(r"\operatorname{argmax}"), root("<mi>argmax</mi>"));
    assert_eq!(inline(r"\sum"), root("<mo movablelimits=false>∑</mo>"));
}

#[test]
fn colours_are_dropped() {
    assert_eq!(inline(r"\color{red} x"), root("<mi>x</mi>"));
    assert_eq!(inline(r"{\color{red} x}"), root("<mrow><mi>x</mi></mrow>"));
}

#[test]
fn what_cannot_be_read_is_nothing() {
    for source in
        ["", "  \n", r"\unknown", r"\frac{a}", "{", "}", r"\begin{matrix} a", "x^", "a & b", r"\left( x", "x_1_2"]
    {
        assert_eq!(math(source, false), [], "{source}");
    }
}

#[test]
fn no_formula_makes_a_link_or_a_style() {
    for source in
        [r"\href{https://example.org}{x}", r"\url{https://example.org}", r"\style{color:red}{x}", r"\class{a}{x}"]
    {
        assert_eq!(math(source, true), [], "{source}");
    }
}

#[test]
fn markup_in_the_name_of_a_function_is_refused() {
    assert_eq!(math(r"\operatorname{<mi>}", false), []);
    assert_eq!(math(r"\operatorname{a&lt;b}", false), []);
}

#[test]
fn deep_braces_are_not_read() {
    let nested = |depth: usize| format!("{}x{}", "{".repeat(depth), "}".repeat(depth));
    assert_eq!(math(&nested(MOST_NESTING), false).len(), 1);
    assert_eq!(math(&nested(MOST_NESTING + 1), false), []);
    let left = |depth: usize| format!("{}x{}", r"\left(".repeat(depth), r"\right)".repeat(depth));
    assert_eq!(math(&left(MOST_NESTING), false).len(), 1);
    assert_eq!(math(&left(MOST_NESTING + 1), false), []);
    assert_eq!(math(&r"\{".repeat(MOST_NESTING + 1), false).len(), 1);
}

#[test]
fn a_formula_over_the_limit_is_not_read() {
    assert_eq!(math(&"1".repeat(MOST_BYTES), false).len(), 1);
    assert_eq!(math(&"1".repeat(MOST_BYTES + 1), false), []);
    assert_eq!(math(&"x".repeat(MOST_BYTES), false), []);
}

#[test]
fn definitions_are_not_read() {
    for source in [r"\def\a{x}\a", r"\newcommand{\R}{\mathbb{R}} \R", r"\let\a=b \a"] {
        assert_eq!(math(source, false), [], "{source}");
    }
    assert_eq!(math(r"\begin{matrix} a \\def \end{matrix}", false).len(), 1);
}

#[test]
fn commands_in_a_row_overflow_no_stack() {
    let parts = [
        r"\,",
        "{}",
        "x",
        r"\rm",
        r"\relax",
        r"\limits",
        "x'",
        "~",
        "&",
        r"\sqrt",
        r"\hat",
        r"\frac",
        r"\not",
        r"\mathbf",
        r"\underset",
        r"\binom1",
        r"\textcolor{red}",
        r"\stackrel1",
        r"\mathop",
        r"\xrightarrow",
        r"^\hat",
        r"\left",
        r"\text",
    ];
    for part in parts {
        let source = part.repeat((MOST_BYTES - 2) / part.len());
        assert!(math(&source, true).len() <= 1);
        assert!(math(&format!("x{source}x"), true).len() <= 1);
    }
}

#[test]
fn accents_upon_accents_without_end_are_not_shown() {
    assert_eq!(math(&format!("{} x", r"\hat".repeat(40)), false).len(), 1);
    assert_eq!(math(&format!("{} x", r"\hat".repeat(900)), false), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn only_listed_tags_and_attributes_come_out(parts in prop::collection::vec(prop::sample::select(FRAGMENTS), 0..24), display: bool) {
        let source: String = parts.concat();
        let found = math(&source, display);
        found.iter().for_each(check);
        prop_assert!(found.iter().map(nodes).sum::<usize>() <= super::MOST_NODES);
        prop_assert!(found.len() <= 1);
    }

    #[test]
    fn no_text_is_too_odd(source in "\\PC{0,60}", display: bool) {
        math(&source, display).iter().for_each(check);
    }
}

/// What formulas are made of, whole and broken.
const FRAGMENTS: &[&str] = &[
    "x",
    "1",
    " ",
    "{",
    "}",
    "{a}",
    "^",
    "_",
    "^2",
    "_{i}",
    "'",
    "+",
    "-",
    "=",
    "<",
    ">",
    "&",
    r"\\",
    "[",
    "]",
    "(",
    ")",
    "|",
    "~",
    "#1",
    "\"",
    "é",
    "∑",
    r"\frac",
    r"\frac{a}{b}",
    r"\sqrt",
    r"\sqrt[3]",
    r"\left(",
    r"\right)",
    r"\left.",
    r"\right|",
    r"\big",
    r"\Bigg|",
    r"\sum",
    r"\int",
    r"\limits",
    r#"\text{a<b " }"#,
    r"\operatorname{f}",
    r#"\operatorname{<a href="x">}"#,
    r"\color{red}",
    r"\colorbox{blue}{x}",
    r"\fcolorbox{red}{blue}{y}",
    r"\textcolor{#ff0000}{z}",
    r"\mathbf{x}",
    r"\mathbb R",
    r"\hat",
    r"\overline{x}",
    r"\underbrace{x}_n",
    r"\begin{matrix}",
    r"\end{matrix}",
    r"\begin{array}{c|c}",
    r"\end{array}",
    r"\hline",
    r"\begin{cases}",
    r"\end{cases}",
    r"\begin{align}",
    r"\end{align}",
    r"\\[2em]",
    r"\hspace{-1em}",
    r"\kern{1mu}",
    r"\quad",
    r"\rule{1em}{1em}",
    r"\displaystyle",
    r"\scriptstyle",
    r"\def\a{",
    r"\def\b#1{#1#1}",
    r"\b",
    r"\a",
    r"\not",
    r"\mathrel{x}",
    r"\xrightarrow[a]{b}",
    r"\stackrel",
    r"\genfrac",
    r"\binom{n}{k}",
    r"\substack{a\\b}",
    r"\href{javascript:x}{y}",
    r"\class",
    r"\phantom{x}",
    r"\smash",
    r"\raise1em",
    r"\char`<",
    r"\&",
    r"\<",
];
