//! Invariants: what holds of every sequence of calls, whatever a target answers.
//!
//! The calls are random, from a small pool of names and specifications. The target answers in one
//! of three ways: honestly, with an outcome that the model permits in one of the possible worlds;
//! not at all; or with garbage. An honest target keeps no state of its own: it settles what it did
//! only when it is asked.

use std::collections::BTreeSet;

use appmesh_model::answer::arn_path;
use appmesh_model::api::{Api, Call, Version};
use appmesh_model::belief::{Belief, Verdict};
use appmesh_model::expect::{Change, Expectation, expect};
use appmesh_model::observed::{Answer, Observed};
use appmesh_model::operation::{ErrorKind, Role, Verb};
use appmesh_model::promise::{PROMISES, Promise};
use appmesh_model::rule::Basis;
use appmesh_model::world::{Key, Resource, Timestamp, World};
use appmesh_model::{DEFAULT_LIMIT, render};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Value, json};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_call_and_every_answer_is_covered(
        version in version(), steps in steps(any_reply(true), reported_name()),
    ) {
        let mut session = Session::new(version);
        for step in &steps {
            session.take(step);
            session.check_totality();
        }
    }

    /// The same without what is reported, so that the rest stays covered.
    #[test]
    fn every_call_by_readable_names_and_every_answer_in_moderation_is_covered(
        version in version(), steps in steps(any_reply(false), readable_name()),
    ) {
        let mut session = Session::new(version);
        for step in &steps {
            session.take(step);
            session.check_totality();
        }
    }

    #[test]
    fn what_is_permitted_breaks_no_rule(
        version in version(), steps in steps(honest_or_lost(), any_name()),
    ) {
        let mut session = Session::new(version);
        for step in &steps {
            let taken = session.take(step);
            prop_assert!(taken.verdict.mismatches.is_empty(), "{}", session.told(&taken));
        }
    }

    #[test]
    fn what_exists_lives_in_something_that_exists(
        version in version(), steps in steps(honest_or_lost(), readable_name()),
    ) {
        let mut session = Session::new(version);
        for step in &steps {
            let taken = session.take(step);
            for world in session.belief.worlds() {
                let orphan = orphan(session.api, world);
                prop_assert!(orphan.is_none(), "{orphan:?} after {}", session.told(&taken));
            }
        }
    }

    #[test]
    fn worlds_multiply_by_no_more_than_the_changes_that_are_permitted(
        version in version(), shy in any::<bool>(), steps in steps(honest(), any_name()),
    ) {
        let mut session = Session { shy, ..Session::new(version) };
        for step in &steps {
            let taken = session.take(step);
            let changes = taken.expectations.iter().map(|expected| expected.changes.len().max(1));
            let most: usize = changes.sum();
            let worlds = session.belief.worlds().len();
            prop_assert!(worlds <= most, "{worlds} worlds after {}", session.told(&taken));
        }
    }

    /// But for an update that may be the replay of an earlier one: its answer tells the past, so
    /// even with a version it does not tell whether the update was done again.
    #[test]
    fn answers_that_show_a_version_leave_one_world(
        version in version(), steps in steps(honest(), any_name()),
    ) {
        let mut session = Session::new(version);
        for step in &steps {
            let before = session.belief.worlds().len();
            let taken = session.take(step);
            let worlds = session.belief.worlds().len();
            let may_replay = taken.expectations.iter().any(|expected| {
                session.verb(&taken.call) == Verb::Update
                    && expected.changes.contains(&Change::Replay)
            });
            prop_assert!(
                worlds <= before || may_replay, "{worlds} worlds after {}", session.told(&taken)
            );
        }
    }

    #[test]
    fn judging_the_same_twice_says_the_same(
        version in version(), steps in steps(any_reply(false), readable_name()),
    ) {
        let judge = || {
            let mut session = Session::new(version);
            let told = steps.iter().map(|step| {
                let taken = session.take(step);
                session.told(&taken)
            });
            let told: Vec<String> = told.collect();
            (told, format!("{:?}", session.belief.worlds()))
        };
        prop_assert_eq!(judge(), judge());
    }

    #[test]
    fn where_something_demands_an_error_success_breaks_its_rule(
        version in version(), steps in steps(honest_or_lost(), readable_name()),
        body in resource_like(false),
    ) {
        let mut session = Session::new(version);
        for step in &steps {
            let call = session.call(step);
            for world in session.belief.worlds() {
                let expected = expect(session.api, world, &call);
                prop_assert_eq!(expected.may_succeed(), expected.demands.is_empty());
                let mut belief = Belief::starting_in(session.api, world.clone());
                let verdict = belief.judge(&call, &observed(Some(ok(body.clone())), 0));
                for demand in &expected.demands {
                    let broken = verdict.mismatches.iter().any(|one| one.rule == demand.rule);
                    prop_assert!(broken, "{} is not broken", session.rule(demand.rule));
                }
            }
            session.take(step);
        }
    }

    #[test]
    fn what_is_demanded_can_be_broken_and_is_an_error_of_the_operation(
        version in version(), steps in steps(any_reply(false), readable_name()),
    ) {
        let mut session = Session::new(version);
        for step in &steps {
            let taken = session.take(step);
            let operation = session.api.operations[taken.call.operation].table;
            for expected in &taken.expectations {
                for demand in &expected.demands {
                    let rule = session.api.catalogue.get(demand.rule);
                    prop_assert_ne!(rule.basis, Basis::Silent, "{} is demanded", rule.id);
                }
                for refusal in expected.refusals() {
                    prop_assert!(
                        operation.errors.contains(&refusal.error),
                        "{} has no {:?}", operation.name, refusal.error
                    );
                }
            }
        }
    }
}

/// A property that was never witnessed has not passed: the calls get everywhere.
#[test]
fn every_promise_is_put_to_the_test() {
    let mut runner = TestRunner::new(config());
    let mut exercised = BTreeSet::new();
    for _ in 0..400 {
        let sampled = (version(), steps(honest_or_lost(), any_name())).new_tree(&mut runner);
        let (version, steps) = sampled.expect("a sample").current();
        let mut session = Session::new(version);
        for step in &steps {
            let rules = session.take(step).verdict.exercised;
            exercised.extend(rules.into_iter().map(|rule| (version.as_str(), rule)));
        }
    }
    // What is in doubt is so after a divergence only, and these answers are honest.
    for row in PROMISES.iter().filter(|row| row.promise != Promise::InDoubt) {
        let witnessed = Version::ALL.into_iter().any(|version| {
            let rules = Api::of(version).families.iter().filter_map(|one| one.rule(row.promise));
            let mut rules = rules.map(|rule| (version.as_str(), rule));
            rules.any(|rule| exercised.contains(&rule))
        });
        assert!(witnessed, "{} was never put to the test", row.slug);
    }
}

/// A fixed seed: the same calls on every run. `PROPTEST_RNG_SEED` and `PROPTEST_CASES` ask for
/// others and for more.
fn config() -> ProptestConfig {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match config.rng_seed {
        RngSeed::Random => ProptestConfig { rng_seed: RngSeed::Fixed(1), ..config },
        RngSeed::Fixed(_) => config,
    }
}

/// A resource whose parent does not exist.
fn orphan(api: &Api, world: &World) -> Option<Key> {
    let lives_alone = |key: &Key| {
        let lineage = &api.families[key.family].lineage;
        let mut above = lineage[..lineage.len() - 1].iter().enumerate();
        above.any(|(depth, &family)| !world.contains(&key.ancestor(family, depth)))
    };
    world.resources().map(|(key, _)| key).find(|key| lives_alone(key)).cloned()
}

// Steps: the choices behind a call and its answer.

/// The choices from which a call is made once the state is known, and how it is answered.
#[derive(Clone, Debug)]
struct Step {
    operation: Index,
    again: Again,
    /// Nothing but valid members: else calls would seldom get past the first demand.
    careful: bool,
    names: [Named; 3],
    spec: Index,
    client_token: Index,
    limit: Index,
    page_token: Index,
    owner: Index,
    tags: Index,
    malformed: bool,
    pause_ms: u64,
    reply: Reply,
}

/// Whether the call before is sent once more.
#[derive(Clone, Copy, Debug)]
enum Again {
    No,
    Verbatim,
    WithAnotherSpec,
}

/// The choice of a name at one depth.
#[derive(Clone, Debug)]
enum Named {
    /// One of the pool of its family.
    Pooled(usize),
    /// Something else, that may be no name at all.
    Odd(Value),
    /// None is given.
    Absent,
}

#[derive(Clone, Debug)]
enum Reply {
    /// An outcome that the model permits in one of the worlds.
    Honest(Picks),
    /// No answer, or one that tells nothing.
    Lost(Option<ErrorKind>),
    /// Whatever this is.
    Garbage(Answer),
}

/// What an honest target picks where it is free to.
#[derive(Clone, Debug)]
struct Picks {
    world: Index,
    succeed: bool,
    outcome: Index,
    flag: bool,
    size: Index,
}

fn version() -> impl Strategy<Value = Version> {
    select(Version::ALL.to_vec())
}

fn steps(
    reply: impl Strategy<Value = Reply>,
    name: impl Strategy<Value = Named> + Clone,
) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(reply, name), 1..50)
}

fn step(
    reply: impl Strategy<Value = Reply>,
    name: impl Strategy<Value = Named> + Clone,
) -> impl Strategy<Value = Step> {
    let names = [name.clone(), name.clone(), name];
    let members = (
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
    );
    let again = prop_oneof![
        16 => Just(Again::No),
        1 => Just(Again::Verbatim),
        1 => Just(Again::WithAnotherSpec),
    ];
    let flags = (again, prop::bool::weighted(0.7), prop::bool::weighted(0.02));
    (any::<Index>(), flags, names, members, 0..3_000_u64, reply).prop_map(
        |(operation, (again, careful, malformed), names, members, pause_ms, reply)| {
            let (spec, client_token, limit, page_token, owner, tags) = members;
            Step {
                operation,
                again,
                careful,
                names,
                spec,
                client_token,
                limit,
                page_token,
                owner,
                tags,
                malformed,
                pause_ms,
                reply,
            }
        },
    )
}

/// Names as strings of which the path of a request can be made.
fn readable_name() -> impl Strategy<Value = Named> + Clone {
    let odd = [json!("a/b"), json!("a.b"), json!("x".repeat(256)), json!("ü")];
    prop_oneof![
        6 => Just(Named::Pooled(0)),
        2 => Just(Named::Pooled(1)),
        1 => Just(Named::Pooled(2)),
        1 => select(odd.to_vec()).prop_map(Named::Odd),
    ]
}

/// The same with what is no name at all.
fn any_name() -> impl Strategy<Value = Named> + Clone {
    let odd = [json!(7), json!(null), json!(["m0"])];
    prop_oneof![
        30 => readable_name(),
        1 => select(odd.to_vec()).prop_map(Named::Odd),
        1 => Just(Named::Absent),
    ]
}

/// The same with names that are reported to run into others.
fn reported_name() -> impl Strategy<Value = Named> + Clone {
    let odd = [json!(""), json!("m0\u{1}n0"), json!("m0/n0")];
    prop_oneof![30 => any_name(), 1 => select(odd.to_vec()).prop_map(Named::Odd)]
}

fn honest() -> impl Strategy<Value = Reply> {
    let succeed = prop::bool::weighted(0.8);
    (any::<Index>(), succeed, any::<Index>(), any::<bool>(), any::<Index>()).prop_map(
        |(world, succeed, outcome, flag, size)| {
            Reply::Honest(Picks { world, succeed, outcome, flag, size })
        },
    )
}

fn lost() -> impl Strategy<Value = Reply> {
    let telling_nothing =
        [None, Some(ErrorKind::TooManyRequests), Some(ErrorKind::ServiceUnavailable)];
    select(telling_nothing.to_vec()).prop_map(Reply::Lost)
}

fn honest_or_lost() -> impl Strategy<Value = Reply> {
    prop_oneof![12 => honest(), 1 => lost()]
}

fn any_reply(extreme: bool) -> impl Strategy<Value = Reply> {
    prop_oneof![4 => honest(), 1 => lost(), 4 => garbage(extreme).prop_map(Reply::Garbage)]
}

// Garbage.

fn garbage(extreme: bool) -> impl Strategy<Value = Answer> {
    let status = prop_oneof![
        6 => Just(200_u16),
        4 => select(vec![201, 204, 301, 400, 403, 404, 409, 429, 500, 503]),
        1 => any::<u16>(),
    ];
    let types: Vec<String> = ErrorKind::ALL.iter().map(|kind| kind.type_name().into()).collect();
    let error_type = prop::option::of(prop_oneof![3 => select(types), 1 => ".{0,12}"]);
    let content_type =
        prop::option::of(prop_oneof![3 => Just("application/json".into()), 1 => ".{0,12}"]);
    let body = prop::option::weighted(
        0.9,
        prop_oneof![1 => json_value(extreme), 4 => resource_like(extreme), 2 => page_like(extreme)],
    );
    (status, content_type, error_type, body).prop_map(|(status, content_type, error_type, body)| {
        Answer { status, content_type, error_type, body }
    })
}

/// Any JSON.
fn json_value(extreme: bool) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(extreme),
        ".{0,8}".prop_map(Value::from),
        select(vec![json!("m0"), json!("n0"), json!("ACTIVE"), json!("DELETED"), json!("page1")]),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let name = select(vec!["spec", "backends", "listeners", "httpRoute", "meshName", "other"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map(name.prop_map(String::from), inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn number(extreme: bool) -> BoxedStrategy<Value> {
    let moderate =
        prop_oneof![(-3..200_000_i64).prop_map(Value::from), (0.0..4e9_f64).prop_map(Value::from),];
    if !extreme {
        return moderate.boxed();
    }
    let far = [json!(i64::MAX), json!(i64::MIN), json!(u64::MAX), json!(1e300), json!(-1e300)];
    prop_oneof![4 => moderate, 1 => select(far.to_vec())].boxed()
}

/// Something like the answer of a describe: each member right, of another kind, or absent.
fn resource_like(extreme: bool) -> impl Strategy<Value = Value> {
    let name = || prop_oneof![2 => select(vec![json!("m0"), json!("n0"), json!("r0")]), 1 => json_value(extreme)];
    let uid = prop_oneof![
        2 => select(vec![json!(uid(0)), json!(uid(1)), json!(uid(2))]),
        1 => json_value(extreme),
    ];
    let arn = prop_oneof![
        1 => Just(json!("arn:aws:appmesh:eu-west-1:123456789012:mesh/m0")),
        1 => json_value(extreme),
    ];
    let metadata =
        (uid, arn, number(extreme), number(extreme), number(extreme), json_value(extreme));
    let specs = Version::ALL.iter().flat_map(|&version| {
        ["mesh", "virtual-node", "virtual-router", "route"].into_iter().flat_map(move |family| {
            let (valid, others) = specs(version, family);
            valid.into_iter().chain(others)
        })
    });
    let spec = prop_oneof![2 => select(specs.collect::<Vec<Value>>()), 1 => json_value(extreme)];
    let status = select(vec![json!("ACTIVE"), json!("DELETED"), json!("INACTIVE"), json!(1)]);
    (name(), name(), metadata, spec, status, any::<u16>()).prop_map(
        |(mesh, name, (uid, arn, version, created, updated, owner), spec, status, kept)| {
            let mut body = json!({
                "meshName": mesh, "virtualNodeName": name, "virtualRouterName": name,
                "routeName": name, "spec": spec, "status": {"status": status},
                "metadata": {
                    "uid": uid, "arn": arn, "version": version, "createdAt": created,
                    "lastUpdatedAt": updated, "meshOwner": owner, "resourceOwner": owner
                }
            });
            for (bit, member) in ["uid", "arn", "version", "createdAt"].into_iter().enumerate() {
                if kept & (1 << bit) == 0 {
                    body["metadata"][member].take();
                }
            }
            body
        },
    )
}

/// Something like a page.
fn page_like(extreme: bool) -> impl Strategy<Value = Value> {
    let item = prop_oneof![2 => resource_like(extreme), 1 => json_value(extreme)];
    let next = select(vec![json!(null), json!(""), json!("page1"), json!("page2"), json!(3)]);
    (prop::collection::vec(item, 0..4), next).prop_map(|(items, next)| {
        json!({
            "meshes": items, "virtualNodes": items, "virtualRouters": items, "routes": items,
            "nextToken": next
        })
    })
}

// Calls.

/// The pool of names of a family; the specifications refer to it.
fn pooled(family: &str, index: usize) -> String {
    let letter = match family {
        "virtual-node" => "n",
        "virtual-router" => "r",
        "route" => "x",
        _ => "m",
    };
    format!("{letter}{index}")
}

/// A few specifications of a family: valid ones, and others.
fn specs(version: Version, family: &str) -> (Vec<Value>, Vec<Value>) {
    let route = |node: &str, weight: i64| {
        json!({"httpRoute": {
            "action": {"weightedTargets": [{"virtualNode": node, "weight": weight}]},
            "match": {"prefix": "/"}
        }})
    };
    let listener = |port: i64| json!({"portMapping": {"port": port, "protocol": "http"}});
    let checked = json!({
        "healthCheck": {
            "healthyThreshold": 2, "intervalMillis": 5_000, "path": "/", "protocol": "http",
            "timeoutMillis": 2_000, "unhealthyThreshold": 2
        },
        "portMapping": {"port": 80, "protocol": "http"}
    });
    let (valid, mut others) = match (family, version) {
        ("virtual-node", Version::V2018_10_01) => {
            let discovery = json!({"dns": {"serviceName": "n.local"}});
            (
                vec![
                    json!({"listeners": [listener(80)], "backends": ["a.local"]}),
                    json!({"listeners": [listener(80)], "serviceDiscovery": discovery}),
                    json!({}),
                ],
                vec![
                    json!({"backends": ["a.local", "a.local", "b.local"]}),
                    json!({"listeners": [checked]}),
                    json!({"listeners": [listener(0)]}),
                ],
            )
        }
        ("virtual-node", Version::V2019_01_25) => {
            let discovery = json!({"dns": {"hostname": "n.local"}});
            let backend = json!({"virtualService": {"virtualServiceName": "a.local"}});
            let plain = json!({"listeners": [listener(80)], "serviceDiscovery": discovery});
            let mut backed = plain.clone();
            backed["backends"] = json!([backend]);
            (
                vec![plain, backed],
                vec![
                    json!({"listeners": [checked], "serviceDiscovery": discovery}),
                    json!({"listeners": [{"portMapping": {"port": 80}}]}),
                    json!({}),
                ],
            )
        }
        ("virtual-router", Version::V2018_10_01) => (
            vec![
                json!({"serviceNames": ["a.local"]}),
                json!({"serviceNames": ["b.local", "a.local"]}),
            ],
            vec![json!({"serviceNames": vec!["x.local"; 11]}), json!({})],
        ),
        ("virtual-router", Version::V2019_01_25) => (
            vec![json!({"listeners": [listener(80)]}), json!({"listeners": [listener(8_080)]})],
            vec![json!({"listeners": [listener(65_536)]}), json!({})],
        ),
        ("route", _) => (
            vec![route("n0", 100), route("n0", 0), route("n1", 1)],
            vec![
                route("n0", 101),
                json!({"httpRoute": {"match": {"prefix": "no-slash"}}}),
                json!({}),
            ],
        ),
        _ => (
            vec![json!({"egressFilter": {"type": "DROP_ALL"}}), json!({})],
            vec![json!({"egressFilter": {}})],
        ),
    };
    others.extend([json!({"unknown": 1}), json!("no object"), json!(null)]);
    (valid, others)
}

fn picked<'a, T>(index: &Index, from: &'a [T]) -> &'a T {
    &from[index.index(from.len())]
}

// Sessions.

/// One target under judgement.
struct Session {
    api: &'static Api,
    belief: Belief,
    now_ms: u64,
    last: Option<Call>,
    /// How many uids and page tokens the target has given out.
    minted: u64,
    /// The page tokens that came, each with the operation that answered it.
    page_tokens: Vec<(usize, String)>,
    /// The target does not show versions where it need not.
    shy: bool,
}

/// One step as it was taken.
struct Taken {
    call: Call,
    observed: Observed,
    /// What was expected in each world before.
    expectations: Vec<Expectation>,
    verdict: Verdict,
}

impl Session {
    fn new(version: Version) -> Self {
        let api = Api::of(version);
        let belief = Belief::starting_in(api, furnished(api));
        Self { api, belief, now_ms: 0, last: None, minted: 0, page_tokens: Vec::new(), shy: false }
    }

    fn take(&mut self, step: &Step) -> Taken {
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
    fn call(&self, step: &Step) -> Call {
        match (&self.last, step.again) {
            (None, _) | (_, Again::No) => {}
            (Some(last), Again::Verbatim) => return last.clone(),
            (Some(last), Again::WithAnotherSpec) => return self.with_another_spec(last, step),
        }
        // Creates come three times as often, or little would ever exist.
        let operations = self.api.operations.iter();
        let operations: Vec<usize> = operations
            .flat_map(|operation| {
                let times = if operation.table.verb == Verb::Create { 3 } else { 1 };
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

    fn with_another_spec(&self, last: &Call, step: &Step) -> Call {
        let mut call = last.clone();
        if let Some(spec) = call.input.get_mut("spec") {
            let operation = &self.api.operations[call.operation];
            let (valid, _) = specs(self.api.version, self.api.families[operation.family].table.id);
            *spec = picked(&step.spec, &valid).clone();
        }
        call
    }

    /// Every call has a permitted outcome in every world, and there is a world.
    fn check_totality(&self) {
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
    fn is_open(&self, call: &Call) -> bool {
        let is_open = |world| expect(self.api, world, call).open.is_some();
        self.verb(call) != Verb::List && self.belief.worlds().iter().any(is_open)
    }

    fn verb(&self, call: &Call) -> Verb {
        self.api.operations[call.operation].table.verb
    }

    fn rule(&self, rule: appmesh_model::rule::RuleId) -> &str {
        &self.api.catalogue.get(rule).id
    }

    fn told(&self, taken: &Taken) -> String {
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

    // The honest target.

    /// An outcome that is permitted in one of the worlds.
    fn honest(&mut self, call: &Call, picks: &Picks) -> Answer {
        let world = picked(&picks.world, self.belief.worlds()).clone();
        let expected = expect(self.api, &world, call);
        let operation = &self.api.operations[call.operation];
        let mut errors: Vec<ErrorKind> = expected.refusals().map(|refusal| refusal.error).collect();
        if expected.open.is_some() {
            let blames_caller = |kind: &ErrorKind| {
                matches!(kind, ErrorKind::BadRequest | ErrorKind::NotFound | ErrorKind::Conflict)
            };
            errors.extend(operation.table.errors.iter().copied().filter(blames_caller));
        }
        // How a specification of the wrong type is stored is not known, so it is refused here.
        let is_list = operation.table.verb == Verb::List;
        let storable = expected.open.is_none() || is_list;
        let changes: &[Change] =
            if expected.may_succeed() && storable { &expected.changes } else { &[] };
        let key = expected.key.as_ref().filter(|_| !changes.is_empty());
        match key {
            Some(key) if picks.succeed || errors.is_empty() => {
                let change = *picked(&picks.outcome, changes);
                ok(if change == Change::Page {
                    self.page(&world, call, key, picks)
                } else {
                    self.done(&world, call, key, change, picks)
                })
            }
            _ => {
                assert!(!errors.is_empty(), "no outcome for {call:?}: {expected:?}");
                refused(*picked(&picks.outcome, &errors))
            }
        }
    }

    /// The answer to a call that did this.
    fn done(
        &mut self,
        world: &World,
        call: &Call,
        key: &Key,
        change: Change,
        picks: &Picks,
    ) -> Value {
        let sent = call.input.get("spec").cloned().unwrap_or_else(|| json!({}));
        let now = moment(self.now_ms);
        let before = match world.get(key) {
            Some(known) if change != Change::Create => known.clone(),
            _ => {
                let again = Resource::new(world.next_generation(key), Some(sent.clone().into()), 0);
                Resource { created_at: Some(now), ..again }
            }
        };
        let mut after = self.settled(key, &before);
        if let Change::Replace { counts } = change {
            after.spec = Some(sent.into());
            if counts {
                after.version = after.version.map(|version| version + 1);
            }
            if counts || picks.flag {
                after.last_updated_at = Some(now);
            }
        }
        let status = if change == Change::Remove { "DELETED" } else { "ACTIVE" };
        let mut body = render::resource(self.api, key, &after, status);
        if self.shy && self.api.version == Version::V2018_10_01 {
            body["metadata"]["version"].take();
        }
        body
    }

    /// The resource with all that was not known of it decided.
    fn settled(&mut self, key: &Key, known: &Resource) -> Resource {
        let changed = moment(known.changed_ms);
        let owner = || "123456789012".into();
        let path = arn_path(self.api, &self.api.families[key.family], key);
        let created = known.created_at.unwrap_or(changed);
        let uid = known.uid.clone().unwrap_or_else(|| {
            self.minted += 1;
            uid(self.minted).into()
        });
        Resource {
            uid: Some(uid),
            arn: known.arn.clone().or(Some(format!("arn:aws:appmesh:r:a:{path}").into())),
            owners: known.owners.clone().or_else(|| Some((owner(), owner()))),
            created_at: Some(created),
            last_updated_at: known.last_updated_at.or(Some(later(created, changed))),
            ..known.clone()
        }
    }

    /// A page that a correct target may answer.
    fn page(&mut self, world: &World, call: &Call, key: &Key, picks: &Picks) -> Value {
        let operation = &self.api.operations[call.operation];
        let family = &self.api.families[operation.family];
        let asked = |role| operation.input(role).and_then(|(input, _)| call.input.get(input.name));
        let limit = asked(Role::Limit).and_then(Value::as_i64).unwrap_or(DEFAULT_LIMIT) as usize;
        let walk =
            asked(Role::PageToken).and_then(Value::as_str).and_then(|token| world.walk(token));
        let walk = walk.filter(|walk| {
            walk.family == key.family && &*walk.parent == key.parent_path() && !walk.loose
        });
        // A list goes on where it was, even for a token that is used twice.
        let left: Vec<Key> = world
            .siblings(key.family, key.parent_path())
            .filter(|sibling| walk.is_none_or(|walk| !walk.seen.contains(sibling.name())))
            .cloned()
            .collect();
        let size =
            if left.is_empty() { 0 } else { 1 + picks.size.index(left.len().min(limit.max(1))) };
        let items: Vec<Value> = left[..size]
            .iter()
            .filter_map(|sibling| {
                let settled = self.settled(sibling, world.get(sibling)?);
                Some(render::item(self.api, sibling, &settled))
            })
            .collect();
        let mut body = json!({family.table.list_member: items});
        // A last page may be empty.
        if size < left.len() || (size > 0 && picks.flag) {
            self.minted += 1;
            body["nextToken"] = json!(format!("page{}", self.minted));
        } else if picks.flag {
            body["nextToken"] = Value::Null;
        }
        body
    }
}

/// A world with enough in it that most calls are about something.
fn furnished(api: &Api) -> World {
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

fn observed(answer: Option<Answer>, sent_ms: u64) -> Observed {
    Observed { answer, sent_ms, answered_ms: sent_ms + 5 }
}

fn ok(body: Value) -> Answer {
    let content_type = Some("application/json".to_owned());
    Answer { status: 200, content_type, error_type: None, body: Some(body) }
}

fn refused(kind: ErrorKind) -> Answer {
    let error_type = Some(kind.type_name().to_owned());
    Answer { status: kind.status(), error_type, ..ok(json!({"message": "no"})) }
}

fn uid(number: u64) -> String {
    format!("a1b2c3d4-5678-90ab-cdef-{number:012x}")
}

/// The target's time at this moment of the caller's clock.
fn moment(ms: u64) -> Timestamp {
    Timestamp { ms: 1_700_000_000_001 + 10 * (ms as i64 / 10), whole: false }
}

fn later(one: Timestamp, other: Timestamp) -> Timestamp {
    if one.ms >= other.ms { one } else { other }
}
