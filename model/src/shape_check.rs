//! Bodies: whether an answer has the JSON types, members, enums and bounds of its shape.
//!
//! The main function is [`Checks::answer`]. What the members say is looked at in [`crate::judgement`].

use serde_json::{Map, Value};

use crate::judgement::{Checks, Judgement};
use crate::operation::Action;
use crate::place::{Path, Place};
use crate::schema::{is_longer, is_shorter, whole};
use crate::shape::{Echo, Kind, Member, Shape};
use crate::wire_rule::Wire;
use crate::world::{KeyRef, Timestamp};

impl Checks<'_> {
    /// Checks the JSON types, required members, enums and bounds of an answer. Of a list at the root
    /// only the items that are ours are looked at.
    pub fn answer(&self, shape: &Shape, body: &Value, judgement: &mut Judgement) {
        self.wire(shape, body, &Position::Body, judgement);
    }

    /// Whether an item of a list is looked at: at the root, what was never ours is a stranger's.
    fn is_ours(&self, item: &Value, list: &Position<'_>) -> bool {
        let is_page = matches!(list, Position::Member(Position::Body, _));
        if !is_page || self.operation.table.action != Action::List || !self.family.is_root() {
            return true;
        }
        let name = item.get(self.family.table.name_member).and_then(Value::as_str);
        name.is_some_and(|path| self.world.knows(KeyRef { family: self.family.index, path }))
    }

    /// Whether a timestamp lies further in the future than a wrong clock explains. The past is not
    /// judged: the documents do not speak of the target's clock, and one that was never set tells
    /// 1970, in seconds.
    fn is_in_future(&self, value: &Value) -> bool {
        let told = Timestamp::read(value).zip(self.latest_ms);
        told.is_some_and(|(told, latest_ms)| told.ms > latest_ms)
    }

    /// What a number that lies in the future seems to count instead of seconds.
    fn unit(&self, value: &Value) -> &'static str {
        let now_seconds = self.latest_ms.unwrap_or_default() as f64 / 1e3;
        let units = [(1e9, "nanoseconds"), (1e6, "microseconds"), (1e3, "milliseconds")];
        let told = value.as_f64().unwrap_or_default();
        let unit = units.into_iter().find(|(per_second, _)| told > now_seconds * per_second / 2.0);
        unit.map_or("a time in the future", |(_, unit)| unit)
    }

    /// The specification of the resource should have been refused.
    pub(crate) fn is_spec_in_doubt(&self) -> bool {
        let known = self.expectation.key.as_ref().and_then(|key| self.world.get(key));
        let unsaid = self.expectation.unclear_input || self.expectation.in_doubt;
        unsaid || known.is_some_and(|known| known.spec_in_doubt)
    }

    /// Checks a value of an answer against its shape.
    fn wire(&self, shape: &Shape, value: &Value, at: &Position<'_>, judgement: &mut Judgement) {
        let inside_spec = at.is_inside_spec();
        if inside_spec && self.is_spec_in_doubt() {
            return;
        }
        let mut test = |rule: Wire, holds: bool, permitted: &dyn Fn() -> String| {
            let rule = Some(self.api.wire(rule));
            judgement.test(rule, holds, || at.place(), permitted, || brief(value));
        };
        match (&shape.kind, value) {
            (
                Kind::Structure { members, .. } | Kind::Union { variants: members, .. },
                Value::Object(object),
            ) => self.members(members, object, at, judgement),
            (Kind::List { item, .. }, Value::Array(items)) => {
                let place = Position::Item(at);
                for value in items.iter().filter(|item| self.is_ours(item, at)) {
                    self.wire(item, value, &place, judgement);
                }
            }
            (Kind::Text { min: None, max: None, .. }, Value::String(_)) => {}
            // What a specification holds was the caller's part.
            (Kind::Text { .. } | Kind::Choice(_), Value::String(_)) if inside_spec => {}
            (Kind::Text { min, max, .. }, Value::String(text)) => {
                let fits = !min.is_some_and(|min| is_shorter(text, min))
                    && !max.is_some_and(|max| is_longer(text, max));
                let most = || max.map_or("any number of".to_owned(), |max| max.to_string());
                test(Wire::Bounds, fits, &|| {
                    format!("{} to {} characters", min.unwrap_or(0), most())
                });
            }
            (Kind::Choice(values), Value::String(text)) => {
                test(Wire::Choice, values.contains(&text.as_str()), &|| values.join(", "));
            }
            (Kind::Integer { .. }, Value::Number(number)) => {
                test(Wire::MemberType, whole(number).is_some(), &|| "a whole number".to_owned());
            }
            (Kind::Timestamp, value) => self.timestamp(value, at, judgement),
            (kind, _) => test(Wire::MemberType, false, &|| kind_name(kind).to_owned()),
        }
    }

    /// Checks the members of an object. Of what the documents call unavailable nothing is promised.
    fn members(
        &self,
        members: &[Member],
        object: &Map<String, Value>,
        at: &Position<'_>,
        judgement: &mut Judgement,
    ) {
        let rule = self.api.wire(Wire::RequiredMember);
        for member in members.iter().filter(|it| it.echo != Echo::Unavailable) {
            let place = Position::Member(at, member.name);
            let value = object.get(member.name).filter(|value| !value.is_null());
            judgement.test(
                Some(rule).filter(|_| member.required),
                value.is_some(),
                || place.place(),
                || format!("a value of type {}", member.shape.name),
                || "nothing".to_owned(),
            );
            if let Some(value) = value {
                self.wire(member.shape, value, &place, judgement);
            }
        }
    }

    fn timestamp(&self, value: &Value, at: &Position<'_>, judgement: &mut Judgement) {
        let is_in_future = self.is_in_future(value);
        judgement.test(
            Some(self.api.wire(Wire::Timestamp)),
            value.is_number() && !is_in_future,
            || at.place(),
            || kind_name(&Kind::Timestamp).to_owned(),
            || {
                let form = form_of(&brief(value));
                let unit = || self.unit(value);
                if is_in_future { format!("{form}, {}", unit()) } else { form }
            },
        );
    }
}

/// A place in an answer while its members are visited; a [`Place`] only where something is wrong.
enum Position<'p> {
    /// The whole body.
    Body,
    /// A member of an object.
    Member(&'p Position<'p>, &'static str),
    /// The items of a list.
    Item(&'p Position<'p>),
}

impl Position<'_> {
    fn is_inside_spec(&self) -> bool {
        match self {
            Self::Body => false,
            Self::Member(Self::Body, name) => *name == "spec",
            Self::Member(parent, _) | Self::Item(parent) => parent.is_inside_spec(),
        }
    }

    fn place(&self) -> Place {
        self.path().into()
    }

    fn path(&self) -> Path {
        match self {
            Self::Body => Path::default(),
            Self::Member(parent, name) => parent.path().member(name),
            Self::Item(parent) => parent.path().item(),
        }
    }
}

/// A text with every digit and every letter of a hexadecimal number made the same: what differs
/// from run to run goes, the form stays.
pub(crate) fn form_of(text: &str) -> String {
    let hex_run = text.len() >= 16 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    text.chars()
        .map(|c| match c {
            '0'..='9' | 'a'..='f' if hex_run => 'x',
            'A'..='F' if hex_run => 'X',
            '0'..='9' => '9',
            other => other,
        })
        .collect()
}

fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. } | Kind::Choice(_) => "a string",
        Kind::Integer { .. } => "a whole number",
        Kind::List { .. } => "a list",
        Kind::Structure { .. } | Kind::Union { .. } => "an object",
        Kind::Timestamp => "a JSON number of epoch seconds",
    }
}

/// A value as JSON, cut to a length that a report can show.
pub(crate) fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
