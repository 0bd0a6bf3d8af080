//! Progress: how far a long run has come, for who waits for it.
//!
//! The main type is [`Progress`]: a bar on a terminal, a line now and then in the log of a CI system,
//! nothing where standard error goes elsewhere. It must not know how results are shown.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::event::Event;

/// A log gets a line this often.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// How far a run has come.
pub(super) enum Progress {
    /// On a terminal.
    Bar(ProgressBar),
    /// In a log.
    Log(Log),
    /// Nobody waits.
    Quiet,
}

/// A line now and then.
pub(super) struct Log {
    started: Instant,
    last: Instant,
}

impl Progress {
    /// The kind that fits standard error and the environment.
    pub(super) fn new(max_calls: u64) -> Self {
        if io::stderr().is_terminal() {
            return Self::Bar(bar(max_calls));
        }
        // Every CI system that is in use sets it.
        let in_ci = std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false");
        if !in_ci {
            return Self::Quiet;
        }
        Self::Log(Log { started: Instant::now(), last: Instant::now() })
    }

    /// Shows what happened.
    pub(super) fn show(&mut self, event: Event) {
        match (self, event) {
            (Self::Bar(bar), Event::Played { calls, rules, findings, .. }) => {
                bar.set_position(calls);
                bar.set_message(format!("{rules} rules tested, {findings} findings"));
            }
            (Self::Bar(bar), Event::Found) => bar.set_message("shrinking what was found"),
            (Self::Log(log), Event::Played { calls, max_calls, rules, findings }) => {
                if log.last.elapsed() >= LINE_EVERY {
                    log.last = Instant::now();
                    let line = line(log.started.elapsed(), calls, max_calls, rules, findings);
                    eprintln!("{line}");
                }
            }
            (Self::Log(_), Event::Found) | (Self::Quiet, _) => {}
        }
    }

    /// Takes away what would be in the way of the report.
    pub(super) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn bar(max_calls: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(max_calls), ProgressDrawTarget::stderr());
    let style = "{bar:24} {pos}/{len} calls, {per_sec}, {eta} left, {msg}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn line(elapsed: Duration, calls: u64, max_calls: u64, rules: usize, findings: usize) -> String {
    let pace = calls as f64 / elapsed.as_secs_f64().max(0.001);
    let left = max_calls.saturating_sub(calls) as f64 / pace.max(0.001);
    let left = Duration::try_from_secs_f64(left.round()).unwrap_or(Duration::MAX);
    format!(
        "{calls}/{max_calls} calls, {pace:.0} a second, {rules} rules tested, {findings} findings, about {} left",
        HumanDuration(left)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_pace_findings_and_time_left() {
        assert_eq!(
            line(Duration::from_secs(20), 2_000, 6_000, 200, 3),
            "2000/6000 calls, 100 a second, 200 rules tested, 3 findings, about 40 seconds left"
        );
        // Before the first call there is no pace, and no panic.
        assert!(line(Duration::ZERO, 0, u64::MAX, 0, 0).starts_with("0/"));
    }
}
