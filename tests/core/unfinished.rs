//! What is unfinished is shown as what it will most likely become, and what may still become anything is not shown.

use parlour_core::markdown::{BlockPatch, DocumentStream};

use crate::html::html;

/// What is shown of a text that has not ended.
fn shown(text: &str) -> String {
    let html = html(&DocumentStream::new(text.to_owned()).blocks(1));
    html.trim_end().to_owned()
}

fn assert_shown(cases: &[(&str, &str)]) {
    for (text, html) in cases {
        assert_eq!(shown(text), *html, "{text:?}");
    }
}

#[test]
fn open_styles_reach_to_the_end_and_a_mark_at_the_end_is_not_shown() {
    assert_shown(&[
        ("a **bold", "<p>a <strong>bold</strong></p>"),
        ("a **bold*", "<p>a <strong>bold</strong></p>"),
        ("a **bold**", "<p>a <strong>bold</strong></p>"),
        ("a *b **c", "<p>a <em>b <strong>c</strong></em></p>"),
        ("***c", "<p><em><strong>c</strong></em></p>"),
        ("a _b", "<p>a <em>b</em></p>"),
        ("a ~~b", "<p>a <del>b</del></p>"),
        ("a **", "<p>a </p>"),
        ("a *", "<p>a </p>"),
        ("a `b c", "<p>a <code>b c</code></p>"),
        ("a ``b `c", "<p>a <code>b `c</code></p>"),
        ("a `", "<p>a </p>"),
        ("snake_case", "<p>snake_case</p>"),
        ("2 * 3", "<p>2 * 3</p>"),
    ]);
}

#[test]
fn half_a_link_shows_its_text_and_a_citation_its_brackets() {
    assert_shown(&[
        ("see [", "<p>see </p>"),
        ("see [the te", "<p>see the te</p>"),
        ("see [the text]", "<p>see the text</p>"),
        ("see [the text](", "<p>see <a>the text</a></p>"),
        ("see [the text](https://exa", "<p>see <a>the text</a></p>"),
        ("see [the text](https://exa \"ti", "<p>see <a>the text</a></p>"),
        ("see [the *text](https://exa", "<p>see <a>the <em>text</em></a></p>"),
        ("see [the text] and", "<p>see [the text] and</p>"),
        ("as in [1", "<p>as in [1</p>"),
        ("as in [1]", "<p>as in [1]</p>"),
        ("as in [^1", "<p>as in </p>"),
        ("![a pic", "<p><img src=\"\" alt=\"a pic\" /></p>"),
        ("![a pic](https://e", "<p><img src=\"\" alt=\"a pic\" /></p>"),
    ]);
}

#[test]
fn open_math_shows_its_source_and_money_stays_money() {
    assert_shown(&[
        ("so $$x + y", "<p>so $$x + y$$</p>"),
        ("so \\(x + y", "<p>so $x + y$</p>"),
        ("so \\(x + y\\", "<p>so $x + y$</p>"),
        ("$$\nx + y\n", "<p>$$x + y$$</p>"),
        ("\\[\nx + y\n\\", "<p>$$x + y$$</p>"),
        ("$$ x + y", "<p>$$x + y$$</p>"),
        ("it is $5 and", "<p>it is $5 and</p>"),
        ("it is $5 and $10 more", "<p>it is $5 and $10 more</p>"),
        ("with $x^2$ and", "<p>with $x^2$ and</p>"),
    ]);
}

#[test]
fn the_start_of_a_line_waits_until_it_is_clear() {
    let starts = [
        "-", "*", "+", "#", "##", "=", "`", "``", "```", "```rust", "1", "1.", "12)", ">", "|", "$", "$$", "~", "\\[",
        "<di", "- ", "---", "- [", "- [x",
    ];
    for start in starts {
        assert_eq!(shown(start), "", "{start:?}");
        let after = format!("Some text.\n{start}");
        assert_eq!(shown(&after), "<p>Some text.</p>", "{after:?}");
    }
}

#[test]
fn blocks_are_shown_as_soon_as_they_are_clear() {
    assert_shown(&[
        ("```rust\n", "<pre><code class=\"language-rust\"></code></pre>"),
        ("```rust\nlet a", "<pre><code class=\"language-rust\">let a\n</code></pre>"),
        ("```rust\nlet a\n``", "<pre><code class=\"language-rust\">let a\n</code></pre>"),
        ("| a | b |\n", "<p>| a | b |</p>"),
        ("| a | b |\n|", "<p>| a | b |</p>"),
        ("| a | b |\n|-", "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n</table>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("- [ ] task", "<ul>\n<li><input disabled=\"\" type=\"checkbox\"/>task</li>\n</ul>"),
        ("> [!NO", ""),
        ("> [!NOTE]\n> a", "<blockquote class=\"markdown-alert-note\">\n<p>a</p>\n</blockquote>"),
        ("# A *ti", "<h1>A <em>ti</em></h1>"),
        ("Text\n===\n", "<h1>Text</h1>"),
        ("[a]: https://a.exam", "<p></p>"),
    ]);
}

#[test]
fn a_growing_list_sends_each_item_once_and_nothing_of_those_before() {
    let mut stream = DocumentStream::new("- one\n- two\n".into());
    stream.changes(0, 1);
    stream.push("- three\n");
    let patches = stream.changes(1, 2);
    let paths = patches.iter().map(|patch| match patch {
        BlockPatch::Put { path, .. } => path.clone(),
        other => panic!("{other:?}"),
    });
    assert_eq!(paths.collect::<Vec<_>>(), [vec![0, 2]]);
}

#[test]
fn a_late_definition_changes_only_the_text_that_refers_to_it() {
    let mut stream = DocumentStream::new("See [this].\n\nOther text.\n\n".into());
    stream.changes(0, 1);
    stream.push("[this]: https://example.org\n\n");
    let patches = serde_json::to_value(stream.changes(1, 2)).unwrap();
    let link = serde_json::json!({ "type": "link", "href": "https://example.org/", "title": null,
        "inlines": [{ "type": "text", "text": "this" }] });
    let inlines = serde_json::json!([{ "type": "text", "text": "See " }, link, { "type": "text", "text": "." }]);
    assert_eq!(patches, serde_json::json!([{ "type": "inlines", "path": [0], "keep": 0, "inlines": inlines }]));
}
