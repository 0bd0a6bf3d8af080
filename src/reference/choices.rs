//! Choices: which of the permitted answers the server takes where the documents are silent.
//!
//! The main type is [`Choices`]. Without a seed every choice is the plainest; with one, some are
//! made for the whole run (how errors name their type, in which order lists stand) and others each
//! time.

use appmesh_model::api::Api;
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::Expectation;
use appmesh_model::operation::{Action, Role};
use appmesh_model::schema::Node;
use appmesh_model::shape::Kind;
use appmesh_model::world::Key;
use serde_json::{Value, json};

use super::reply::Reply;
use crate::random::Random;

/// How an error names its type.
#[derive(Clone, Copy, Debug)]
enum TypeStyle {
    Header,
    HeaderWithNamespace,
    HeaderWithSuffix,
    BodyCode,
    BodyType,
}

/// The choices of one run.
#[derive(Clone, Debug)]
pub struct Choices {
    random: Option<Random>,
    style: TypeStyle,
    /// Timestamps are whole seconds.
    pub whole_seconds: bool,
    /// The order of lists; 0 is by name.
    pub order: u64,
    /// The last page has `nextToken: null` instead of leaving it out.
    pub null_token: bool,
    /// A token works once.
    pub token_once: bool,
    /// The limit must not change between pages.
    pub fixed_limit: bool,
    /// A token of another list, or of none, is ignored: the list begins anew.
    pub any_token: bool,
    /// A page that is exactly full is followed by an empty one.
    pub late_end: bool,
    /// Pages may hold less than the limit.
    pub short_pages: bool,
    /// A resource that a specification names is made if its family can be.
    pub makes_implied: bool,
    quota: Option<usize>,
    throttle_percent: usize,
    empty_lists: bool,
    drop_unavailable: bool,
}

/// A refusal of a server that is busy.
#[derive(Clone, Copy, Debug)]
pub struct Throttle {
    /// The error to answer with.
    pub error: ErrorKind,
    /// The server does not perform the call; otherwise it does, and withholds the answer.
    pub before: bool,
}

impl Choices {
    /// The choices of this seed; the plainest ones without a seed.
    pub fn new(seed: Option<u64>) -> Self {
        let mut random = seed.map(|seed| Random::new(seed, 0));
        let mut flag =
            |percent: usize| random.as_mut().is_some_and(|random| random.percent(percent));
        let flags: [bool; 10] = std::array::from_fn(|_| flag(50));
        let (has_quota, throttles) = (flag(20), flag(40));
        let mut below = |bound: usize| random.as_mut().map_or(0, |random| random.below(bound));
        let style = match below(5) {
            0 => TypeStyle::Header,
            1 => TypeStyle::HeaderWithNamespace,
            2 => TypeStyle::HeaderWithSuffix,
            3 => TypeStyle::BodyCode,
            _ => TypeStyle::BodyType,
        };
        let order = below(1 << 30) as u64;
        Self {
            style,
            order,
            whole_seconds: flags[0],
            null_token: flags[1],
            token_once: flags[2],
            fixed_limit: flags[3],
            late_end: flags[4],
            short_pages: flags[5],
            empty_lists: flags[6],
            drop_unavailable: flags[7],
            any_token: flags[8],
            makes_implied: flags[9],
            quota: has_quota.then(|| 3 + below(20)),
            throttle_percent: if throttles { 2 } else { 0 },
            random,
        }
    }

    /// The index of one of so many alternatives.
    pub fn which(&mut self, count: usize) -> usize {
        self.random.as_mut().map_or(0, |random| random.below(count))
    }

    /// The refusal of a call for being busy, if the server chooses so.
    pub fn throttle(&mut self) -> Option<Throttle> {
        let percent = self.throttle_percent;
        let random = self.random.as_mut()?;
        if !random.percent(percent) {
            return None;
        }
        let errors = [ErrorKind::TooManyRequests, ErrorKind::ServiceUnavailable];
        Some(Throttle { error: *random.pick(&errors)?, before: random.percent(50) })
    }

    /// The error of a call that may be refused, if the server chooses to; never without a seed.
    pub fn refuse(&mut self, expectation: &Expectation) -> Option<ErrorKind> {
        let random = self.random.as_mut()?;
        let leaves: Vec<ErrorKind> = expectation
            .leaves
            .iter()
            .map(|refusal| refusal.error)
            .filter(|error| *error != ErrorKind::LimitExceeded)
            .collect();
        if random.percent(30)
            && let Some(error) = random.pick(&leaves)
        {
            return Some(*error);
        }
        let open = expectation.open.is_some() && random.percent(50);
        open.then_some(ErrorKind::BadRequest)
    }

    /// Whether the account may hold no more than so many resources.
    pub fn is_full(&self, held: usize) -> bool {
        self.quota.is_some_and(|quota| held >= quota)
    }

    /// An error answer, naming its type in the style of this run.
    pub fn error_reply(&mut self, error: ErrorKind, message: &str) -> Reply {
        let name = error.type_name();
        let plain = Reply::error(error, message);
        match self.style {
            TypeStyle::Header => plain,
            TypeStyle::HeaderWithNamespace => {
                Reply { error_type: Some(format!("com.amazonaws.appmesh#{name}")), ..plain }
            }
            TypeStyle::HeaderWithSuffix => Reply {
                error_type: Some(format!("{name}:http://internal.amazon.com/coral/")),
                ..plain
            },
            TypeStyle::BodyCode => {
                let body = json!({ "message": message, "code": name });
                Reply { error_type: None, body, ..plain }
            }
            TypeStyle::BodyType => {
                let body = json!({ "message": message, "__type": format!("appmesh#{name}") });
                Reply { error_type: None, body, ..plain }
            }
        }
    }

    /// Changes the specification in an answer as a server may: lists that were not sent come back
    /// empty, duplicates go, and what the documents call unavailable is dropped.
    pub fn vary_spec(&mut self, api: &Api, key: &Key, body: &mut Value) {
        if self.random.is_none() {
            return;
        }
        let create = api.operation_of(key.family, Action::Create);
        let node = create.and_then(|create| create.input(Role::Spec));
        if let (Some((_, node)), Some(spec)) = (node, body.get_mut("spec")) {
            self.vary_value(node, spec);
        }
    }

    fn vary_value(&self, node: &Node, value: &mut Value) {
        match value {
            Value::Object(members) => {
                let sent = members.clone();
                for child in &node.children {
                    let is_list = matches!(child.shape.kind, Kind::List { .. });
                    if self.empty_lists && is_list && !members.contains_key(child.name) {
                        members.insert(child.name.to_owned(), json!([]));
                    }
                    if self.drop_unavailable && child.echo.may_vanish(&sent) {
                        members.remove(child.name);
                    }
                    if let Some(member) = members.get_mut(child.name) {
                        self.vary_value(child, member);
                    }
                }
            }
            Value::Array(items) => {
                let mut kept: Vec<Value> = Vec::new();
                for item in items.drain(..) {
                    if !kept.contains(&item) {
                        kept.push(item);
                    }
                }
                *items = kept;
                if let Some(item) = node.children.first() {
                    items.iter_mut().for_each(|value| self.vary_value(item, value));
                }
            }
            _ => {}
        }
    }
}
