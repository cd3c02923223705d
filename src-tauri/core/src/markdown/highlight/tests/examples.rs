//! One compact example for a language: the whole list of pieces, each in `‹class text›`.

use super::marked;

#[test]
fn raw_strings_nested_comments_lifetimes_and_macros_of_rust() {
    let code = r##"#[derive(Debug)] // first
pub fn f<'a>(x: &'a str) -> Option<u8> {
    let s = r#"a "b" c"#; /* a /* b */ c */
    println!("{x}", b'\n', 0..10);
    "over
lines""##;
    let expected = r##"#[‹n derive›(‹n Debug›)] ‹c // first›
‹k pub› ‹k fn› ‹n f›<'a>(x: &'a ‹n str›) -> ‹n Option›<‹n u8›> {
    ‹k let› s = ‹s r#"a "b" c"#›; ‹c /* a /* b */ c */›
    ‹n println!›(‹s "{x}"›, ‹s b'\n'›, ‹# 0›..‹# 10›);
    ‹s "over›
‹s lines"›"##;
    assert_eq!(marked("rust", code), expected);
}

#[test]
fn templates_nest_and_a_slash_divides_or_opens_in_typescript() {
    let code = r"@Input() async get(x: string): Promise<number> {
  const t = `a ${b + `c ${d({ e: 1 })}`} f`;
  return /[/]\/x/gi.test(x) ? 1 / 2 / 0xFFn : this.y;
  const m = `one
${ two } three`;";
    let expected = r"‹n @Input›() ‹k async› ‹n get›(x: ‹k string›): ‹n Promise›<‹k number›> {
  ‹k const› t = ‹s `a ${›b + ‹s `c ${›‹n d›({ e: ‹# 1› })‹s }`} f`›;
  ‹k return› ‹s /[/]\/x/gi›.‹n test›(x) ? ‹# 1› / ‹# 2› / ‹# 0xFFn› : ‹k this›.y;
  ‹k const› m = ‹s `one›
‹s ${› two ‹s } three`›;";
    assert_eq!(marked("typescript", code), expected);
}

#[test]
fn tags_of_jsx_stand_where_no_operator_can() {
    let code = r#"if (a < b) return <Item.Row key={i} on={() => f("x")}>
  {c && <b />}</Item.Row>;"#;
    let expected = r#"‹k if› (a < b) ‹k return› <‹n Item.Row› ‹n key›={i} ‹n on›={() => ‹n f›(‹s "x"›)}>
  {c && <‹n b› />}</‹n Item.Row›>;"#;
    assert_eq!(marked("tsx", code), expected);
}

#[test]
fn docstrings_and_prefixed_strings_of_python() {
    let code = r#"@cache
async def f(self, x=1e-5) -> None:
    """A
    docstring."""
    return rb'a\'b', f"{x}", match.type if x is not None else print(y)  # done"#;
    let expected = r#"‹n @cache›
‹k async› ‹k def› ‹n f›(‹n self›, x=‹# 1e-5›) -> ‹k None›:
    ‹s """A›
‹s     docstring."""›
    ‹k return› ‹s rb'a\'b'›, ‹s f"{x}"›, ‹k match›.type ‹k if› x ‹k is› ‹k not› ‹k None› ‹k else› ‹n print›(y)  ‹c # done›"#;
    assert_eq!(marked("python", code), expected);
}

#[test]
fn annotations_and_text_blocks_of_java() {
    let code = r#"@Override public List<String> f(int x) throws IOException {
  return """
    a "text" block"""; // 'c'
  char c = '\''; long n = 1_000L;"#;
    let expected = r#"‹n @Override› ‹k public› ‹n List›<‹n String›> ‹n f›(‹k int› x) ‹k throws› ‹n IOException› {
  ‹k return› ‹s """›
‹s     a "text" block"""›; ‹c // 'c'›
  ‹k char› c = ‹s '\''›; ‹k long› n = ‹# 1_000L›;"#;
    assert_eq!(marked("java", code), expected);
}

#[test]
fn directives_and_literals_of_c() {
    let code = r#"#include <stdio.h>
#define MAX 10
static size_t f(const char *s) { return printf("%d\n", 0x1Fu) + 'a'; /* b
c */ }"#;
    let expected = r#"‹k #include› ‹s <stdio.h>›
‹k #define› ‹n MAX› ‹# 10›
‹k static› ‹n size_t› ‹n f›(‹k const› ‹k char› *s) { ‹k return› ‹n printf›(‹s "%d\n"›, ‹# 0x1Fu›) + ‹s 'a'›; ‹c /* b›
‹c c */› }"#;
    assert_eq!(marked("c", code), expected);
}

#[test]
fn raw_strings_and_digit_separators_of_cpp() {
    let code = r#"template <typename T> class Foo { std::vector<int> v; };
auto s = R"x(a ")" b
c)x"; auto n = 1'000;"#;
    let expected = r#"‹k template› <‹k typename› ‹n T›> ‹k class› ‹n Foo› { ‹n std›::‹n vector›<‹k int›> v; };
‹k auto› s = ‹s R"x(a ")" b›
‹s c)x"›; ‹k auto› n = ‹# 1'000›;"#;
    assert_eq!(marked("c++", code), expected);
}

#[test]
fn verbatim_and_interpolated_strings_of_csharp() {
    let code = r#"var a = @"b""c" + $"n {d}"; if (s is null) throw new Exception('c');"#;
    let expected = r#"‹k var› a = ‹s @"b""c"› + ‹s $"n {d}"›; ‹k if› (s ‹k is› ‹k null›) ‹k throw› ‹k new› ‹n Exception›(‹s 'c'›);"#;
    assert_eq!(marked("c#", code), expected);
}

#[test]
fn raw_strings_of_go_go_on_over_lines() {
    let code = r#"func (s *Server) Run(c chan int) error { s := `a
b`; defer fmt.Println('x', "y") }"#;
    let expected = r#"‹k func› (s *Server) ‹n Run›(c ‹k chan› ‹n int›) ‹n error› { s := ‹s `a›
‹s b`›; ‹k defer› fmt.‹n Println›(‹s 'x'›, ‹s "y"›) }"#;
    assert_eq!(marked("go", code), expected);
}

#[test]
fn interpolations_of_kotlin_are_code() {
    let code = r#"data class P(val x: Int) { fun f() = "a ${x + "b".length} $y" }"#;
    let expected =
        r#"‹k data› ‹k class› ‹n P›(‹k val› x: ‹n Int›) { ‹k fun› ‹n f›() = ‹s "a ${›x + ‹s "b"›.length‹s } $y"› }"#;
    assert_eq!(marked("kotlin", code), expected);
}

#[test]
fn interpolations_and_raw_strings_of_swift() {
    let code = r##"@State var n: Int? = nil; let a = "b \(c(1)) d" + #"e "f" \(g)"#"##;
    let expected =
        r##"‹n @State› ‹k var› n: ‹n Int›? = ‹k nil›; ‹k let› a = ‹s "b \(›‹n c›(‹# 1›)‹s ) d"› + ‹s #"e "f" \(g)"#›"##;
    assert_eq!(marked("swift", code), expected);
}

#[test]
fn symbols_heredocs_and_lists_of_ruby() {
    let code = r#"class Foo < Bar
  def self.call(x = nil) = "a #{x.map { |y| "b #{y}" }} c"
  puts %w[a b], x ? :y : /z/i, { key: 1 }
  sql = <<~SQL
    select 1
  SQL
=begin
a
=end"#;
    let expected = r#"‹k class› ‹n Foo› < ‹n Bar›
  ‹k def› ‹k self›.‹n call›(x = ‹k nil›) = ‹s "a #{›x.map { |y| ‹s "b #{›y‹s }"› }‹s } c"›
  ‹n puts› ‹s %w[a b]›, x ? ‹s :y› : ‹s /z/i›, { key: ‹# 1› }
  sql = ‹s <<~SQL›
‹s     select 1›
‹s   SQL›
‹c =begin›
‹c a›
‹c =end›"#;
    assert_eq!(marked("ruby", code), expected);
}

#[test]
fn variables_and_heredocs_of_php() {
    let code = "<?php function find(?int $id): array { return Foo::bar($this->x['a']); } # b
$t = <<<EOT
text
EOT;";
    let expected = "<?‹k php› ‹k function› ‹n find›(?‹n int› ‹n $id›): ‹k array› { ‹k return› ‹n Foo›::‹n bar›(‹n $this›->x[‹s 'a'›]); } ‹c # b›
‹n $t› = ‹s <<<EOT›
‹s text›
‹s EOT›;";
    assert_eq!(marked("php", code), expected);
}

#[test]
fn quoting_words_of_perl() {
    let code = r"my %h = (a => 1); $x =~ s/a\/b/c/g; my @l = qw(a b); sub foo { return $h{y}; } # z";
    let expected = r"‹k my› ‹n %h› = (a => ‹# 1›); ‹n $x› =~ ‹s s/a\/b/c/g›; ‹k my› ‹n @l› = ‹s qw(a b)›; ‹k sub› ‹n foo› { ‹k return› ‹n $h›{y}; } ‹c # z›";
    assert_eq!(marked("perl", code), expected);
}

#[test]
fn long_brackets_of_lua_count_their_signs() {
    let code = "--[[ a
b ]] local x = [==[ c ]] ]==] -- d
function M.f(a) return a ~= nil and #a end";
    let expected = "‹c --[[ a›
‹c b ]]› ‹k local› x = ‹s [==[ c ]] ]==]› ‹c -- d›
‹k function› ‹n M›.‹n f›(a) ‹k return› a ~= ‹k nil› ‹k and› #a ‹k end›";
    assert_eq!(marked("lua", code), expected);
}

#[test]
fn variables_heredocs_and_commands_of_the_shell() {
    let code = r#"X="a $HOME ${Y:-b}" make -j4 # c
if [[ -f "$1" ]]; then sudo rm 'x'; fi
cat <<'EOF' | sort
$text
EOF
echo "it's
over" && exit 0"#;
    let expected = r#"‹n X›=‹s "a ›‹n $HOME›‹s  ›‹n ${Y:-b}›‹s "› ‹n make› -j4 ‹c # c›
‹k if› ‹k [[› -f ‹s "›‹n $1›‹s "› ]]; ‹k then› ‹n sudo› ‹n rm› ‹s 'x'›; ‹k fi›
‹n cat› ‹s <<'EOF'› | ‹n sort›
‹s $text›
‹s EOF›
‹k echo› ‹s "it's›
‹s over"› && ‹k exit› ‹# 0›"#;
    assert_eq!(marked("bash", code), expected);
}

#[test]
fn commands_and_parameters_of_powershell() {
    let code = r#"function Get-X([string]$Name = "a`"b") {
  Get-Item $env:HOME | Where-Object { $_.Length -gt 10 } <# c #> # d"#;
    let expected = r#"‹k function› ‹n Get-X›([‹n string›]‹n $Name› = ‹s "a`"b"›) {
  ‹n Get-Item› ‹n $env›:HOME | ‹n Where-Object› { ‹n $_›.‹n Length› ‹k -gt› ‹# 10› } ‹c <# c #>› ‹c # d›"#;
    assert_eq!(marked("powershell", code), expected);
}

#[test]
fn words_of_sql_in_any_case_and_dollar_quotes() {
    let code = r#"SELECT u.id, count(*) from "users" u where x LIKE 'it''s' -- c
AS $f$ begin
end $f$ language sql;"#;
    let expected = r#"‹k SELECT› u.id, ‹n count›(*) ‹k from› ‹n "users"› u ‹k where› x ‹k LIKE› ‹s 'it''s'› ‹c -- c›
‹k AS› ‹s $f$ begin›
‹s end $f$› ‹k language› sql;"#;
    assert_eq!(marked("sql", code), expected);
}

#[test]
fn primes_and_pragmas_of_haskell() {
    let code = "{-# LANGUAGE X #-}
import qualified Data.Map as M
f' :: Int -> Char -- c
f' x = let y = 'a' in M.size x {- d {- e -} f -}";
    let expected = "‹c {-# LANGUAGE X #-}›
‹k import› ‹k qualified› ‹n Data›.‹n Map› ‹k as› ‹n M›
f' :: ‹n Int› -> ‹n Char› ‹c -- c›
f' x = ‹k let› y = ‹s 'a'› ‹k in› ‹n M›.size x ‹c {- d {- e -} f -}›";
    assert_eq!(marked("haskell", code), expected);
}

#[test]
fn atoms_and_keys_of_elixir() {
    let code = r#"defmodule A.B do
  def run(x), do: x |> Enum.map(&(&1 * 2)) # c
  %{a: 1, b: :ok, "c" => "d #{e}"}"#;
    let expected = r#"‹k defmodule› ‹n A›.‹n B› ‹k do›
  ‹k def› ‹n run›(x), ‹n do›: x |> ‹n Enum›.‹n map›(&(&‹# 1› * ‹# 2›)) ‹c # c›
  %{‹n a›: ‹# 1›, ‹n b›: ‹s :ok›, ‹s "c"› => ‹s "d #{›e‹s }"›}"#;
    assert_eq!(marked("elixir", code), expected);
}

#[test]
fn the_word_after_a_parenthesis_is_called() {
    let code = r#"(defn foo "doc" [x] (let [y {:a 1}] (->> x (map inc)))) ; c"#;
    let expected = r#"(‹k defn› ‹n foo› ‹s "doc"› [x] (‹k let› [y {‹s :a› ‹# 1›}] (‹k ->>› x (‹n map› inc)))) ‹c ; c›"#;
    assert_eq!(marked("clojure", code), expected);
}

#[test]
fn keys_of_json_are_names() {
    let code = r#"{"a": "b", "c": [-1.5e3, true, null], // d
  'e': {"f": "g:"}}"#;
    let expected = r#"{‹n "a"›: ‹s "b"›, ‹n "c"›: [-‹# 1.5e3›, ‹k true›, ‹k null›], ‹c // d›
  ‹n 'e'›: {‹n "f"›: ‹s "g:"›}}"#;
    assert_eq!(marked("json", code), expected);
}

#[test]
fn keys_scalars_and_blocks_of_yaml() {
    let code = r#"# a
on: true
items:
  - name: "x: y" # c
    run: |
      echo: b

      d
    ports: [80, {a: b}]
    url: http://x.y:80/z
    <<: *base"#;
    let expected = r#"‹c # a›
‹n on›: ‹k true›
‹n items›:
  - ‹n name›: ‹s "x: y"› ‹c # c›
    ‹n run›: ‹k |›
‹s       echo: b›

‹s       d›
    ‹n ports›: [‹# 80›, {‹n a›: b}]
    ‹n url›: http://x.y:80/z
    ‹n <<›: ‹n *base›"#;
    assert_eq!(marked("yaml", code), expected);
}

#[test]
fn sections_and_keys_of_toml() {
    let code = r#"[package.metadata]
name = "x" # c
dep = { version = "1", optional = true }
s = '''
a'''"#;
    let expected = r#"[‹n package.metadata›]
‹n name› = ‹s "x"› ‹c # c›
‹n dep› = { ‹n version› = ‹s "1"›, ‹n optional› = ‹k true› }
‹n s› = ‹s '''›
‹s a'''›"#;
    assert_eq!(marked("toml", code), expected);
}

#[test]
fn scripts_and_styles_in_html_are_code() {
    let code = r#"<!DOCTYPE html><!-- a
b --><body class='x' data-y=5>
<p>Don't &amp; <b>c</b></p><script>const x = "</b>"; // d
let y = `e
f`;</script>
<style>a:hover { color: #fff; }</style><img alt="g
h">"#;
    let expected = r#"<!‹k DOCTYPE› ‹n html›>‹c <!-- a›
‹c b -->›<‹n body› ‹n class›=‹s 'x'› ‹n data-y›=‹s 5›>
<‹n p›>Don't ‹# &amp;› <‹n b›>c</‹n b›></‹n p›><‹n script›>‹k const› x = ‹s "</b>"›; ‹c // d›
‹k let› y = ‹s `e›
‹s f`›;</‹n script›>
<‹n style›>‹n a›:‹n hover› { ‹n color›: ‹# #fff›; }</‹n style›><‹n img› ‹n alt›=‹s "g›
‹s h"›>"#;
    assert_eq!(marked("html", code), expected);
}

#[test]
fn a_script_says_its_language_in_vue() {
    let code = r#"<script setup lang="ts">
const x: number = 1
</script>
<template><div :class="x" @click="y">{{ x }}</div></template>"#;
    let expected = r#"<‹n script› ‹n setup› ‹n lang›=‹s "ts"›>
‹k const› x: ‹k number› = ‹# 1›
</‹n script›>
<‹n template›><‹n div› ‹n :class›=‹s "x"› ‹n @click›=‹s "y"›>{{ x }}</‹n div›></‹n template›>"#;
    assert_eq!(marked("vue", code), expected);
}

#[test]
fn selectors_properties_and_values_of_css() {
    let code = "/* a
b */ :root { --main: #06c; }
.a:hover,
#b::before { margin: 0 1.5em !important; &:hover { top: calc(1px + 2em); } }
@media (max-width: 600px) { a { color: red } } // c";
    let expected = "‹c /* a›
‹c b */› :‹n root› { ‹n --main›: ‹# #06c›; }
‹n .a›:‹n hover›,
‹n #b›::‹n before› { ‹n margin›: ‹# 0› ‹# 1.5em› ‹k !important›; &:‹n hover› { ‹n top›: ‹n calc›(‹# 1px› + ‹# 2em›); } }
‹k @media› (max-width: ‹# 600px›) { ‹n a› { ‹n color›: red } } ‹c // c›";
    assert_eq!(marked("css", code), expected);
}

#[test]
fn blocks_and_marks_of_markdown() {
    let code = "# Title
Some **bold** `code` [link](x)
- item
```js
let x
```
> quote <!-- a
b -->";
    let expected = "‹k # Title›
Some ‹k **›bold‹k **› ‹s `code`› [link](‹s x›)
‹k -› item
‹s ```›‹n js›
‹s let x›
‹s ```›
‹c >› quote ‹c <!-- a›
‹c b -->›";
    assert_eq!(marked("markdown", code), expected);
}

#[test]
fn lines_of_a_diff_by_their_sign() {
    let code = "diff --git a/x b/x
@@ -1 +1 @@
-old
+new
 same";
    let expected = "‹n diff --git a/x b/x›
‹# @@ -1 +1 @@›
‹k -old›
‹s +new›
 same";
    assert_eq!(marked("diff", code), expected);
}

#[test]
fn head_and_body_of_an_http_message() {
    let code = r#"POST /a?b=c HTTP/1.1
Host: x.y
Content-Length: 8

{"a": 1}"#;
    let expected = r#"‹k POST› ‹s /a?b=c› ‹k HTTP/1.1›
‹n Host›: x.y
‹n Content-Length›: ‹# 8›

{‹n "a"›: ‹# 1›}"#;
    assert_eq!(marked("http", code), expected);
}

#[test]
fn prompts_and_commands_of_a_session() {
    let code = r#"$ ls "$HOME"
total 5
user@host:~/x$ git commit -m 'hi'
>>> print("x")"#;
    let expected = r#"‹c $ ›‹n ls› ‹s "›‹n $HOME›‹s "›
total 5
‹c user@host:~/x$ ›‹n git› commit -m ‹s 'hi'›
‹c >>> ›‹n print›(‹s "x"›)"#;
    assert_eq!(marked("console", code), expected);
}

#[test]
fn commands_and_environments_of_latex() {
    let code = r"\begin{align} x &= \frac{1}{2} \\ 50\% $x$ \end{align} % c";
    let expected = r"‹k \begin›{‹n align›} x &= ‹k \frac›{‹# 1›}{‹# 2›} ‹k \\› ‹# 50›‹k \%› ‹s $›x‹s $› ‹k \end›{‹n align›} ‹c % c›";
    assert_eq!(marked("latex", code), expected);
}

#[test]
fn targets_and_recipes_of_a_makefile() {
    let code = r#"CC ?= gcc # c
all: $(OBJ) b.o
	$(CC) -o "$@" $<
ifeq ($(A),b)"#;
    let expected = r#"‹n CC› ?= gcc ‹c # c›
‹n all›: ‹n $(OBJ)› b.o
	‹n $(CC)› -o ‹s "›‹n $@›‹s "› ‹n $<›
‹k ifeq› (‹n $(A)›,b)"#;
    assert_eq!(marked("makefile", code), expected);
}

#[test]
fn instructions_stand_first_in_a_dockerfile() {
    let code = r#"FROM rust:1.80
RUN apk add "x" \
  && run
ENV A=b # c"#;
    let expected = r#"‹k FROM› rust:‹# 1.80›
‹k RUN› apk add ‹s "x"› \
  && run
‹k ENV› ‹n A›=b # c"#;
    assert_eq!(marked("dockerfile", code), expected);
}

#[test]
fn instructions_labels_and_registers_of_assembly() {
    let code = "section .text
main: mov rax, 0x3C ; c
  ldr x0, [sp]";
    let expected = "‹k section› .text
‹n main›: ‹k mov› ‹n rax›, ‹# 0x3C› ‹c ; c›
  ‹k ldr› ‹n x0›, [‹n sp›]";
    assert_eq!(marked("assembly", code), expected);
}
