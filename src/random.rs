//! Randomness from seeds: the same seed gives the same numbers on every machine.
//!
//! The main type is [`Random`], ChaCha behind the few questions that the harness asks of it. Streams
//! of one seed are independent, so that a trace does not depend on how much was drawn before it.

use proptest::prelude::RngExt;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A source of random numbers.
#[derive(Clone, Debug)]
pub struct Random(TestRng);

impl Random {
    /// The numbers of this stream of this seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut bytes = [0_u8; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&stream.to_le_bytes());
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    /// A number from 0 to `bound - 1`; 0 if the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { self.0.random_range(0..bound) }
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items; none if there is none.
    pub fn pick<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0.random()
    }

    /// A runner for proptest strategies that draws from here.
    pub fn runner(&mut self) -> TestRunner {
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut bytes = [0_u8; 32];
        bytes[..8].copy_from_slice(&self.number().to_le_bytes());
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }
}
