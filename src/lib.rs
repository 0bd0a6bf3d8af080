//! x
pub mod bind;
pub mod execute;
pub mod percent;
pub mod random;
pub mod reference;
pub mod target;
pub mod trace;
