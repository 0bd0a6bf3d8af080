//! Pages: what an answer to a list must show, and how a list is followed from page to page.
//!
//! The main function is [`check`]; it returns the [`Turn`] that [`turn`] applies to the world.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::answer::{Checks, Judgement};
use crate::page_limits::{DEFAULT_LIMIT, MOST_EMPTY_PAGES};
use crate::place::{Path, Place};
use crate::reading::Reading;
use crate::shared_rule::SharedRule;
use crate::world::{Key, Pagination, World};

/// What a page does to the lists that are being read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turn {
    /// The token that was sent.
    pub sent: Option<Arc<str>>,
    /// The token that came, with the list that continues there.
    pub next: Option<(Arc<str>, Pagination)>,
    /// What exists but was nowhere in the pages.
    pub lost: Vec<Key>,
}

/// Notes that a page was turned.
pub(crate) fn turn(world: &mut World, turn: &Turn) {
    if let Some(sent) = &turn.sent {
        world.use_page_token(sent);
    }
    if let Some((token, walk)) = &turn.next {
        world.keep_walk(token.clone(), walk.clone());
    }
}

/// Checks a page. `key` is that of the parent with an empty name.
pub(crate) fn check(
    checks: &Checks<'_>,
    key: &Key,
    token: Option<&str>,
    limit: Option<i64>,
    body: &Value,
    judgement: &mut Judgement,
) -> Turn {
    let (family, world) = (checks.family, checks.world);
    let rule = |shared| family.rule(shared);
    let parent = key.parent_path();
    let list_member = family.table.list_member;
    let sent = token.map(Arc::from);
    let Some(items) = body.get(list_member).and_then(Value::as_array) else {
        return Turn { sent, ..Turn::default() };
    };

    let known = token.and_then(|token| world.walk(token));
    let walk = known.filter(|walk| walk.family == key.family && &*walk.parent == parent);
    // Of a token that is foreign or used up nothing certain can be said.
    let loose = token.is_some() && walk.is_none_or(|walk| walk.loose || walk.used);
    let fits = walk.filter(|_| !loose);
    let unsteady = |name: &str| fits.is_some_and(|walk| walk.unsteady.contains(name));

    let before = walk.map(|walk| walk.limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(0);
    let most = limit.unwrap_or(DEFAULT_LIMIT).max(before);
    judgement.test(
        rule(SharedRule::PageSize),
        items.len() as i64 <= most,
        || Place::member([list_member]),
        || format!("at most {most} results"),
        || format!("{} results", items.len()),
    );

    // Of a token that another list gave out nothing is said: any page will do.
    if token.is_some() && walk.is_none() {
        let next = body.get("nextToken").and_then(Value::as_str).filter(|next| !next.is_empty());
        let strange = |next: &str| (Arc::from(next), Pagination::strange(key.family, parent));
        return Turn { sent, next: next.map(strange), lost: Vec::new() };
    }

    let mut seen: BTreeSet<Arc<str>> = fits.map(|walk| walk.seen.clone()).unwrap_or_default();
    let place = Path::of([list_member]).item();
    for item in items {
        let Some(name) = item.get(family.table.name_member).and_then(Value::as_str) else {
            continue;
        };
        let parent_names = key.names().take(family.lineage.len() - 1);
        let item_key = Key::new(key.family, parent_names.chain([name]));
        let exists = world.contains(&item_key);
        let gone = world.past(&item_key).is_some();
        // At the root, what was never ours belongs to somebody else.
        if !exists && !gone && family.is_root() {
            continue;
        }
        let may_show = exists || unsteady(name) || (loose && gone) || world.implies(&item_key);
        judgement.test(
            rule(SharedRule::ListExisting),
            may_show,
            || Place::member([list_member]),
            || "only what exists".to_owned(),
            || format!("{name:?}, which does not exist"),
        );
        checks.names(&item_key, item, &place, judgement);
        if let Some(known) = world.get(&item_key).filter(|_| !unsteady(name)) {
            item_as_described(checks, &item_key, known, item, &place, judgement);
        }
        let again = !seen.insert(name.into()) && !unsteady(name);
        judgement.test(
            rule(SharedRule::ListOnce),
            !again,
            || Place::member([list_member]),
            || "each result once".to_owned(),
            || format!("{name:?} again"),
        );
    }

    let next = body.get("nextToken").and_then(Value::as_str);
    let ends = next.is_none_or(str::is_empty);
    let mut lost = Vec::new();
    if ends {
        judgement.test(
            rule(SharedRule::LastPage),
            next.is_none(),
            || Place::member(["nextToken"]),
            || "null or nothing".to_owned(),
            || "an empty string".to_owned(),
        );
        if !loose {
            lost = world
                .siblings(key.family, parent)
                .filter(|sibling| !seen.contains(sibling.name()) && !unsteady(sibling.name()))
                .cloned()
                .collect();
            let first = lost.first().map(|key: &Key| key.name().to_owned());
            let any = world.siblings(key.family, parent).next().is_some();
            judgement.test(
                rule(SharedRule::ListComplete).filter(|_| any),
                lost.is_empty(),
                || Place::member([list_member]),
                || "everything that exists, by the last page".to_owned(),
                || format!("no {:?}", first.unwrap_or_default()),
            );
        }
    }
    let empty_pages = match (fits, items.is_empty()) {
        (Some(walk), true) => walk.empty_pages + 1,
        (Some(walk), false) => walk.empty_pages,
        (None, empty) => u32::from(empty),
    };
    if fits.is_some() {
        judgement.test(
            rule(SharedRule::WalkEnds),
            ends || empty_pages <= MOST_EMPTY_PAGES,
            || Place::member(["nextToken"]),
            || "an end".to_owned(),
            || format!("{empty_pages} pages without a result"),
        );
    }
    let next = next.filter(|token| !token.is_empty()).map(|token| {
        let walk = Pagination {
            family: key.family,
            parent: parent.into(),
            seen,
            unsteady: fits.map(|walk| walk.unsteady.clone()).unwrap_or_default(),
            limit,
            empty_pages,
            used: false,
            loose,
        };
        (Arc::from(token), walk)
    });
    Turn { sent, next, lost }
}

/// An item tells the same as a describe.
fn item_as_described(
    checks: &Checks<'_>,
    key: &Key,
    known: &crate::world::Resource,
    item: &Value,
    place: &Path,
    judgement: &mut Judgement,
) {
    let reading = Reading::of_item(item);
    let rule = |shared| checks.family.rule(shared);
    let arn_place = place.member("arn");
    judgement.test(
        rule(SharedRule::ListItemArn),
        item.get("arn").is_some_and(|arn| !arn.is_null()),
        || arn_place.clone().into(),
        || "the ARN".to_owned(),
        || "nothing".to_owned(),
    );
    checks.arn(key, Some(known), &reading, &arn_place, SharedRule::ListItem, judgement);
    if let (Some(version), Some(before)) = (reading.version, known.version) {
        judgement.test(
            rule(SharedRule::VersionStable),
            known.may_have_version(version),
            || place.member("version").into(),
            || before.to_string(),
            || version.to_string(),
        );
    }
    if let (Some(created), Some(_)) = (reading.created_at, known.created_at) {
        judgement.test(
            rule(SharedRule::CreatedStable),
            known.may_be_created_at(created),
            || place.member("createdAt").into(),
            || "the time told before".to_owned(),
            || "another time".to_owned(),
        );
    }
    checks.owners(known, &reading, || place.member("meshOwner").into(), judgement);
    if let (Some(updated), Some(_)) = (reading.last_updated_at, known.last_updated_at) {
        judgement.test(
            rule(SharedRule::UpdatedStable),
            known.may_be_updated_at(updated),
            || place.member("lastUpdatedAt").into(),
            || "the time told before".to_owned(),
            || "another time".to_owned(),
        );
    }
}
