//! Wire rules: what holds of every answer, whatever the resource.
//!
//! The main type is [`Wire`]; [`Wire::text`] gives its row. To add a rule, write its row: name, slug,
//! basis, statement, source.

use crate::rule::Basis;

/// The row of a [`Wire`] rule.
#[derive(Clone, Copy, Debug)]
pub struct WireText {
    /// Which rule this is.
    pub wire: Wire,
    /// The part of the rule id behind `wire/`.
    pub slug: &'static str,
    /// How sure we are.
    pub basis: Basis,
    /// The statement, in our own words.
    pub statement: &'static str,
    /// Where it comes from; `{version}` is filled in.
    pub source: &'static str,
}

impl Wire {
    /// How many wire rules there are.
    pub const COUNT: usize = WIRE.len();

    /// The row of this rule.
    pub const fn text(self) -> &'static WireText {
        &WIRE[self as usize]
    }
}

/// Makes the enum of wire rules and the table of their rows, in the same order.
macro_rules! wire_rules {
    ($($wire:ident $slug:literal $basis:ident $statement:literal $source:literal;)*) => {
        /// A rule about the form of answers and errors.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Wire {
            $(#[doc = $statement] $wire,)*
        }

        /// One row for each wire rule, in the order of the enum.
        pub const WIRE: &[WireText] = &[$(WireText {
            wire: Wire::$wire,
            slug: $slug,
            basis: Basis::$basis,
            statement: $statement,
            source: $source,
        }),*];
    };
}

wire_rules! {
    SuccessStatus "success-status" Stated
        "Every success is answered with status 200."
        "Service model {version}, http.responseCode of each operation";
    Status "status" Stated
        "An answer has the status of a success or of a modelled error."
        "Service model {version}, http.responseCode and error.httpStatusCode";
    ContentType "content-type" Inferred
        "The content type of a success is JSON."
        "Service model {version}, metadata.protocol: rest-json";
    JsonBody "json-body" Stated
        "The body of a success is a JSON object."
        "Service model {version}, metadata.protocol: rest-json, and the payload of each operation";
    MemberType "member-type" Stated
        "Every modelled member of an answer has the modelled JSON type."
        "Service model {version}, the output shape of the operation";
    RequiredMember "required-member" Stated
        "No required member of an answer is missing."
        "Service model {version}, required members of the output shape";
    Choice "choice" Stated
        "An enumerated member of an answer has one of the modelled values."
        "Service model {version}, enum of the member's shape";
    Bounds "bounds" Stated
        "A bounded member of an answer keeps within its bounds."
        "Service model {version}, min and max of the member's shape";
    Timestamp "timestamp" Stated
        "A timestamp is a JSON number of epoch seconds. One that lies more than a day ahead of every known clock counts something else, such as milliseconds."
        "API reference 2018-10-01, metadata.createdAt";
    ErrorType "error-type" Inferred
        "An error names its type in x-amzn-ErrorType, or as code or __type in the body."
        "Service model {version}, metadata.protocol: rest-json";
    ErrorStatus "error-status" Stated
        "An error comes with the status that is modelled for its type."
        "Service model {version}, error.httpStatusCode of the error's shape";
    ErrorModelled "error-modelled" Stated
        "An error is one of those that are modelled for the operation."
        "Service model {version}, errors of the operation";
    InvalidInput "invalid-input" Inferred
        "Input outside its bounds is refused with BadRequestException."
        "Service model {version}, BadRequestException: the only modelled error for malformed requests";
    MalformedBody "malformed-body" Inferred
        "A body that is not a JSON object is refused with BadRequestException."
        "Service model {version}, BadRequestException";
    NoServerFailure "no-server-failure" Inferred
        "No request, however malformed, makes the server fail."
        "Service model {version}, InternalServerErrorException is a fault of the server, never the answer to a bad request";
    ErrorMessage "error-message" Stated
        "The message of an error, where it has one, is a string."
        "Service model {version}, the shape of each error, member message";
    ErrorBody "error-body" Silent
        "Whether an error has a body, what besides its message stands in it and of which content type it is are left open."
        "Service model {version}, the shape of each error: no member is required; the recordings hold successes only";
}
