//! Traces: sequences of symbolic calls, and the file format that keeps them.
//!
//! The main types are [`Trace`], [`Step`] and [`Arg`]. A step names resources by symbol and refers
//! to earlier steps by their ids, which survive when other steps are taken out; so any part of a
//! trace is itself a trace. Nothing here knows what a target is or how symbols become names.

use std::collections::BTreeMap;

use appmesh_model::api::Version;
use serde_json::{Map, Value, json};

mod error;

pub use error::{ArgError, TraceError};

/// The longest name or token that a trace file can ask for.
const MOST_LENGTH: u64 = 4_096;

/// A value in a request, before it is bound to one execution.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// A plain JSON value.
    Plain(Value),
    /// The name that goes by this symbol: `{"$name": "a1"}`.
    Name {
        /// The symbol.
        symbol: String,
        /// The length to fill the name up to, if it is to be that long.
        length: Option<usize>,
    },
    /// A client token of this execution: `{"$token": "t1"}`.
    Token {
        /// The symbol.
        symbol: String,
        /// The length to fill the token up to.
        length: Option<usize>,
    },
    /// The token of the next page that the step with this id was answered: `{"$page": 3}`.
    PageAfter(u32),
    /// The owner that the target named in an earlier answer: `{"$owner": true}`.
    Owner,
    /// An object.
    Object(BTreeMap<String, Arg>),
    /// A list.
    List(Vec<Arg>),
}

/// A body that is put on the wire as it stands, instead of the JSON object of the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbage {
    /// No body at all.
    Empty,
    /// JSON that stops in the middle.
    CutOff,
    /// A JSON list.
    List,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// Lists within lists.
    Nested,
}

impl Garbage {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Empty, Self::CutOff, Self::List, Self::NotUtf8, Self::Nested];

    /// Its name in trace files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::CutOff => "cut off",
            Self::List => "list",
            Self::NotUtf8 => "not UTF-8",
            Self::Nested => "nested lists",
        }
    }

    /// The bytes.
    pub fn bytes(self) -> Vec<u8> {
        match self {
            Self::Empty => Vec::new(),
            Self::CutOff => b"{\"spec\": {".to_vec(),
            Self::List => b"[]".to_vec(),
            Self::NotUtf8 => vec![b'{', 0xff, 0xfe, b'}'],
            Self::Nested => [vec![b'['; 100], vec![b']'; 100]].concat(),
        }
    }
}

/// One call of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Names the step in its trace; other steps may refer to it.
    pub id: u32,
    /// The operation.
    pub operation: String,
    /// The members of the request.
    pub args: BTreeMap<String, Arg>,
    /// How long to wait before the call, in milliseconds.
    pub pause_ms: u64,
    /// A body that is no JSON object.
    pub garbage: Option<Garbage>,
}

/// A sequence of calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The version of the API that the calls belong to.
    pub version: Version,
    /// The calls, in order.
    pub steps: Vec<Step>,
}

impl Arg {
    /// The name that goes by this symbol.
    pub fn name(symbol: impl Into<String>) -> Self {
        Self::Name { symbol: symbol.into(), length: None }
    }

    /// The argument as JSON, symbols marked with `$`.
    pub fn to_json(&self) -> Value {
        let symbolic = |kind: &str, symbol: &str, length: &Option<usize>| {
            let mut object = Map::from_iter([(kind.to_owned(), Value::from(symbol))]);
            if let Some(length) = length {
                object.insert("length".to_owned(), Value::from(*length));
            }
            Value::Object(object)
        };
        match self {
            Self::Plain(value) => value.clone(),
            Self::Name { symbol, length } => symbolic("$name", symbol, length),
            Self::Token { symbol, length } => symbolic("$token", symbol, length),
            Self::PageAfter(step) => json!({ "$page": step }),
            Self::Owner => json!({ "$owner": true }),
            Self::Object(members) => {
                members.iter().map(|(name, arg)| (name.clone(), arg.to_json())).collect()
            }
            Self::List(items) => items.iter().map(Self::to_json).collect(),
        }
    }

    /// The argument that a JSON value stands for.
    ///
    /// # Errors
    /// If a symbol in it is malformed.
    pub fn from_json(value: &Value) -> Result<Self, ArgError> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let length = || match value.get("length").map(Value::as_u64) {
            None => Ok(None),
            Some(Some(length)) if length <= MOST_LENGTH => Ok(Some(length as usize)),
            Some(_) => Err(ArgError::Length(MOST_LENGTH)),
        };
        if let Some(symbol) = text("$name") {
            return Ok(Self::Name { symbol, length: length()? });
        }
        if let Some(symbol) = text("$token") {
            return Ok(Self::Token { symbol, length: length()? });
        }
        Ok(match value {
            Value::Object(members) if members.contains_key("$page") => {
                let step = value["$page"].as_u64().and_then(|step| u32::try_from(step).ok());
                Self::PageAfter(step.ok_or(ArgError::Page)?)
            }
            Value::Object(members) if members.contains_key("$owner") => Self::Owner,
            Value::Object(members) => Self::Object(args_from_json(members)?),
            Value::Array(items) => {
                Self::List(items.iter().map(Self::from_json).collect::<Result<_, _>>()?)
            }
            other => Self::Plain(other.clone()),
        })
    }

    /// Visits this argument and all within it.
    pub fn visit(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        match self {
            Self::Object(members) => members.values().for_each(|arg| arg.visit(visit)),
            Self::List(items) => items.iter().for_each(|arg| arg.visit(visit)),
            _ => {}
        }
    }

    /// The same for changing them.
    pub fn visit_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        visit(self);
        match self {
            Self::Object(members) => members.values_mut().for_each(|arg| arg.visit_mut(visit)),
            Self::List(items) => items.iter_mut().for_each(|arg| arg.visit_mut(visit)),
            _ => {}
        }
    }
}

fn args_from_json(members: &Map<String, Value>) -> Result<BTreeMap<String, Arg>, ArgError> {
    members.iter().map(|(name, value)| Ok((name.clone(), Arg::from_json(value)?))).collect()
}

impl Step {
    /// The symbols of names that the step uses.
    pub fn symbols(&self) -> Vec<String> {
        let mut symbols = Vec::new();
        for arg in self.args.values() {
            arg.visit(&mut |arg| {
                if let Arg::Name { symbol, .. } = arg {
                    symbols.push(symbol.clone());
                }
            });
        }
        symbols
    }

    /// The steps whose answers the step refers to.
    pub fn refers_to(&self) -> Vec<u32> {
        let mut steps = Vec::new();
        for arg in self.args.values() {
            arg.visit(&mut |arg| {
                if let Arg::PageAfter(step) = arg {
                    steps.push(*step);
                }
            });
        }
        steps
    }

    fn to_json(&self) -> Value {
        let args: Map<String, Value> =
            self.args.iter().map(|(name, arg)| (name.clone(), arg.to_json())).collect();
        let mut step = json!({ "id": self.id, "operation": self.operation, "args": args });
        if self.pause_ms > 0 {
            step["pause_ms"] = json!(self.pause_ms);
        }
        if let Some(garbage) = self.garbage {
            step["garbage"] = json!(garbage.as_str());
        }
        step
    }

    fn from_json(value: &Value) -> Result<Self, TraceError> {
        let operation = value["operation"].as_str().ok_or(TraceError::NoOperation)?;
        let id = value["id"].as_u64().and_then(|id| u32::try_from(id).ok());
        let id = id.ok_or_else(|| TraceError::NoId(operation.to_owned()))?;
        let args = match value.get("args") {
            Some(Value::Object(args)) => args,
            None => &Map::new(),
            Some(_) => return Err(TraceError::NoArgs(id)),
        };
        let garbage = match value.get("garbage") {
            None => None,
            Some(kind) => Some(
                Garbage::ALL
                    .into_iter()
                    .find(|garbage| kind == garbage.as_str())
                    .ok_or_else(|| TraceError::Garbage { step: id, kind: kind.clone() })?,
            ),
        };
        Ok(Self {
            id,
            operation: operation.to_owned(),
            args: args_from_json(args).map_err(|error| TraceError::Arg { step: id, error })?,
            pause_ms: value["pause_ms"].as_u64().unwrap_or(0).min(60_000),
            garbage,
        })
    }
}

impl Trace {
    /// The trace in its file format.
    pub fn to_json(&self) -> Value {
        let steps: Vec<Value> = self.steps.iter().map(Step::to_json).collect();
        json!({ "api_version": self.version.as_str(), "steps": steps })
    }

    /// Reads a trace from its file format.
    ///
    /// # Errors
    /// If the value is no trace.
    pub fn from_json(value: &Value) -> Result<Self, TraceError> {
        let version = value["api_version"].as_str().ok_or(TraceError::NoVersion)?;
        let version = Version::parse(version)
            .ok_or_else(|| TraceError::UnknownVersion(version.to_owned()))?;
        let steps = value["steps"].as_array().ok_or(TraceError::NoSteps)?;
        let steps: Result<Vec<Step>, TraceError> = steps.iter().map(Step::from_json).collect();
        Ok(Self { version, steps: steps? })
    }
}
