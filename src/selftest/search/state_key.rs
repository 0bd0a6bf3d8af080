//! State keys: what tells the states of a search apart.
//!
//! The main type is [`StateKey`]: a hash of all that server and judge remember, but for the caller's
//! clock. Unique identifiers and times count by the order in which they first appear: which they are
//! does not matter, only which are the same.

use std::fmt::{self, Debug, Write};
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use appmesh_model::world::{Contradicted, Resource, Timestamp};

use crate::reference::Reference;

/// A hash of a state in the making.
#[derive(Default)]
pub(super) struct StateKey {
    text: HashedText,
    seen: Seen,
}

impl StateKey {
    /// Adds a value without identifiers and times.
    pub fn add(&mut self, value: impl Debug) {
        // Writing to a hasher cannot fail.
        let _ = writeln!(self.text, "{value:?}");
    }

    /// Adds what a server remembers.
    pub fn add_server(&mut self, server: &Reference) {
        let _ = server.write_state(&mut self.text, &mut |resource| self.seen.rename(resource));
    }

    /// Adds a resource.
    pub fn add_resource(&mut self, resource: &Resource) {
        let mut resource = resource.clone();
        self.seen.rename(&mut resource);
        self.add(resource);
    }

    /// Adds a unique identifier.
    pub fn add_uid(&mut self, uid: Option<&Arc<str>>) {
        let uid = uid.map(|uid| number(&mut self.seen.uids, uid));
        self.add(uid);
    }

    /// The key.
    pub fn finish(&self) -> u64 {
        self.text.0.finish()
    }
}

/// The hash of a text.
#[derive(Default)]
struct HashedText(DefaultHasher);

impl Write for HashedText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

/// The unique identifiers and times so far.
#[derive(Default)]
struct Seen {
    uids: Vec<Arc<str>>,
    times: Vec<i64>,
}

impl Seen {
    /// Replaces the identifiers and times of a resource by their numbers, and takes the clock away.
    fn rename(&mut self, resource: &mut Resource) {
        resource.changed_ms = 0;
        let times = [&mut resource.created_at, &mut resource.last_updated_at];
        times.into_iter().flatten().for_each(|time| self.rename_time(time));
        resource.uid.iter_mut().for_each(|uid| self.rename_uid(uid));
        if let Some(others) = &mut resource.contradicted {
            let Contradicted { uid, created_at, last_updated_at, .. } = Arc::make_mut(others);
            uid.change(|uid| self.rename_uid(uid));
            created_at.change(|time| self.rename_time(time));
            last_updated_at.change(|time| self.rename_time(time));
        }
    }

    fn rename_uid(&mut self, uid: &mut Arc<str>) {
        *uid = number(&mut self.uids, uid).to_string().into();
    }

    fn rename_time(&mut self, time: &mut Timestamp) {
        time.ms = number(&mut self.times, &time.ms) as i64;
    }
}

/// The index of a value among those seen, where it is put if it is new.
fn number<T: Clone + PartialEq>(seen: &mut Vec<T>, value: &T) -> usize {
    seen.iter().position(|known| known == value).unwrap_or_else(|| {
        seen.push(value.clone());
        seen.len() - 1
    })
}
