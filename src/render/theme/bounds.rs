//! What a template may not do: include itself through others, nest without end, choose a partial
//! at run time. The engine has no limits of its own; a cycle of partials ends the process.

use std::collections::{BTreeMap, BTreeSet};

use handlebars::Template;
use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};

/// Blocks within blocks, in one file.
const DEEPEST_BLOCK: usize = 64;
/// Subexpressions within subexpressions.
const DEEPEST_EXPRESSION: usize = 16;
/// Partials within partials.
const DEEPEST_PARTIAL: usize = 32;
/// Bytes of one template.
const LONGEST: usize = 256 * 1024;

/// Why a template is refused, with the byte offset where that is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) reason: String,
    pub(super) offset: usize,
}

/// Looks at a template's text before it is compiled: the compiler recurses as deep as its blocks.
pub(super) fn check_source(source: &str) -> Result<(), Refusal> {
    if source.len() > LONGEST {
        return Err(refusal(
            0,
            format!("the template is larger than {} KiB", LONGEST / 1024),
        ));
    }
    // For each open block, how many levels it stands for: `else if` opens another inside.
    let mut blocks: Vec<usize> = Vec::new();
    let mut depth = 0;
    for (offset, tag) in tags(source) {
        let inner = tag.trim_start_matches(['{', '~']).trim_start();
        if inner.starts_with('/') {
            depth -= blocks.pop().unwrap_or_default();
        } else if let Some(levels) = blocks.last_mut().filter(|_| is_else(inner)) {
            *levels += 1;
            depth += 1;
        } else if inner.starts_with(['#', '^']) {
            blocks.push(1);
            depth += 1;
        }
        if depth > DEEPEST_BLOCK {
            return Err(refusal(
                offset,
                format!("blocks are nested more than {DEEPEST_BLOCK} deep"),
            ));
        }
        if deepest_parenthesis(tag) > DEEPEST_EXPRESSION {
            let reason = format!("expressions are nested more than {DEEPEST_EXPRESSION} deep");
            return Err(refusal(offset, reason));
        }
    }
    Ok(())
}

/// `{{else}}`, `{{else if …}}` and the short form `{{^}}`.
fn is_else(inner: &str) -> bool {
    inner.starts_with("else") || inner.starts_with("^}") || inner.starts_with("^~")
}

/// The `{{…` tags of a template with their offsets; comments are skipped.
fn tags(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + source.get(at..)?.find("{{")?;
            let rest = &source[start..];
            let comment = rest.starts_with("{{!--") || rest.starts_with("{{~!--");
            let end = if comment { "--}}" } else { "}}" };
            let length = rest.find(end).map_or(rest.len(), |found| found + end.len());
            at = start + length;
            if !comment {
                return Some((start, &source[start..at]));
            }
        }
    })
}

fn deepest_parenthesis(tag: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in tag.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn refusal(offset: usize, reason: String) -> Refusal {
    Refusal { reason, offset }
}

/// The partials a template includes, by name; an error names one that is chosen at run time.
pub(super) fn partials(template: &Template) -> Result<BTreeSet<String>, String> {
    let mut found = Partials::default();
    found.template(template)?;
    Ok(found.included.difference(&found.inline).cloned().collect())
}

#[derive(Default)]
struct Partials {
    included: BTreeSet<String>,
    /// Defined in the file itself with `{{#*inline}}`.
    inline: BTreeSet<String>,
}

impl Partials {
    /// Recursion is as deep as `check_source` let the blocks be.
    fn template(&mut self, template: &Template) -> Result<(), String> {
        for element in &template.elements {
            match element {
                TemplateElement::PartialExpression(partial)
                | TemplateElement::PartialBlock(partial) => {
                    self.partial(partial)?;
                }
                TemplateElement::DecoratorBlock(decorator)
                | TemplateElement::DecoratorExpression(decorator) => {
                    self.decorator(decorator)?;
                }
                TemplateElement::HelperBlock(block) => self.block(block)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn partial(&mut self, partial: &DecoratorTemplate) -> Result<(), String> {
        match partial.name.as_name() {
            Some("@partial-block") => {}
            Some(name) => {
                self.included.insert(name.to_owned());
            }
            None => return Err("a partial is chosen at run time; name it".to_owned()),
        }
        partial
            .template
            .as_ref()
            .map_or(Ok(()), |body| self.template(body))
    }

    fn decorator(&mut self, decorator: &DecoratorTemplate) -> Result<(), String> {
        if let Some(Parameter::Literal(serde_json::Value::String(name))) = decorator.params.first()
        {
            self.inline.insert(name.clone());
        }
        decorator
            .template
            .as_ref()
            .map_or(Ok(()), |body| self.template(body))
    }

    fn block(&mut self, block: &HelperTemplate) -> Result<(), String> {
        for body in block.template.iter().chain(&block.inverse) {
            self.template(body)?;
        }
        Ok(())
    }
}

/// Refuses a partial that includes itself through others, one that nests too deep, and one that
/// is not there. Gives the template at fault and the reason.
pub(super) fn check_graph(
    includes: &BTreeMap<String, BTreeSet<String>>,
) -> Result<(), (String, String)> {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for name in includes.keys() {
        depth(name, includes, &mut depths, &mut Vec::new())?;
    }
    Ok(())
}

/// How deep partials nest below `name`; recursion stops at `DEEPEST_PARTIAL`.
fn depth<'a>(
    name: &'a str,
    includes: &'a BTreeMap<String, BTreeSet<String>>,
    depths: &mut BTreeMap<&'a str, usize>,
    trail: &mut Vec<&'a str>,
) -> Result<usize, (String, String)> {
    if let Some(known) = depths.get(name) {
        return Ok(*known);
    }
    if let Some(start) = trail.iter().position(|step| *step == name) {
        let cycle = trail[start..]
            .iter()
            .chain([&name])
            .map(|step| format!("`{step}`"));
        let reason = format!(
            "partials include each other in a circle: {}",
            cycle.collect::<Vec<_>>().join(" → ")
        );
        return Err((name.to_owned(), reason));
    }
    let mut deepest = 0;
    trail.push(name);
    for partial in includes.get(name).into_iter().flatten() {
        if !includes.contains_key(partial) {
            return Err((name.to_owned(), format!("there is no partial `{partial}`")));
        }
        deepest = deepest.max(1 + depth(partial, includes, depths, trail)?);
        if deepest > DEEPEST_PARTIAL || trail.len() > DEEPEST_PARTIAL {
            let reason = format!("partials are nested more than {DEEPEST_PARTIAL} deep");
            return Err((name.to_owned(), reason));
        }
    }
    trail.pop();
    depths.insert(name, deepest);
    Ok(deepest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn includes(pairs: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
        pairs
            .iter()
            .map(|(name, partials)| {
                (
                    (*name).to_owned(),
                    partials.iter().map(|p| (*p).to_owned()).collect(),
                )
            })
            .collect()
    }

    #[test]
    fn a_circle_of_partials_is_named() {
        let (at, reason) =
            check_graph(&includes(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"])])).unwrap_err();
        assert_eq!(at, "a");
        assert_eq!(
            reason,
            "partials include each other in a circle: `a` → `b` → `c` → `a`"
        );
    }

    #[test]
    fn a_missing_partial_is_named() {
        let (at, reason) = check_graph(&includes(&[("a", &["nosuch"])])).unwrap_err();
        assert_eq!(
            (at.as_str(), reason.as_str()),
            ("a", "there is no partial `nosuch`")
        );
    }

    #[test]
    fn deep_nesting_is_refused_before_it_is_compiled() {
        assert_eq!(check_source(&"{{#if a}}".repeat(64)), Ok(()));
        assert!(check_source(&"{{#if a}}".repeat(65)).is_err());
        assert!(check_source(&format!("{{{{#if a}}}}{}", "{{else if b}}".repeat(64))).is_err());
        assert!(check_source(&format!("{{{{x {}}}}}", "(a ".repeat(17))).is_err());
        assert!(check_source(&"{{#if a}}x{{/if}}".repeat(1000)).is_ok());
    }

    #[test]
    fn a_partial_chosen_at_run_time_is_refused() {
        let template = Template::compile("{{#if a}}{{> (lookup a \"x\")}}{{/if}}").unwrap();
        assert!(partials(&template).is_err(), "{template:?}");
    }

    #[test]
    fn partials_are_found_inside_blocks_and_inline_ones_are_not_files() {
        let template = Template::compile(
            "{{#*inline \"i\"}}x{{/inline}}{{#each a}}{{> b}}{{else}}{{> c}}{{/each}}{{> i}}",
        )
        .unwrap();
        assert_eq!(
            partials(&template).unwrap().into_iter().collect::<Vec<_>>(),
            ["b", "c"]
        );
    }
}
