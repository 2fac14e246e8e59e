//! What a template reads of the posts it is given, found by looking at the template and not at a
//! page: every name that could be a field of a post. Where that cannot be told, it reads all.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use foldhash::fast::RandomState;
use handlebars::template::{BlockParam, HelperTemplate, Parameter, TemplateElement};
use handlebars::{Path, PathSeg, Template};

/// What only a page as a whole has: what is below is no field of a post.
const OF_PAGE: [&str; 3] = ["site", "page", "pagination"];
/// Fields that are lists: going through one reads nothing of its owner but itself.
const LISTS: [&str; 24] = [
    "posts",
    "years",
    "tags",
    "authors",
    "contributors",
    "toc",
    "images",
    "menu",
    "names",
    "revisions",
    "newer",
    "older",
    "children",
    "in_reply_to",
    "syndication",
    "translations",
    "captions",
    "pinned",
    "months",
    "series",
    "parts",
    "related",
    "backlinks",
    "me",
];

/// Names of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    All,
    Names(HashSet<String, RandomState>),
}

impl Default for Reads {
    fn default() -> Self {
        Self::Names(HashSet::default())
    }
}

impl Reads {
    /// Whether a field is among them.
    pub(crate) fn reads(&self, field: &str) -> bool {
        match self {
            Self::All => true,
            Self::Names(names) => names.contains(field),
        }
    }

    /// What either of two reads.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Names(mut names), Self::Names(others)) => {
                names.extend(others);
                Self::Names(names)
            }
            _ => Self::All,
        }
    }

    /// What one file reads, without its partials.
    pub(super) fn of(template: &Template) -> Self {
        let mut found = Self::default();
        found.template(template);
        found
    }

    /// What a template and all it includes read.
    pub(super) fn below(
        name: &str,
        includes: &BTreeMap<String, BTreeSet<String>>,
        reads: &BTreeMap<String, Self>,
    ) -> Self {
        let all = closure(name, includes).into_iter();
        let known = all.map(|name| reads.get(name).cloned().unwrap_or_default());
        known.fold(Self::default(), Self::or)
    }

    fn template(&mut self, template: &Template) {
        for element in &template.elements {
            self.element(element);
        }
    }

    fn element(&mut self, element: &TemplateElement) {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::HtmlExpression(helper)
            | TemplateElement::Expression(helper)
            | TemplateElement::HelperBlock(helper) => self.helper(helper),
            TemplateElement::DecoratorExpression(decorator)
            | TemplateElement::DecoratorBlock(decorator)
            | TemplateElement::PartialExpression(decorator)
            | TemplateElement::PartialBlock(decorator) => {
                decorator.hash.keys().for_each(|name| self.given(name));
                let parameters = decorator.params.iter().chain(decorator.hash.values());
                parameters.for_each(|parameter| self.parameter(parameter));
                decorator
                    .template
                    .iter()
                    .for_each(|body| self.template(body));
            }
            _ => *self = Self::All,
        }
    }

    fn helper(&mut self, helper: &HelperTemplate) {
        let name = helper.name.as_name().unwrap_or_default();
        // Its second parameter names a field at run time.
        if name == "lookup" {
            *self = Self::All;
        }
        if name == "each" && !helper.params.first().is_some_and(is_list) {
            *self = Self::All;
        }
        let mut given = |name: &Parameter| self.given(name.as_name().unwrap_or_default());
        match &helper.block_param {
            None => {}
            Some(BlockParam::Single(name)) => given(name),
            Some(BlockParam::Pair((name, other))) => {
                given(name);
                given(other);
            }
            Some(_) => *self = Self::All,
        }
        self.parameter(&helper.name);
        let parameters = helper.params.iter().chain(helper.hash.values());
        parameters.for_each(|parameter| self.parameter(parameter));
        let bodies = helper.template.iter().chain(&helper.inverse);
        bodies.for_each(|body| self.template(body));
    }

    /// A name that a template gives to a value of its own: it can be a post that is called `page`
    /// or `tags`, and then what is below it is a field after all.
    fn given(&mut self, name: &str) {
        if OF_PAGE.contains(&name) || LISTS.contains(&name) {
            *self = Self::All;
        }
    }

    fn parameter(&mut self, parameter: &Parameter) {
        match parameter {
            Parameter::Name(name) => self.name(name),
            Parameter::Path(Path::Relative((segments, _))) => {
                let mut names = segments.iter().filter_map(named);
                let first = names.next();
                first.into_iter().for_each(|name| self.name(name));
                if !first.is_some_and(|first| OF_PAGE.contains(&first)) {
                    names.for_each(|name| self.name(name));
                }
            }
            Parameter::Path(Path::Local(_)) | Parameter::Literal(_) => {}
            Parameter::Subexpression(inner) => self.element(&inner.element),
            _ => *self = Self::All,
        }
    }

    fn name(&mut self, name: &str) {
        if let Self::Names(names) = self {
            names.insert(name.to_owned());
        }
    }
}

fn named(segment: &PathSeg) -> Option<&str> {
    match segment {
        PathSeg::Named(name) => Some(name),
        _ => None,
    }
}

fn is_list(parameter: &Parameter) -> bool {
    let [first, last] = match parameter {
        Parameter::Name(name) => [None, Some(name.as_str())],
        Parameter::Path(Path::Relative((segments, _))) => {
            [segments.first(), segments.last()].map(|segment| segment.and_then(named))
        }
        _ => [None; 2],
    };
    let of_page = first.is_some_and(|first| OF_PAGE.contains(&first));
    of_page || last.is_some_and(|last| LISTS.contains(&last))
}

/// A template and all that it includes, itself first. The graph has no circles: that was checked.
pub(super) fn closure<'a>(
    name: &'a str,
    includes: &'a BTreeMap<String, BTreeSet<String>>,
) -> Vec<&'a str> {
    let mut found = vec![name];
    let mut next = 0;
    while let Some(name) = found.get(next) {
        for partial in includes.get(*name).into_iter().flatten() {
            if !found.contains(&partial.as_str()) {
                found.push(partial);
            }
        }
        next += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(source: &str) -> Reads {
        Reads::of(&Template::compile(source).unwrap())
    }

    fn names(source: &str) -> Vec<String> {
        let mut names: Vec<String> = match reads(source) {
            Reads::Names(names) => names.into_iter().collect(),
            Reads::All => vec!["*".to_owned()],
        };
        names.sort_unstable();
        names
    }

    #[test]
    fn fields_are_found_wherever_they_stand() {
        let source = "{{page.updated}}{{#each posts}}<a href=\"{{url}}\">{{#if title}}{{this.title}}\
            {{else}}{{../summary}}{{/if}}</a>{{{join tags sep=(first words)}}}{{/each}}";
        let expected = [
            "each", "first", "if", "join", "page", "posts", "summary", "tags", "title", "url",
            "words",
        ];
        assert_eq!(names(source), expected);
    }

    #[test]
    fn a_field_named_by_another_name_is_found() {
        assert!(
            names("{{#each posts as |p|}}{{p.excerpt}}{{/each}}").contains(&"excerpt".to_owned())
        );
        assert!(names("{{> partials/x of=posts.0.words}}").contains(&"words".to_owned()));
        assert!(
            names("{{#each posts}}{{@root.post.words}}{{/each}}").contains(&"words".to_owned())
        );
        assert!(names("{{#with (lookup posts 0)}}{{x}}{{/with}}").contains(&"*".to_owned()));
    }

    #[test]
    fn a_post_that_is_given_the_name_of_something_else_is_read_whole() {
        for source in [
            "{{#each posts as |page|}}{{page.title}}{{/each}}",
            "{{#each posts as |p site|}}{{site.title}}{{/each}}",
            "{{#each posts as |tags|}}{{#each tags}}{{this}}{{/each}}{{/each}}",
            "{{> partials/x page=posts.0}}",
        ] {
            assert_eq!(reads(source), Reads::All, "{source}");
        }
        let title = "{{> partials/x title=page.title}}";
        assert_ne!(reads(title), Reads::All);
    }

    #[test]
    fn going_through_all_fields_reads_all() {
        assert_eq!(
            reads("{{#each posts}}{{#each this}}{{@key}}{{/each}}{{/each}}"),
            Reads::All
        );
        assert_eq!(
            reads("{{#each posts as |p|}}{{#each p}}{{this}}{{/each}}{{/each}}"),
            Reads::All
        );
        assert_eq!(reads("{{lookup this \"title\"}}"), Reads::All);
        for source in [
            "{{#each authors}}{{this}}{{/each}}",
            "{{#each page.versions}}{{url}}{{/each}}",
        ] {
            assert_ne!(reads(source), Reads::All, "{source}");
        }
    }

    #[test]
    fn partials_count_with_who_includes_them() {
        let includes = BTreeMap::from([
            ("a".to_owned(), BTreeSet::from(["b".to_owned()])),
            ("b".to_owned(), BTreeSet::from(["c".to_owned()])),
            ("c".to_owned(), BTreeSet::new()),
            ("d".to_owned(), BTreeSet::new()),
        ]);
        assert_eq!(closure("a", &includes), ["a", "b", "c"]);
        let all = ["a", "b", "c", "d"]
            .map(|name| (name.to_owned(), reads(&format!("{{{{of_{name}}}}}"))));
        let reads = Reads::below("a", &includes, &BTreeMap::from(all));
        assert!(reads.reads("of_c") && !reads.reads("of_d"));
    }
}
