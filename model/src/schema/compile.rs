//! Compilation: the nodes of an operation's members, and the rules for their bounds.
//!
//! The main function is [`Node::build`]; a [`Compiler`] adds the rules to the catalogue.

use std::collections::BTreeMap;

use super::Node;
use crate::operation::{Documents, Operation};
use crate::rule::{Basis, Catalogue, Rule, RuleId, RuleKind};
use crate::shape::{CLIENT_TOKEN_MAX, Echo, Kind, Member, Shape, Text};
use crate::version::Version;

/// The members of one operation as they are compiled.
pub(crate) struct Compiler<'a> {
    pub catalogue: &'a mut Catalogue,
    pub pages: &'a mut Pages,
    pub family: &'static str,
    pub version: Version,
    pub operation: &'static Operation,
    /// The member belongs to a specification.
    pub in_spec: bool,
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

impl Compiler<'_> {
    fn rule(&mut self, path: &str, what: &str, statement: String, source: String) -> RuleId {
        let id = format!("{}/{path}.{what}", self.family);
        let kind = RuleKind::Bound { in_spec: self.in_spec };
        let rule = self.catalogue.add(Rule { id, kind, basis: Basis::Stated, statement, source });
        let operations = self.pages.0.entry(rule).or_default();
        if !operations.contains(&self.operation.name) {
            operations.push(self.operation.name);
        }
        rule
    }

    /// A bound that the service model states. The statement goes on behind the path.
    fn bound(&mut self, path: &str, what: &str, shape: &Shape, statement: &str) -> RuleId {
        let (version, shape) = (self.version, shape.name);
        let source = format!("Service model {version}, shape {shape}; {OPERATIONS}, member {path}");
        self.rule(path, what, format!("{path} {statement}"), source)
    }

    /// A bound that the documentation of the member states.
    fn prose(&mut self, path: &str, what: &str, statement: &str) -> RuleId {
        let member = path.rsplit('.').next().unwrap_or(path);
        let document = match self.operation.documents {
            Documents::ApiReference => Documents::ApiReference.cite(Version::PREVIEW),
            Documents::ServiceModel => Documents::ServiceModel.cite(self.version),
        };
        let source = format!("{document}, {OPERATIONS}, {member}");
        self.rule(path, what, format!("{path} {statement}"), source)
    }

    fn required(&mut self, path: &str, shape: &Shape) -> RuleId {
        let statement = match path.rsplit_once('.') {
            Some((parent, _)) => format!(
                "Where {parent} is given, {path} is too; without it the request is refused."
            ),
            None => format!("A request without {path} is refused."),
        };
        let (version, shape) = (self.version, shape.name);
        let source = format!("Service model {version}, shape {shape}; {OPERATIONS}, member {path}");
        self.rule(path, "required", statement, source)
    }
}

impl Node {
    /// Builds the node of a member and adds its rules to the catalogue.
    pub(crate) fn build(
        compiler: &mut Compiler<'_>,
        name: &'static str,
        path: String,
        shape: &'static Shape,
        required: bool,
    ) -> Self {
        let required = required.then(|| compiler.required(&path, shape));
        let mut node = Self { path, required, ..Self::without_rules(name, shape) };
        node.add_bounds(compiler);
        match &shape.kind {
            Kind::List { item, .. } => {
                node.children.push(Self::build(compiler, "", node.path.clone(), item, false));
            }
            Kind::Structure { members, .. } | Kind::Union { variants: members, .. } => {
                let child = |member| Self::of_member(compiler, &node.path, member);
                node.children = members.iter().map(child).collect();
            }
            Kind::Text { .. } | Kind::Integer { .. } | Kind::Choice(_) | Kind::Timestamp => {}
        }
        node
    }

    fn of_member(compiler: &mut Compiler<'_>, parent: &str, member: &'static Member) -> Self {
        let path = format!("{parent}.{}", member.name);
        // A server that drops an unavailable member cannot be held to its bounds.
        let node = match member.echo {
            Echo::Unavailable => Self { path, ..Self::without_rules(member.name, member.shape) },
            _ => Self::build(compiler, member.name, path, member.shape, member.required),
        };
        Self { echo: member.echo, ..node }
    }

    fn add_bounds(&mut self, compiler: &mut Compiler<'_>) {
        let (path, shape) = (self.path.clone(), self.shape);
        let mut bound =
            |what: &str, statement: String| Some(compiler.bound(&path, what, shape, &statement));
        match &shape.kind {
            // As in a path, a name out of bounds is the name of nothing that exists.
            Kind::Text { text: Text::Reference(_), .. } => {}
            Kind::Text { min, max, text } => {
                self.low = min.filter(|min| *min > 0).and_then(|min| {
                    let statement =
                        format!("has a length of at least {min}; a shorter one is refused.");
                    bound("length.min", statement)
                });
                self.high = max.and_then(|max| {
                    let statement =
                        format!("has a length of at most {max}; a longer one is refused.");
                    bound("length.max", statement)
                });
                self.add_form_of_text(compiler, *text);
            }
            Kind::Integer { min, max } => {
                self.low = min
                    .and_then(|min| bound("min", format!("is at least {min}; less is refused.")));
                self.high =
                    max.and_then(|max| bound("max", format!("is at most {max}; more is refused.")));
            }
            Kind::Choice(values) => {
                let values = values.join(", ");
                self.form = bound("enum", format!("is one of {values}; anything else is refused."));
            }
            Kind::List { min, max, .. } => {
                self.low = min.filter(|min| *min > 0).and_then(|min| {
                    bound("items.min", format!("holds at least {min} item; fewer are refused."))
                });
                self.high = max.and_then(|max| {
                    bound("items.max", format!("holds at most {max} items; more are refused."))
                });
            }
            // While one variant only is modelled, no second one can be sent.
            Kind::Union { variants, .. } if variants.len() > 1 => {
                let statement = "has exactly one member; none or more are refused.".to_owned();
                self.form = bound("union", statement);
            }
            Kind::Union { .. } | Kind::Structure { .. } | Kind::Timestamp => {}
        }
    }

    fn add_form_of_text(&mut self, compiler: &mut Compiler<'_>, text: Text) {
        let path = &self.path;
        match text {
            Text::Token => {
                let statement =
                    format!("has at most {CLIENT_TOKEN_MAX} characters; a longer one is refused.");
                self.high = Some(compiler.prose(path, "length.max", &statement));
                let statement =
                    "holds letters, digits, hyphens and underscores; anything else is refused.";
                self.form = Some(compiler.prose(path, "characters", statement));
            }
            Text::Path => {
                let statement = "starts with a slash; anything else is refused.";
                self.form = Some(compiler.prose(path, "slash", statement));
            }
            _ => {}
        }
    }
}
