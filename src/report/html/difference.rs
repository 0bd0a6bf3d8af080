//! The permitted and the observed text side by side, with the differing words marked.
//!
//! The main type is [`Difference`].

use similar::{ChangeTag, TextDiff};

/// Longer texts are shown without marks: to compare them takes too long.
const MOST_COMPARED_BYTES: usize = 2_000;
/// Texts that have less in common, of 1, are shown without marks, which would mark everything.
const LEAST_ALIKE: f32 = 0.3;

/// Two texts, one of them with alternatives.
pub(super) struct Difference {
    /// The alternatives.
    pub(super) permitted: Vec<Vec<Part>>,
    pub(super) observed: Vec<Part>,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) text: String,
    /// It is not in the other text.
    pub(super) differs: bool,
}

impl Difference {
    pub(super) fn between(permitted: &str, observed: &str) -> Self {
        // A quoted text is a value and no list of answers.
        let alternatives: Vec<&str> = if permitted.contains('"') {
            vec![permitted]
        } else {
            permitted.split(" or ").collect()
        };
        let compared: Vec<Compared> =
            alternatives.iter().map(|alternative| Compared::of(alternative, observed)).collect();
        let closest = compared.iter().max_by(|a, b| a.alike.total_cmp(&b.alike));
        let observed = closest.map_or_else(Vec::new, |closest| closest.right.clone());
        Self { permitted: compared.into_iter().map(|compared| compared.left).collect(), observed }
    }
}

/// Two texts, compared.
struct Compared {
    left: Vec<Part>,
    right: Vec<Part>,
    /// From 0 for nothing in common to 1 for the same.
    alike: f32,
}

impl Compared {
    fn of(left: &str, right: &str) -> Self {
        let whole = |text: &str| vec![Part { text: text.to_owned(), differs: false }];
        let unmarked = Self { left: whole(left), right: whole(right), alike: 0.0 };
        if left.len().max(right.len()) > MOST_COMPARED_BYTES {
            return unmarked;
        }
        let (lefts, rights) = (words(left), words(right));
        let diff = TextDiff::from_slices(&lefts, &rights);
        if diff.ratio() < LEAST_ALIKE {
            return unmarked;
        }
        let mut compared = Self { left: Vec::new(), right: Vec::new(), alike: diff.ratio() };
        for change in diff.iter_all_changes() {
            let differs = change.tag() != ChangeTag::Equal;
            if change.tag() != ChangeTag::Insert {
                push(&mut compared.left, change.value(), differs);
            }
            if change.tag() != ChangeTag::Delete {
                push(&mut compared.right, change.value(), differs);
            }
        }
        compared
    }
}

/// Appends a piece, to the last one if that is of its kind.
fn push(parts: &mut Vec<Part>, text: &str, differs: bool) {
    match parts.last_mut() {
        Some(last) if last.differs == differs => last.text.push_str(text),
        _ => parts.push(Part { text: text.to_owned(), differs }),
    }
}

/// Words, and what stands between them character by character.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match first.is_alphanumeric() {
            true => rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (word, tail) = rest.split_at(end);
        words.push(word);
        rest = tail;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(parts: &[Part]) -> String {
        let shown = |part: &Part| match part.differs {
            true => format!("[{}]", part.text),
            false => part.text.clone(),
        };
        parts.iter().map(shown).collect()
    }

    #[test]
    fn words_that_differ_are_marked() {
        let difference = Difference::between("404 NotFoundException", "400 NotFoundException");
        assert_eq!(marked(&difference.permitted[0]), "[404] NotFoundException");
        assert_eq!(marked(&difference.observed), "[400] NotFoundException");
    }

    #[test]
    fn what_came_is_compared_with_the_closest_alternative() {
        let difference =
            Difference::between("200 or 404 NotFoundException", "400 NotFoundException");
        assert_eq!(difference.permitted.len(), 2);
        assert_eq!(marked(&difference.permitted[0]), "200");
        assert_eq!(marked(&difference.observed), "[400] NotFoundException");
    }

    #[test]
    fn texts_with_nothing_in_common_are_left_alone() {
        let difference = Difference::between("another uid than before", "\"<b>\"");
        assert_eq!(marked(&difference.observed), "\"<b>\"");
        assert_eq!(marked(&difference.permitted[0]), "another uid than before");
    }

    #[test]
    fn a_value_with_a_word_between_is_one_value() {
        assert_eq!(Difference::between("\"a or b\"", "\"a\"").permitted.len(), 1);
    }
}
