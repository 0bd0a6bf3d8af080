//! Scripts on the page, to copy. Hundreds of findings have hundreds of scripts that are mostly the
//! same, so the page holds each shared paragraph once.
//!
//! The main type is [`Scripts`]. The scripts are made by [`crate::report::export`], except for the
//! command that replays a trace.

use std::collections::HashMap;

use crate::report::export::{self, Kind, shell_word};
use crate::report::{FindingReport, Report};

/// A paragraph that so many scripts have is shared: a page with few findings has whole scripts.
const LEAST_SHARED: usize = 8;
/// A shorter paragraph is not worth a link.
const LEAST_SHARED_BYTES: usize = 120;
/// The separator of paragraphs.
const BLANK: &str = "\n\n";

/// The scripts of a whole page.
pub(super) struct Scripts {
    /// By finding.
    pub(super) all: Vec<Vec<Script>>,
    /// The paragraphs that many of them have.
    pub(super) shared: Vec<String>,
}

/// A way to repeat a trace.
pub(super) struct Script {
    /// The id that its button and its text share.
    pub(super) id: &'static str,
    /// The title.
    pub(super) name: &'static str,
    /// One after the other, they are the script.
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a script.
pub(super) enum Piece {
    Own(String),
    /// An index into [`Scripts::shared`].
    Shared(usize),
}

impl Scripts {
    /// The scripts for all findings of a report.
    pub(super) fn of(report: &Report) -> Self {
        let texts: Vec<Vec<Text>> =
            report.findings.iter().map(|finding| texts(report, finding)).collect();
        let shared = shared(texts.iter().flatten().map(|text| text.text.as_str()));
        let script = |text: &Text| Script {
            id: text.id,
            name: text.name,
            pieces: pieces(&text.text, &shared),
        };
        let all = texts.iter().map(|texts| texts.iter().map(script).collect()).collect();
        Self { all, shared: shared.into_iter().map(str::to_owned).collect() }
    }
}

/// The long paragraphs that many of these scripts have, in the order in which they first come.
fn shared<'t>(scripts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut shared = Vec::new();
    for script in scripts {
        for paragraph in script.split(BLANK).filter(|it| it.len() >= LEAST_SHARED_BYTES) {
            let count = counts.entry(paragraph).or_default();
            *count += 1;
            if *count == LEAST_SHARED {
                shared.push(paragraph);
            }
        }
    }
    shared
}

/// A script with what is shared taken out.
fn pieces(script: &str, shared: &[&str]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut own = String::new();
    for (index, paragraph) in script.split(BLANK).enumerate() {
        if index > 0 {
            own.push_str(BLANK);
        }
        match shared.iter().position(|it| *it == paragraph) {
            Some(index) => {
                pieces.push(Piece::Own(std::mem::take(&mut own)));
                pieces.push(Piece::Shared(index));
            }
            None => own.push_str(paragraph),
        }
    }
    pieces.push(Piece::Own(own));
    pieces
}

/// A script as it is made.
struct Text {
    id: &'static str,
    name: &'static str,
    text: String,
}

/// The trace in every way in which it can be repeated.
fn texts(report: &Report, finding: &FindingReport) -> Vec<Text> {
    let exported = Kind::ALL.into_iter().filter_map(|kind| {
        let name = match kind {
            Kind::Curl => "curl",
            Kind::AwsCli => "AWS CLI",
            Kind::Boto3 => "boto3",
        };
        // A report that was changed by hand may hold no trace that runs.
        let text = export::of_finding(kind, report, finding).ok()?;
        Some(Text { id: kind.as_str(), name, text })
    });
    let replay = Text { id: "replay", name: "replay", text: replay(report, finding) };
    exported.chain([replay]).collect()
}

/// A command that holds the trace itself, so that it needs no file.
fn replay(report: &Report, finding: &FindingReport) -> String {
    // A line of JSON cannot be the word that ends it.
    format!(
        "appmesh-conformance replay /dev/stdin{} <<'TRACE'\n{}\nTRACE\n",
        replay_target(&report.target),
        finding.replay
    )
}

/// The arguments that select the target, as far as its name shows them.
fn replay_target(target: &str) -> String {
    if target.starts_with("http://") || target.starts_with("https://") {
        return format!(" --endpoint {}", shell_word(target));
    }
    target.split(" with ").skip(1).map(|fault| format!(" --fault {}", shell_word(fault))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_scripts_share_is_taken_out_and_nothing_is_lost() {
        let long = "x".repeat(LEAST_SHARED_BYTES);
        let scripts: Vec<String> =
            (0..LEAST_SHARED).map(|n| format!("# {n}\n\n{long}\n\n\nend\n\n{long}")).collect();
        let few = shared(scripts.iter().take(LEAST_SHARED / 2 - 1).map(String::as_str));
        assert_eq!(few, Vec::<&str>::new(), "few scripts share nothing");
        let shared = shared(scripts.iter().map(String::as_str));
        assert_eq!(shared, [long.as_str()]);
        for script in &scripts {
            let pieces = pieces(script, &shared);
            let taken_out = pieces.iter().filter(|piece| matches!(piece, Piece::Shared(_))).count();
            assert_eq!(taken_out, 2);
            let whole: String = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Own(text) => text.as_str(),
                    Piece::Shared(index) => shared[*index],
                })
                .collect();
            assert_eq!(whole, *script);
        }
    }
}
