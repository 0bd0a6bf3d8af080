//! Binding: from a symbolic step, and the answers before it, to an HTTP request and the call that its
//! bytes say.
//!
//! The main type is [`Binder`], one per execution. It puts the execution's own prefix before every
//! name, so that executions never meet. It remembers the page tokens and the owner that later steps
//! may refer to.

use std::borrow::Cow;
use std::collections::BTreeMap;

use appmesh_model::api::{Api, Call, Version};
use appmesh_model::operation::{Location, Role};
use appmesh_model::shape::{Kind, Shape, Text};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::trace::{Arg, Step};
use crate::{request_parser, url_encoding};

/// The characters that fill names up: every character that all names are known to accept.
pub const FILLING: &str = "-_aZ09bY18cX27dW36eV45fUgThSiRjQkPlOmN";

/// A request, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// HTTP method.
    pub method: &'static str,
    /// Path and query, percent-encoded.
    pub path: String,
    /// Body, if the operation has one.
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// The request as a server reads it.
    pub fn on_the_wire(&self) -> request_parser::Request<'_> {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let body = self.body.as_deref().unwrap_or_default();
        request_parser::Request { method: self.method, path, query, body }
    }
}

/// Why a step cannot be made.
#[derive(Debug, Error)]
pub enum BindError {
    /// The version has no such operation.
    #[error("version {0} has no {1}")]
    NoOperation(Version, String),
    /// A value that a client cannot put in a path: it would name another path.
    #[error("{0} cannot stand in a path")]
    NoSegment(String),
    /// A member of the path is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// No answer gave the page token that the step needs; that of this step would.
    #[error("step {0} was answered no nextToken")]
    NoToken(u32),
    /// The body cannot be written.
    #[error(transparent)]
    Body(#[from] serde_json::Error),
    /// The request says no call.
    #[error("no operation has the form of {0}")]
    NoForm(String),
}

/// Binds the steps of one execution.
#[derive(Clone, Debug)]
pub struct Binder {
    api: &'static Api,
    prefix: String,
    page_tokens: BTreeMap<u32, String>,
    owner: Option<String>,
}

impl Binder {
    /// A binder that puts this prefix before every name.
    pub fn new(api: &'static Api, prefix: &str) -> Self {
        Self { api, prefix: prefix.to_owned(), page_tokens: BTreeMap::new(), owner: None }
    }

    /// The request of a step, and the call that its bytes say.
    ///
    /// # Errors
    /// Why the step cannot be made, for example because no answer gave the page token that it needs.
    pub fn bind(&self, step: &Step) -> Result<(Call, Request), BindError> {
        let operation = self
            .api
            .operation(&step.operation)
            .ok_or_else(|| BindError::NoOperation(self.api.version, step.operation.clone()))?;
        let mut input = Map::new();
        for (name, arg) in &step.args {
            let member = operation.inputs.iter().find(|(input, _)| input.name == name);
            let shape = member.map(|(_, node)| node.shape);
            if let Some(value) = self.resolve(arg, shape)? {
                input.insert(name.clone(), value);
            }
        }
        let mut path = operation.table.path.to_owned();
        let mut query = String::new();
        let mut body: BTreeMap<&str, &Value> = BTreeMap::new();
        for member in operation.table.inputs {
            let value = input.get(member.name);
            match (member.location, value) {
                (Location::Path, Some(value)) => {
                    let text = plain(value);
                    if matches!(&*text, "" | "." | "..") {
                        return Err(BindError::NoSegment(text.into_owned()));
                    }
                    put(&mut path, member.name, &text);
                }
                (Location::Path, None) => return Err(BindError::Missing(member.name)),
                (Location::Query, Some(value)) => {
                    query.push(if query.is_empty() { '?' } else { '&' });
                    query.extend([member.name, "=", &url_encoding::encode(&plain(value))]);
                }
                (Location::Body, Some(value)) => {
                    body.insert(member.name, value);
                }
                _ => {}
            }
        }
        let has_body =
            operation.table.inputs.iter().any(|member| member.location == Location::Body);
        let body = match step.garbage {
            _ if !has_body => None,
            Some(garbage) => Some(garbage.bytes()),
            None => Some(serde_json::to_vec(&body)?),
        };
        let request = Request { method: operation.table.method, path: path + &query, body };
        let call = request_parser::read(self.api, request.on_the_wire())
            .map_err(|_| BindError::NoForm(request.path.clone()))?;
        Ok((call, request))
    }

    /// Remembers what later steps may refer to in the answer of a step.
    pub fn learn(&mut self, step: &Step, body: Option<&Value>) {
        let Some(body) = body else { return };
        if let Some(token) = body.get("nextToken").and_then(Value::as_str) {
            self.page_tokens.insert(step.id, token.to_owned());
        }
        if self.owner.is_none() {
            let owner = self.api.operations.iter().find_map(|operation| {
                let (input, _) = operation.input(Role::Owner)?;
                body.get("metadata")?.get(input.name)?.as_str()
            });
            self.owner = owner.map(str::to_owned);
        }
    }

    /// The token of the next page that a step was answered.
    pub fn page_token(&self, step: u32) -> Option<&str> {
        self.page_tokens.get(&step).map(String::as_str)
    }

    /// A path as it can be shown: page tokens, which differ from run to run, are named after the
    /// step that was answered them.
    pub fn with_tokens_named<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if !path.contains("nextToken=") {
            return path.into();
        }
        let tokens = self.page_tokens.iter().filter(|(_, token)| !token.is_empty());
        tokens.fold(path.into(), |path, (step, token)| {
            let sent = format!("nextToken={}", url_encoding::encode(token));
            path.replace(&sent, &format!("nextToken=<of call {step}>")).into()
        })
    }

    /// The value of an argument of a call, whose shape may be known; none where it is to be left out.
    fn resolve(&self, arg: &Arg, shape: Option<&Shape>) -> Result<Option<Value>, BindError> {
        Ok(Some(match arg {
            Arg::Plain(value) => value.clone(),
            Arg::Name { symbol, length } | Arg::Token { symbol, length } => {
                Value::from(self.spell(symbol, *length, shape))
            }
            Arg::PageAfter(step) => {
                let token = self.page_tokens.get(step);
                Value::from(token.ok_or(BindError::NoToken(*step))?.as_str())
            }
            Arg::Owner => match &self.owner {
                Some(owner) => Value::from(owner.as_str()),
                None => return Ok(None),
            },
            Arg::Object(members) => {
                let mut object = Map::new();
                for (name, arg) in members {
                    if let Some(value) = self.resolve(arg, shape)? {
                        object.insert(name.clone(), value);
                    }
                }
                Value::Object(object)
            }
            Arg::List(items) => {
                let items: Result<Vec<_>, BindError> =
                    items.iter().map(|arg| self.resolve(arg, shape)).collect();
                Value::Array(items?.into_iter().flatten().collect())
            }
        }))
    }

    /// The name behind a symbol: prefix and symbol, filled up to the length that is asked for.
    fn spell(&self, symbol: &str, length: Option<usize>, shape: Option<&Shape>) -> String {
        let name = [&self.prefix, symbol].concat();
        match length {
            Some(length) => {
                let filling = shape.map_or(FILLING.into(), filling);
                name.chars().chain(filling.chars().cycle()).take(length).collect()
            }
            None => name,
        }
    }
}

/// The characters that fill up a name of this shape: all that it is known to accept.
fn filling(shape: &Shape) -> Cow<'static, str> {
    let Kind::Text { text: Text::Name(characters), .. } = shape.kind else { return FILLING.into() };
    let others = characters.accepted.chars().filter(|c| !FILLING.contains(*c));
    let others: String = others.collect();
    if others.is_empty() { FILLING.into() } else { (others + FILLING).into() }
}

/// Puts a value, percent-encoded, where a path has `{member}`.
pub(crate) fn put(path: &mut String, member: &str, value: &str) {
    let is_here = |rest: &str| rest.strip_prefix(member).is_some_and(|it| it.starts_with('}'));
    let mut holes = path.match_indices('{').map(|(at, _)| at);
    if let Some(at) = holes.find(|at| is_here(&path[at + 1..])) {
        path.replace_range(at..at + member.len() + 2, &url_encoding::encode(value));
    }
}

/// A value as it stands in a path or a query.
fn plain(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        other => other.to_string().into(),
    }
}
