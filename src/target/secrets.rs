//! Secrets: what the client sends and no report may show, even if the target sends it back.
//!
//! The main type is [`Secrets`]. It takes exact values out of answers before anybody else sees
//! them, so that whatever is judged, shown or saved later holds none. Only what was sent as a secret
//! is taken out: a correct server has no reason to answer it, so that no verdict hangs on it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::Credentials;
use serde_json::Value;

use crate::url_encoding;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";
/// Shorter credentials are the dummies that emulators accept, such as `testing`, and words like
/// these stand in answers for other reasons. Those of AWS have 16 characters and more.
const LEAST_CHARACTERS: usize = 16;
/// Characters of a signature: 32 bytes in hexadecimal.
const SIGNATURE_CHARACTERS: usize = 64;
/// So many of the latest signatures are known again, in case a target mixes up its answers.
const MOST_SIGNATURES: usize = 256;

/// The credentials of a client, and its latest signatures.
#[derive(Clone)]
pub(super) struct Secrets {
    credentials: Arc<[String]>,
    signatures: Arc<Mutex<VecDeque<String>>>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secrets")
    }
}

impl Secrets {
    /// Those of these credentials.
    pub(super) fn new(credentials: &Credentials) -> Self {
        let parts = [
            Some(credentials.access_key_id()),
            Some(credentials.secret_access_key()),
            credentials.session_token(),
        ];
        let long = parts.into_iter().flatten().filter(|it| it.len() >= LEAST_CHARACTERS);
        let mut credentials: Vec<String> =
            long.flat_map(|it| [it.to_owned(), url_encoding::encode(it).into_owned()]).collect();
        // Where one is a part of another, the whole goes first.
        credentials.sort_by_key(|it| std::cmp::Reverse(it.len()));
        credentials.dedup();
        Self { credentials: credentials.into(), signatures: Arc::default() }
    }

    /// Remembers the signature of a request.
    pub(super) fn signed(&self, signature: &str) {
        let mut signatures = self.signatures.lock().unwrap_or_else(PoisonError::into_inner);
        if signatures.len() >= MOST_SIGNATURES {
            signatures.pop_front();
        }
        signatures.push_back(signature.to_owned());
    }

    /// The text without secrets.
    pub(super) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut clean = Cow::Borrowed(text);
        for secret in self.credentials.iter().filter(|secret| text.len() >= secret.len()) {
            if clean.contains(secret.as_str()) {
                clean = Cow::Owned(clean.replace(secret.as_str(), REDACTED));
            }
        }
        let signatures: Vec<String> = self.signatures_in(&clean);
        for signature in signatures {
            clean = Cow::Owned(clean.replace(&signature, REDACTED));
        }
        clean
    }

    /// Whether a secret may stand in this JSON text.
    pub(super) fn may_stand_in(&self, json: &[u8]) -> bool {
        // What is escaped may spell anything.
        let Ok(text) = std::str::from_utf8(json) else { return true };
        text.contains('\\') || matches!(self.redact(text), Cow::Owned(_))
    }

    /// Takes secrets out of all strings of a value, the names of members among them.
    pub(super) fn redact_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(clean) = self.redact(text) {
                    *text = clean;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact_value(item)),
            Value::Object(members) => {
                members.values_mut().for_each(|member| self.redact_value(member));
                if members.keys().any(|name| matches!(self.redact(name), Cow::Owned(_))) {
                    let old = std::mem::take(members).into_iter();
                    *members =
                        old.map(|(name, it)| (self.redact(&name).into_owned(), it)).collect();
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The known signatures that stand in a text.
    fn signatures_in(&self, text: &str) -> Vec<String> {
        let mut places = places_of_signatures(text).peekable();
        if places.peek().is_none() {
            return Vec::new();
        }
        let known = self.signatures.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
        known.sort_unstable();
        places.filter(|place| known.binary_search(place).is_ok()).map(str::to_owned).collect()
    }
}

/// The parts of a text that are as long as a signature and of its digits. Texts are long, so that no
/// character is looked at twice, and most are not looked at.
fn places_of_signatures(text: &str) -> impl Iterator<Item = &str> {
    let (mut start, mut digits) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let part = text.as_bytes().get(start..start + SIGNATURE_CHARACTERS)?;
            let other = part[digits..].iter().rposition(|byte| !byte.is_ascii_hexdigit());
            if let Some(other) = other {
                (start, digits) = (start + digits + other + 1, 0);
                continue;
            }
            let place = text.get(start..start + SIGNATURE_CHARACTERS);
            (start, digits) = (start + 1, SIGNATURE_CHARACTERS - 1);
            return place;
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn secrets() -> Secrets {
        Secrets::new(&Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET, None, None, "test"))
    }

    #[test]
    fn credentials_are_taken_out_of_texts_and_members() {
        let mut value = json!({ "message": format!("{SECRET}!"), SECRET: [SECRET, "plain"] });
        secrets().redact_value(&mut value);
        let clean = json!({ "message": "[redacted]!", "[redacted]": ["[redacted]", "plain"] });
        assert_eq!(value, clean);
        assert_eq!(secrets().redact(&url_encoding::encode(SECRET)), "[redacted]");
    }

    #[test]
    fn signatures_are_taken_out_once_they_are_known() {
        let secrets = secrets();
        let signature = "0123456789abcdef".repeat(4);
        assert!(matches!(secrets.redact(&signature), Cow::Borrowed(_)));
        secrets.signed(&signature);
        assert_eq!(secrets.redact(&format!("Signature={signature}, x")), "Signature=[redacted], x");
    }

    #[test]
    fn a_text_may_spell_a_secret_by_escapes() {
        let secrets = secrets();
        assert!(!secrets.may_stand_in(br#"{"message":"plain"}"#));
        assert!(
            secrets.may_stand_in(br#"{"message":"\u0077JalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}"#)
        );
        assert!(secrets.may_stand_in(format!(r#"{{"{SECRET}":1}}"#).as_bytes()));
    }

    #[test]
    fn dummies_are_left_where_they_stand() {
        let secrets = Secrets::new(&Credentials::new("test", "testing", None, None, "test"));
        assert_eq!(secrets.redact("a test of testing"), "a test of testing");
    }
}
