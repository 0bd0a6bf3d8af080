//! The account and the region of the reference server, and the identifiers of new resources.

use appmesh_model::correct_server::Minted;
use appmesh_model::world::Timestamp;
use uuid::Uuid;

/// The account that owns everything on a reference server.
pub const ACCOUNT: &str = "123456789012";
/// The region in its ARNs.
pub const REGION: &str = "us-east-1";

/// What the server chooses by itself for a call at this time.
pub fn minted(now: Timestamp) -> Minted {
    Minted {
        uid: Uuid::new_v4().to_string(),
        now,
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
    }
}
