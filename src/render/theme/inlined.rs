//! Partials put in the places they are included from, once and before any page is rendered: the
//! engine copies all that a partial may see each time it comes to one. Done for a page as a whole,
//! and only where nobody could tell it from the engine's own way.

use std::collections::HashMap;

use handlebars::Template;
use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};

/// Elements of one page: a partial that is included twice counts twice.
const MOST_ELEMENTS: usize = 16 * 1024;
const BODY: &str = "@partial-block";

/// The template with all it includes in its place, or `None` where the engine has to do it.
///
/// The graph of partials must be free of circles.
pub(super) fn inlined(name: &str, templates: &HashMap<String, Template>) -> Option<Template> {
    let mut inliner = Inliner {
        templates,
        elements: 0,
    };
    inliner.template(templates.get(name)?, Body::None)
}

/// What stands for `{{> @partial-block}}`.
#[derive(Clone, Copy)]
enum Body<'a> {
    /// The template is included without one.
    None,
    Is(&'a Template),
    /// Only the engine knows what it would see in here.
    Elsewhere,
}

struct Inliner<'a> {
    templates: &'a HashMap<String, Template>,
    elements: usize,
}

impl Inliner<'_> {
    fn template(&mut self, template: &Template, body: Body<'_>) -> Option<Template> {
        let mut flat = Template::default();
        for element in &template.elements {
            self.elements += 1;
            if self.elements > MOST_ELEMENTS {
                return None;
            }
            match element {
                TemplateElement::RawString(_)
                | TemplateElement::Comment(_)
                | TemplateElement::Expression(_)
                | TemplateElement::HtmlExpression(_) => flat.elements.push(element.clone()),
                TemplateElement::HelperBlock(block) => {
                    let block = self.block(block, body)?;
                    let block = TemplateElement::HelperBlock(Box::new(block));
                    flat.elements.push(block);
                }
                TemplateElement::PartialExpression(partial)
                | TemplateElement::PartialBlock(partial) => {
                    let partial = self.partial(partial, body)?;
                    flat.elements.extend(partial.elements);
                }
                _ => return None,
            }
        }
        Some(flat)
    }

    fn block(&mut self, block: &HelperTemplate, body: Body<'_>) -> Option<HelperTemplate> {
        let within = match block.name.as_name()? {
            "if" | "unless" | "t" => body,
            "each" | "with" => match body {
                Body::None => Body::None,
                Body::Is(_) | Body::Elsewhere => Body::Elsewhere,
            },
            _ => return None,
        };
        let mut flat = block.clone();
        let parts = [&mut flat.template, &mut flat.inverse];
        for part in parts.into_iter().flatten() {
            *part = self.template(part, within)?;
        }
        Some(flat)
    }

    fn partial(&mut self, partial: &DecoratorTemplate, body: Body<'_>) -> Option<Template> {
        if !partial.params.is_empty() || !partial.hash.is_empty() {
            return None;
        }
        let name = partial.name.as_name()?;
        if name == BODY {
            return match body {
                Body::Is(body) if partial.template.is_none() => self.counted(body),
                _ => None,
            };
        }
        let file = self.templates.get(name)?;
        let inner = partial.template.as_ref();
        if looks_up(file, 0) || inner.is_some_and(|inner| looks_up(inner, 0)) {
            return None;
        }
        match inner {
            None => self.template(file, Body::None),
            Some(inner) => {
                // A body within a body is the engine's.
                let inner = self.template(inner, Body::Elsewhere)?;
                self.template(file, Body::Is(&inner))
            }
        }
    }

    fn counted(&mut self, body: &Template) -> Option<Template> {
        self.elements += body.elements.len();
        (self.elements <= MOST_ELEMENTS).then(|| body.clone())
    }
}

/// Whether something in a file, below `depth` blocks of its own, looks at what is around the file:
/// the engine lets it see one block more there.
fn looks_up(template: &Template, depth: usize) -> bool {
    let mut elements = template.elements.iter();
    elements.any(|element| element_looks_up(element, depth))
}

fn element_looks_up(element: &TemplateElement, depth: usize) -> bool {
    match element {
        TemplateElement::RawString(_) | TemplateElement::Comment(_) => false,
        TemplateElement::HtmlExpression(helper)
        | TemplateElement::Expression(helper)
        | TemplateElement::HelperBlock(helper) => helper_looks_up(helper, depth),
        TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => {
            let mut bodies = partial.template.iter();
            bodies.any(|body| looks_up(body, depth))
        }
        _ => true,
    }
}

fn helper_looks_up(helper: &HelperTemplate, depth: usize) -> bool {
    let own = [&helper.name];
    let given = helper.params.iter().chain(helper.hash.values());
    let mut all = own.into_iter().chain(given);
    // `else` is outside of the block, and what lies deeper is only looked at more strictly here.
    let within = match helper.name.as_name() {
        Some("each" | "with") => depth + 1,
        _ => depth,
    };
    let in_block = |body: &Option<Template>, depth| {
        let body = body.as_ref();
        body.is_some_and(|body| looks_up(body, depth))
    };
    all.any(|parameter| parameter_looks_up(parameter, depth))
        || in_block(&helper.template, within)
        || in_block(&helper.inverse, depth)
}

fn parameter_looks_up(parameter: &Parameter, depth: usize) -> bool {
    match parameter {
        Parameter::Name(_) | Parameter::Path(_) => {
            let name = parameter.as_name().unwrap_or_default();
            name.matches("..").count() > depth
        }
        Parameter::Literal(_) => false,
        Parameter::Subexpression(inner) => element_looks_up(&inner.element, depth),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use handlebars::Handlebars;
    use serde_json::json;

    use super::*;

    /// Renders `page` as it stands and with its partials in place; they must not differ.
    fn same(files: &[(&str, &str)]) -> Option<String> {
        let mut registry = Handlebars::new();
        registry.set_prevent_indent(true);
        for (name, source) in files {
            registry.register_template_string(name, source).unwrap();
        }
        let flat = inlined("page", registry.get_templates())?;
        registry.register_template("flat", flat);
        let view = json!({
            "site": {"title": "S", "menu": [{"name": "a"}, {"name": "b"}]},
            "page": {"title": "P <1>"},
            "title": "root",
            "posts": [
                {"title": "one", "tags": ["x", "y"], "html": "<p>1</p>"},
                {"title": "two", "tags": [], "html": ""},
            ],
        });
        let plain = registry.render("page", &view).unwrap();
        assert_eq!(registry.render("flat", &view).unwrap(), plain);
        Some(plain)
    }

    const LAYOUT: (&str, &str) = (
        "layout",
        "<{{page.title}}>\n{{> head}}\n{{#if posts}}{{> @partial-block}}{{/if}}\n</{{site.title}}>\n",
    );
    const HEAD: (&str, &str) = (
        "head",
        "  {{#with site}}{{#each menu}}{{@index}}{{name}}{{../title}}{{#unless @last}},{{/unless}}{{/each}}{{/with}}\n",
    );

    #[test]
    fn a_page_is_the_same_with_its_partials_in_place() {
        let page =
            "{{#> layout}}\n{{#each posts}}\n{{> card}}\n{{else}}none\n{{/each}}\n{{/layout}}\n";
        let card =
            "{{@index}} {{title}}: {{{html}}}{{#if @first}}!{{/if}}\n  {{> tags}}\n{{@root.title}}";
        let tags = "{{#each tags}}{{this}} of {{../title}} {{/each}}\n";
        let files = [("page", page), ("card", card), ("tags", tags), LAYOUT, HEAD];
        let shown = same(&files).unwrap();
        assert!(shown.contains("0 one: <p>1</p>!"), "{shown}");
        assert!(shown.contains("x of one"), "{shown}");
    }

    #[test]
    fn the_engine_keeps_what_would_see_something_else() {
        for files in [
            &[("page", "{{> a b=title}}"), ("a", "{{b}}")][..],
            &[("page", "{{> a posts}}"), ("a", "{{this}}")],
            &[
                ("page", "{{#with site}}{{> a}}{{/with}}"),
                ("a", "{{../title}}"),
            ],
            &[
                ("page", "{{#each posts}}{{> a}}{{/each}}"),
                ("a", "{{#each tags}}{{../../title}}{{/each}}"),
            ],
            &[
                ("page", "{{#> a}}{{../title}}{{/a}}"),
                ("a", "{{> @partial-block}}"),
            ],
            &[
                ("page", "{{#> a}}{{title}}{{/a}}"),
                ("a", "{{#with site}}{{> @partial-block}}{{/with}}"),
            ],
            &[
                ("page", "{{#> a}}{{title}}{{/a}}"),
                ("a", "{{> b}}"),
                ("b", "{{> @partial-block}}"),
            ],
            &[
                ("page", "{{#*inline \"b\"}}x{{/inline}}{{> b}}"),
                ("b", "y"),
            ],
        ] {
            let templates = files.iter().map(|(name, source)| {
                let template = Template::compile(source).unwrap();
                ((*name).to_owned(), template)
            });
            assert_eq!(inlined("page", &templates.collect()), None, "{files:?}");
        }
    }

    #[test]
    fn partials_that_double_and_double_are_left_to_the_engine() {
        let names: Vec<String> = (0..30).map(|n| format!("p{n}")).collect();
        let twice = names.windows(2).map(|pair| {
            let source = format!("{{{{> {0}}}}}{{{{> {0}}}}}", pair[1]);
            (pair[0].clone(), Template::compile(&source).unwrap())
        });
        let mut templates: HashMap<String, Template> = twice.collect();
        templates.insert("p29".to_owned(), Template::compile("x").unwrap());
        assert_eq!(inlined("p0", &templates), None);
        assert!(inlined("p25", &templates).is_some());
    }
}
