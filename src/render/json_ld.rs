//! What a page says of itself to search engines: schema.org data as JSON-LD, ready to stand in a
//! script element.

use serde_json::{Map, Value, json};

use super::article::Article;
use super::view::author;
use crate::address::absolute;
use crate::config::{Site, SiteConfig};
use crate::content::{Kind, Name, Recording};

/// Of a post, or of a standing page.
pub(crate) fn of_article(
    article: &Article,
    config: &SiteConfig,
    (image, is_post): (Option<&str>, bool),
) -> String {
    let about = About {
        article,
        image,
        site: &config.site,
    };
    let main = match &article.text.kind {
        Kind::Answer { .. } => about.question(),
        _ if is_post => about.posting(),
        _ => about.page(),
    };
    script(&[main, about.trail()])
}

/// Of the whole blog.
pub(crate) fn of_site(site: &Site) -> String {
    let search = address(site, crate::address::SEARCH);
    script(&[json!({
        "@type": "WebSite",
        "name": site.title,
        "description": some(&site.description),
        "url": address(site, "/"),
        "inLanguage": site.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": { "@type": "EntryPoint", "urlTemplate": format!("{search}?q={{search_term_string}}") },
            "query-input": "required name=search_term_string",
        },
    })])
}

/// Of somebody's page.
pub(crate) fn of_author(
    site: &Site,
    (name, path): (&str, &str),
    (bio, image, elsewhere): (Option<&str>, Option<&str>, Vec<&str>),
) -> String {
    script(&[json!({
        "@type": "ProfilePage",
        "mainEntity": {
            "@type": "Person",
            "name": name,
            "url": address(site, path),
            "description": bio,
            "image": image.map(|image| address(site, image)),
            "sameAs": (!elsewhere.is_empty()).then_some(elsewhere),
        },
    })])
}

struct About<'a> {
    article: &'a Article,
    image: Option<&'a str>,
    site: &'a Site,
}

impl About<'_> {
    fn url(&self) -> String {
        address(self.site, &self.article.url)
    }

    fn language(&self) -> &str {
        let translated = self.article.post.translated.as_ref();
        translated.map_or(&self.site.language, |of| &of.language)
    }

    fn posting(&self) -> Value {
        let (post, text) = (&self.article.post, &self.article.text);
        let mut posting = json!({
            "@type": "BlogPosting",
            "headline": self.article.name(),
            "url": self.url(),
            "mainEntityOfPage": self.url(),
            "description": some(self.article.description()),
            "image": self.image.map(|image| address(self.site, image)),
            "datePublished": post.published.rfc3339(),
            "dateModified": post.updated.rfc3339(),
            "author": self.people(&post.authors),
            "contributor": self.people(&post.contributors),
            "keywords": (!post.tags.is_empty()).then_some(&post.tags),
            "wordCount": text.words,
            "inLanguage": self.language(),
            "isPartOf": { "@type": "Blog", "name": self.site.title, "url": address(self.site, "/") },
        });
        let (what, kind) = match &text.kind {
            Kind::Video(recording) => ("video", ("VideoObject", recording)),
            Kind::Audio(recording) => ("audio", ("AudioObject", recording)),
            _ => return posting,
        };
        posting[what] = self.recording(kind);
        posting
    }

    fn recording(&self, (kind, recording): (&str, &Recording)) -> Value {
        let place = match recording.player() {
            Some(_) => "url",
            None => "contentUrl",
        };
        let mut object = json!({
            "@type": kind,
            "name": self.article.name(),
            "description": some(self.article.description()),
            "thumbnailUrl": recording.poster.as_ref().map(|poster| address(self.site, poster)),
            "uploadDate": self.article.post.published.rfc3339(),
        });
        object[place] = address(self.site, &recording.src).into();
        object
    }

    fn question(&self) -> Value {
        let post = &self.article.post;
        let Kind::Answer {
            question,
            asked_by,
            asked_by_url,
        } = &self.article.text.kind
        else {
            return Value::Null;
        };
        let published = post.published.rfc3339();
        let asked_by = asked_by.as_ref().map(|name| {
            let url = asked_by_url.as_ref().map(|url| address(self.site, url));
            json!({ "@type": "Person", "name": name, "url": url })
        });
        json!({
            "@type": "QAPage",
            "url": self.url(),
            "mainEntity": {
                "@type": "Question",
                "name": self.article.name(),
                "text": question,
                "author": asked_by,
                "datePublished": published,
                "answerCount": 1,
                "acceptedAnswer": {
                    "@type": "Answer",
                    "text": self.article.text.excerpt,
                    "url": self.url(),
                    "author": self.people(&post.authors),
                    "datePublished": published,
                    "dateModified": post.updated.rfc3339(),
                },
            },
        })
    }

    fn page(&self) -> Value {
        json!({
            "@type": "WebPage",
            "name": self.article.name(),
            "url": self.url(),
            "description": some(self.article.description()),
            "dateModified": self.article.post.updated.rfc3339(),
            "inLanguage": self.language(),
        })
    }

    /// How a reader comes here from the front page.
    fn trail(&self) -> Value {
        let step = |position: usize, name: &str, url: String| json!({ "@type": "ListItem", "position": position, "name": name, "item": url });
        json!({
            "@type": "BreadcrumbList",
            "itemListElement": [
                step(1, &self.site.title, address(self.site, "/")),
                step(2, &self.article.name(), self.url()),
            ],
        })
    }

    fn people(&self, names: &[Name]) -> Option<Vec<Value>> {
        let person = |name| {
            let person = author(name);
            let url = address(self.site, &person.url);
            json!({ "@type": "Person", "name": person.name, "url": url })
        };
        (!names.is_empty()).then(|| names.iter().map(person).collect())
    }
}

fn address(site: &Site, path: &str) -> String {
    absolute(site.base_url.as_deref(), path)
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// The data without what is not known. No `<` stays, so that nothing ends the element early.
fn script(graph: &[Value]) -> String {
    let mut all = json!({ "@context": "https://schema.org", "@graph": graph });
    prune(&mut all);
    all.to_string().replace('<', "\\u003c")
}

fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let kept = std::mem::replace(fields, Map::new()).into_iter();
            fields.extend(kept.filter(|(_, value)| !value.is_null()));
            fields.values_mut().for_each(prune);
        }
        Value::Array(values) => values.iter_mut().for_each(prune),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_element_early_and_nothing_unknown_is_said() {
        let site = Site {
            title: "</script><!-- \"quoted\"".to_owned(),
            description: String::new(),
            ..Site::default()
        };
        let found = of_site(&site);
        assert!(!found.contains('<') && !found.contains("null"), "{found}");
        let found: Value = serde_json::from_str(&found).unwrap();
        let website = &found["@graph"][0];
        assert_eq!(website["name"], site.title);
        assert_eq!(website.get("description"), None);
    }
}
