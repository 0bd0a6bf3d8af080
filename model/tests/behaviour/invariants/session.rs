//! Sessions: one target under judgement, and the calls that steps make on it.
//!
//! The main type is [`Session`].

use appmesh_model::api::{Api, Call, Version};
use appmesh_model::belief::{Belief, Verdict};
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::{Expectation, expect};
use appmesh_model::observed::{Answer, Observed};
use appmesh_model::operation::{Action, Role};
use appmesh_model::world::{Key, Resource, World};
use proptest::sample::Index;
use serde_json::{Value, json};

use super::pools::{picked, pooled, specs};
use super::steps::{Again, Named, Reply, Step};

/// One target under judgement.
pub struct Session {
    pub api: &'static Api,
    pub belief: Belief,
    pub now_ms: u64,
    pub last: Option<Call>,
    /// How many uids and page tokens the target has given out.
    pub minted: u64,
    /// The page tokens that came, each with the operation that answered it.
    pub page_tokens: Vec<(usize, String)>,
    /// The target does not show versions where it need not.
    pub shy: bool,
}

/// One step as it was taken.
pub struct Taken {
    pub call: Call,
    pub observed: Observed,
    /// What was expected in each world before.
    pub expectations: Vec<Expectation>,
    pub verdict: Verdict,
}

impl Session {
    pub fn new(version: Version) -> Self {
        let api = Api::of(version);
        let belief = Belief::starting_in(api, furnished(api));
        Self { api, belief, now_ms: 0, last: None, minted: 0, page_tokens: Vec::new(), shy: false }
    }

    pub fn take(&mut self, step: &Step) -> Taken {
        self.now_ms += step.pause_ms;
        let call = self.call(step);
        self.last = Some(call.clone());
        let worlds = self.belief.worlds();
        let expectations = worlds.iter().map(|world| expect(self.api, world, &call)).collect();
        let answer = match &step.reply {
            Reply::Honest(picks) => Some(self.honest(&call, picks)),
            // What a specification of the wrong type would have become is not known.
            Reply::Lost(_) if self.is_open(&call) => Some(refused(ErrorKind::BadRequest)),
            Reply::Lost(kind) => kind.map(refused),
            Reply::Garbage(answer) => Some(answer.clone()),
        };
        let body = answer.as_ref().and_then(|answer| answer.body.as_ref());
        if let Some(token) = body.and_then(|body| body.get("nextToken")).and_then(Value::as_str) {
            self.page_tokens.push((call.operation, token.to_owned()));
        }
        let observed = observed(answer, self.now_ms);
        self.now_ms = observed.answered_ms;
        let verdict = self.belief.judge(&call, &observed);
        if self.belief.is_exhausted() {
            self.belief = Belief::starting_in(self.api, self.belief.worlds()[0].clone());
        }
        Taken { call, observed, expectations, verdict }
    }

    /// The call that a step makes in the state of now.
    pub fn call(&self, step: &Step) -> Call {
        match (&self.last, step.again) {
            (None, _) | (_, Again::No) => {}
            (Some(last), Again::Verbatim) => return last.clone(),
            (Some(last), Again::WithAnotherSpec) => return self.with_another_spec(last, step),
        }
        // Creates come three times as often, or little would ever exist.
        let operations = self.api.operations.iter();
        let operations: Vec<usize> = operations
            .flat_map(|operation| {
                let times = if operation.table.action == Action::Create { 3 } else { 1 };
                std::iter::repeat_n(operation.index, times)
            })
            .collect();
        let operation = &self.api.operations[*picked(&step.operation, &operations)];
        let family = &self.api.families[operation.family];
        let mut call = Call {
            operation: operation.index,
            input: Default::default(),
            malformed: step.malformed,
        };
        // The choices of a member: those of a careful step, and others.
        let pick = |index: &Index, careful: Vec<Value>, others: Vec<Value>| {
            let others = if step.careful { Vec::new() } else { others };
            let all: Vec<Value> = careful.into_iter().chain(others).collect();
            Some(picked(index, &all).clone()).filter(|value| !value.is_null())
        };
        for (input, _) in &operation.inputs {
            let value = match input.role {
                Role::Name(depth) => {
                    let family = &self.api.families[family.lineage[depth]];
                    match &step.names[depth] {
                        Named::Pooled(index) => Some(json!(pooled(family.table.id, *index))),
                        _ if step.careful => Some(json!(pooled(family.table.id, 0))),
                        Named::Odd(value) => Some(value.clone()),
                        Named::Absent => None,
                    }
                }
                Role::Spec => {
                    let (valid, others) = specs(self.api.version, family.table.id);
                    pick(&step.spec, valid, others)
                }
                Role::ClientToken => pick(
                    &step.client_token,
                    vec![json!(null), json!(null), json!("one"), json!("two")],
                    vec![json!("not a token"), json!(1)],
                ),
                Role::Limit => pick(
                    &step.limit,
                    vec![json!(null), json!(1), json!(1), json!(2), json!(100)],
                    vec![json!(0), json!(101), json!("2")],
                ),
                Role::PageToken => {
                    let own = self.page_tokens.iter().rev().filter(|one| one.0 == operation.index);
                    let latest = own.take(1).cycle().take(4).map(|one| json!(one.1));
                    let given = self.page_tokens.iter().map(|one| json!(one.1));
                    let tokens = [Value::Null].into_iter().chain(latest).chain(given);
                    pick(&step.page_token, tokens.collect(), vec![json!("foreign")])
                }
                Role::Owner => pick(
                    &step.owner,
                    vec![json!(null), json!("123456789012")],
                    vec![json!("12345678901")],
                ),
                Role::Tags => pick(
                    &step.tags,
                    vec![json!(null), json!([{"key": "k", "value": "v"}])],
                    vec![json!([{"key": "", "value": "v"}])],
                ),
            };
            if let Some(value) = value {
                call.input.insert(input.name.to_owned(), value);
            }
        }
        call
    }

    pub fn with_another_spec(&self, last: &Call, step: &Step) -> Call {
        let mut call = last.clone();
        if let Some(spec) = call.input.get_mut("spec") {
            let operation = &self.api.operations[call.operation];
            let (valid, _) = specs(self.api.version, self.api.families[operation.family].table.id);
            *spec = picked(&step.spec, &valid).clone();
        }
        call
    }

    /// Every call has a permitted outcome in every world, and there is a world.
    pub fn check_totality(&self) {
        assert!(!self.belief.worlds().is_empty());
        for world in self.belief.worlds() {
            for operation in &self.api.operations {
                let names = operation.table.names().zip(["m0", "r0", "x0"]);
                let call = Call {
                    operation: operation.index,
                    input: names.map(|(input, name)| (input.name.into(), json!(name))).collect(),
                    malformed: false,
                };
                let expected = expect(self.api, world, &call);
                let may_be_done = expected.may_succeed() && !expected.changes.is_empty();
                let may_fail = expected.refusals().next().is_some() || expected.open.is_some();
                assert!(may_be_done || may_fail, "{} has no outcome", operation.table.name);
            }
        }
    }

    /// Whether any client error would do for a call on a resource.
    pub fn is_open(&self, call: &Call) -> bool {
        let is_open = |world| expect(self.api, world, call).open.is_some();
        self.action(call) != Action::List && self.belief.worlds().iter().any(is_open)
    }

    pub fn action(&self, call: &Call) -> Action {
        self.api.operations[call.operation].table.action
    }

    pub fn rule(&self, rule: appmesh_model::rule::RuleId) -> &str {
        &self.api.catalogue.get(rule).id
    }

    pub fn told(&self, taken: &Taken) -> String {
        let operation = self.api.operations[taken.call.operation].table.name;
        let broken: Vec<String> = taken
            .verdict
            .mismatches
            .iter()
            .map(|one| {
                format!(
                    "{} at {}: {} not {}",
                    self.rule(one.rule),
                    one.at,
                    one.observed,
                    one.permitted
                )
            })
            .collect();
        let exercised: Vec<&str> =
            taken.verdict.exercised.iter().map(|rule| self.rule(*rule)).collect();
        format!(
            "{operation} {:?}\nexpected {:?}\nanswered {:?}\nbroken {broken:?}\nexercised {exercised:?}",
            taken.call, taken.expectations, taken.observed
        )
    }
}

/// A world with enough in it that most calls are about something.
pub fn furnished(api: &Api) -> World {
    let mut world = World::default();
    let mut add = |id: &str, names: &[&str]| {
        let family = api.family(id).expect("a family").index;
        let (valid, _) = specs(api.version, id);
        let resource = Resource::new(0, Some(valid[0].clone().into()), 0);
        world.insert(Key::new(family, names.iter().copied()), resource);
    };
    add("mesh", &["m0"]);
    add("virtual-node", &["m0", "n0"]);
    add("virtual-router", &["m0", "r0"]);
    world
}

pub fn observed(answer: Option<Answer>, sent_ms: u64) -> Observed {
    Observed { answer, sent_ms, answered_ms: sent_ms + 5, unix_ms: None }
}

pub fn ok(body: Value) -> Answer {
    let content_type = Some("application/json".to_owned());
    Answer { status: 200, content_type, error_type: None, body: Some(body), date_ms: None }
}

pub fn refused(kind: ErrorKind) -> Answer {
    let error_type = Some(kind.type_name().to_owned());
    Answer { status: kind.status(), error_type, ..ok(json!({"message": "no"})) }
}
