//! One call of a script: its members by location (path, query, body), before any quoting.
//!
//! The main type is [`Planned`]. It follows [`crate::bind`], except that names, page tokens and the
//! owner stay symbols, which the script fills in when it runs.

use std::collections::{BTreeMap, BTreeSet};

use appmesh_model::api::{Api, Version};
use appmesh_model::operation::{Action, Location, Operation, Role};
use appmesh_model::shape::{Kind, Shape};
use serde_json::Value;
use thiserror::Error;

use crate::trace::{Arg, Garbage, Step, Trace, TraceError};

/// The fewest characters that the prefix of a script's names has room for in a name that is cut.
const ROOM_FOR_PREFIX: usize = 40;

/// A trace that cannot be exported.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ExportError {
    /// The report has no trace that can be read.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// A step has an operation that its version of the API does not have.
    #[error("version {version} has no operation {operation:?}")]
    Operation {
        /// The version of the API.
        version: Version,
        /// The name of the operation.
        operation: String,
    },
}

/// The reason why a call cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Unsendable {
    /// A member of the path is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// This text would change the path.
    #[error("{0:?} cannot stand in a path")]
    InPath(String),
    /// A member of the path or the query is no text.
    #[error("{0} is not a text")]
    NoText(&'static str),
}

/// A call, ready to be written down in any language.
#[derive(Debug)]
pub(super) struct Planned {
    /// Counted from 1; 0 for what cleans up.
    pub(super) number: u32,
    /// Its table.
    pub(super) operation: &'static Operation,
    /// How long to wait before it, in milliseconds.
    pub(super) pause_ms: u64,
    /// Status and error type that the report has for it.
    pub(super) answer: Option<String>,
    /// The request, or the reason why it cannot be sent.
    pub(super) request: Result<Request, Unsendable>,
}

/// The request of a call.
#[derive(Debug)]
pub(super) struct Request {
    /// The members in the path, in the order of the table.
    pub(super) path: Vec<(&'static str, Arg)>,
    /// The members in the query.
    pub(super) query: Vec<(&'static str, Arg)>,
    /// The body.
    pub(super) body: Body,
}

/// The body of a call.
#[derive(Debug)]
pub(super) enum Body {
    /// The operation has none.
    None,
    /// A JSON object of these members.
    Json(BTreeMap<String, Arg>),
    /// Something else.
    Garbage(Garbage),
}

impl Planned {
    /// The call of a step, whose references to other steps are their numbers already.
    pub(super) fn of_step(
        api: &Api,
        step: &Step,
        answer: Option<String>,
    ) -> Result<Self, ExportError> {
        let operation = api
            .operation(&step.operation)
            .ok_or_else(|| ExportError::Operation {
                version: api.version,
                operation: step.operation.clone(),
            })?
            .table;
        Ok(Self {
            number: step.id,
            operation,
            pause_ms: step.pause_ms,
            answer,
            request: request(operation, step),
        })
    }

    /// The numbers of the calls whose page token it sends.
    pub(super) fn pages(&self) -> BTreeSet<u32> {
        let mut pages = BTreeSet::new();
        let mut look = |arg: &Arg| {
            arg.visit(&mut |arg| {
                if let Arg::PageAfter(number) = arg {
                    pages.insert(*number);
                }
            });
        };
        if let Ok(request) = &self.request {
            request.path.iter().chain(&request.query).for_each(|(_, arg)| look(arg));
            if let Body::Json(members) = &request.body {
                members.values().for_each(&mut look);
            }
        }
        pages
    }

    /// The client token's member, if the operation has one and the call sends none: AWS's tools
    /// would make one up.
    pub(super) fn token_not_sent(&self) -> Option<&'static str> {
        let member = self.operation.input(Role::ClientToken)?.name;
        match &self.request {
            Ok(Request { body: Body::Json(members), .. }) if members.contains_key(member) => None,
            _ => Some(member),
        }
    }

    /// Whether AWS's tools send the body as it is: they know its members and expect objects and
    /// lists where there are some.
    pub(super) fn fits_sdk(&self) -> bool {
        match &self.request {
            Ok(Request { body: Body::Json(members), .. }) => self
                .operation
                .inputs
                .iter()
                .all(|input| members.get(input.name).is_none_or(|arg| fits(input.shape, arg))),
            Ok(Request { body, .. }) => matches!(body, Body::None),
            Err(_) => false,
        }
    }
}

/// Whether a value has the form of its shape, its bounds aside.
fn fits(shape: &Shape, arg: &Arg) -> bool {
    if *arg == Arg::Plain(Value::Null) {
        return false;
    }
    match &shape.kind {
        Kind::Structure { .. } | Kind::Union { .. } => match arg {
            Arg::Object(members) => members.iter().all(|(name, arg)| {
                shape.member(name).is_some_and(|member| fits(member.shape, arg))
            }),
            Arg::Plain(Value::Object(members)) => members.iter().all(|(name, value)| {
                let arg = Arg::Plain(value.clone());
                shape.member(name).is_some_and(|member| fits(member.shape, &arg))
            }),
            _ => false,
        },
        Kind::List { item, .. } => match arg {
            Arg::List(items) => items.iter().all(|arg| fits(item, arg)),
            Arg::Plain(Value::Array(items)) => {
                items.iter().all(|value| fits(item, &Arg::Plain(value.clone())))
            }
            _ => false,
        },
        _ => true,
    }
}

fn request(operation: &'static Operation, step: &Step) -> Result<Request, Unsendable> {
    let mut request = Request { path: Vec::new(), query: Vec::new(), body: Body::None };
    let mut members = BTreeMap::new();
    let mut has_body = false;
    for input in operation.inputs {
        has_body |= input.location == Location::Body;
        let Some(arg) = step.args.get(input.name) else {
            if input.location == Location::Path {
                return Err(Unsendable::Missing(input.name));
            }
            continue;
        };
        match input.location {
            Location::Path => {
                let arg = word(input.name, arg)?;
                if let Arg::Plain(Value::String(text)) = &arg
                    && matches!(text.as_str(), "" | "." | "..")
                {
                    return Err(Unsendable::InPath(text.clone()));
                }
                request.path.push((input.name, arg));
            }
            Location::Query => request.query.push((input.name, word(input.name, arg)?)),
            Location::Body => {
                members.insert(input.name.to_owned(), arg.clone());
            }
        }
    }
    request.body = match step.garbage {
        Some(garbage) if has_body => Body::Garbage(garbage),
        _ if has_body => Body::Json(members),
        _ => Body::None,
    };
    Ok(request)
}

/// An argument as it travels in a path or a query: as one text.
fn word(name: &'static str, arg: &Arg) -> Result<Arg, Unsendable> {
    Ok(match arg {
        Arg::Plain(Value::String(_) | Value::Number(_)) => arg.clone(),
        Arg::Plain(value) => Arg::Plain(Value::from(value.to_string())),
        Arg::Object(_) | Arg::List(_) => {
            let mut symbols = false;
            arg.visit(&mut |arg| {
                symbols |= !matches!(arg, Arg::Plain(_) | Arg::Object(_) | Arg::List(_));
            });
            if symbols {
                return Err(Unsendable::NoText(name));
            }
            Arg::Plain(Value::from(arg.to_json().to_string()))
        }
        other => other.clone(),
    })
}

/// The trace with its steps numbered from 1; who refers to a step that does not stand before it
/// refers to 0.
pub(super) fn numbered(trace: &Trace) -> Trace {
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    let mut trace = trace.clone();
    for (step, number) in trace.steps.iter_mut().zip(1..) {
        for arg in step.args.values_mut() {
            arg.visit_mut(&mut |arg| {
                if let Arg::PageAfter(id) = arg {
                    *id = numbers.get(id).copied().unwrap_or(0);
                }
            });
        }
        numbers.insert(step.id, number);
        step.id = number;
    }
    trace
}

/// The member of requests that names the owner; answers have it, too.
pub(super) fn owner_member(api: &Api) -> Option<&'static str> {
    api.operations.iter().find_map(|operation| operation.table.input(Role::Owner)).map(|it| it.name)
}

/// The calls that delete all that a trace may make under names of its own, children first.
pub(super) fn deletes(api: &Api, trace: &Trace) -> Vec<Planned> {
    let mut made: Vec<(usize, Vec<Arg>)> = Vec::new();
    for step in &trace.steps {
        let Some(operation) = api.operation(&step.operation) else { continue };
        if !matches!(operation.table.action, Action::Create | Action::Update) {
            continue;
        }
        let depths = 0..api.families[operation.family].lineage.len();
        let names: Option<Vec<Arg>> = depths
            .map(|depth| {
                let input = operation.table.input(Role::Name(depth))?;
                step.args.get(input.name).filter(|arg| is_own(arg)).cloned()
            })
            .collect();
        let made_here = names.map(|names| (operation.family, names));
        made.extend(made_here.filter(|key| !made.contains(key)));
    }
    // Parents stand before children in the list of families.
    made.sort_by_key(|(family, _)| std::cmp::Reverse(*family));
    made.into_iter()
        .filter_map(|(family, names)| {
            let operation = api.operation_of(family, Action::Delete)?.table;
            let path = operation.inputs.iter().filter_map(|input| match input.role {
                Role::Name(depth) => Some((input.name, names.get(depth)?.clone())),
                _ => None,
            });
            let request = Request { path: path.collect(), query: Vec::new(), body: Body::None };
            let (number, pause_ms) = (0, 0);
            Some(Planned { number, operation, pause_ms, answer: None, request: Ok(request) })
        })
        .collect()
}

/// Whether a name begins with the script's prefix, so that what bears it is the script's.
fn is_own(arg: &Arg) -> bool {
    match arg {
        Arg::Name { length: None, .. } => true,
        Arg::Name { symbol, length: Some(length) } => *length > ROOM_FOR_PREFIX + symbol.len(),
        _ => false,
    }
}
