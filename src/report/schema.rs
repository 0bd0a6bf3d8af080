//! The JSON Schema of the JSON report.
//!
//! The main function is [`schema`]. It derives from the types of the report, so that the two cannot
//! differ.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::Report;

/// The schema, in draft 2020-12, of reports as they are written.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Report>().into()
}
