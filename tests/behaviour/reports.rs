//! Reports in every format, from one small report whose target answers with hostile strings: ends of
//! markup, commands, control characters, and ten thousand letters.
//!
//! Each format is a file under `snapshots/`. Whether the formats are valid is for
//! `tests/third_party/schemas.py` to say, which has their schemas.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use appmesh_conformance::report::export::{self, Kind};
use appmesh_conformance::report::text::{self, Look};
use appmesh_conformance::report::{
    GapReport, Reason, Report, Standing, UnvisitedReport, github, junit, sarif, schema,
};
use serde_json::Value;

const HOSTILE: &str = include_str!("reports/hostile.json");

fn report() -> Report {
    serde_json::from_str(HOSTILE).unwrap()
}

fn replay(number: usize) -> Option<String> {
    Some(format!("appmesh-conformance replay traces/{number:03}.json"))
}

/// Compares with `snapshots/report-<name>.snap`.
fn same(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("report-{name}"), text));
}

/// Sees to it that nothing in a text steers a terminal.
fn is_printable(text: &str) {
    let steers = |c: &char| (c.is_control() && *c != '\n') || matches!(c, '\u{202e}' | '\u{2028}');
    let bad: Vec<char> = text.chars().filter(steers).collect();
    assert!(bad.is_empty(), "{bad:?} in {text}");
}

#[test]
fn text_of_a_pipe() {
    let text = text::report(&report(), Look::default(), &replay);
    is_printable(&text);
    same("text", &text);
}

#[test]
fn text_of_a_narrow_terminal() {
    let wide = text::report(&report(), Look::default(), &replay);
    let narrow = text::report(&report(), Look { coloured: false, width: Some(60) }, &replay);
    is_printable(&narrow);
    let too_long: Vec<&str> = narrow
        .lines()
        .filter(|line| line.chars().count() > 60 && !line.contains("replay "))
        .collect();
    assert!(too_long.is_empty(), "{too_long:#?}");
    // Wrapping takes spaces and nothing else.
    let letters = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(letters(&narrow), letters(&wide));
    same("text-60-columns", &narrow);
}

#[test]
fn text_in_colours() {
    let plain = text::report(&report(), Look::default(), &replay);
    let coloured = text::report(&report(), Look { coloured: true, width: None }, &replay);
    let mut without = String::new();
    let mut rest = coloured.as_str();
    let mut colours = 0;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        without.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        rest = rest.strip_prefix('m').unwrap_or_else(|| panic!("no colour: {rest:?}"));
        colours += 1;
    }
    without.push_str(rest);
    assert!(colours > 20, "{colours}");
    assert_eq!(without, plain, "without its colours it is the plain text");
    same("text-coloured", &coloured.replace('\u{1b}', "ESC"));
}

#[test]
fn junit_xml() {
    let xml = junit::report(&report()).unwrap();
    is_printable(&xml);
    assert!(!xml.contains("<script>") && !xml.contains("]]>"), "{xml}");
    same("junit", &xml);
}

#[test]
fn sarif_json() {
    let sarif = sarif::report(&report());
    let run = &sarif["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), report().findings.len());
    for result in run["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        is_printable(result["message"]["text"].as_str().unwrap());
        is_printable(result["message"]["markdown"].as_str().unwrap());
    }
    same("sarif", &format!("{sarif:#}"));
}

#[test]
fn github_annotations() {
    let text = github::annotations(&report());
    is_printable(&text);
    for line in text.lines() {
        let rest = line.strip_prefix("::error title=").or(line.strip_prefix("::warning title="));
        let rest = rest.unwrap_or_else(|| panic!("no command: {line}"));
        let (title, _) = rest.split_once("::").unwrap();
        assert!(!title.contains([':', ',']), "{title}");
        assert!(!line.contains("##["), "{line}");
    }
    // The three that fail the run, the flaky one, and what the baseline should not list any more.
    assert_eq!(text.lines().count(), 5, "{text}");
    same("github-annotations", &text);
}

#[test]
fn github_summary() {
    let text = github::summary(&report(), &replay);
    is_printable(&text);
    same("github-summary", &text);
}

#[test]
fn github_takes_no_more_than_a_mebibyte() {
    let mut report = report();
    report.findings = vec![report.findings[1].clone(); 500];
    let text = github::summary(&report, &replay);
    assert!(text.len() < 1 << 20, "{}", text.len());
    assert!(text.contains(" more, which the other reports have"));
}

/// Why nothing can be concluded is said last, also where all that was found is known.
#[test]
fn what_is_flaky_beside_what_is_known() {
    let mut report = report();
    for finding in &mut report.findings {
        finding.standing = Standing::Known { reason: None };
    }
    let report = Report { gate: None, inconclusive: None, interrupted: false, ..report };
    assert!(!report.flaky.is_empty());
    assert_eq!(report.exit_code(), 3);
    let why = "inconclusive: what diverged did not do so each time";
    let text = text::report(&report, Look::default(), &replay);
    assert_eq!(text.lines().last(), Some(why));
    assert!(github::annotations(&report).contains("::error title=inconclusive::"));
    assert!(junit::report(&report).unwrap().contains("what diverged did not do so each time"));
    let without = Report { flaky: Vec::new(), ..report };
    assert_eq!(without.exit_code(), 0);
    let text = text::report(&without, Look::default(), &replay);
    let last = "no divergence found but those that do not fail the run";
    assert_eq!(text.lines().last(), Some(last));
}

/// What a finding masks is in the order of the findings' numbers, also behind the ninth.
#[test]
fn what_is_masked_is_in_order() {
    let mut report = report();
    let (first, missed) = (report.findings[0].clone(), report.coverage.unvisited[0].clone());
    report.findings.clear();
    report.coverage.unvisited.clear();
    for number in 1..=12 {
        let mut finding = first.clone();
        finding.identity.at = format!("place {number}");
        let gap = GapReport { reason: Reason::Masked, masked_by: Some(finding.identity.clone()) };
        report.findings.push(finding);
        report.coverage.unvisited.push(UnvisitedReport { gap, ..missed.clone() });
    }
    let text = text::report(&report, Look::default(), &replay);
    let masked = text.lines().filter_map(|line| line.strip_prefix("  masked by finding "));
    let numbers: Vec<&str> = masked.filter_map(|rest| rest.split(' ').next()).collect();
    let wanted: Vec<String> = (1..=12).map(|number| number.to_string()).collect();
    assert_eq!(numbers, wanted);
}

#[test]
fn schema_of_the_json_report() {
    same("schema", &format!("{:#}", schema::schema()));
}

#[test]
fn json_is_read_as_it_is_written() {
    let written: Value = serde_json::to_value(report()).unwrap();
    let read: Value = serde_json::from_str(HOSTILE).unwrap();
    // Both whole would be long and hard to read.
    let members =
        [&written, &read].map(|json| json.as_object().unwrap().keys().collect::<Vec<_>>());
    assert_eq!(members[0], members[1]);
    for name in &members[0] {
        assert!(written[name.as_str()] == read[name.as_str()], "{name} is not as it was written");
    }
}

#[test]
fn scripts() {
    let report = report();
    for kind in Kind::ALL {
        for (number, finding) in (1..).zip(&report.findings) {
            let script = export::of_finding(kind, &report, finding).unwrap();
            is_printable(&script);
            same(&format!("export-{}-{number}", kind.as_str()), &script);
        }
    }
}

/// Whatever a report says, its script runs nothing but the calls. The tools are stand-ins here;
/// `tests/third_party/exports.py` has the real ones.
#[test]
fn scripts_run_nothing_else() {
    let report = report();
    for kind in [Kind::Curl, Kind::AwsCli] {
        for finding in &report.findings {
            let folder = tempfile::tempdir().unwrap();
            let script = export::of_finding(kind, &report, finding).unwrap();
            fs::write(folder.path().join("script.sh"), script).unwrap();
            for tool in ["curl", "aws"] {
                stand_in(&folder.path().join(tool));
            }
            let path = format!("{}:/usr/bin:/bin", folder.path().display());
            let ran = Command::new("sh")
                .arg("script.sh")
                .current_dir(folder.path())
                .env("PATH", path)
                .output()
                .unwrap();
            assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
            assert!(!folder.path().join("pwned").exists(), "{:?}", finding.identity);
            let shown = String::from_utf8_lossy(&ran.stdout).into_owned();
            let calls = shown.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
            assert_eq!(calls.count(), finding.trace.len(), "{shown}");
            assert!(shown.contains("#   permitted  "), "{shown}");
        }
    }
}

/// A program that answers every call alike.
fn stand_in(file: &Path) {
    use std::os::unix::fs::PermissionsExt;

    let answer = r#"{ "nextToken": "a\/b\"c", "metadata": { "meshOwner": "1" } }"#;
    fs::write(file, format!("#!/bin/sh\necho '{answer}'\n")).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The report as the command line shows it where no baseline is given.
fn without_baseline() -> Report {
    let mut report = report();
    report.findings.iter_mut().for_each(|finding| finding.standing = Standing::New);
    Report { gate: None, ..report }
}

/// Runs the program in a folder that holds the hostile report.
fn run_in(folder: &Path, args: &[&str]) -> Output {
    fs::write(folder.join("report.json"), HOSTILE).unwrap();
    Command::new(env!("CARGO_BIN_EXE_appmesh-conformance"))
        .args(args)
        .current_dir(folder)
        .env("GITHUB_STEP_SUMMARY", "summary.md")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap()
}

fn stdout(ran: &Output) -> String {
    String::from_utf8(ran.stdout.clone()).unwrap()
}

#[test]
fn every_format_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, report) = (folder.path(), without_baseline());
    let ran = run_in(
        folder,
        &["report", "report.json", "--format", "github", "--junit", "j.xml", "--sarif", "s.sarif"],
    );
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    assert!(stdout(&ran).starts_with(&github::annotations(&report)));
    assert_eq!(
        fs::read_to_string(folder.join("summary.md")).unwrap(),
        github::summary(&report, &|_| None)
    );
    assert_eq!(fs::read_to_string(folder.join("j.xml")).unwrap(), junit::report(&report).unwrap());
    let written: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("s.sarif")).unwrap()).unwrap();
    assert_eq!(written, sarif::report(&report));
    let json = run_in(folder, &["report", "report.json", "--format", "json"]);
    assert_eq!(json.stdout, run_in(folder, &["report", "report.json", "--json", "-"]).stdout);
    assert_eq!(serde_json::from_slice::<Report>(&json.stdout).unwrap(), report);
}

#[test]
fn colours_are_shown_where_they_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    for (args, coloured) in
        [(&[][..], false), (&["--color", "always"], true), (&["--color", "never"], false)]
    {
        let ran = run_in(folder.path(), &[&["report", "report.json"], args].concat());
        assert_eq!(stdout(&ran).contains('\u{1b}'), coloured, "{args:?}");
    }
    let forced = Command::new(env!("CARGO_BIN_EXE_appmesh-conformance"))
        .args(["report", "report.json"])
        .current_dir(folder.path())
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    assert!(stdout(&forced).contains('\u{1b}'));
}

#[test]
fn a_trace_is_exported_instead_of_run() {
    let folder = tempfile::tempdir().unwrap();
    let report = without_baseline();
    let trace = report.findings[0].replay.to_string();
    fs::write(folder.path().join("trace.json"), trace).unwrap();
    for kind in Kind::ALL {
        let args = ["replay", "trace.json", "--export", kind.as_str()];
        let ran = run_in(folder.path(), &args);
        assert_eq!(ran.status.code(), Some(0), "{ran:?}");
        assert!(stdout(&ran).contains(export::DEFAULT_ENDPOINT), "{}", stdout(&ran));
        let args = ["report", "report.json", "--finding", "2", "--export", kind.as_str()];
        let script = export::of_finding(kind, &report, &report.findings[1]).unwrap();
        assert_eq!(stdout(&run_in(folder.path(), &args)), script);
    }
    // Without a kind the finding itself is shown.
    let ran = run_in(folder.path(), &["report", "report.json", "--finding", "2"]);
    assert_eq!(ran.status.code(), Some(0), "{ran:?}");
    assert_eq!(stdout(&ran), text::finding(&report.findings[1], 2, Look::default()));
    for (wrong, says) in [
        (&["--export", "curl"][..], "the report has 4 findings: choose one by --finding"),
        (&["--export", "curl", "--finding", "0"], "there is no finding 0: the report has 4"),
        (&["--export", "curl", "--finding", "5"], "there is no finding 5: the report has 4"),
        (&["--finding", "5"], "there is no finding 5: the report has 4"),
        (&["--finding", "1", "--html", "page.html"], "cannot be used with"),
        (&["--export", "curl", "--json", "-"], "cannot be used with"),
    ] {
        let ran = run_in(folder.path(), &[&["report", "report.json"], wrong].concat());
        assert_eq!(ran.status.code(), Some(2), "{wrong:?}");
        let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(stderr.contains(says), "{wrong:?}: {stderr}");
    }
}
