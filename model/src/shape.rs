//! Shapes: the types of the API's members with their bounds, as data.
//!
//! The main type is [`Shape`]. Bounds, enums and required flags are those of the service model;
//! what only the documentation's prose adds is a [`Text`] flavour. Shapes know nothing of
//! resources, rules or worlds.

/// A named type of the service model.
#[derive(Debug)]
pub struct Shape {
    /// Its name in the service model.
    pub name: &'static str,
    /// What values it admits.
    pub kind: Kind,
}

/// The values that a [`Shape`] admits.
#[derive(Debug)]
pub enum Kind {
    /// A string of `min` to `max` characters.
    Text {
        /// Fewest characters.
        min: Option<usize>,
        /// Most characters.
        max: Option<usize>,
        /// What the string stands for.
        text: Text,
    },
    /// A whole number from `min` to `max`.
    Integer {
        /// Smallest value.
        min: Option<i64>,
        /// Largest value.
        max: Option<i64>,
    },
    /// One of a fixed set of strings.
    Choice(&'static [&'static str]),
    /// A list of `min` to `max` items.
    List {
        /// The shape of every item.
        item: &'static Shape,
        /// Fewest items.
        min: Option<usize>,
        /// Most items.
        max: Option<usize>,
    },
    /// An object.
    Structure {
        /// The members that are modelled.
        members: &'static [Member],
        /// Members of the service model that are not modelled yet. A target may answer with them;
        /// they are neither sent nor judged. To model one, move it to `members`.
        later: &'static [&'static str],
    },
    /// An object with exactly one member.
    Union {
        /// The members that are modelled.
        variants: &'static [Member],
        /// Members that are not modelled yet, as in a structure.
        later: &'static [&'static str],
    },
    /// Epoch seconds, as a JSON number.
    Timestamp,
}

/// What a string stands for, where the documents say more than its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Nothing more is said.
    Free,
    /// The name of a resource.
    Name(NameCharacters),
    /// A DNS name.
    Host,
    /// A path that starts with `/`.
    Path,
    /// A path of which the documents do not say that it starts with `/`.
    LoosePath,
    /// A client token: up to 36 letters, digits, hyphens and underscores.
    Token,
    /// The name of a resource of this family in the same mesh.
    Reference(&'static str),
    /// An account number.
    Account,
}

/// What is known of the characters of a name, beside letters and digits, which are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameCharacters {
    /// Characters that are accepted.
    pub accepted: &'static str,
    /// Characters that are refused.
    pub refused: &'static str,
}

/// The longest name that is accepted where the service model sets no bound.
const LONGEST_UNBOUNDED_NAME: usize = 255;

/// How a member of a request comes back in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// What was sent comes back.
    Kept,
    /// The documents call the feature unavailable: it may be refused, stored or dropped.
    Unavailable,
    /// Comes back if sent; if not, the server may fill it in from elsewhere.
    FilledIn,
    /// What was sent comes back if another member of the same object has this value, and is
    /// ignored otherwise.
    KeptWith {
        /// The other member.
        member: &'static str,
        /// Its value.
        value: &'static str,
    },
}

impl Echo {
    /// Whether a member of an object that was sent with these members may be missing from answers.
    pub fn may_vanish(self, members: &serde_json::Map<String, serde_json::Value>) -> bool {
        match self {
            Self::Kept | Self::FilledIn => false,
            Self::Unavailable => true,
            Self::KeptWith { member, value } => {
                members.get(member).and_then(serde_json::Value::as_str) != Some(value)
            }
        }
    }
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its type.
    pub shape: &'static Shape,
    /// Whether the service model requires it.
    pub required: bool,
    /// How it comes back.
    pub echo: Echo,
}

/// The most characters in a client token, by the documentation of `clientToken`.
pub const CLIENT_TOKEN_MAX: usize = 36;

impl Member {
    /// An optional member that comes back as sent.
    pub const fn optional(name: &'static str, shape: &'static Shape) -> Self {
        Self { name, shape, required: false, echo: Echo::Kept }
    }

    /// A required member that comes back as sent.
    pub const fn required(name: &'static str, shape: &'static Shape) -> Self {
        Self { name, shape, required: true, echo: Echo::Kept }
    }

    /// The same member, coming back otherwise.
    pub const fn echoed(self, echo: Echo) -> Self {
        Self { echo, ..self }
    }
}

impl Shape {
    /// A string type.
    pub const fn text(name: &'static str, text: Text) -> Self {
        Self { name, kind: Kind::Text { min: None, max: None, text } }
    }

    /// A string type with bounds on its length.
    pub const fn bounded_text(name: &'static str, min: usize, max: usize, text: Text) -> Self {
        Self { name, kind: Kind::Text { min: Some(min), max: Some(max), text } }
    }

    /// Whether this is known to be accepted as a name of this shape: the shape admits it, and all of
    /// its characters are known to be accepted.
    pub fn admits_name(&self, name: &str) -> bool {
        let Kind::Text { min, text: Text::Name(characters), .. } = self.kind else { return false };
        let known = |c: char| c.is_ascii_alphanumeric() || characters.accepted.contains(c);
        // Accepted characters are one byte each.
        let lengths = min.unwrap_or(1).max(1)..=self.longest_name();
        lengths.contains(&name.len()) && name.chars().all(known)
    }

    /// Whether a name of this shape is refused for one of its characters.
    pub fn refuses_name(&self, name: &str) -> bool {
        let Kind::Text { text: Text::Name(characters), .. } = self.kind else { return false };
        name.contains(|c| characters.refused.contains(c))
    }

    /// The length in characters of the longest name that is known to be accepted.
    pub const fn longest_name(&self) -> usize {
        match self.kind {
            Kind::Text { max: Some(max), .. } => max,
            _ => LONGEST_UNBOUNDED_NAME,
        }
    }

    /// A whole number within bounds.
    pub const fn integer(name: &'static str, min: i64, max: i64) -> Self {
        Self { name, kind: Kind::Integer { min: Some(min), max: Some(max) } }
    }

    /// An enumeration.
    pub const fn choice(name: &'static str, values: &'static [&'static str]) -> Self {
        Self { name, kind: Kind::Choice(values) }
    }

    /// A list with bounds on its length.
    pub const fn bounded_list(
        name: &'static str,
        item: &'static Self,
        min: Option<usize>,
        max: usize,
    ) -> Self {
        Self { name, kind: Kind::List { item, min, max: Some(max) } }
    }

    /// A list without bounds.
    pub const fn list(name: &'static str, item: &'static Self) -> Self {
        Self { name, kind: Kind::List { item, min: None, max: None } }
    }

    /// A structure all of whose members are modelled.
    pub const fn structure(name: &'static str, members: &'static [Member]) -> Self {
        Self::partial(name, members, &[])
    }

    /// A structure of which some members are not modelled yet.
    pub const fn partial(
        name: &'static str,
        members: &'static [Member],
        later: &'static [&'static str],
    ) -> Self {
        Self { name, kind: Kind::Structure { members, later } }
    }

    /// A union.
    pub const fn union(
        name: &'static str,
        variants: &'static [Member],
        later: &'static [&'static str],
    ) -> Self {
        Self { name, kind: Kind::Union { variants, later } }
    }

    /// The members of a structure or a union; none for other kinds.
    pub const fn members(&self) -> &'static [Member] {
        match &self.kind {
            Kind::Structure { members, .. } | Kind::Union { variants: members, .. } => members,
            _ => &[],
        }
    }

    /// The member of this name, if the shape is a structure or a union that models it.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members().iter().find(|member| member.name == name)
    }
}
