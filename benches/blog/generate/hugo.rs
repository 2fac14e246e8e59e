//! What a Hugo site needs besides its posts to make about what byline makes of them: pages of posts,
//! of tags and of the stream, dates and authors from git, highlighted code, and feeds with the full
//! text.

/// Path and content.
pub(super) fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.into_iter()
}

const FILES: [(&str, &str); 10] = [
    ("hugo.toml", CONFIG),
    ("layouts/_default/baseof.html", BASE),
    ("layouts/_default/single.html", SINGLE),
    ("layouts/_default/list.html", LIST),
    ("layouts/_default/terms.html", TERMS),
    ("layouts/_default/rss.xml", RSS),
    ("layouts/partials/nav.html", NAV),
    ("layouts/partials/item.html", ITEM),
    ("layouts/partials/footer.html", FOOTER),
    ("static/site.css", STYLE),
];

const CONFIG: &str = r#"baseURL = "https://blog.example.org/"
title = "Generated"
enableGitInfo = true

[frontmatter]
date = [":git"]
lastmod = [":git"]

[pagination]
pagerSize = 10

[taxonomies]
tag = "tags"

[markup.highlight]
noClasses = false

[markup.goldmark.renderer]
unsafe = true

[outputs]
home = ["html", "rss"]
section = ["html"]
taxonomy = ["html"]
term = ["html", "rss"]
"#;

const BASE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }} · {{ .Site.Title }}</title>
<link rel="canonical" href="{{ .Permalink }}">
<link rel="alternate" type="application/rss+xml" href="/index.xml" title="{{ .Site.Title }}">
<link rel="stylesheet" href="/site.css">
</head>
<body>
{{ partial "nav.html" . }}
<main>{{ block "main" . }}{{ end }}</main>
{{ partial "footer.html" . }}
</body>
</html>
"#;

const SINGLE: &str = r#"{{ define "main" }}<article>
<h1>{{ .Title }}</h1>
{{ with .GitInfo }}<p>By {{ .AuthorName }}, <time datetime="{{ .AuthorDate.Format "2006-01-02T15:04:05Z07:00" }}">{{ .AuthorDate.Format "2 January 2006" }}</time>, in {{ .AbbreviatedHash }}</p>{{ end }}
{{ .Content }}
<ul>{{ range .GetTerms "tags" }}<li><a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a></li>{{ end }}</ul>
<nav>{{ with .PrevInSection }}<a rel="prev" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }} {{ with .NextInSection }}<a rel="next" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</nav>
</article>{{ end }}
"#;

const LIST: &str = r#"{{ define "main" }}<h1>{{ .Title }}</h1>
{{ $pages := .RegularPagesRecursive }}{{ if .IsHome }}{{ $pages = .Site.RegularPages }}{{ end }}
{{ $pager := .Paginate $pages }}
<ol>{{ range $pager.Pages }}{{ partial "item.html" . }}{{ end }}</ol>
<nav>{{ with $pager.Prev }}<a rel="prev" href="{{ .URL }}">Newer</a>{{ end }} {{ $pager.PageNumber }} of {{ $pager.TotalPages }} {{ with $pager.Next }}<a rel="next" href="{{ .URL }}">Older</a>{{ end }}</nav>
{{ end }}
"#;

const TERMS: &str = r#"{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range .Data.Terms.Alphabetical }}<li><a href="{{ .Page.RelPermalink }}">{{ .Page.LinkTitle }}</a> ({{ .Count }})</li>{{ end }}</ul>
{{ end }}
"#;

const RSS: &str = r#"{{ printf "<?xml version=\"1.0\" encoding=\"utf-8\"?>" | safeHTML }}
{{ $pages := .RegularPagesRecursive }}{{ if .IsHome }}{{ $pages = .Site.RegularPages }}{{ end }}
<rss version="2.0">
<channel>
<title>{{ .Title }}</title>
<link>{{ .Permalink }}</link>
<description>{{ .Site.Title }}</description>
{{ range first 20 $pages.ByDate.Reverse }}<item>
<title>{{ .Title }}</title>
<link>{{ .Permalink }}</link>
<guid>{{ .Permalink }}</guid>
<pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate>
<description>{{ .Content | html }}</description>
</item>
{{ end }}</channel>
</rss>
"#;

const NAV: &str = r#"<header><nav><a href="/">{{ .Site.Title }}</a> <a href="/posts/">Posts</a> <a href="/tags/">Tags</a> <a href="/index.xml">Feed</a></nav></header>
"#;

const ITEM: &str = r#"<li><article>
<h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2>
<p><time datetime="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">{{ .Date.Format "2 January 2006" }}</time>{{ with .GitInfo }} by {{ .AuthorName }}{{ end }}</p>
<p>{{ .Summary | plainify | truncate 200 }}</p>
</article></li>
"#;

const FOOTER: &str = r"<footer><p>Written by the authors of {{ .Site.Title }}.</p></footer>
";

const STYLE: &str = "body { max-width: 44rem; margin: auto; font: 1rem/1.6 serif; }
pre { overflow: auto; }
";
