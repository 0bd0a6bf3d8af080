//! Cursors: the page tokens of the reference server.
//!
//! A token says where its list goes on: behind which name, in the order of this run. It holds all
//! it needs, so that any number of clients can read any number of lists side by side.

use std::collections::{BTreeSet, VecDeque};

use appmesh_model::error::ErrorKind;
use appmesh_model::world::Key;
use serde_json::json;

use super::choices::Choices;

/// How many used tokens a server remembers that lets a token work once.
const MOST_USED: usize = 10_000;

/// The tokens that were given out and used.
#[derive(Clone, Debug, Default)]
pub(super) struct Cursors {
    given: u64,
    used: BTreeSet<String>,
    order: VecDeque<String>,
}

/// Where a list goes on, as a token tells it.
#[derive(Clone, Debug, PartialEq)]
struct Cursor {
    family: usize,
    parent: String,
    after: String,
    limit: Option<i64>,
    serial: u64,
}

impl Cursor {
    /// The cursor as an opaque token: hexadecimal, so that it needs no encoding in a URL.
    fn seal(&self) -> String {
        let fields =
            json!([self.family, self.parent, self.after, self.limit, self.serial]).to_string();
        fields.bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    fn open(token: &str) -> Option<Self> {
        let bytes: Option<Vec<u8>> = token
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let (family, parent, after, limit, serial) = serde_json::from_slice(&bytes?).ok()?;
        Some(Self { family, parent, after, limit, serial })
    }
}

impl Cursors {
    /// A token for the page of a list that begins after this name.
    pub fn issue(&mut self, list: &Key, after: &str, limit: Option<i64>) -> String {
        self.given += 1;
        let (parent, after) = (list.parent_path().to_owned(), after.to_owned());
        Cursor { family: list.family, parent, after, limit, serial: self.given }.seal()
    }

    /// The name after which the page of a token begins. None if the server takes a token of another
    /// list, or of none, for no token: the list begins anew.
    ///
    /// # Errors
    /// The error to answer with, if the token is not one that this list goes on with.
    pub fn redeem(
        &mut self,
        choices: &Choices,
        list: &Key,
        limit: Option<i64>,
        token: &str,
    ) -> Result<Option<String>, ErrorKind> {
        let own =
            |cursor: &Cursor| cursor.family == list.family && cursor.parent == list.parent_path();
        let Some(cursor) = Cursor::open(token).filter(own) else {
            return if choices.any_token { Ok(None) } else { Err(ErrorKind::BadRequest) };
        };
        let other_limit = choices.fixed_limit && cursor.limit != limit;
        if other_limit || self.used.contains(token) {
            return Err(ErrorKind::BadRequest);
        }
        if choices.token_once {
            self.remember_used(token);
        }
        Ok(Some(cursor.after))
    }

    fn remember_used(&mut self, token: &str) {
        self.used.insert(token.to_owned());
        self.order.push_back(token.to_owned());
        if self.order.len() > MOST_USED
            && let Some(oldest) = self.order.pop_front()
        {
            self.used.remove(&oldest);
        }
    }
}
