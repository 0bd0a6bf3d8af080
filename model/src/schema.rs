//! Schemas: shapes with their rules attached, ready to check values against.
//!
//! The main type is [`Node`]: a shape at one place of a family's requests, with the rule for each
//! of its bounds. Built once per API version by [`crate::api`].

use std::collections::BTreeMap;

use serde_json::Value;

use crate::rule::{Basis, Catalogue, Rule, RuleId};
use crate::shape::{CLIENT_TOKEN_MAX, Echo, Kind, Shape, Text};

mod walk;

pub use walk::Segment;

/// A shape at one place of a request, with its rules.
#[derive(Debug)]
pub struct Node {
    /// The member's name; empty for the items of a list.
    pub name: &'static str,
    /// The place, with dots between members.
    pub path: String,
    /// The type.
    pub shape: &'static Shape,
    /// How the member comes back.
    pub echo: Echo,
    /// The rule that it must be there.
    pub required: Option<RuleId>,
    /// The rule for the lower bound.
    pub low: Option<RuleId>,
    /// The rule for the upper bound.
    pub high: Option<RuleId>,
    /// The rule for the characters, the values or the one member of a union.
    pub form: Option<RuleId>,
    /// Members of a structure, or the one item shape of a list.
    pub children: Vec<Self>,
}

/// Where the rules of a node are cited from.
pub(crate) struct Cited<'a> {
    pub catalogue: &'a mut Catalogue,
    pub pages: &'a mut Pages,
    pub family: &'static str,
    pub version: &'static str,
    pub operation: &'static str,
}

/// The operations in which each bound stands: those that share a member share its rules, and each
/// has a page of its own.
#[derive(Debug, Default)]
pub(crate) struct Pages(BTreeMap<RuleId, Vec<&'static str>>);

/// Stands in a source where the operations come.
const OPERATIONS: &str = "{operations}";

impl Pages {
    /// Writes the operations into the sources.
    pub(crate) fn cite(self, catalogue: &mut Catalogue) {
        for (rule, operations) in self.0 {
            let source = catalogue.source_mut(rule);
            *source = source.replace(OPERATIONS, &listed(&operations));
        }
    }
}

/// Names as a sentence lists them: `A, B and C`.
pub(crate) fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

impl Cited<'_> {
    fn rule(&mut self, path: &str, what: &str, statement: String, source: String) -> RuleId {
        let id = format!("{}/{path}.{what}", self.family);
        let rule = self.catalogue.add(Rule { id, basis: Basis::Stated, statement, source });
        let operations = self.pages.0.entry(rule).or_default();
        if !operations.contains(&self.operation) {
            operations.push(self.operation);
        }
        rule
    }

    fn bound(&mut self, path: &str, what: &str, shape: &Shape, statement: String) -> RuleId {
        let source = format!(
            "Service model {}, shape {}; {OPERATIONS}, member {path}",
            self.version, shape.name
        );
        self.rule(path, what, statement, source)
    }

    fn prose(&mut self, path: &str, what: &str, statement: String) -> RuleId {
        let member = path.rsplit('.').next().unwrap_or(path);
        let source = format!("API reference 2018-10-01, {OPERATIONS}, {member}");
        self.rule(path, what, statement, source)
    }
}

fn required_statement(path: &str) -> String {
    match path.rsplit_once('.') {
        Some((parent, _)) => {
            format!("Where {parent} is given, {path} is too; without it the request is refused.")
        }
        None => format!("A request without {path} is refused."),
    }
}

/// What can be said about a value that does not fit its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It breaks a rule.
    Breaks(RuleId),
    /// It has the wrong JSON type: how it is answered is left open, but it may not be stored.
    WrongType,
    /// It is a member that is not known, or null: it may be ignored or refused.
    Unknown,
}

impl Node {
    /// The node of a member whose bounds nobody can see broken.
    pub(crate) fn without_rules(name: &'static str, shape: &'static Shape) -> Self {
        Self {
            name,
            path: name.to_owned(),
            shape,
            echo: Echo::Kept,
            required: None,
            low: None,
            high: None,
            form: None,
            children: Vec::new(),
        }
    }

    /// Builds the node of a member and adds its rules to the catalogue.
    pub(crate) fn build(
        cited: &mut Cited<'_>,
        name: &'static str,
        path: String,
        shape: &'static Shape,
        required: bool,
    ) -> Self {
        let required =
            required.then(|| cited.bound(&path, "required", shape, required_statement(&path)));
        let mut node = Self { path: path.clone(), required, ..Self::without_rules(name, shape) };
        match &shape.kind {
            // As in a path, a name out of bounds is the name of nothing that exists.
            Kind::Text { text: Text::Reference(_), .. } => {}
            Kind::Text { min, max, text } => {
                node.low = min.filter(|min| *min > 0).map(|min| {
                    cited.bound(
                        &path,
                        "length.min",
                        shape,
                        format!("{path} has a length of at least {min}; a shorter one is refused."),
                    )
                });
                node.high = max.map(|max| {
                    cited.bound(
                        &path,
                        "length.max",
                        shape,
                        format!("{path} has a length of at most {max}; a longer one is refused."),
                    )
                });
                match text {
                    Text::Token => {
                        node.high = Some(cited.prose(&path, "length.max", format!("{path} has at most {CLIENT_TOKEN_MAX} characters; a longer one is refused.")));
                        node.form = Some(cited.prose(&path, "characters", format!("{path} holds letters, digits, hyphens and underscores; anything else is refused.")));
                    }
                    Text::Path => {
                        node.form = Some(cited.prose(
                            &path,
                            "slash",
                            format!("{path} starts with a slash; anything else is refused."),
                        ));
                    }
                    _ => {}
                }
            }
            Kind::Integer { min, max } => {
                node.low = min.map(|min| {
                    cited.bound(
                        &path,
                        "min",
                        shape,
                        format!("{path} is at least {min}; less is refused."),
                    )
                });
                node.high = max.map(|max| {
                    cited.bound(
                        &path,
                        "max",
                        shape,
                        format!("{path} is at most {max}; more is refused."),
                    )
                });
            }
            Kind::Choice(values) => {
                let statement =
                    format!("{path} is one of {}; anything else is refused.", values.join(", "));
                node.form = Some(cited.bound(&path, "enum", shape, statement));
            }
            Kind::List { item, min, max } => {
                node.low = min.filter(|min| *min > 0).map(|min| {
                    cited.bound(
                        &path,
                        "items.min",
                        shape,
                        format!("{path} holds at least {min} item; fewer are refused."),
                    )
                });
                node.high = max.map(|max| {
                    cited.bound(
                        &path,
                        "items.max",
                        shape,
                        format!("{path} holds at most {max} items; more are refused."),
                    )
                });
                node.children.push(Self::build(cited, "", path, item, false));
            }
            Kind::Structure { members, union, .. } => {
                if *union {
                    // One modelled member only: two at once cannot be sent yet, so the rule waits.
                    node.form = (members.len() > 1).then(|| {
                        cited.bound(
                            &path,
                            "union",
                            shape,
                            format!("{path} has exactly one member; more are refused."),
                        )
                    });
                }
                for member in *members {
                    let place = format!("{path}.{}", member.name);
                    // Who drops what is not available cannot be held to its bounds.
                    if member.echo == Echo::Unavailable {
                        let mut child = Self::without_rules(member.name, member.shape);
                        child.path = place;
                        child.echo = member.echo;
                        node.children.push(child);
                        continue;
                    }
                    let mut child =
                        Self::build(cited, member.name, place, member.shape, member.required);
                    child.echo = member.echo;
                    node.children.push(child);
                }
            }
            Kind::Timestamp => {}
        }
        node
    }

    /// Finds everything in `value` that does not fit, in the order of the members.
    pub fn check(&self, value: &Value, misfits: &mut Vec<Misfit>) {
        let mut breaks = |rule: Option<RuleId>| {
            if let Some(rule) = rule {
                misfits.push(Misfit::Breaks(rule));
            }
        };
        match (&self.shape.kind, value) {
            (Kind::Text { min, max, text }, Value::String(string)) => {
                let max = if *text == Text::Token { Some(CLIENT_TOKEN_MAX) } else { *max };
                let short = min.is_some_and(|min| is_shorter(string, min));
                let long = max.is_some_and(|max| is_longer(string, max));
                if short {
                    breaks(self.low);
                }
                if long {
                    breaks(self.high);
                }
                if !text.admits(string) {
                    breaks(self.form);
                }
                if (short || long) && matches!(text, Text::Reference(_)) {
                    misfits.push(Misfit::Unknown);
                }
            }
            (Kind::Integer { min, max }, Value::Number(number)) => match whole(number) {
                Some(number) => {
                    if min.is_some_and(|min| number < min) {
                        breaks(self.low);
                    }
                    if max.is_some_and(|max| number > max) {
                        breaks(self.high);
                    }
                    // Whether 80.0 will do for 80 is not said.
                    if value.is_f64() {
                        misfits.push(Misfit::Unknown);
                    }
                }
                None => misfits.push(Misfit::WrongType),
            },
            (Kind::Choice(values), Value::String(string)) => {
                if !values.contains(&string.as_str()) {
                    breaks(self.form);
                }
            }
            (Kind::List { min, max, .. }, Value::Array(items)) => {
                if min.is_some_and(|min| items.len() < min) {
                    breaks(self.low);
                }
                if max.is_some_and(|max| items.len() > max) {
                    breaks(self.high);
                }
                for item in items {
                    self.children[0].check(item, misfits);
                }
            }
            (Kind::Structure { union, .. }, Value::Object(members)) => {
                if *union && members.len() > 1 {
                    breaks(self.form);
                }
                for child in &self.children {
                    child.check_member(members.get(child.name), misfits);
                }
                // An unknown member may be ignored or refused.
                if members.keys().any(|name| self.child(name).is_none()) {
                    misfits.push(Misfit::Unknown);
                }
            }
            (Kind::Timestamp, Value::Number(_)) => {}
            _ => misfits.push(Misfit::WrongType),
        }
    }

    /// The same for a member that may be missing. An explicit null is how some clients leave a
    /// member out, and the documents do not say what it means.
    pub fn check_member(&self, value: Option<&Value>, misfits: &mut Vec<Misfit>) {
        match value {
            Some(Value::Null) => misfits.push(Misfit::Unknown),
            Some(value) => self.check(value, misfits),
            None => misfits.extend(self.required.map(Misfit::Breaks)),
        }
    }

    /// The member of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The rules of this node and all below it.
    pub fn rules(&self) -> Vec<RuleId> {
        let own = [self.required, self.low, self.high, self.form].into_iter().flatten();
        own.chain(self.children.iter().flat_map(Self::rules)).collect()
    }
}

impl Text {
    /// Whether the characters of `string` are such as the documents state; length is not looked at.
    pub fn admits(self, string: &str) -> bool {
        match self {
            Self::Token => {
                string.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            }
            Self::Path => string.starts_with('/'),
            _ => true,
        }
    }
}

/// The number as a whole number, if it is one: `80` and `80.0` alike.
pub fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let float = number.as_f64()?;
        (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i64)
    })
}

/// Whether a text has fewer characters than this. Counts no further than it must.
pub(crate) fn is_shorter(text: &str, min: usize) -> bool {
    min > 0 && text.chars().nth(min - 1).is_none()
}

/// Whether a text has more characters than this. Has bytes counted before characters.
pub(crate) fn is_longer(text: &str, max: usize) -> bool {
    text.len() > max && text.chars().count() > max
}
