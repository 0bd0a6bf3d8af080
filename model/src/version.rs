//! The published versions of the API, by name.

use std::fmt;

/// A published version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// The preview.
    V2018_10_01,
    /// General availability.
    V2019_01_25,
}

impl Version {
    /// Every version.
    pub const ALL: [Self; 2] = [Self::V2018_10_01, Self::V2019_01_25];

    /// The version that the API reference describes.
    pub const PREVIEW: Self = Self::V2018_10_01;

    /// The version as AWS writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2018_10_01 => "2018-10-01",
            Self::V2019_01_25 => "2019-01-25",
        }
    }

    /// The version written so, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_str() == text)
    }

    /// Whether it is the preview.
    pub fn is_preview(self) -> bool {
        self == Self::PREVIEW
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
