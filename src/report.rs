//! Reports: outcomes in, bytes out. Each format is a file of its own.

pub mod coverage;
pub mod json;
pub mod text;
