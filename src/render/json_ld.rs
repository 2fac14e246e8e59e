//! What a page says of itself to search engines: schema.org data as JSON-LD, ready to stand in a
//! script element.

use serde::Serialize;
use serde_json::{Value, json};

use super::article::Article;
use super::view::{author, language};
use crate::address::absolute;
use crate::config::{Site, SiteConfig};
use crate::content::{Kind, Name, Recording};
use crate::moment::Moment;

/// Of a post, or of a standing page.
pub(crate) fn of_article(
    article: &Article,
    config: &SiteConfig,
    (image, is_post): (Option<&str>, bool),
) -> String {
    let site = &config.site;
    let about = About {
        article,
        name: &article.name(),
        url: &address(site, &article.url),
        image,
        site,
    };
    let main = match about.question() {
        Some(question) => question,
        None if is_post => about.posting(),
        None => about.page(),
    };
    script(&[main, about.trail()])
}

/// Of the whole blog.
pub(crate) fn of_site(site: &Site) -> String {
    let search = address(site, crate::address::SEARCH);
    script(&[Thing::WebSite(WebSite {
        name: &site.title,
        description: some(&site.description),
        url: address(site, "/"),
        in_language: &site.language,
        potential_action: json!({
            "@type": "SearchAction",
            "target": { "@type": "EntryPoint", "urlTemplate": format!("{search}?q={{search_term_string}}") },
            "query-input": "required name=search_term_string",
        }),
    })])
}

/// Of somebody's page.
pub(crate) fn of_author(
    site: &Site,
    (name, path): (&str, &str),
    (bio, image, elsewhere): (Option<&str>, Option<&str>, Vec<&str>),
) -> String {
    let main_entity = Person {
        description: bio,
        image: image.map(|image| address(site, image)),
        same_as: (!elsewhere.is_empty()).then_some(elsewhere),
        ..Person::of(name, Some(address(site, path)))
    };
    script(&[Thing::ProfilePage { main_entity }])
}

/// A node of the graph; the names are schema.org's.
#[derive(Serialize)]
#[serde(tag = "@type")]
enum Thing<'a> {
    BlogPosting(Box<Posting<'a>>),
    WebPage(WebPage<'a>),
    WebSite(WebSite<'a>),
    QAPage(Box<Questions<'a>>),
    BreadcrumbList {
        #[serde(rename = "itemListElement")]
        steps: [Step<'a>; 2],
    },
    ProfilePage {
        #[serde(rename = "mainEntity")]
        main_entity: Person<'a>,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebSite<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    url: String,
    in_language: &'a str,
    potential_action: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Posting<'a> {
    headline: &'a str,
    url: &'a str,
    main_entity_of_page: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    date_published: Moment,
    date_modified: Moment,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Person<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contributor: Vec<Person<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    keywords: &'a [String],
    word_count: usize,
    in_language: &'a str,
    is_part_of: Blog<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<Media<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio: Option<Media<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
struct Blog<'a> {
    name: &'a str,
    url: String,
}

#[derive(Default, Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct Person<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    same_as: Option<Vec<&'a str>>,
}

/// A recording.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Media<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    upload_date: Moment,
    /// Of its player.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_url: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Questions<'a> {
    url: &'a str,
    main_entity: Question<'a>,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct Question<'a> {
    name: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Person<'a>>,
    date_published: Moment,
    answer_count: usize,
    accepted_answer: Answer<'a>,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct Answer<'a> {
    text: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Person<'a>>,
    date_published: Moment,
    date_modified: Moment,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebPage<'a> {
    name: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    date_modified: Moment,
    in_language: &'a str,
}

/// How a reader comes to a page.
#[derive(Serialize)]
#[serde(tag = "@type", rename = "ListItem")]
struct Step<'a> {
    position: usize,
    name: &'a str,
    item: String,
}

struct About<'a> {
    article: &'a Article,
    name: &'a str,
    url: &'a str,
    image: Option<&'a str>,
    site: &'a Site,
}

impl<'a> About<'a> {
    fn posting(&self) -> Thing<'a> {
        let (post, text) = (&self.article.post, &self.article.text);
        let recording = |kind, recording| Some(self.recording(kind, recording));
        let (video, audio) = match &text.kind {
            Kind::Video(it) => (recording("VideoObject", it), None),
            Kind::Audio(it) => (None, recording("AudioObject", it)),
            _ => (None, None),
        };
        Thing::BlogPosting(Box::new(Posting {
            headline: self.name,
            url: self.url,
            main_entity_of_page: self.url,
            description: some(self.article.description()),
            image: self.image.map(|image| address(self.site, image)),
            date_published: post.published,
            date_modified: post.updated,
            author: self.people(&post.authors),
            contributor: self.people(&post.contributors),
            keywords: &post.tags,
            word_count: text.words,
            in_language: language(&self.article.post, self.site),
            is_part_of: Blog {
                name: &self.site.title,
                url: address(self.site, "/"),
            },
            video,
            audio,
        }))
    }

    fn recording(&self, kind: &'static str, recording: &Recording) -> Media<'a> {
        let src = address(self.site, &recording.src);
        let (url, content_url) = match recording.player() {
            Some(_) => (Some(src), None),
            None => (None, Some(src)),
        };
        let poster = recording.poster.as_ref();
        Media {
            kind,
            name: self.name,
            description: some(self.article.description()),
            thumbnail_url: poster.map(|poster| address(self.site, poster)),
            upload_date: self.article.post.published,
            url,
            content_url,
        }
    }

    /// `None` for a post that is no answer.
    fn question(&self) -> Option<Thing<'a>> {
        let post = &self.article.post;
        let Kind::Answer {
            question,
            asked_by,
            asked_by_url,
        } = &self.article.text.kind
        else {
            return None;
        };
        let asked_by = asked_by.as_ref().map(|name| {
            let url = asked_by_url.as_ref().map(|url| address(self.site, url));
            Person::of(name, url)
        });
        Some(Thing::QAPage(Box::new(Questions {
            url: self.url,
            main_entity: Question {
                name: self.name,
                text: question,
                author: asked_by,
                date_published: post.published,
                answer_count: 1,
                accepted_answer: Answer {
                    text: &self.article.text.excerpt,
                    url: self.url,
                    author: self.people(&post.authors),
                    date_published: post.published,
                    date_modified: post.updated,
                },
            },
        })))
    }

    fn page(&self) -> Thing<'a> {
        Thing::WebPage(WebPage {
            name: self.name,
            url: self.url,
            description: some(self.article.description()),
            date_modified: self.article.post.updated,
            in_language: language(&self.article.post, self.site),
        })
    }

    /// How a reader comes here from the front page.
    fn trail(&self) -> Thing<'a> {
        let step = |position, name, item| Step {
            position,
            name,
            item,
        };
        let steps = [
            step(1, &*self.site.title, address(self.site, "/")),
            step(2, self.name, self.url.to_owned()),
        ];
        Thing::BreadcrumbList { steps }
    }

    fn people(&self, names: &'a [Name]) -> Vec<Person<'a>> {
        let names = names.iter();
        let person = |name: &'a Name| {
            let url = address(self.site, &author(name).url);
            Person::of(&name.shown, Some(url))
        };
        names.map(person).collect()
    }
}

impl<'a> Person<'a> {
    fn of(name: &'a str, url: Option<String>) -> Self {
        Self {
            name,
            url,
            ..Self::default()
        }
    }
}

fn address(site: &Site, path: &str) -> String {
    absolute(site.base_url.as_deref(), path)
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// The document. No `<` stays, so that nothing ends the element early.
fn script(graph: &[Thing<'_>]) -> String {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(rename = "@context")]
        context: &'static str,
        #[serde(rename = "@graph")]
        graph: &'a [Thing<'a>],
    }
    let document = Document {
        context: "https://schema.org",
        graph,
    };
    let json = serde_json::to_string(&document).expect("texts and dates are always JSON");
    json.replace('<', "\\u003c")
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
