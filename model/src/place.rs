//! Places: where an answer differs from what is permitted.
//!
//! The main type is [`Place`]. Reports print it, and baselines and saved reports are read with its
//! `FromStr`; everything else compares it as a value.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::error::ErrorKind;
use crate::observed::Answer;

/// The most characters of a target's error type that a place keeps.
const MOST_TYPE_CHARS: usize = 200;

/// A place in an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Status and error type together: the call had another outcome than is permitted.
    Outcome {
        /// The HTTP status.
        status: u16,
        /// The error type, if the answer names one.
        error_type: Option<String>,
    },
    /// The status of a success.
    Status,
    /// The status that came with an error of this type.
    StatusOf(ErrorKind),
    /// A header.
    Header(Header),
    /// The body as a whole.
    Body,
    /// A member of the body.
    Member(Path),
}

/// The headers that rules speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Header {
    /// `Content-Type`.
    ContentType,
    /// `x-amzn-ErrorType`.
    ErrorType,
}

/// The way from the body down to a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Segment>);

/// A step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// The member of this name.
    Member(Cow<'static, str>),
    /// The items of a list, all alike.
    Item,
}

impl Place {
    /// Status and error type of an answer.
    pub fn outcome(answer: &Answer) -> Self {
        let cut = |text: &String| text.chars().take(MOST_TYPE_CHARS).collect();
        Self::Outcome { status: answer.status, error_type: answer.error_type.as_ref().map(cut) }
    }

    /// The member that these names lead to.
    pub fn member<const N: usize>(names: [&'static str; N]) -> Self {
        Self::Member(Path::of(names))
    }

    /// Whether the call had another outcome than is permitted, as opposed to a wrong detail of a
    /// permitted one.
    pub fn is_outcome(&self) -> bool {
        matches!(self, Self::Outcome { .. })
    }

    /// Whether the place lies in the member of this name at the top of the body.
    pub fn is_below(&self, member: &str) -> bool {
        matches!(self, Self::Member(Path(segments))
            if matches!(segments.first(), Some(Segment::Member(name)) if name == member))
    }
}

impl Path {
    /// The path along these members.
    pub fn of<const N: usize>(names: [&'static str; N]) -> Self {
        Self(names.into_iter().map(|name| Segment::Member(Cow::Borrowed(name))).collect())
    }

    /// The segments from the body down.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The path to a member below this one.
    #[must_use]
    pub fn member(&self, name: &'static str) -> Self {
        self.then(Segment::Member(Cow::Borrowed(name)))
    }

    /// The path to the items below this one.
    #[must_use]
    pub fn item(&self) -> Self {
        self.then(Segment::Item)
    }

    fn then(&self, segment: Segment) -> Self {
        Self(self.0.iter().cloned().chain([segment]).collect())
    }
}

impl From<Path> for Place {
    fn from(path: Path) -> Self {
        if path.0.is_empty() { Self::Body } else { Self::Member(path) }
    }
}

impl Header {
    const ALL: [Self; 2] = [Self::ContentType, Self::ErrorType];

    const fn as_str(self) -> &'static str {
        match self {
            Self::ContentType => "Content-Type",
            Self::ErrorType => "x-amzn-ErrorType",
        }
    }
}

/// Stands before an outcome in reports.
const OUTCOME: &str = "answer ";
/// Stands before the type of an error with the wrong status.
const STATUS_OF: &str = "status of ";

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outcome { status, error_type } => {
                write!(f, "{OUTCOME}{}", Answer::head_of(*status, error_type.as_deref()))
            }
            Self::Status => f.write_str("status"),
            Self::StatusOf(error) => write!(f, "{STATUS_OF}{}", error.type_name()),
            Self::Header(header) => f.write_str(header.as_str()),
            Self::Body => f.write_str("body"),
            Self::Member(path) => path.fmt(f),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Member(name) if index == 0 => f.write_str(name)?,
                Segment::Member(name) => write!(f, ".{name}")?,
                Segment::Item => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

/// A text that no place is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPlace;

impl fmt::Display for UnknownPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a place in an answer")
    }
}

impl std::error::Error for UnknownPlace {}

impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(text: &str) -> Result<Self, UnknownPlace> {
        if let Some(outcome) = text.strip_prefix(OUTCOME) {
            let (status, rest) = outcome.split_once(' ').unwrap_or((outcome, ""));
            let status = status.parse().map_err(|_| UnknownPlace)?;
            let named = !rest.is_empty() && rest != Answer::WITHOUT_TYPE;
            return Ok(Self::Outcome { status, error_type: named.then(|| rest.to_owned()) });
        }
        if let Some(name) = text.strip_prefix(STATUS_OF) {
            return ErrorKind::from_type(name).map(Self::StatusOf).ok_or(UnknownPlace);
        }
        if let Some(header) = Header::ALL.into_iter().find(|it| it.as_str() == text) {
            return Ok(Self::Header(header));
        }
        match text {
            "status" => return Ok(Self::Status),
            "body" => return Ok(Self::Body),
            _ => {}
        }
        let mut segments = Vec::new();
        for member in text.split('.') {
            let name = member.trim_end_matches("[]");
            if name.is_empty() {
                return Err(UnknownPlace);
            }
            segments.push(Segment::Member(Cow::Owned(name.to_owned())));
            let items = (member.len() - name.len()) / "[]".len();
            segments.extend((0..items).map(|_| Segment::Item));
        }
        Ok(Self::Member(Path(segments)))
    }
}
