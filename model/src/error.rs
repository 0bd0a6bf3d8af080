//! The errors of the API, with their types and statuses.

/// The errors of the service model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorKind {
    /// Something in the request is not as it must be.
    BadRequest,
    /// The name is taken, or the client token was used for another request.
    Conflict,
    /// The caller may not do this.
    Forbidden,
    /// The server failed.
    InternalServerError,
    /// A quota is exhausted.
    LimitExceeded,
    /// A resource that the call names does not exist.
    NotFound,
    /// The resource is needed by another.
    ResourceInUse,
    /// The server cannot answer now.
    ServiceUnavailable,
    /// The caller is too fast.
    TooManyRequests,
}

impl ErrorKind {
    /// Every error of the service model.
    pub const ALL: [Self; 9] = [
        Self::BadRequest,
        Self::Conflict,
        Self::Forbidden,
        Self::InternalServerError,
        Self::LimitExceeded,
        Self::NotFound,
        Self::ResourceInUse,
        Self::ServiceUnavailable,
        Self::TooManyRequests,
    ];

    /// The error's type on the wire.
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequestException",
            Self::Conflict => "ConflictException",
            Self::Forbidden => "ForbiddenException",
            Self::InternalServerError => "InternalServerErrorException",
            Self::LimitExceeded => "LimitExceededException",
            Self::NotFound => "NotFoundException",
            Self::ResourceInUse => "ResourceInUseException",
            Self::ServiceUnavailable => "ServiceUnavailableException",
            Self::TooManyRequests => "TooManyRequestsException",
        }
    }

    /// The HTTP status that goes with it (service model, `error.httpStatusCode`).
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::LimitExceeded => 400,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict | Self::ResourceInUse => 409,
            Self::TooManyRequests => 429,
            Self::InternalServerError => 500,
            Self::ServiceUnavailable => 503,
        }
    }

    /// The error with this type name.
    pub fn from_type(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.type_name() == name)
    }
}
