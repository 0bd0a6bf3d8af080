//! Choices: which of the permitted answers the server takes where the documents are silent.
//!
//! The main type is [`Choices`]. Without a seed every choice is the plainest. With one, all that a
//! server does by rule is chosen once and stays so: how errors name their type, in which order lists
//! stand, which inputs are refused that may be, which of several errors comes first. Only what is
//! random by nature is drawn each time: that a server is busy, and how much a short page holds.

use appmesh_model::api::Api;
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::{Change, Expectation, Refusal};
use appmesh_model::operation::{Action, Role};
use appmesh_model::rule::RuleId;
use appmesh_model::schema::Node;
use appmesh_model::shape::Kind;
use appmesh_model::spec_queries::without_duplicates;
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
    seed: Option<u64>,
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

/// A question that a server decides once.
#[derive(Clone, Copy, Debug)]
enum Question {
    /// Whether a call is refused that this rule permits to refuse.
    Refuses(RuleId),
    /// Whether a call is refused of which this rule leaves everything open.
    LeavesOpen(RuleId),
    /// How early this rule is looked at.
    ComesFirst(RuleId),
    /// Which of several permitted changes an action makes.
    Does(Action),
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
            seed,
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

    /// A number below `count`, another each time; 0 without a seed.
    pub fn draw(&mut self, count: usize) -> usize {
        self.random.as_mut().map_or(0, |random| random.below(count))
    }

    /// The choice of one server about this question, which is always the same; none without a seed.
    fn policy(&self, question: Question) -> Option<Random> {
        let stream = match question {
            Question::Refuses(rule) => rule.index() as u64 * 3 + 1,
            Question::LeavesOpen(rule) => rule.index() as u64 * 3 + 2,
            Question::ComesFirst(rule) => rule.index() as u64 * 3 + 3,
            Question::Does(action) => u64::MAX - action as u64,
        };
        self.seed.map(|seed| Random::new(seed, stream))
    }

    /// Which of several errors that are due is answered.
    pub fn first<'r>(&self, demands: &'r [Refusal]) -> Option<&'r Refusal> {
        demands.iter().min_by_key(|refusal| {
            self.policy(Question::ComesFirst(refusal.rule)).map(|mut random| random.number())
        })
    }

    /// Which of several permitted changes is made.
    pub fn change(&self, action: Action, changes: &[Change]) -> Option<Change> {
        let policy = self.policy(Question::Does(action));
        changes.get(policy.map_or(0, |mut random| random.below(changes.len()))).copied()
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

    /// The error of a call that may be refused, if the server refuses such calls; never without a
    /// seed.
    pub fn refuse(&self, expectation: &Expectation) -> Option<ErrorKind> {
        let is_chosen = |question, percent| {
            self.policy(question).is_some_and(|mut random| random.percent(percent))
        };
        let leaves = expectation.leaves.iter();
        let refused = leaves
            .filter(|refusal| refusal.error != ErrorKind::LimitExceeded)
            .find(|refusal| is_chosen(Question::Refuses(refusal.rule), 30))
            .map(|refusal| refusal.error);
        let open = expectation.open.is_some_and(|rule| is_chosen(Question::LeavesOpen(rule), 50));
        refused.or(open.then_some(ErrorKind::BadRequest))
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
                *items = without_duplicates(items).into_iter().cloned().collect();
                if let Some(item) = node.children.first() {
                    items.iter_mut().for_each(|value| self.vary_value(item, value));
                }
            }
            _ => {}
        }
    }
}
