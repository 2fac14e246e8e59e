//! What the scanner makes of each language.

use super::super::highlight;

/// Asserts that each word of `code` gets its class; an empty one is none.
fn reads(language: &str, code: &str, words: &[(&str, &str)]) {
    let mut html = String::new();
    highlight(&mut html, language, code);
    let mut tokens = Vec::new();
    for (at, piece) in html.split("<span class=\"hl-").enumerate() {
        let (marked, plain) = piece.split_once("</span>").unwrap_or(("", piece));
        if at > 0 {
            let (class, text) = marked.split_once("\">").unwrap();
            tokens.push((class, text));
        }
        tokens.push(("", plain));
    }
    for (class, word) in words {
        let is_there = |(of, text): &(&str, &str)| {
            of == class && (text.trim() == *word || text.split_whitespace().any(|w| w == *word))
        };
        assert!(
            tokens.iter().any(is_there),
            "{language}: {class} `{word}` in {html}"
        );
    }
}

#[test]
fn a_type_of_go_follows_its_name_and_a_package_is_none() {
    reads(
        "go",
        "func (s *Server) Serve(w http.Writer, r *http.Request) error { return &pack.Item{} }",
        &[
            ("keyword", "func"),
            ("type", "Server"),
            ("function", "Serve"),
            ("type", "Writer"),
            ("type", "Request"),
            ("type", "error"),
            ("type", "Item"),
        ],
    );
    reads(
        "go",
        "type a struct {\n\tName widget\n}",
        &[("type", "a"), ("type", "widget")],
    );
    reads(
        "go",
        "y := a * b; *p = nil",
        &[("constant", "nil"), ("", "b;"), ("", "p")],
    );
    reads(
        "go",
        "x := `a\n\\b` + '\\n'",
        &[("string", "`a\n\\b`"), ("escape", "\\n")],
    );
    reads(
        "go",
        "f(\"%d: %-8.3f, 5 % a\")",
        &[("escape", "%d"), ("escape", "%-8.3f")],
    );
}

#[test]
fn c_is_read_with_its_directives_types_and_constants() {
    reads(
        "c",
        "#include <stdio.h>\n# define LEN 10\nstatic size_t f(widget *w, FILE *o) { return w->next * LEN; }",
        &[
            ("keyword", "#include"),
            ("string", "&lt;stdio.h&gt;"),
            ("constant", "LEN"),
            ("type", "size_t"),
            ("function", "f"),
            ("type", "widget"),
            ("type", "FILE"),
            ("", "next"),
        ],
    );
    reads(
        "c",
        "x = a * b; // it's\nint",
        &[("comment", "// it&#39;s"), ("type", "int")],
    );
}

#[test]
fn what_is_but_in_cpp_is_read_in_it() {
    reads(
        "c++",
        "class A : Base { std::vector<int> v = std::move<A>(1'000); auto r = R\"x(\")\")x\"; new A(); };",
        &[
            ("keyword", "class"),
            ("type", "Base"),
            ("type", "vector"),
            ("function", "move"),
            ("number", "1&#39;000"),
            ("string", "R&quot;x(&quot;)&quot;)x&quot;"),
            ("keyword", "new"),
        ],
    );
}

#[test]
fn java_is_read_with_its_annotations_constants_and_blocks_of_text() {
    reads(
        "java",
        "@Override int f(UUID id) { record = MAX_SIZE; return new Foo(\"\"\"\n \"a\"\n\"\"\").run(Color.RED); }",
        &[
            ("attribute", "@Override"),
            ("type", "int"),
            ("type", "UUID"),
            ("", "record"),
            ("constant", "MAX_SIZE"),
            ("type", "Foo"),
            ("function", "run"),
            ("constant", "RED"),
        ],
    );
    reads(
        "java",
        "record Point(int x) {}",
        &[("keyword", "record"), ("type", "Point")],
    );
}

#[test]
fn code_in_a_text_is_code() {
    reads(
        "cs",
        "var s = $\"a {f(\"}\") + 1} {{b}}\"; var t = @\"c:\\\"; int i;",
        &[
            ("function", "f"),
            ("string", "&quot;}&quot;"),
            ("number", "1"),
            ("escape", "{{"),
            ("string", "@&quot;c:\\&quot;"),
            ("type", "int"),
        ],
    );
    reads(
        "kt",
        "\"$a ${b.c()} d\" + null",
        &[
            ("variable", "$a"),
            ("function", "c"),
            ("string", "d&quot;"),
            ("constant", "null"),
        ],
    );
    reads(
        "swift",
        "\"\\(f(1)) \\u{1F600}\" + nil",
        &[
            ("function", "f"),
            ("escape", "\\u{1F600}"),
            ("constant", "nil"),
        ],
    );
    reads("kt", "\"${a\nval", &[("keyword", "val")]);
}

#[test]
fn a_property_of_csharp_is_no_type_for_its_capital() {
    reads(
        "c#",
        "[Route(\"a\")]\nclass A : Base { public string Name { get; set; } List<Item> b = c.Length; }",
        &[
            ("attribute", "Route"),
            ("type", "A"),
            ("type", "Base"),
            ("type", "string"),
            ("", "Name {"),
            ("type", "List"),
            ("type", "Item"),
        ],
    );
}

#[test]
fn words_are_reserved_only_where_they_are() {
    reads(
        "kotlin",
        "data class A",
        &[("keyword", "data"), ("type", "A")],
    );
    reads("kotlin", "data = a.value", &[("", "data")]);
    reads(
        "kotlin",
        "/* a /* b */ c */ val",
        &[("comment", "/* a /* b */ c */")],
    );
    reads("swift", "go(for: a)", &[("", "(for: a)")]);
    reads(
        "swift",
        "@State #if #\"a\"b\"#",
        &[
            ("attribute", "@State"),
            ("keyword", "#if"),
            ("string", "#&quot;a&quot;b&quot;#"),
        ],
    );
    reads(
        "sql",
        "select u.type from u",
        &[("keyword", "select"), ("", "u.type")],
    );
}

#[test]
fn sql_has_no_case() {
    reads(
        "sql",
        "SELECT count(*), 'it''s' From a -- b\nwhere c = :d AND e::INT > @f",
        &[
            ("keyword", "SELECT"),
            ("function", "count"),
            ("string", "&#39;it"),
            ("escape", "&#39;&#39;"),
            ("keyword", "From"),
            ("comment", "-- b"),
            ("keyword", "where"),
            ("variable", ":d"),
            ("type", "INT"),
            ("variable", "@f"),
        ],
    );
    reads(
        "sql",
        "insert into a(b) values (null)",
        &[("", "a(b)"), ("constant", "null")],
    );
}
