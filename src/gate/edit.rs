//! Baselines as TOML that keeps the comments and the order of an older text.
//!
//! The main function is [`Baseline::to_toml`].

use std::mem;

use toml_edit::{ArrayOfTables, DocumentMut, RawString, Table, value};

use super::baseline::{Baseline, Known};
use crate::report::Identity;

/// The member that holds the entries.
const ENTRIES: &str = "known";

impl Baseline {
    /// The baseline as TOML, written over an older text: comments and the order of what stays are
    /// kept. A text that is not TOML, such as a report, is replaced.
    pub fn to_toml(&self, older: &str) -> String {
        edited(older, self)
    }
}

/// The text of a baseline, made from an older one: entries that are not known any more go, with the
/// comment right above them; new ones are put where they belong by rule, operation and place; all
/// else stays as it is. A text that is not TOML is replaced.
fn edited(older: &str, baseline: &Baseline) -> String {
    let mut document: DocumentMut = older.parse().unwrap_or_default();
    if !document.contains_key("api_version") {
        document.insert("api_version", value(&baseline.api_version));
    }
    // An empty list has its comment elsewhere than a full one.
    let above = document.as_table().key(ENTRIES).map(|key| text(key.leaf_decor().prefix()));
    let above_all = above.filter(|above| above.contains('#'));
    // A value that is no array of tables counts as an empty array.
    let older = document.remove(ENTRIES).and_then(|entries| entries.into_array_of_tables().ok());
    let mut entries: Vec<(Identity, Table)> = Vec::new();
    // Comments that stand for themselves go on to what comes next.
    let mut comments = String::new();
    for mut entry in older.unwrap_or_default() {
        let identity = identity(&entry);
        let above = text(entry.decor().prefix());
        if baseline.find(&identity).is_some() {
            if !comments.is_empty() {
                entry.decor_mut().set_prefix(mem::take(&mut comments) + &above);
            }
            entries.push((identity, entry));
        } else {
            comments.push_str(before_the_last(&above));
        }
    }
    for known in &baseline.known {
        let identity = known.identity();
        if !entries.iter().any(|(other, _)| *other == identity) {
            let later = entries.iter().position(|(other, _)| *other > identity);
            entries.insert(later.unwrap_or(entries.len()), (identity, entry(known)));
        }
    }
    match (above_all, entries.first_mut()) {
        (Some(above), Some((_, first))) => {
            let below = text(first.decor().prefix());
            first.decor_mut().set_prefix(format!("{above}\n{}", below.trim_start_matches('\n')));
        }
        (Some(above), None) => comments.insert_str(0, &above),
        (None, _) => {}
    }
    let entries: ArrayOfTables = entries.into_iter().map(|(_, entry)| entry).collect();
    if !entries.is_empty() {
        document.insert(ENTRIES, entries.into());
    }
    let below = comments + &text(Some(document.trailing()));
    document.set_trailing(below);
    document.to_string()
}

/// The comments and blanks between two parts of a document.
fn text(between: Option<&RawString>) -> String {
    between.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

/// The comments above an entry without those that an empty line does not part from it.
fn before_the_last(above: &str) -> &str {
    let mut end = 0;
    let mut at = 0;
    for line in above.split_inclusive('\n') {
        if line.trim().is_empty() {
            end = at;
        }
        at += line.len();
    }
    above.get(..end).filter(|comments| comments.contains('#')).unwrap_or_default()
}

fn identity(entry: &Table) -> Identity {
    let member = |name| entry.get(name).and_then(|member| member.as_str()).unwrap_or_default();
    Identity {
        rule: member("rule").to_owned(),
        operation: member("operation").to_owned(),
        at: member("at").to_owned(),
    }
}

fn entry(known: &Known) -> Table {
    let mut entry = Table::new();
    entry.insert("rule", value(&known.rule));
    entry.insert("operation", value(&known.operation));
    entry.insert("at", value(&known.at));
    if let Some(reason) = &known.reason {
        entry.insert("reason", value(reason));
    }
    if let Some(expires) = known.expires {
        entry.insert("expires", value(expires));
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(rules: &[&str]) -> Baseline {
        let known = |rule: &&str| Known {
            rule: (*rule).to_owned(),
            operation: "Create".to_owned(),
            at: "answer".to_owned(),
            reason: Some("a \"reason\"".to_owned()),
            expires: None,
        };
        let known = rules.iter().map(known).collect();
        Baseline { api_version: "1".to_owned(), known }
    }

    const WRITTEN: &str = "\
# Whose it is.
api_version = \"1\" # the first

# Of the lists.

# This one alone.
[[known]]
rule = \"c\"
operation = \"Create\"
at = \"answer\"

[[known]] # seen by all
at = 'answer'
rule = 'b' # odd
operation = 'Create'
expires = 2999-12-31

# The end.
";

    #[test]
    fn what_stays_is_as_it_was_written() {
        assert_eq!(edited(WRITTEN, &baseline(&["b", "c"])), WRITTEN);
    }

    #[test]
    fn what_goes_takes_its_own_comment_along() {
        let without = WRITTEN.split_once("\n# This one").unwrap_or_default();
        let rest = without.1.split_once("\n\n").unwrap_or_default().1;
        let expected = format!("{}\n{rest}", without.0);
        assert!(expected.contains("# Of the lists.\n\n[[known]] # seen"), "{expected}");
        assert_eq!(edited(WRITTEN, &baseline(&["b"])), expected);

        let none = edited(WRITTEN, &baseline(&[]));
        let comments = ["# Whose it is.", "# the first", "# Of the lists.", "# The end."];
        assert!(comments.iter().all(|comment| none.contains(comment)), "{none}");
        assert!(!none.contains("known") && !none.contains("alone"), "{none}");
        assert_eq!(Baseline::read(&none).ok(), Some(baseline(&[])));
    }

    #[test]
    fn what_is_new_comes_where_it_belongs() {
        let text = edited(WRITTEN, &baseline(&["a", "b", "bb", "c", "d"]));
        let rules: Vec<char> = text
            .lines()
            .filter_map(|line| line.strip_prefix("rule = "))
            .filter_map(|rule| rule.chars().nth(1))
            .collect();
        assert_eq!(rules, ['a', 'b', 'c', 'b', 'd'], "{text}");
        let d = "rule = \"d\"\noperation = \"Create\"\nat = \"answer\"\nreason = 'a \"reason\"'\n";
        assert!(text.contains(&format!("\n\n[[known]]\n{d}\n# The end.\n")), "{text}");
        assert!(text.contains("# This one alone.\n[[known]]\nrule = \"c\""), "{text}");
        assert_eq!(edited(&text, &baseline(&["a", "b", "bb", "c", "d"])), text);
    }

    #[test]
    fn a_list_that_is_empty_or_in_one_line_may_have_comments_too() {
        let text = edited("api_version = \"1\"\n# None.\nknown = [] \n", &baseline(&["a"]));
        assert!(text.starts_with("api_version = \"1\"\n# None.\n\n[[known]]\n"), "{text}");
        let known = "known = [{ rule = \"b\", operation = \"Create\", at = \"answer\" }]";
        let text = edited(&format!("api_version = \"1\"\n{known}\n"), &baseline(&["a", "b"]));
        let read = Baseline::read(&text).map(|read| read.known.len());
        assert_eq!(read.ok(), Some(2), "{text}");
    }

    #[test]
    fn a_report_is_replaced() {
        let text = edited("{\"tool\": 1}", &baseline(&["a"]));
        assert_eq!(Baseline::read(&text).ok(), Some(baseline(&["a"])), "{text}");
    }
}
