//! The HTML report, for people: one file that loads nothing and needs no server.
//!
//! The main function is [`report`]. This file and the modules below prepare the contents of the
//! page. The templates, the style and the script under `html/` decide its look. The template library
//! escapes all inserted text, and the page's own policy permits only the style and the script of this
//! program. It must not depend on the origin of a report.

use appmesh_model::rule::{Basis, group};
use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

mod coverage;
mod difference;
mod finding;
mod link;
mod repro_script;

use super::{Identity, Report, RuleReport, counted, text};
use crate::campaign_outcome::{INTERRUPTED, RuleStatus};
use coverage::Operation;
use finding::Finding;
use link::{Gap, Link, find_or_add, rule_anchor};
use repro_script::{Piece, Script, Scripts};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Up to so many findings are shown unfolded.
const MOST_UNFOLDED: usize = 3;

/// The report as an HTML page.
///
/// # Errors
/// If the page cannot be put together, which no report can bring about.
pub fn report(report: &Report) -> Result<String, askama::Error> {
    Page::of(report).render()
}

/// The whole page.
#[derive(Template)]
#[template(path = "page.html")]
struct Page<'r> {
    report: &'r Report,
    policy: String,
    style: &'static str,
    script: &'static str,
    verdict: Verdict,
    resources: Vec<Resource<'r>>,
    operations: Vec<Operation<'r>>,
    /// The text that many scripts share.
    shared: Vec<String>,
    unfolded: bool,
}

/// The result of the run, as a word and as a sentence.
struct Verdict {
    /// A class of the style.
    class: &'static str,
    text: String,
}

/// The rules and findings of one group: the part of a rule's id before the slash.
struct Resource<'r> {
    name: &'r str,
    rules: Vec<Rule<'r>>,
    findings: Vec<Finding<'r>>,
}

/// A row of the rule table.
struct Rule<'r> {
    report: &'r RuleReport,
    anchor: String,
    /// Held, broken, unreached or silent.
    status: &'static str,
    findings: Vec<Link>,
    /// Why it was not put to the test.
    gap: Option<Gap>,
}

impl<'r> Page<'r> {
    fn of(report: &'r Report) -> Self {
        let scripts = Scripts::of(report);
        Self {
            report,
            policy: policy(),
            style: STYLE,
            script: SCRIPT,
            verdict: Verdict::of(report),
            resources: resources(report, scripts.all),
            shared: scripts.shared,
            operations: coverage::operations(report),
            unfolded: report.findings.len() <= MOST_UNFOLDED,
        }
    }

    /// How long the run took, in seconds.
    fn seconds(&self) -> String {
        format!("{:.1}", self.report.duration_ms as f64 / 1000.0)
    }

    fn held(&self) -> usize {
        self.report.count(RuleStatus::Held)
    }

    fn broken(&self) -> usize {
        self.report.count(RuleStatus::Broken)
    }

    fn unreached(&self) -> usize {
        self.report.count(RuleStatus::Unreached)
    }
}

impl Verdict {
    fn of(report: &Report) -> Self {
        let findings = counted(report.findings.len(), "divergence", "divergences");
        let rules = counted(report.count(RuleStatus::Broken), "rule", "rules");
        let (all, failing) = (report.findings.len(), report.failing());
        let (class, otherwise) = match report.exit_code() {
            0 => ("held", "Conforms: no divergence was found"),
            1 => ("broken", "Known divergences are fixed, and the baseline still lists them"),
            INTERRUPTED => ("unreached", "Interrupted"),
            _ => ("unreached", "Inconclusive"),
        };
        let text = if all == 0 {
            otherwise.to_owned()
        } else if failing == all {
            format!("{findings} on {rules}")
        } else if failing == 0 && report.fails_as_fixed() {
            format!("{findings} on {rules}, all known; the baseline lists others that are fixed")
        } else {
            let failing = counted(failing, "fails", "fail");
            format!("{findings} on {rules}; {failing} the run")
        };
        Self { class, text }
    }
}

impl<'r> Resource<'r> {
    /// The resource that a rule belongs to, made if it is not there yet.
    fn with<'a>(resources: &'a mut Vec<Self>, rule: &'r str) -> &'a mut Self {
        let name = group(rule);
        let make = || Self { name, rules: Vec::new(), findings: Vec::new() };
        find_or_add(resources, |resource| resource.name == name, make)
    }

    /// How many rules have this status.
    fn count(&self, status: &str) -> usize {
        self.rules.iter().filter(|rule| rule.status == status).count()
    }

    /// How many rules have which status, in the order of the table's legend.
    fn counts(&self) -> Vec<(&'static str, usize)> {
        let statuses = ["broken", "unreached", "held", "silent"];
        let counts = statuses.into_iter().map(|status| (status, self.count(status)));
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

impl<'r> Rule<'r> {
    fn of(report: &'r Report, rule: &'r RuleReport) -> Self {
        let breaks = |identity: &&Identity| identity.rule == rule.id;
        let identities = report.findings.iter().map(|finding| &finding.identity);
        let mut unreached = report.coverage.unreached.iter();
        let gap = unreached.find(|unreached| unreached.rule == rule.id);
        Self {
            report: rule,
            anchor: rule_anchor(&rule.id),
            status: match rule.basis {
                Basis::Silent => "silent",
                _ => rule.status.as_str(),
            },
            findings: identities.filter(breaks).filter_map(|it| Link::to(report, it)).collect(),
            gap: gap.map(|unreached| Gap::of(report, &unreached.gap)),
        }
    }
}

/// Rules and findings by resource, in the order of the catalogue.
fn resources(report: &Report, scripts: Vec<Vec<Script>>) -> Vec<Resource<'_>> {
    let mut resources = Vec::new();
    for rule in &report.rules {
        Resource::with(&mut resources, &rule.id).rules.push(Rule::of(report, rule));
    }
    for ((finding, scripts), number) in report.findings.iter().zip(scripts).zip(1..) {
        let of = Resource::with(&mut resources, &finding.identity.rule);
        of.findings.push(Finding::of(finding, number, scripts));
    }
    resources
}

/// The permissions of the page in a browser: it may run the one script and apply the one style that are
/// known by their hashes. It may load nothing and send nothing.
fn policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}
