//! Passes: what is tried on a trace to make it shorter, then simpler.

use std::collections::BTreeMap;
use std::iter;

use appmesh_model::operation::{Action, Role};

use crate::trace::{Arg, Step, Trace};

use super::candidates::Shrinking;
use super::interchangeable::Crowd;
use super::naming::{apart, kinds_mix, own_resource, own_symbol, rename, symbols};
use super::simpler::{completed, ways};

/// From so many calls of one kind on they are made simpler all at once.
const MANY: usize = 5;

impl Shrinking<'_> {
    /// Runs every pass until none makes progress.
    pub(super) async fn run_passes(&mut self) {
        if self.is_about_time() {
            self.spread_out().await;
        } else {
            self.drop_pauses().await;
        }
        loop {
            let before = self.best.clone();
            self.drop_names().await;
            self.drop_steps().await;
            self.list_at_once().await;
            self.delete_above().await;
            self.thin_out().await;
            self.shorten_pages().await;
            self.fold_updates().await;
            self.shorten_names().await;
            self.complete().await;
            self.simplify_arguments().await;
            self.merge_names().await;
            self.tell_apart().await;
            if self.best == before || self.is_spent() {
                break;
            }
        }
        self.put_in_order().await;
        if self.is_about_time() {
            self.wait_instead().await;
            self.drop_pauses().await;
        }
    }

    /// Takes out all steps about one resource; the last step stays.
    async fn drop_names(&mut self) {
        loop {
            let best = self.best.clone();
            let api = self.runner.api();
            let last = best.steps.len().saturating_sub(1);
            let about = |symbol: &str| -> Vec<usize> {
                let steps = best.steps.iter().enumerate().take(last);
                let own =
                    steps.filter(|(_, step)| own_symbol(api, step).as_deref() == Some(symbol));
                own.map(|(index, _)| index).collect()
            };
            let candidates = symbols(&best).into_iter().rev().filter_map(|symbol| {
                let about = about(&symbol);
                // A single step is for another pass.
                (about.len() > 1).then(|| without(&best, &|index| about.contains(&index)))
            });
            if self.first(candidates).await.is_none() {
                return;
            }
        }
    }

    /// Takes out some of many calls that are alike. Where one fewer is not enough, it need not be
    /// tried with each of them.
    async fn thin_out(&mut self) {
        let api = self.runner.api();
        let mut done = 0;
        while let Some(crowd) = Crowd::all(api, &self.best).into_iter().nth(done) {
            let best = self.best.clone();
            if self.first(iter::once(crowd.fewer(&best, 1))).await.is_none() {
                done += 1;
                continue;
            }
            let (best, count) = (self.best.clone(), crowd.steps.len() - 1);
            let halves = iter::successors(Some(count), |less| Some(less / 2).filter(|it| *it > 0));
            let Some(crowd) = Crowd::all(api, &best).into_iter().nth(done) else { return };
            self.first(halves.map(|less| crowd.fewer(&best, less))).await;
            if self.is_spent() {
                return;
            }
        }
    }

    /// Takes out runs of steps, long ones first; the last step stays, and so do crowds.
    async fn drop_steps(&mut self) {
        let mut size = (self.best.steps.len() / 2).max(1);
        loop {
            let mut end = self.loose(&self.best).len();
            while end > 0 {
                let best = self.best.clone();
                let loose = self.loose(&best);
                // From the end to the start; what is left over there is a shorter run.
                let starts = (0..end.div_ceil(size)).map(|count| {
                    let end = end - count * size;
                    (end.saturating_sub(size), end)
                });
                let runs: Vec<(usize, usize)> = starts.collect();
                let candidates = runs.iter().map(|(start, end)| {
                    without(&best, &|index| loose[*start..*end].contains(&index))
                });
                let Some(taken) = self.first(candidates).await else { break };
                end = runs[taken].0.min(self.loose(&self.best).len());
            }
            if size == 1 || self.is_spent() {
                return;
            }
            size /= 2;
        }
    }

    /// The steps but for the last one and for crowds.
    fn loose(&self, trace: &Trace) -> Vec<usize> {
        let crowds = Crowd::all(self.runner.api(), trace);
        let stays = |index: &usize| crowds.iter().any(|crowd| crowd.steps.contains(index));
        (0..trace.steps.len().saturating_sub(1)).filter(|index| !stays(index)).collect()
    }

    /// Takes out updates and makes what they change so from the start.
    async fn fold_updates(&mut self) {
        loop {
            let best = self.best.clone();
            let last = best.steps.len().saturating_sub(1);
            let candidates = (0..last).rev().filter_map(|index| self.folded(&best, index));
            let candidates: Vec<Trace> = candidates.collect();
            if self.first(candidates.into_iter()).await.is_none() || self.is_spent() {
                return;
            }
        }
    }

    /// The trace without an update, and with its specification in the create before it.
    fn folded(&self, trace: &Trace, index: usize) -> Option<Trace> {
        let api = self.runner.api();
        let action = |step: &Step| Some(api.operation(&step.operation)?.table.action);
        let spec = |step: &Step| Some(api.operation(&step.operation)?.input(Role::Spec)?.0.name);
        let update = trace.steps.get(index).filter(|step| action(step) == Some(Action::Update))?;
        let resource = own_resource(api, update)?;
        let create = trace.steps[..index].iter().rposition(|step| {
            action(step) == Some(Action::Create)
                && own_resource(api, step).as_ref() == Some(&resource)
        })?;
        let mut folded = trace.clone();
        let args = &mut folded.steps[create].args;
        args.insert(
            spec(&trace.steps[create])?.to_owned(),
            update.args.get(spec(update)?)?.clone(),
        );
        folded.steps.remove(index);
        Some(folded)
    }

    /// Gives names and tokens that are filled up to a length their own, wherever they stand.
    async fn shorten_names(&mut self) {
        loop {
            let best = self.best.clone();
            let candidates = symbols(&best).into_iter().filter_map(|long| {
                let mut candidate = best.clone();
                for arg in candidate.steps.iter_mut().flat_map(|step| step.args.values_mut()) {
                    arg.visit_mut(&mut |arg| {
                        if let Arg::Name { symbol, length } = arg
                            && *symbol == long
                        {
                            *length = None;
                        }
                    });
                }
                (candidate != best).then_some(candidate)
            });
            if self.first(candidates).await.is_none() || self.is_spent() {
                return;
            }
        }
    }

    /// Puts in members that the last call lacks, where they are not what it is about: of two things
    /// that are wrong with a call, one is too many.
    async fn complete(&mut self) {
        let api = self.runner.api();
        while let (Some(reasons), Some(last)) =
            (self.aim.reasons(api, &self.best), self.best.steps.last())
        {
            let best = self.best.clone();
            let completed = completed(api, last).into_iter().filter_map(|step| {
                let mut candidate = best.clone();
                *candidate.steps.last_mut()? = step;
                let left = self.aim.reasons(api, &candidate)?;
                (left < reasons).then_some(candidate)
            });
            let candidates: Vec<Trace> = completed.collect();
            if self.first(candidates.into_iter()).await.is_none() || self.is_spent() {
                return;
            }
        }
    }

    /// Takes out members that may be left out and puts the simplest value in place of others.
    async fn simplify_arguments(&mut self) {
        let mut index = self.best.steps.len();
        while index > 0 {
            index -= 1;
            let Some(step) = self.best.steps.get(index).cloned() else { continue };
            let ways = ways(self.runner.api(), &step);
            let in_crowd = self.is_in_crowd(index);
            let mut tried = 0;
            while tried < ways.len() {
                // The step may have become simpler meanwhile: apply the change to what is there.
                let best = self.best.clone();
                let Some(current) = best.steps.get(index) else { break };
                let mut sources = Vec::new();
                let mut candidates = Vec::new();
                for (number, way) in ways.iter().enumerate().skip(tried) {
                    let Some(simpler) = way(current).filter(|simpler| simpler != current) else {
                        continue;
                    };
                    // Many calls of one kind become simpler at once, or the target is kept busy.
                    let mut all = best.clone();
                    let mut alike = 0;
                    for step in &mut all.steps {
                        if let Some(simpler) = Some(&*step)
                            .filter(|step| step.operation == current.operation)
                            .and_then(way)
                        {
                            alike += usize::from(*step != simpler);
                            *step = simpler;
                        }
                    }
                    if alike > MANY {
                        candidates.push(all);
                        sources.push(number);
                    }
                    if in_crowd {
                        continue;
                    }
                    let mut alone = best.clone();
                    alone.steps[index] = simpler.clone();
                    // What must be alike can only become simpler together.
                    let together = self.together(&best, current, &simpler);
                    let differ = together != alone;
                    candidates.push(alone);
                    sources.push(number);
                    if differ {
                        candidates.push(together);
                        sources.push(number);
                    }
                }
                match self.first(candidates.into_iter()).await {
                    Some(taken) => tried = sources[taken] + 1,
                    None => break,
                }
            }
            if self.is_spent() {
                return;
            }
        }
    }

    /// The trace with every argument made simpler that is, for the same resource, the same as in a step
    /// that became simpler.
    fn together(&self, trace: &Trace, step: &Step, simpler: &Step) -> Trace {
        let own = own_resource(self.runner.api(), step);
        let mut together = trace.clone();
        let alike = |other: &&mut Step| own_resource(self.runner.api(), other) == own;
        for other in together.steps.iter_mut().filter(alike) {
            for (name, value) in &step.args {
                if other.args.get(name) != Some(value) {
                    continue;
                }
                match simpler.args.get(name) {
                    Some(simpler) => other.args.insert(name.clone(), simpler.clone()),
                    None => other.args.remove(name),
                };
            }
        }
        together
    }

    /// Whether a step is one of a crowd, which becomes simpler all at once.
    fn is_in_crowd(&self, index: usize) -> bool {
        Crowd::all(self.runner.api(), &self.best).iter().any(|crowd| crowd.steps.contains(&index))
    }

    /// Gives resources of different families names of their own, where they share one by chance.
    async fn tell_apart(&mut self) {
        let apart = apart(self.runner.api(), &self.best);
        if apart != self.best {
            self.first(iter::once(apart)).await;
        }
    }

    /// Gives two names one symbol, where the divergence does not need them apart.
    async fn merge_names(&mut self) {
        let api = self.runner.api();
        loop {
            let best = self.best.clone();
            let mut symbols = symbols(&best);
            // To have one name for two of a crowd is to have one fewer.
            let crowds = Crowd::all(api, &best);
            let others: Vec<String> =
                crowds.iter().flat_map(|crowd| crowd.other_names(api, &best)).collect();
            symbols.retain(|symbol| !others.contains(symbol));
            let pairs = (1..symbols.len()).rev().flat_map(|later| {
                let symbols = &symbols;
                (0..later).map(move |earlier| (&symbols[later], &symbols[earlier]))
            });
            let candidates = pairs.filter_map(|(later, earlier)| {
                // Names of different families never meet; putting them together makes nothing
                // simpler to read.
                if kinds_mix(api, &best, later, earlier) {
                    return None;
                }
                let mut candidate = best.clone();
                rename(&mut candidate, &BTreeMap::from([(later.clone(), earlier.clone())]));
                (candidate != best).then_some(candidate)
            });
            if self.first(candidates).await.is_none() || self.is_spent() {
                return;
            }
        }
    }
}

/// The trace without some of its steps. The time that they took may be all that was needed of them.
pub(super) fn without(trace: &Trace, gone: &dyn Fn(usize) -> bool) -> Trace {
    let mut steps = Vec::with_capacity(trace.steps.len());
    let mut waited = 0;
    for (index, step) in trace.steps.iter().enumerate() {
        if gone(index) {
            waited = step.pause_ms.max(waited);
            continue;
        }
        let mut step = step.clone();
        step.pause_ms = step.pause_ms.max(std::mem::take(&mut waited));
        steps.push(step);
    }
    Trace { version: trace.version, steps }
}
