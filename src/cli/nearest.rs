//! The nearest of the words that are known, for who mistyped one.
//!
//! The main function is [`hint`].

/// A word is near another if at most one in so many characters has to change.
const ONE_IN: usize = 3;

/// The characters that make a word a pattern.
const WILDCARDS: [char; 4] = ['*', '?', '[', '{'];

/// The hint behind an unknown word: the most similar known word, if there is one.
pub(super) fn hint<'w>(known: impl IntoIterator<Item = &'w str>, word: &str) -> String {
    nearest(known, word).map_or_else(String::new, |near| format!(" (the nearest is {near})"))
}

/// The same for a pattern that matches none of the words: it is near one only if it is a word itself.
pub(super) fn hint_for_glob<'w>(known: impl IntoIterator<Item = &'w str>, glob: &str) -> String {
    if glob.contains(WILDCARDS) { String::new() } else { hint(known, glob) }
}

/// Of these words the one that is most like another, if one is really near: a suggestion that is no
/// slip of the fingers away only misleads.
fn nearest<'w>(known: impl IntoIterator<Item = &'w str>, word: &str) -> Option<&'w str> {
    let changes = |known: &str| {
        let changes = strsim::osa_distance(&known.to_lowercase(), &word.to_lowercase());
        let longest = known.chars().count().max(word.chars().count());
        (changes * ONE_IN <= longest).then_some(changes)
    };
    let near = known.into_iter().filter_map(|known| Some((changes(known)?, known)));
    near.min_by_key(|(changes, _)| *changes).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_nearest() {
        let known = ["max-calls", "max-time-s", "seed", "save", "json"];
        for (word, near) in [
            ("max-call", Some("max-calls")),
            ("max_calls", Some("max-calls")),
            ("Max-Time-S", Some("max-time-s")),
            ("jsno", Some("json")),
            ("sede", Some("seed")),
            ("calls", None),
            ("garbage", None),
            ("s", None),
            ("", None),
        ] {
            assert_eq!(nearest(known, word), near, "{word}");
        }
        assert_eq!(nearest([], "seed"), None);
    }
}
