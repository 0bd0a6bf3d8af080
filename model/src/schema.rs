//! Schemas: shapes with their rules attached, ready to check values against.
//!
//! The main type is [`Node`]: a shape at one place of a family's requests, with the rule for each
//! of its bounds. `compile` builds the nodes of an operation.

use serde_json::Value;

use crate::rule::RuleId;
use crate::shape::{CLIENT_TOKEN_MAX, Echo, Kind, Shape, Text};

pub(crate) mod compile;
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
            (Kind::Structure { .. } | Kind::Union { .. }, Value::Object(members)) => {
                // A member that is null is none.
                if members.values().filter(|member| !member.is_null()).count() != 1 {
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

    /// Every reference in a value to another resource: its family and its name.
    pub fn references<'v>(&self, value: &'v Value) -> Vec<(&'static str, &'v str)> {
        let mut found = Vec::new();
        self.collect_references(value, &mut found);
        found
    }

    fn collect_references<'v>(&self, value: &'v Value, found: &mut Vec<(&'static str, &'v str)>) {
        match (&self.shape.kind, value) {
            (Kind::Text { text: Text::Reference(family), .. }, Value::String(name)) => {
                found.push((family, name));
            }
            (Kind::List { .. }, Value::Array(items)) => {
                items.iter().for_each(|item| self.children[0].collect_references(item, found));
            }
            (_, Value::Object(members)) => {
                for child in &self.children {
                    if let Some(member) = members.get(child.name) {
                        child.collect_references(member, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// The families that a value may refer to. May repeat.
    pub fn referred(&self) -> Vec<&'static str> {
        let mut families = Vec::new();
        self.walk(&mut |_, node| {
            if let Kind::Text { text: Text::Reference(family), .. } = node.shape.kind {
                families.push(family);
            }
        });
        families
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
