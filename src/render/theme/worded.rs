//! The template's way to a text of the theme: `{{t "posts" count=count}}`, with what stands for the
//! text's `{}` inside of it as a block: `{{#t "by"}}<a href="{{url}}">{{name}}</a>{{/t}}`.

use std::sync::Arc;

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, Template,
};
use serde_json::{Map, Value};

use super::message::{COUNT, Message};
use super::wording::{Wording, form};
use crate::diagnostic::nearest;
use crate::render::escape_into;

pub(super) const NAME: &str = "t";

/// The helper.
pub(super) struct Worded(pub(super) Arc<Wording>);

impl HelperDef for Worded {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = helper.param(0).and_then(|given| given.value().as_str());
        let name = name.ok_or_else(|| refused("`t` wants the name of a text".to_owned()))?;
        let language = language(context.data());
        let text = self.0.find(language, name);
        let text = text.ok_or_else(|| refused(missing(name, &self.0)))?;
        let values: Vec<(&str, String)> = helper
            .hash()
            .iter()
            .map(|(name, given)| (*name, shown(given.value())))
            .collect();
        let count = helper
            .hash_get(COUNT)
            .and_then(|count| count.value().as_u64());
        let message = form(text, language, count).ok_or_else(|| refused(missing(name, &self.0)))?;
        let value = |name: &str| {
            let mut values = values.iter();
            values
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.as_str())
        };
        let [before, behind] = message.escaped(value);
        out.write(&before)?;
        if let Some(body) = helper.template() {
            body.render(registry, context, render, out)?;
        }
        out.write(&behind)?;
        Ok(())
    }
}

/// `{{texts "results" "nothing-found"}}`: texts in all their forms for a script, as JSON that fits
/// an attribute.
pub(super) struct Texts(pub(super) Arc<Wording>);

impl HelperDef for Texts {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let language = language(context.data());
        let mut texts = Map::new();
        for name in helper
            .params()
            .iter()
            .filter_map(|given| given.value().as_str())
        {
            let text = self.0.find(language, name);
            let forms = text.ok_or_else(|| refused(missing(name, &self.0)))?.iter();
            let forms = forms.map(|(form, message)| (form.clone(), message.to_string().into()));
            texts.insert(name.to_owned(), Value::Object(forms.collect()));
        }
        let mut json = String::new();
        escape_into(&mut json, &Value::Object(texts).to_string());
        out.write(&json)?;
        Ok(())
    }
}

/// The language of the page, else of the blog.
fn language(view: &Value) -> &str {
    let of = |part: &str| view.get(part)?.get("language")?.as_str();
    of("page").or_else(|| of("site")).unwrap_or_default()
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn refused(reason: String) -> RenderError {
    RenderErrorReason::Other(reason).into()
}

fn missing(name: &str, wording: &Wording) -> String {
    let near = nearest(name, wording.names());
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("there is no text `{name}` in `i18n/en.toml`{near}")
}

/// The first text that a template cannot ask for so: its name, and why.
pub(super) fn problem(template: &Template, wording: &Wording) -> Option<(String, String)> {
    template.elements.iter().find_map(|element| match element {
        TemplateElement::HtmlExpression(helper)
        | TemplateElement::Expression(helper)
        | TemplateElement::HelperBlock(helper) => {
            let own = || {
                let Some(Parameter::Literal(Value::String(name))) = helper.params.first() else {
                    return None;
                };
                let reason = misused(name, helper, wording)?;
                Some((name.clone(), reason))
            };
            let own = (helper.name.as_name() == Some(NAME)).then(own).flatten();
            own.or_else(|| {
                let mut bodies = helper.template.iter().chain(&helper.inverse);
                bodies.find_map(|body| problem(body, wording))
            })
        }
        TemplateElement::PartialBlock(partial) => {
            let body = partial.template.as_ref();
            body.and_then(|body| problem(body, wording))
        }
        _ => None,
    })
}

fn misused(name: &str, helper: &HelperTemplate, wording: &Wording) -> Option<String> {
    let Some(text) = wording.find("", name) else {
        return Some(missing(name, wording));
    };
    let values = text.values().flat_map(Message::values);
    let mut lacking = values.filter(|value| !helper.hash.contains_key(*value));
    if let Some(value) = lacking.next() {
        return Some(format!(
            "the text `{name}` shows `{{{value}}}`, which is not given: `{value}=…`"
        ));
    }
    let body = text.values().any(Message::has_body);
    match (body, helper.block) {
        (true, false) => Some(format!(
            "the text `{name}` has a place for a block: `{{{{#t \"{name}\"}}}}…{{{{/t}}}}`"
        )),
        (false, true) => Some(format!(
            "the text `{name}` has no `{{}}`, where the block would stand"
        )),
        _ => None,
    }
}
