//! The JUnit report, for CI systems that show test results: Jenkins, GitLab, GitHub.
//!
//! The main function is [`report`]. A suite is a group of rules and a test case a rule; silent rules
//! are left out, as they cannot fail. A rule that is broken only as the baseline knows, or that was
//! not reached, is skipped. The reason for an inconclusive run is an error of its own. The form
//! is the one that Jenkins checks, which is the strictest of those that ask for no host and clock.

use std::io;
use std::string::FromUtf8Error;

use appmesh_model::rule::{Basis, group};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use thiserror::Error;

use super::printable::one_line;
use super::text::Look;
use super::{FindingReport, Report, RuleReport, gaps, text};
use crate::campaign_outcome::RuleStatus;

/// A test case.
struct Case<'r> {
    group: &'r str,
    name: &'r str,
    outcome: Outcome,
    /// Further information.
    out: String,
}

/// The result of a test case.
enum Outcome {
    Passed,
    Skipped { message: String },
    Failed { message: String, kind: String, text: String },
    Error { message: String, kind: String },
}

/// A report that cannot be written as XML.
#[derive(Debug, Error)]
pub enum JunitError {
    /// The XML library refuses a part of it.
    #[error("cannot write the report as XML: {0}")]
    Xml(#[from] io::Error),
    /// The XML is no UTF-8.
    #[error("the report is no text: {0}")]
    Text(#[from] FromUtf8Error),
}

/// The report as XML.
///
/// # Errors
/// If it cannot be written as XML.
pub fn report(report: &Report) -> Result<String, JunitError> {
    let rules = report.rules.iter().filter(|rule| rule.basis != Basis::Silent);
    let cases: Vec<Case<'_>> = rules.map(|rule| case(report, rule)).chain(run(report)).collect();
    let mut groups: Vec<&str> = Vec::new();
    for case in &cases {
        if !groups.contains(&case.group) {
            groups.push(case.group);
        }
    }
    let mut bytes = Vec::new();
    write(report, &groups, &cases, &mut bytes)?;
    bytes.push(b'\n');
    Ok(String::from_utf8(bytes)?)
}

fn case<'r>(report: &'r Report, rule: &'r RuleReport) -> Case<'r> {
    let findings = (1..).zip(&report.findings).filter(|(_, it)| it.identity.rule == rule.id);
    let (failing, accepted): (Vec<(usize, &FindingReport)>, Vec<_>) =
        findings.partition(|(_, it)| it.standing.fails());
    let outcome = if !failing.is_empty() {
        let place = |it: &FindingReport| {
            format!("{} at {}: {}", it.identity.operation, it.identity.at, it.observed)
        };
        let places: Vec<String> = failing.iter().map(|(_, it)| place(it)).collect();
        let text =
            |(number, it): &(usize, &FindingReport)| text::finding(it, *number, Look::default());
        let text: String = failing.iter().map(text).collect();
        Outcome::Failed { message: places.join("; "), kind: rule.basis.to_string(), text }
    } else if !accepted.is_empty() {
        let why = |it: &FindingReport| text::standing(&it.standing).unwrap_or_default();
        let known: Vec<String> = accepted
            .iter()
            .map(|(_, it)| format!("{} at {}: {}", it.identity.operation, it.identity.at, why(it)))
            .collect();
        Outcome::Skipped { message: format!("broken, accepted: {}", known.join("; ")) }
    } else if rule.status == RuleStatus::Unreached {
        let mut unreached = report.coverage.unreached.iter();
        let reason = unreached
            .find(|it| it.rule == rule.id)
            .map_or_else(String::new, |it| format!(": {}", gaps::reason(report, &it.gap)));
        Outcome::Skipped { message: format!("not reached, which is no pass{reason}") }
    } else {
        Outcome::Passed
    };
    let flaky = report.flaky.iter().filter(|flaky| flaky.identity.rule == rule.id);
    let out = flaky.map(|flaky| format!("{}\n", text::flaky(flaky))).collect();
    Case { group: group(&rule.id), name: &rule.id, outcome, out }
}

/// The cases that are about the run as a whole.
fn run(report: &Report) -> impl Iterator<Item = Case<'_>> {
    let case = |name, outcome| Case { group: "run", name, outcome, out: String::new() };
    let fixed = report.gate.as_ref().filter(|gate| gate.strict).map(|gate| &gate.fixed);
    let fixed = fixed.filter(|fixed| !fixed.is_empty()).map(|fixed| {
        let all: Vec<String> = fixed
            .iter()
            .map(|it| format!("{} breaks {} at {}", it.operation, it.rule, it.at))
            .collect();
        let outcome = Outcome::Failed {
            message: format!("fixed: {}", all.join("; ")),
            kind: "baseline".to_owned(),
            text: String::new(),
        };
        case("the baseline lists nothing that is fixed", outcome)
    });
    let interrupted = || report.interrupted.then(|| "interrupted".to_owned());
    let doubt = report.doubt().map(str::to_owned);
    let reason = report.inconclusive.clone().or_else(interrupted).or(doubt);
    let spoilt = reason.map(|message| {
        case("the run is conclusive", Outcome::Error { message, kind: "inconclusive".to_owned() })
    });
    fixed.into_iter().chain(spoilt)
}

/// How many tests, failures, errors and skipped tests there are.
fn counts<'c>(cases: impl Iterator<Item = &'c Case<'c>>) -> [(&'static str, usize); 4] {
    let (mut tests, mut failures, mut errors, mut skipped) = (0, 0, 0, 0);
    for case in cases {
        tests += 1;
        match case.outcome {
            Outcome::Passed => {}
            Outcome::Skipped { .. } => skipped += 1,
            Outcome::Failed { .. } => failures += 1,
            Outcome::Error { .. } => errors += 1,
        }
    }
    [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped)]
}

fn write(report: &Report, groups: &[&str], cases: &[Case<'_>], to: &mut Vec<u8>) -> io::Result<()> {
    let seconds = format!("{}.{:03}", report.duration_ms / 1000, report.duration_ms % 1000);
    let mut xml = Writer::new_with_indent(to, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut all = xml
        .create_element("testsuites")
        .with_attribute(("name", one_line(&report.tool.name).as_ref()))
        .with_attribute(("time", seconds.as_str()));
    for (name, count) in counts(cases.iter()).into_iter().take(3) {
        all = all.with_attribute((name, count.to_string().as_str()));
    }
    all.write_inner_content(|xml| {
        for group in groups {
            let of_group = || cases.iter().filter(|case| case.group == *group);
            let mut suite =
                xml.create_element("testsuite").with_attribute(("name", one_line(group).as_ref()));
            for (name, count) in counts(of_group()) {
                suite = suite.with_attribute((name, count.to_string().as_str()));
            }
            suite.write_inner_content(|xml| {
                properties(report, xml)?;
                of_group().try_for_each(|case| write_case(case, xml))
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

fn properties(report: &Report, xml: &mut Writer<&mut Vec<u8>>) -> io::Result<()> {
    let properties = [
        ("tool", format!("{} {}", report.tool.name, report.tool.version)),
        ("api-version", report.api_version.clone()),
        ("target", report.target.clone()),
        ("seed", report.seed.to_string()),
    ];
    xml.create_element("properties").write_inner_content(|xml| {
        for (name, value) in &properties {
            xml.create_element("property")
                .with_attribute(("name", *name))
                .with_attribute(("value", one_line(value).as_ref()))
                .write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn write_case(case: &Case<'_>, xml: &mut Writer<&mut Vec<u8>>) -> io::Result<()> {
    let element = xml
        .create_element("testcase")
        .with_attribute(("name", one_line(case.name).as_ref()))
        .with_attribute(("classname", one_line(case.group).as_ref()));
    if matches!(case.outcome, Outcome::Passed) && case.out.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|xml| {
        match &case.outcome {
            Outcome::Passed => {}
            Outcome::Skipped { message } => {
                xml.create_element("skipped")
                    .with_attribute(("message", one_line(message).as_ref()))
                    .write_empty()?;
            }
            Outcome::Failed { message, kind, text } => {
                xml.create_element("failure")
                    .with_attribute(("message", one_line(message).as_ref()))
                    .with_attribute(("type", kind.as_str()))
                    .write_text_content(BytesText::new(text))?;
            }
            Outcome::Error { message, kind } => {
                xml.create_element("error")
                    .with_attribute(("message", one_line(message).as_ref()))
                    .with_attribute(("type", kind.as_str()))
                    .write_empty()?;
            }
        }
        if !case.out.is_empty() {
            xml.create_element("system-out").write_text_content(BytesText::new(&case.out))?;
        }
        Ok(())
    })?;
    Ok(())
}
