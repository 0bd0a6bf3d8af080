//! The traces that run at the same time: how many they are, and which starts next.
//!
//! The main type is [`RunningTraces`]. It does not know what their results mean.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Instant;

use tokio::task::JoinSet;

use super::schedule::{Job, Place, Schedule};
use crate::execute::{Execution, Runner, Stop};
use crate::isolation::Admission;

/// Traces that were started and not yet taken in.
pub(super) struct RunningTraces {
    pub(super) schedule: Schedule,
    running: JoinSet<(Job, Execution)>,
    admission: Admission,
    /// How many of them failed before.
    reruns: usize,
    finished: BTreeMap<Place, (Job, Execution)>,
}

impl RunningTraces {
    pub(super) fn new(schedule: Schedule) -> Self {
        Self {
            schedule,
            running: JoinSet::new(),
            admission: Admission::default(),
            reruns: 0,
            finished: BTreeMap::new(),
        }
    }

    /// How many traces run.
    pub(super) fn count(&self) -> usize {
        self.running.len()
    }

    /// Takes out the trace to start now. One at a time they run in their order. Where several run at
    /// the same time, what failed before is run before all others; of these, those that must be alone
    /// come when nothing else runs, and the longest before the others, so that none is waited for in
    /// the end.
    pub(super) fn choose(&self, waiting: &mut Vec<Job>, at_once: usize) -> Option<Job> {
        let indices = 0..waiting.len();
        let index = if at_once == 1 {
            indices.min_by_key(|&index| waiting[index].place)
        } else if let Some(index) = waiting.iter().position(|job| job.rerun.is_some()) {
            Some(index)
        } else if self.admission.is_closed() || (self.reruns > 0 && !self.running.is_empty()) {
            None
        } else {
            let is_free = self.running.is_empty();
            let admitted =
                indices.filter(|&index| self.admission.admits(waiting[index].is_alone(), is_free));
            admitted.max_by_key(|&index| {
                let job = &waiting[index];
                (job.is_alone(), job.trace.steps.len(), Reverse(job.place))
            })
        };
        index.map(|index| waiting.swap_remove(index))
    }

    /// Starts a trace; after so many calls it ends.
    pub(super) fn start(&mut self, runner: &Runner, job: Job, most_calls: Option<u64>) {
        self.admission.started(job.is_alone());
        self.reruns += usize::from(job.rerun.is_some());
        let runner = if job.rerun.is_none() { runner.counted() } else { runner.clone() };
        self.running.spawn(async move {
            let stop = Stop { most_calls, ..Stop::default() };
            let execution = runner.execute(&job.trace, &stop).await;
            (job, execution)
        });
    }

    /// Waits for one of the running traces to finish. Returns whether there was one.
    pub(super) async fn finish_one(&mut self) -> bool {
        let next = self.running.join_next().await;
        self.admission.ended();
        match next {
            Some(Ok((job, execution))) => {
                self.reruns -= usize::from(job.rerun.is_some());
                self.schedule.learn(&job, &execution);
                self.finished.insert(job.place, (job, execution));
                true
            }
            // A trace that panics is a bug of the harness, and there is nothing to take in.
            Some(Err(_)) => true,
            None => false,
        }
    }

    /// The trace that is to be taken in next; none if it is not finished.
    pub(super) fn take_next(&mut self) -> Option<(Job, Execution)> {
        let place = self.schedule.due()?;
        let next = self.finished.remove(&place)?;
        self.schedule.taken_in();
        Some(next)
    }

    /// Everything that is finished, in its order, whatever is missing in between.
    pub(super) fn rest(&mut self) -> impl Iterator<Item = (Job, Execution)> + use<> {
        std::mem::take(&mut self.finished).into_values()
    }
}

/// How many traces to run at the same time, after the first one was run alone: a server that takes
/// its time for each call can do with more of them, one that is busy computing cannot.
pub(super) fn worth_while(started: &Instant, execution: &Execution) -> usize {
    let calls = u128::from(execution.calls + execution.cleanup_calls).max(1);
    let each_us = started.elapsed().as_micros() / calls;
    usize::try_from(each_us / PACE_US).unwrap_or(usize::MAX).clamp(1, MOST_BY_ITSELF)
}

/// A call that takes so many microseconds is what a busy server needs.
const PACE_US: u128 = 1_500;
/// More traces at the same time than this only if somebody asks for it.
const MOST_BY_ITSELF: usize = 32;
