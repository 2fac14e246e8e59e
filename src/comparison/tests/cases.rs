//! Small comparisons with the exact page expected.
//!
//! What is said unseen is abbreviated in them: `+x+` is an addition, `-x-` a removal, `~x~` another
//! form, and `+#x+`, `-#x-` stand around blocks.

use super::{compared, compared_within};
use crate::comparison::Bounds;

fn shown(old: &str, new: &str) -> String {
    let mut html = compared(old, new).html;
    let end = "<span class=\"unseen\">]</span>";
    for (element, phrase, sign) in [("ins", "added", '+'), ("del", "removed", '-')] {
        let said = format!("<span class=\"unseen\">[{phrase}: </span>");
        html = html.replace(&format!("<{element}>{said}"), &format!("{sign}"));
        let block = format!("<{element} class=\"block\">{said}");
        html = html.replace(&block, &format!("{sign}#"));
        html = html.replace(&format!("{end}</{element}>"), &format!("{sign}"));
    }
    let said = "<span class=\"unseen\">[form: </span>";
    html.replace(&format!("<span class=\"restyled\">{said}"), "~")
        .replace(&format!("{end}</span>"), "~")
        .trim_end()
        .to_owned()
}

fn check(cases: &[(&str, &str, &str)]) {
    for (old, new, expected) in cases {
        assert_eq!(shown(old, new), *expected, "{old} -> {new}");
    }
}

#[test]
fn what_a_mark_is_is_said_in_words() {
    let comparison = compared("<p>one two three</p>", "<p>one 2 three</p>");
    assert_eq!(
        comparison.html,
        "<p>one <del><span class=\"unseen\">[removed: </span>two<span class=\"unseen\">]</span></del> \
         <ins><span class=\"unseen\">[added: </span>2<span class=\"unseen\">]</span></ins> three</p>\n"
    );
    assert_eq!((comparison.added_words, comparison.removed_words), (1, 1));
    assert!(comparison.whole);
}

#[test]
fn words_are_compared_and_spaces_are_not() {
    check(&[
        ("", "", ""),
        ("<p>one two</p>", "<p>one\ntwo</p>", "<p>one\ntwo</p>"),
        ("<p>a big cat.</p>", "<p>a cat.</p>", "<p>a -big- cat.</p>"),
        (
            "<p>a cat.</p>",
            "<p>a cat, too.</p>",
            "<p>a cat+, too+.</p>",
        ),
        (
            "<p>The old cat sat down here</p>",
            "<p>The new cat lay down here</p>",
            "<p>The -old- +new+ cat -sat- +lay+ down here</p>",
        ),
        // A short word between two long changes is part of one.
        (
            "<p>see the description of everything here and now</p>",
            "<p>see the explanation of something here and now</p>",
            "<p>see the -description of everything- +explanation of something+ here and now</p>",
        ),
        (
            "<p>a &lt; b c</p>",
            "<p>a &gt; b c</p>",
            "<p>a -&lt;- +&gt;+ b c</p>",
        ),
        (
            "<p>春眠不覺曉</p>",
            "<p>春眠不知曉</p>",
            "<p>春眠不-覺- +知+曉</p>",
        ),
        ("<p>กขคง</p>", "<p>กขง</p>", "<p>กข-ค-ง</p>"),
        (
            "<p>naïve e\u{301}tude x</p>",
            "<p>naïve x</p>",
            "<p>naïve -e\u{301}tude- x</p>",
        ),
        (
            "<p>one<br>two x</p>",
            "<p>one two x</p>",
            "<p>one -<br>-two x</p>",
        ),
    ]);
}

#[test]
fn a_change_inside_a_link_leaves_one_link() {
    check(&[
        (
            "<p>a <a href=\"/b\">b c d</a> e</p>",
            "<p>a <a href=\"/b\">b x d</a> e</p>",
            "<p>a <a href=\"/b\">b -c- +x+ d</a> e</p>",
        ),
        (
            "<p>a <a href=\"/b\">b</a> e f</p>",
            "<p>a <a href=\"/c\">b</a> e f</p>",
            "<p>a <a href=\"/c\">~b~</a> e f</p>",
        ),
        (
            "<p>a <a href=\"/b\" id=\"x\">gone</a> e f</p>",
            "<p>a e f</p>",
            "<p>a -gone- e f</p>",
        ),
        (
            "<p>a b e f</p>",
            "<p>a b <a href=\"/x\">new</a> <em>and that</em> e f</p>",
            "<p>a b +<a href=\"/x\">new</a> <em>and that</em>+ e f</p>",
        ),
    ]);
}

#[test]
fn another_form_of_the_same_words_is_marked_and_nothing_is_lost() {
    check(&[
        (
            "<p>a b c</p>",
            "<p>a <strong>b</strong> c</p>",
            "<p>a <strong>~b~</strong> c</p>",
        ),
        (
            "<p>a <em>b <code>c</code></em> d</p>",
            "<p>a <em>b c</em> d</p>",
            "<p>a <em>b ~c~</em> d</p>",
        ),
        // An author's own strikethrough is no removal.
        (
            "<p>a b c</p>",
            "<p>a <del>b</del> c</p>",
            "<p>a <s>~b~</s> c</p>",
        ),
    ]);
}

#[test]
fn blocks_come_and_go_whole() {
    check(&[
        (
            "<p>one</p>\n<p>two</p>\n",
            "<p>two</p>\n<h2 id=\"x\">three</h2>\n<p>four</p>",
            "-#<p>one</p>-\n<p>two</p>\n+#<h2 id=\"x\">three</h2><p>four</p>+",
        ),
        (
            "<ul>\n<li>one</li>\n<li>two</li>\n</ul>",
            "<ul>\n<li>two</li>\n<li>three <b>four</b></li>\n</ul>",
            "<ul><li class=\"removed\">-one-</li><li>two</li>\
             <li class=\"added\">+three <b>four</b>+</li></ul>",
        ),
        (
            "<ul><li>one<ul><li>a</li></ul></li><li>x</li></ul>",
            "<ul><li>x</li></ul>",
            "<ul><li class=\"removed\">-#one<ul><li>a</li></ul>-</li><li>x</li></ul>",
        ),
        ("<p>a</p><hr>", "<p>a</p>", "<p>a</p>\n-#<hr>-"),
        // Words that moved are shown in both places.
        (
            "<p>one two</p><p>three four five</p>",
            "<p>three four five</p><p>one two</p>",
            "+#<p>three four five</p>+\n<p>one two</p>\n-#<p>three four five</p>-",
        ),
        (
            "<h2 id=\"a\">A B <a class=\"anchor\" href=\"#a\" aria-label=\"Link to “A B”\">#</a></h2>",
            "<h2 id=\"a-c\">A C <a class=\"anchor\" href=\"#a-c\" aria-label=\"Link to “A C”\">#</a></h2>",
            "<h2 id=\"a-c\">A -B- +C+</h2>",
        ),
    ]);
}

#[test]
fn tables_keep_their_columns() {
    check(&[
        (
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>x y</td><td>1</td></tr></tbody></table>",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>x y</td><td>2</td></tr></tbody></table>",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>x y</td><td>-1- +2+</td></tr></tbody></table>",
        ),
        (
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>x</td></tr></tbody></table>",
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>x</td></tr><tr><td>y</td></tr></tbody></table>",
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>x</td></tr>\
             <tr class=\"added\"><td class=\"added\">+y+</td></tr></tbody></table>",
        ),
    ]);
}

#[test]
fn code_is_compared_by_lines() {
    check(&[
        (
            "<pre class=\"code\" tabindex=\"0\"><code class=\"language-rust\"><span class=\"hl-keyword\">let</span> a;\nlet b;\nlet d;\n</code></pre>",
            "<pre class=\"code\" tabindex=\"0\"><code class=\"language-rust\"><span class=\"hl-keyword\">let</span> a;\n  let b;\nlet d;\n</code></pre>",
            "<pre class=\"code\" tabindex=\"0\"><code class=\"language-rust\">let a;\n-#let b;\n-+#  let b;\n+let d;\n</code></pre>",
        ),
        (
            "<pre><code>a b</code></pre>",
            "<pre><code>a <span class=\"hl-type\">b</span></code></pre>",
            "<pre><code>a <span class=\"hl-type\">b</span></code></pre>",
        ),
    ]);
}

#[test]
fn what_was_removed_leads_nowhere_and_loads_nothing() {
    check(&[
        (
            "<p id=\"a\"><a href=\"/x\" name=\"n\" id=\"b\">one</a> <img src=\"/y.png\" alt=\"a cat\"> <img src=\"/z.png\"></p>",
            "",
            "-#<p>one <span class=\"picture\">a cat</span> <span class=\"picture\">picture</span></p>-",
        ),
        (
            "<div class=\"scroll\" role=\"region\" aria-label=\"Table 1\" tabindex=\"0\"><table><tr><td>a</table></div>",
            "",
            "-#<div class=\"scroll\" tabindex=\"0\"><table><tbody><tr><td>a</td></tr></tbody></table></div>-",
        ),
        (
            "<p><video src=\"/a.mp4\" controls></video></p>",
            "<p><video src=\"/b.mp4\" controls></video></p>",
            "-#<p><span class=\"picture\">picture</span></p>-\n+#<p><video src=\"/b.mp4\" controls=\"\"></video></p>+",
        ),
    ]);
}

#[test]
fn numbers_of_footnotes_and_tables_are_no_change() {
    let note = |number: u8| {
        format!(
            "<p>a b<sup class=\"footnote-ref\"><a href=\"#fn-x\" id=\"fnref-x\" data-footnote-ref>{number}</a></sup></p>"
        )
    };
    assert_eq!(
        shown(&note(1), &note(2)),
        "<p>a b<sup class=\"footnote-ref\"><a id=\"fnref-x\" href=\"#fn-x\">2</a></sup></p>"
    );
    let comparison = compared(
        "<div aria-label=\"Table 1\"><p>a</p></div>",
        "<div aria-label=\"Table 2\"><p>a</p></div>",
    );
    assert_eq!((comparison.added_words, comparison.removed_words), (0, 0));
}

#[test]
fn markup_that_runs_or_does_not_fit_is_left_out() {
    check(&[
        (
            "",
            "<script>alert(1)</script><p onclick=\"x\" style=\"y\">a<iframe src=\"/x\">b</iframe><a href=\"javascript:x\">c</a>",
            "+#<p>a<a>c</a></p>+",
        ),
        ("", "<p>a<p>b</div></b>", "+#<p>a</p><p>b</p>+"),
        ("", "<b><p>a</b>c", "+#<p>ac</p>+"),
        (
            "",
            "<table>a<td>b<li>c<caption>d</table>",
            "+#<table><tbody><tr><td>a</td><td>bc</td></tr></tbody><tbody><tr><td>d</td></tr></tbody></table>+",
        ),
        (
            "",
            "<a href=\"/a\">b<a href=\"/c\">d",
            "+<a href=\"/a\">b</a><a href=\"/c\">d</a>+",
        ),
        (
            "",
            "<i id=\"x\">a</i><u id=\"x\">b</u>",
            "+<i id=\"x\">a</i><u>b</u>+",
        ),
        (
            "",
            "<ul>a<ul>b",
            "+#<ul><li>a<ul><li>b</li></ul></li></ul>+",
        ),
        ("", "<details>a<summary>b", "+#<details>ab</details>+"),
    ]);
}

#[test]
fn long_unchanged_stretches_are_folded_with_one_block_around_each_change() {
    let body = |middle: &str| {
        let some = (1..=6).map(|n| format!("<p>{n}</p>")).collect::<String>();
        format!("{some}<p>{middle}</p>{some}")
    };
    assert_eq!(
        shown(&body("a b c"), &body("a b d")),
        "<details class=\"unchanged\"><summary>5 unchanged</summary>\n<p>1</p>\n<p>2</p>\n<p>3</p>\n<p>4</p>\n<p>5</p>\n</details>\n\
         <p>6</p>\n<p>a b -c- +d+</p>\n<p>1</p>\n\
         <details class=\"unchanged\"><summary>5 unchanged</summary>\n<p>2</p>\n<p>3</p>\n<p>4</p>\n<p>5</p>\n<p>6</p>\n</details>"
    );
    assert_eq!(
        shown("<p>1</p><p>2</p>", "<p>1</p><p>2</p>"),
        "<p>1</p>\n<p>2</p>"
    );
}

#[test]
fn past_the_bounds_blocks_are_replaced_whole() {
    let (old, new) = ("<p>one two three</p>", "<p>one 2 three</p>");
    for bounds in [
        Bounds {
            bytes: 10,
            ..Bounds::default()
        },
        Bounds {
            marks: 1,
            ..Bounds::default()
        },
        Bounds {
            effort: 1,
            ..Bounds::default()
        },
    ] {
        let comparison = compared_within(old, new, &bounds);
        assert!(!comparison.whole, "{bounds:?}");
        let words = (comparison.added_words, comparison.removed_words);
        assert_eq!(words, (3, 3));
    }
}
