//! Comparisons of what our own renderer makes of Markdown.

use super::compared;
use super::properties::check_form;
use crate::config::Content;
use crate::render::{Links, markdown};

struct AsWritten;

impl Links for AsWritten {
    fn resolve(&self, _: &str, _: usize) -> Option<String> {
        None
    }
}

const TEXT: &str = "\
# Of cats

Some *emphasised* text, a [link](/a \"t\") and a note[^a]. ~~Gone~~.

> [!NOTE]
> Mind the cat.

- [x] feed
- [ ] brush

| cat | age |
|-----|----:|
| Tom |   7 |

```rust
fn purr() -> &'static str { \"<3\" }
```

Term

: Meaning

![Tom](tom.png)

<details><summary>More</summary>

Hidden.

</details>

[^a]: Of the cat.
";

fn rendered(text: &str) -> String {
    markdown(text, Content::default().dialect(), &AsWritten)
        .unwrap()
        .html
}

#[test]
fn a_text_that_is_the_same_shows_no_change() {
    let html = rendered(TEXT);
    let comparison = compared(&html, &html);
    check_form(&comparison.html);
    assert!(!comparison.html.contains("class=\"unseen\""));
    for kept in [
        "markdown-alert-note",
        "hl-keyword",
        "footnotes",
        "<summary>More",
    ] {
        assert!(comparison.html.contains(kept), "{kept}");
    }
}

#[test]
fn what_fences_pictures_and_formulas_say_can_be_compared() {
    let old = "![Tom](tom.png){width=30 .right}\n\nIt weighs $\\frac{a}{b}$ :cat:\n\n\
               ```rust title=\"a.rs\" {1} linenos\nlet a;\nlet b;\n```\n\n\
               ```rust diff\n-let a;\n+let b;\n```\n";
    let html = rendered(old);
    let same = compared(&html, &html);
    check_form(&same.html);
    assert!(!same.html.contains("class=\"unseen\""), "{}", same.html);
    for kept in ["<figcaption>a.rs", "data-line=\"2\"", "<u class=\"line\">"] {
        assert!(same.html.contains(kept), "{kept}: {}", same.html);
    }
    let new = old
        .replace("weighs", "measures")
        .replace("let b", "let c")
        .replace("{b}", "{c}");
    let comparison = compared(&html, &rendered(&new));
    check_form(&comparison.html);
    assert!(comparison.added_words > 0 && comparison.removed_words > 0);
}

#[test]
fn a_new_note_and_table_before_others_changes_only_itself() {
    let before = "One more[^b].\n\n| x |\n|---|\n| y |\n\n[^b]: New note.\n\n";
    let new = rendered(&format!("{before}{TEXT}"));
    let comparison = compared(&rendered(TEXT), &new);
    check_form(&comparison.html);
    assert_eq!(comparison.removed_words, 0, "{}", comparison.html);
    // One more 1 x y New note, and the mark that leads back.
    assert_eq!(comparison.added_words, 7, "{}", comparison.html);
}

#[test]
fn each_kind_of_block_can_be_edited_in_place() {
    let mut new = TEXT.to_owned();
    for (old, edited) in [
        ("Of cats", "Of big cats"),
        ("Some *emphasised*", "Some **emphasised**"),
        ("Mind the cat", "Mind the dog"),
        ("[ ] brush", "[x] brush"),
        ("|   7 |", "|   8 |"),
        ("fn purr", "pub fn purr"),
        (": Meaning", ": Meanings of it"),
        ("tom.png", "thomas.png"),
        ("Hidden.", "Hidden here."),
        ("[^a]: Of", "[^a]: About"),
    ] {
        assert!(new.contains(old));
        new = new.replace(old, edited);
    }
    let comparison = compared(&rendered(TEXT), &rendered(&new));
    check_form(&comparison.html);
    insta::assert_snapshot!(comparison.html);
}
