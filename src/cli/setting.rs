//! Options as the environment, a configuration file or a preset gives them.
//!
//! The main types are [`Setting`] and [`Told`].

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use clap::{Command, Error};

use super::error::UsageError;

/// What one source says.
pub(super) struct Layer {
    /// What to call it in messages.
    pub(super) name: String,
    /// In the order of the source.
    pub(super) settings: Vec<Setting>,
}

/// What one source says of an option.
pub(super) struct Setting {
    /// The option's long name.
    pub(super) key: String,
    /// The same as arguments.
    pub(super) words: Vec<OsString>,
    /// Where it is said.
    pub(super) origin: String,
}

/// Who told what the arguments do not: the places, by the option.
#[derive(Clone, Debug, Default)]
pub(super) struct Told(pub(super) BTreeMap<String, String>);

impl Told {
    /// What came of an option's value; if that is wrong, the place that told it is named.
    pub(super) fn by<T>(
        &self,
        option: &str,
        result: Result<T, UsageError>,
    ) -> Result<T, UsageError> {
        result.map_err(|UsageError(message)| match self.0.get(option) {
            Some(origin) => UsageError(format!("{origin}: {message}")),
            None => UsageError(message),
        })
    }
}

impl Setting {
    /// An option and its values.
    pub(super) fn option<S: AsRef<OsStr>>(key: &str, values: &[S]) -> Self {
        let word = |value: &S| {
            let mut word = OsString::from(format!("--{key}="));
            word.push(value);
            word
        };
        let words = values.iter().map(word).collect();
        Self { key: key.to_owned(), words, origin: String::new() }
    }

    /// A flag that is set or not.
    pub(super) fn flag(key: &str, set: bool) -> Self {
        let words = set.then(|| format!("--{key}").into()).into_iter().collect();
        Self { key: key.to_owned(), words, origin: String::new() }
    }

    /// The same, and where it is said.
    pub(super) fn told_by(self, origin: String) -> Self {
        Self { origin, ..self }
    }

    /// Checks that the option takes the values, whatever else is given. `command` has the option.
    ///
    /// # Errors
    /// Why it does not.
    pub(super) fn check(&self, command: &Command) -> Result<(), String> {
        let words = [OsStr::new("")].into_iter().chain(self.words.iter().map(OsString::as_os_str));
        match command.clone().try_get_matches_from(words) {
            // An option that it requires may be given in another layer.
            Err(error) if error.kind() != ErrorKind::MissingRequiredArgument => {
                Err(in_short(&error))
            }
            _ => Ok(()),
        }
    }
}

/// What is wrong, without the usage after it.
pub(super) fn in_short(error: &Error) -> String {
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    first.strip_prefix("error: ").unwrap_or(first).trim_end().to_owned()
}
