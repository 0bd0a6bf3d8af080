//! Execution: one trace, run on a target and judged call by call.
//!
//! The main function is [`Runner::execute`]. Every execution has a name prefix of its own, judges only
//! the resources that it created, and deletes them. It does not know why the trace is run.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use crate::trace::Trace;

mod clean_up;
mod outcome;
mod runner;
mod time_out_limit;
mod trace_run;

pub use outcome::{Divergence, Execution, Played, Signature, Visited};
pub use runner::Runner;
use runner::Servers;
pub use trace_run::Stop;
use trace_run::TraceRun;

impl Runner {
    /// Runs a trace, judges every answer and deletes what it made.
    pub async fn execute(&self, trace: &Trace, stop: &Stop) -> Execution {
        let serial = self.executions.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("{}-{serial:04}-", self.run);
        let renewed = match &self.servers {
            Servers::New(renewal) => Some(Self { target: renewal.renewed(), ..self.clone() }),
            Servers::TheTarget | Servers::Renewable(_) => None,
        };
        let mut run = TraceRun::new(renewed.as_ref().unwrap_or(self), prefix);
        for (index, step) in trace.steps.iter().enumerate() {
            let is_enough = stop.most_calls.is_some_and(|most| run.execution.calls >= most);
            if is_enough || self.is_over() || !run.play(index, step, stop).await {
                break;
            }
        }
        run.clean_up().await;
        let mut left_over = self.left_over.lock().unwrap_or_else(PoisonError::into_inner);
        for name in &run.execution.left_over {
            if !left_over.contains(name) {
                left_over.push(name.clone());
            }
        }
        drop(left_over);
        run.execution
    }

    /// What no execution could delete, those that shrank included.
    pub fn left_over(&self) -> Vec<String> {
        self.left_over.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
