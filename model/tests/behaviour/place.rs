//! Places are printed in reports and read back from baselines.

use appmesh_model::error::ErrorKind;
use appmesh_model::place::{Header, Path, Place};

#[test]
fn every_place_is_read_back_from_its_text() {
    let outcome =
        |status, name: Option<&str>| Place::Outcome { status, error_type: name.map(str::to_owned) };
    let places = [
        (outcome(404, Some("NotFoundException")), "answer 404 NotFoundException"),
        (outcome(404, None), "answer 404 without an error type"),
        (outcome(200, None), "answer 200"),
        (Place::Status, "status"),
        (Place::StatusOf(ErrorKind::Conflict), "status of ConflictException"),
        (Place::Header(Header::ContentType), "Content-Type"),
        (Place::Header(Header::ErrorType), "x-amzn-ErrorType"),
        (Place::Body, "body"),
        (Path::of(["spec", "listeners"]).item().member("port").into(), "spec.listeners[].port"),
    ];
    for (place, text) in places {
        assert_eq!(place.to_string(), text);
        assert_eq!(text.parse(), Ok(place));
    }
    for text in ["", "a..b", "answer x", "status of NothingKnown"] {
        assert!(text.parse::<Place>().is_err(), "{text}");
    }
}
