//! The page of a build, for the person who follows a link from a forge or a terminal. It is the
//! server's own, since a build may fail for its theme.

use std::fmt::Write;

use hyper::StatusCode;
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::rebuild::{BuildState, Changes, Stage, Told};
use crate::serve::reply::{self, Reply, escape};

pub(super) fn page(build: &BuildState) -> Reply {
    let mut html = "<main>\n".to_owned();
    if let Some(commit) = &build.commit {
        line(&mut html, "p", &format!("Commit {commit}"));
    }
    if let Some(posts) = build.posts {
        line(&mut html, "p", &format!("{posts} posts"));
    }
    if let Some(reason) = &build.reason {
        line(&mut html, "p", reason);
    }
    for (title, diagnostics) in [("Errors", &build.errors), ("Warnings", &build.warnings)] {
        list(&mut html, title, diagnostics);
    }
    if let Some(changes) = &build.changes {
        tell(&mut html, changes);
    }
    timings(&mut html, build);
    html.push_str("</main>\n");
    html.push_str(follow(build.state));
    let title = format!("Build {}", word(build.state));
    reply::page(StatusCode::OK, &title, &html)
}

fn list(html: &mut String, title: &str, diagnostics: &[Diagnostic]) {
    if diagnostics.is_empty() {
        return;
    }
    line(html, "h2", title);
    for diagnostic in diagnostics {
        let text = escape(&diagnostic.to_string());
        // With the keyboard too it can be scrolled.
        put(html, format_args!("<pre tabindex=\"0\">{text}</pre>\n"));
    }
}

/// What readers see that they did not see before.
fn tell(html: &mut String, changes: &Changes) {
    line(html, "h2", "What changed");
    if changes.is_empty() {
        return line(html, "p", "Nothing that readers see.");
    }
    let (posts, urls) = (&changes.posts, &changes.urls);
    let posts_of = |told: &[Told]| -> Vec<(String, String)> {
        let name = |post: &Told| post.title.clone().unwrap_or_else(|| post.path.clone());
        told.iter()
            .map(|post| (post.url.clone(), name(post)))
            .collect()
    };
    let plain = |urls: &[std::sync::Arc<str>]| -> Vec<(String, String)> {
        urls.iter()
            .map(|url| (url.to_string(), url.to_string()))
            .collect()
    };
    for (title, links) in [
        ("New posts", posts_of(&posts.added)),
        ("Changed posts", posts_of(&posts.changed)),
        ("Posts that are gone", plain(&posts.removed)),
        ("New addresses", plain(&urls.added)),
        ("Changed addresses", plain(&urls.changed)),
        ("Addresses that are gone", plain(&urls.removed)),
    ] {
        if links.is_empty() {
            continue;
        }
        line(html, "h3", title);
        html.push_str("<ul>\n");
        for (url, name) in links {
            let (url, name) = (escape(&url), escape(&name));
            put(
                html,
                format_args!("<li><a href=\"{url}\">{name}</a></li>\n"),
            );
        }
        html.push_str("</ul>\n");
    }
    if changes.left_out > 0 {
        line(html, "p", &format!("and {} more", changes.left_out));
    }
}

fn timings(html: &mut String, build: &BuildState) {
    if build.timings_ms.is_empty() {
        return;
    }
    line(html, "h2", "Time");
    html.push_str("<table>\n");
    for (stage, milliseconds) in &build.timings_ms {
        put(
            html,
            format_args!("<tr><th scope=\"row\">{stage}</th><td>{milliseconds} ms</td></tr>\n"),
        );
    }
    html.push_str("</table>\n");
}

fn line(html: &mut String, element: &str, text: &str) {
    let text = escape(text);
    put(html, format_args!("<{element}>{text}</{element}>\n"));
}

fn put(html: &mut String, text: std::fmt::Arguments<'_>) {
    html.write_fmt(text)
        .expect("writing to a String cannot fail");
}

/// A page of an unfinished build follows it; without scripts it asks again by itself.
fn follow(state: Stage) -> &'static str {
    if state.is_end() {
        return "";
    }
    "<script src=\"/-/builds.js\" defer></script>\n\
     <noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>\n"
}

fn word(state: Stage) -> String {
    let value = state.serialize(serde_json::value::Serializer);
    value
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rebuild::BuildId;
    use crate::serve::body::ReplyBody;

    fn html(build: &BuildState) -> String {
        let reply = page(build);
        let ReplyBody::Whole(html) = reply.body() else {
            unreachable!("a page is whole")
        };
        String::from_utf8(html.to_vec()).unwrap()
    }

    #[test]
    fn the_page_shows_markup_as_text() {
        let told = Told {
            path: "posts/b.md".to_owned(),
            url: "/b/".to_owned(),
            title: Some("<u>".to_owned()),
        };
        let mut changes = Changes::default();
        changes.posts.added.push(told);
        let html = html(&BuildState {
            reason: Some("<script>alert(1)</script>".to_owned()),
            errors: vec![Diagnostic::error("title", "`<b>` is no title").path("posts/<i>.md")],
            changes: Some(changes),
            ..BuildState::new(BuildId::random().unwrap(), Stage::Failed)
        });
        assert!(html.contains("<h1>Build failed</h1>"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
        assert!(html.contains("posts/&lt;i&gt;.md"), "{html}");
        assert!(html.contains("<a href=\"/b/\">&lt;u&gt;</a>"), "{html}");
        assert!(
            !html.contains("<script>") && !html.contains("<b>"),
            "{html}"
        );
    }

    #[test]
    fn only_what_goes_on_is_followed() {
        let id = || BuildId::random().unwrap();
        for (stage, follows) in [
            (Stage::Waiting, true),
            (Stage::Building, true),
            (Stage::Published, false),
        ] {
            let html = html(&BuildState::new(id(), stage));
            assert_eq!(html.contains("/-/builds.js"), follows, "{html}");
            assert_eq!(html.contains("http-equiv"), follows, "{html}");
        }
    }
}
