//! The progress of a long run on standard error.
//!
//! The main type is [`Progress`]: a bar on a terminal, a line every ten seconds in the log of a CI
//! system, and nothing elsewhere. It counts each call when it is made, so that it also moves on a slow
//! target. It must not depend on reports.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use appmesh_model::rule::RuleId;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::event::{Event, Watcher};
use crate::report::counted;

/// A bar is drawn this often.
const BAR_EVERY: Duration = Duration::from_millis(200);
/// A log gets a line this often.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// The display of a run's progress, if it is shown.
pub(super) struct Progress(Option<Display>);

/// A display that is shown.
struct Display {
    told: Arc<Mutex<Told>>,
    /// Stops the thread when dropped.
    stop: Sender<()>,
    shower: JoinHandle<()>,
}

/// The sums of what the events of the run have told.
#[derive(Clone, Debug, Default)]
struct Told {
    /// Calls of the campaign itself.
    calls: u64,
    /// All calls.
    sent: u64,
    rules: BTreeSet<RuleId>,
    findings: usize,
    shrinking: bool,
}

/// The bounds of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    pub(super) max_calls: u64,
    pub(super) ends_at: Option<Instant>,
}

/// The progress at one time.
#[derive(Clone, Copy, Debug)]
struct Now {
    elapsed: Duration,
    /// The rest of the time limit, if there is one.
    time_left: Option<Duration>,
    max_calls: u64,
    calls: u64,
    sent: u64,
    rules: usize,
    findings: usize,
    shrinking: bool,
}

impl Progress {
    /// Begins to show it in the way that fits standard error and the environment.
    pub(super) fn start(budget: Budget) -> Self {
        // CI systems set the first variable; Kubernetes sets the second in every pod.
        let is_set =
            |name| std::env::var(name).is_ok_and(|value| !value.is_empty() && value != "false");
        let in_ci = is_set("CI") || is_set("KUBERNETES_SERVICE_HOST");
        let bar = io::stderr().is_terminal().then(|| bar(budget.max_calls));
        if bar.is_none() && !in_ci {
            return Self(None);
        }
        let (stop, stopped) = mpsc::channel::<()>();
        let told = Arc::<Mutex<Told>>::default();
        let (heard, started) = (told.clone(), Instant::now());
        let every = if bar.is_some() { BAR_EVERY } else { LINE_EVERY };
        let shower = thread::spawn(move || {
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let now = Now::of(&budget, started, &lock(&heard));
                match &bar {
                    Some(bar) => {
                        bar.set_position(now.calls);
                        bar.set_message(line(&now));
                    }
                    None => eprintln!("{}", line(&now)),
                }
            }
            // The bar must not stay above the report.
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
        });
        Self(Some(Display { told, stop, shower }))
    }

    /// The watcher to tell of the events of the run.
    pub(super) fn watcher(&self) -> Watcher {
        let Some(display) = &self.0 else { return Watcher::default() };
        let told = display.told.clone();
        Watcher::new(move |event| lock(&told).take_in(event))
    }

    /// Stops the display.
    pub(super) fn finish(self) {
        if let Some(Display { stop, shower, .. }) = self.0 {
            drop(stop);
            // A panic of the display must not end the run.
            let _ = shower.join();
        }
    }
}

fn lock(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Told {
    fn take_in(&mut self, event: Event<'_>) {
        match event {
            Event::Sent => self.sent += 1,
            Event::Judged(rules) => {
                self.calls += 1;
                self.rules.extend(rules);
            }
            Event::Found => self.shrinking = true,
            Event::Played { findings, .. } => {
                self.findings = findings;
                self.shrinking = false;
            }
        }
    }
}

impl Now {
    fn of(budget: &Budget, started: Instant, told: &Told) -> Self {
        Self {
            elapsed: started.elapsed(),
            time_left: budget.ends_at.map(|end| end.saturating_duration_since(Instant::now())),
            max_calls: budget.max_calls,
            calls: told.calls.min(budget.max_calls),
            sent: told.sent,
            rules: told.rules.len(),
            findings: told.findings,
            shrinking: told.shrinking,
        }
    }

    /// The estimated rest of the run at the present pace; none before the first call.
    fn left(&self) -> Option<Duration> {
        let done = (self.calls > 0).then(|| self.calls as f64 / self.max_calls.max(1) as f64);
        let seconds = done.map(|done| self.elapsed.as_secs_f64() * (1.0 / done - 1.0));
        let left = seconds.and_then(|left| Duration::try_from_secs_f64(left.round()).ok());
        left.into_iter().chain(self.time_left).min()
    }
}

fn bar(max_calls: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(max_calls), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {msg}") {
        bar.set_style(style);
    }
    bar
}

fn line(now: &Now) -> String {
    let pace = now.sent as f64 / now.elapsed.as_secs_f64().max(0.001);
    let digits = usize::from(pace < 10.0);
    let others = match now.sent.saturating_sub(now.calls) {
        0 => String::new(),
        others => format!(" and {others} to shrink and clean up"),
    };
    let shrinking = if now.shrinking { ", shrinking what was found" } else { "" };
    let left = now.left().map_or_else(String::new, |left| {
        format!(", about {} left", HumanDuration(Duration::from_secs(left.as_secs())))
    });
    format!(
        "{}/{} calls{others}, {pace:.digits$} a second, {}, {}{shrinking}{left}",
        now.calls,
        now.max_calls,
        counted(now.rules, "rule tested", "rules tested"),
        counted(now.findings, "finding", "findings"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Now = Now {
        elapsed: Duration::from_secs(20),
        time_left: None,
        max_calls: 6_000,
        calls: 2_000,
        sent: 3_000,
        rules: 200,
        findings: 3,
        shrinking: false,
    };

    #[test]
    fn a_line_tells_pace_findings_and_time_left() {
        assert_eq!(
            line(&NOW),
            "2000/6000 calls and 1000 to shrink and clean up, 150 a second, 200 rules tested, \
             3 findings, about 40 seconds left"
        );
        let now = Now { findings: 1, shrinking: true, ..NOW };
        assert!(
            line(&now).contains("1 finding, shrinking what was found, about"),
            "{}",
            line(&now)
        );
    }

    #[test]
    fn a_target_that_takes_its_time_shows_what_it_did() {
        let now = Now { calls: 5, sent: 5, rules: 1, findings: 0, ..NOW };
        let begin = "5/6000 calls, 0.2 a second, 1 rule tested, 0 findings, about ";
        assert!(line(&now).starts_with(begin), "{}", line(&now));
        // The time may be up before the calls are used up.
        let now = Now { time_left: Some(Duration::from_secs(30)), ..now };
        assert!(line(&now).ends_with("about 30 seconds left"), "{}", line(&now));
    }

    #[test]
    fn before_the_first_call_nothing_is_foretold() {
        let now = Now { elapsed: Duration::ZERO, calls: 0, sent: 0, rules: 0, findings: 0, ..NOW };
        assert_eq!(line(&now), "0/6000 calls, 0.0 a second, 0 rules tested, 0 findings");
        let now = Now { max_calls: u64::MAX, calls: 1, ..now };
        assert!(line(&now).starts_with("1/"), "{}", line(&now));
    }
}
