//! The registry: every version of the API with its families, compiled at the first use.
//!
//! To add a version, name it in [`Version`] and list its families here.

use std::sync::OnceLock;

use crate::api::Api;
use crate::family::Family;
use crate::version::Version;
use crate::{v2018_10_01, v2019_01_25};

impl Api {
    /// The API of a version. Built at the first use, then shared.
    pub fn of(version: Version) -> &'static Self {
        static PREVIEW: OnceLock<Api> = OnceLock::new();
        static GENERAL: OnceLock<Api> = OnceLock::new();
        let (cell, families): (_, &'static [&'static Family]) = match version {
            Version::V2018_10_01 => (&PREVIEW, v2018_10_01::FAMILIES),
            Version::V2019_01_25 => (&GENERAL, v2019_01_25::FAMILIES),
        };
        cell.get_or_init(|| Self::build(version, families))
    }
}
