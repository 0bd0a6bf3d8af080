//! Pages: what an answer to a list must show, and how a list is followed from page to page.
//!
//! The main function is [`check`]; it returns the [`Turn`] that [`turn`] applies to the world.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::judgement::{Checks, Judgement};
use crate::page_limits::{DEFAULT_LIMIT, MOST_EMPTY_PAGES};
use crate::place::{Path, Place};
use crate::rule::RuleId;
use crate::shared_rule::SharedRule;
use crate::told_resource::Reading;
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
        world.keep_pagination(token.clone(), walk.clone());
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
    let parent = key.parent_path();
    let list_member = checks.family.table.list_member;
    let sent = token.map(Arc::from);
    let Some(items) = body.get(list_member).and_then(Value::as_array) else {
        return Turn { sent, ..Turn::default() };
    };
    let known = token.and_then(|token| checks.world.pagination(token));
    let walk = known.filter(|walk| walk.family == key.family && &*walk.parent == parent);
    // Of a token that is foreign or used up nothing certain can be said.
    let loose = token.is_some() && walk.is_none_or(|walk| walk.loose || walk.used);

    let before = walk.map(|walk| walk.limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(0);
    let most = limit.unwrap_or(DEFAULT_LIMIT).max(before);
    judgement.test(
        checks.family.rule(SharedRule::PageSize),
        items.len() as i64 <= most,
        || Place::member([list_member]),
        || format!("at most {most} results"),
        || format!("{} results", items.len()),
    );
    let next = body.get("nextToken").and_then(Value::as_str);

    // Of a token that another list gave out nothing is said: any page will do.
    if token.is_some() && walk.is_none() {
        let next = next.filter(|next| !next.is_empty());
        let strange = |next: &str| (Arc::from(next), Pagination::strange(key.family, parent));
        return Turn { sent, next: next.map(strange), lost: Vec::new() };
    }
    let page = Page { checks, key, walk: walk.filter(|_| !loose), loose };
    let seen = page.check_items(items, judgement);
    let lost = page.check_end(next, &seen, judgement);
    let empty_pages = page.check_progress(items.is_empty(), next, judgement);
    let next = next.filter(|token| !token.is_empty()).map(|token| {
        let walk = Pagination {
            family: key.family,
            parent: parent.into(),
            seen,
            unsteady: page.walk.map(|walk| walk.unsteady.clone()).unwrap_or_default(),
            limit,
            empty_pages,
            used: false,
            loose,
        };
        (Arc::from(token), walk)
    });
    Turn { sent, next, lost }
}

/// A page of a list that its token belongs to.
struct Page<'a> {
    checks: &'a Checks<'a>,
    /// The key of the parent with an empty name.
    key: &'a Key,
    /// The pages before, if something certain can be said of them.
    walk: Option<&'a Pagination>,
    /// The token was used before.
    loose: bool,
}

impl Page<'_> {
    fn rule(&self, shared: SharedRule) -> Option<RuleId> {
        self.checks.family.rule(shared)
    }

    fn list(&self) -> Place {
        Place::member([self.checks.family.table.list_member])
    }

    /// Whether a resource came or went while the list was read.
    fn is_unsteady(&self, name: &str) -> bool {
        self.walk.is_some_and(|walk| walk.unsteady.contains(name))
    }

    /// Checks the items. Returns the names that this page and the ones before have shown.
    fn check_items(&self, items: &[Value], judgement: &mut Judgement) -> BTreeSet<Arc<str>> {
        let (family, world) = (self.checks.family, self.checks.world);
        let mut seen = self.walk.map(|walk| walk.seen.clone()).unwrap_or_default();
        let place = Path::of([family.table.list_member]).item();
        for item in items {
            let Some(name) = item.get(family.table.name_member).and_then(Value::as_str) else {
                continue;
            };
            let parent_names = self.key.names().take(family.lineage.len() - 1);
            let key = Key::new(self.key.family, parent_names.chain([name]));
            let (exists, gone) = (world.contains(&key), world.past(&key).is_some());
            // At the root, what was never ours belongs to somebody else.
            if !exists && !gone && family.is_root() {
                continue;
            }
            let unsteady = self.is_unsteady(name);
            judgement.test(
                self.rule(SharedRule::ListExisting),
                exists || unsteady || (self.loose && gone) || world.implies(&key),
                || self.list(),
                || "only what exists".to_owned(),
                || format!("{name:?}, which does not exist"),
            );
            self.checks.names(&key, item, &place, judgement);
            if let Some(known) = world.get(&key).filter(|_| !unsteady) {
                item_as_described(self.checks, &key, known, item, &place, judgement);
            }
            let again = !seen.insert(name.into()) && !unsteady;
            judgement.test(
                self.rule(SharedRule::ListOnce),
                !again,
                || self.list(),
                || "each result once".to_owned(),
                || format!("{name:?} again"),
            );
        }
        seen
    }

    /// Checks the last page. Returns the resources that exist and were on no page.
    fn check_end(
        &self,
        next: Option<&str>,
        seen: &BTreeSet<Arc<str>>,
        judgement: &mut Judgement,
    ) -> Vec<Key> {
        if next.is_some_and(|next| !next.is_empty()) {
            return Vec::new();
        }
        judgement.test(
            self.rule(SharedRule::LastPage),
            next.is_none(),
            || Place::member(["nextToken"]),
            || "null or nothing".to_owned(),
            || "an empty string".to_owned(),
        );
        if self.loose {
            return Vec::new();
        }
        let mut siblings =
            self.checks.world.siblings(self.key.family, self.key.parent_path()).peekable();
        let any = siblings.peek().is_some();
        let is_lost = |key: &&Key| !seen.contains(key.name()) && !self.is_unsteady(key.name());
        let lost: Vec<Key> = siblings.filter(is_lost).cloned().collect();
        judgement.test(
            self.rule(SharedRule::ListComplete).filter(|_| any),
            lost.is_empty(),
            || self.list(),
            || "everything that exists, by the last page".to_owned(),
            || format!("no {:?}", lost.first().map_or("", Key::name)),
        );
        lost
    }

    /// Checks that the list comes to an end. Returns how many pages without a result there were.
    fn check_progress(&self, is_empty: bool, next: Option<&str>, judgement: &mut Judgement) -> u32 {
        let before = self.walk.map_or(0, |walk| walk.empty_pages);
        let empty_pages = before + u32::from(is_empty);
        if self.walk.is_some() {
            judgement.test(
                self.rule(SharedRule::WalkEnds),
                next.is_none_or(str::is_empty) || empty_pages <= MOST_EMPTY_PAGES,
                || Place::member(["nextToken"]),
                || "an end".to_owned(),
                || format!("{empty_pages} pages without a result"),
            );
        }
        empty_pages
    }
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
