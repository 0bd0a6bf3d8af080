//! The errors of the API, with their types and statuses (service model, `error.httpStatusCode`).

/// Makes the enum of errors: what each means, its type on the wire and its HTTP status.
macro_rules! errors {
    ($(#[doc = $meaning:literal] $kind:ident $type_name:literal $status:literal;)*) => {
        /// The errors of the service model.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorKind {
            $(#[doc = $meaning] $kind,)*
        }

        impl ErrorKind {
            /// Every error of the service model.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The error's type on the wire.
            pub const fn type_name(self) -> &'static str {
                match self {
                    $(Self::$kind => $type_name,)*
                }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$kind => $status,)*
                }
            }

            /// The error with this type name.
            pub fn from_type(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.type_name() == name)
            }
        }
    };
}

errors! {
    /// Something in the request is not as it must be.
    BadRequest "BadRequestException" 400;
    /// The name is taken, or the client token was used for another request.
    Conflict "ConflictException" 409;
    /// The caller may not do this.
    Forbidden "ForbiddenException" 403;
    /// The server failed.
    InternalServerError "InternalServerErrorException" 500;
    /// A quota is exhausted.
    LimitExceeded "LimitExceededException" 400;
    /// A resource that the call names does not exist.
    NotFound "NotFoundException" 404;
    /// The resource is needed by another.
    ResourceInUse "ResourceInUseException" 409;
    /// The server cannot answer now.
    ServiceUnavailable "ServiceUnavailableException" 503;
    /// The caller is too fast.
    TooManyRequests "TooManyRequestsException" 429;
}
