//! What the tests are made of: a target under judgement, with a clock, and things that exist on it.

use appmesh_model::api::{Api, Call, Version};
use appmesh_model::belief::{Belief, Verdict};
use appmesh_model::error::ErrorKind;
use appmesh_model::judgement::{Mismatch, arn_path};
use appmesh_model::observed::{Answer, Observed};
use appmesh_model::rendering;
use appmesh_model::world::{Key, Resource, Timestamp, World};
use serde_json::{Value, json};

/// When everything was created that exists before a test.
pub const CREATED_MS: i64 = 1_700_000_000_500;

/// A resource: its family, its names and its specification.
pub type Thing<'a> = (&'a str, &'a [&'a str], Option<Value>);

pub fn mesh() -> Thing<'static> {
    ("mesh", &["m"], None)
}

pub fn node() -> Thing<'static> {
    ("virtual-node", &["m", "n"], Some(json!({"listeners": [listener(80)]})))
}

pub fn router() -> Thing<'static> {
    ("virtual-router", &["m", "r"], Some(router_spec()))
}

pub fn route() -> Thing<'static> {
    ("route", &["m", "r", "x"], Some(route_spec()))
}

pub fn router_name() -> Value {
    json!({"meshName": "m", "virtualRouterName": "r"})
}

pub fn router_spec() -> Value {
    json!({"serviceNames": ["a.local"]})
}

pub fn route_spec() -> Value {
    json!({"httpRoute": {
        "action": {"weightedTargets": [{"virtualNode": "n", "weight": 100}]},
        "match": {"prefix": "/"}
    }})
}

pub fn listener(port: u16) -> Value {
    json!({"portMapping": {"port": port, "protocol": "http"}})
}

pub fn checked_listener() -> Value {
    let check = json!({
        "healthyThreshold": 2, "intervalMillis": 5_000, "path": "/", "protocol": "http",
        "timeoutMillis": 2_000, "unhealthyThreshold": 2
    });
    json!({"healthCheck": check, "portMapping": {"port": 80, "protocol": "http"}})
}

pub fn general_node_spec(listener: Value) -> Value {
    json!({"listeners": [listener], "serviceDiscovery": {"dns": {"hostname": "n.local"}}})
}

/// A target under judgement, with a clock.
#[derive(Clone)]
pub struct Target {
    pub api: &'static Api,
    pub belief: Belief,
    pub now_ms: u64,
}

pub fn preview(existing: &[Thing<'_>]) -> Target {
    Target::holding(Version::V2018_10_01, existing)
}

pub fn general(existing: &[Thing<'_>]) -> Target {
    Target::holding(Version::V2019_01_25, existing)
}

/// A mesh with five routers, to be listed two at a time.
pub fn walked() -> Target {
    let names = [["m", "a"], ["m", "b"], ["m", "c"], ["m", "d"], ["m", "e"]];
    let routers = names.iter().map(|names| ("virtual-router", &names[..], Some(router_spec())));
    preview(&[mesh()].into_iter().chain(routers).collect::<Vec<_>>())
}

impl Target {
    pub fn holding(version: Version, existing: &[Thing<'_>]) -> Self {
        let api = Api::of(version);
        let mut world = World::default();
        for thing in existing {
            let (key, resource) = known(api, thing);
            world.insert(key, resource);
        }
        Self { api, belief: Belief::starting_in(api, world), now_ms: 0 }
    }

    pub fn call(&self, operation: &str, input: &Value) -> Call {
        let operation = self.api.operation(operation).expect("an operation").index;
        let input = input.as_object().cloned().expect("an object");
        Call { operation, input, malformed: false }
    }

    pub fn judge(&mut self, call: &Call, answer: Option<Answer>) -> Verdict {
        let sent_ms = self.now_ms;
        self.now_ms += 1;
        let observed = Observed { answer, sent_ms, answered_ms: self.now_ms, unix_ms: None };
        self.belief.judge(call, &observed)
    }

    /// Asserts that the answer breaks no rule.
    #[track_caller]
    pub fn permits(&mut self, operation: &str, input: &Value, answer: Answer) {
        let broken = self.breaks(operation, input, answer);
        assert!(broken.is_empty(), "{operation} {input}: {broken:?}");
    }

    /// The rules that the answer breaks, each with its place.
    pub fn breaks(&mut self, operation: &str, input: &Value, answer: Answer) -> Vec<String> {
        let call = self.call(operation, input);
        let verdict = self.judge(&call, Some(answer));
        self.named(&verdict)
    }

    pub fn named(&self, verdict: &Verdict) -> Vec<String> {
        let named = |mismatch: &Mismatch| {
            format!("{} at {}", self.api.catalogue.get(mismatch.rule).id, mismatch.at)
        };
        verdict.mismatches.iter().map(named).collect()
    }

    /// What a describe of the thing shows while it is as it was created.
    pub fn shown(&self, thing: Thing<'_>) -> Value {
        let (key, resource) = known(self.api, &thing);
        rendering::resource(self.api, &key, &resource, "ACTIVE")
    }

    /// What a describe shows of a thing that was made again.
    pub fn fresh(&self, thing: Thing<'_>) -> Value {
        with(self.shown(thing), "/metadata/uid", json!(uid("fresh")))
    }

    /// What the first update to this specification answers.
    pub fn updated(&self, thing: Thing<'_>) -> Value {
        let later = with(self.shown(thing), "/metadata/version", json!(2));
        with(later, "/metadata/lastUpdatedAt", json!(CREATED_MS as f64 / 1000.0 + 10.0))
    }

    /// The first update of the router to another service, and its answer.
    pub fn router_update(&self, service: &str) -> (Value, Value) {
        let spec = json!({"serviceNames": [service]});
        let update = with(router_name(), "/spec", spec.clone());
        (update, self.updated(("virtual-router", &["m", "r"], Some(spec))))
    }

    /// What a list shows of the thing.
    pub fn listed(&self, thing: Thing<'_>) -> Value {
        let (key, resource) = known(self.api, &thing);
        rendering::item(self.api, &key, &resource)
    }
}

/// A thing as it is right after its create.
pub fn known(api: &Api, (family, names, spec): &Thing<'_>) -> (Key, Resource) {
    let family = api.family(family).expect("a family");
    let key = Key::new(family.index, names.iter().copied());
    let arn_path = arn_path(api, family, &key);
    let created = Timestamp { ms: CREATED_MS, whole: false };
    let resource = Resource {
        uid: Some(uid(&arn_path).into()),
        arn: Some(format!("arn:aws:appmesh:eu-west-1:123456789012:{arn_path}").into()),
        owners: Some(("123456789012".into(), "123456789012".into())),
        created_at: Some(created),
        last_updated_at: Some(created),
        ..Resource::new(0, spec.clone().map(Into::into), 0)
    };
    (key, resource)
}

/// A uid that depends on the seed only.
pub fn uid(seed: &str) -> String {
    let sum = seed.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    format!("a1b2c3d4-5678-90ab-cdef-{:012x}", sum % (1 << 48))
}

/// A value with another value at a place, which may be new.
pub fn with(mut whole: Value, pointer: &str, value: Value) -> Value {
    if let Some(place) = whole.pointer_mut(pointer) {
        *place = value;
    } else if let Some((parent, member)) = pointer.rsplit_once('/') {
        whole.pointer_mut(parent).expect("a place")[member] = value;
    }
    whole
}

pub fn deleted(shown: Value) -> Value {
    with(shown, "/status/status", json!("DELETED"))
}

pub fn item(name: &str) -> Value {
    let arn = format!("arn:aws:appmesh:eu-west-1:123456789012:mesh/m/virtualRouter/{name}");
    json!({"arn": arn, "meshName": "m", "virtualRouterName": name})
}

/// A page of routers.
pub fn page(names: &[&str], next: Option<&str>) -> Answer {
    let items: Vec<Value> = names.iter().map(|name| item(name)).collect();
    let mut body = json!({"virtualRouters": items});
    if let Some(token) = next {
        body["nextToken"] = json!(token);
    }
    ok(body)
}

/// The list of routers, two at a time, from this token on.
pub fn page_after(token: Option<&str>) -> Value {
    let mut input = json!({"meshName": "m", "limit": 2});
    if let Some(token) = token {
        input["nextToken"] = json!(token);
    }
    input
}

pub fn ok(body: Value) -> Answer {
    let content_type = Some("application/json".to_owned());
    Answer { status: 200, content_type, error_type: None, body: Some(body), date_ms: None }
}

pub fn error(kind: ErrorKind) -> Answer {
    refused(kind.status(), kind.type_name())
}

pub fn refused(status: u16, error_type: &str) -> Answer {
    let body = json!({"message": "no"});
    Answer { status, error_type: Some(error_type.to_owned()), ..ok(body) }
}

pub fn failure() -> Answer {
    error(ErrorKind::InternalServerError)
}
