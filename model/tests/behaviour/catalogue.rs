//! The catalogue of rules: stable ids, whole sentences, and a rule for every bound of a request.

use std::collections::BTreeSet;

use appmesh_model::api::{Api, ApiOperation, Version};
use appmesh_model::operation::Location;
use appmesh_model::rule::{Basis, Rule, RuleId};
use appmesh_model::schema::Node;
use appmesh_model::shape::{CLIENT_TOKEN_MAX, Echo, Kind, Text};
use appmesh_model::shared_rule::{SHARED_RULES, SharedRule};
use appmesh_model::wire_rule::WIRE;

/// What the tables of promises and wire rules leave to be filled in.
const PLACEHOLDERS: [&str; 10] = [
    "{noun}",
    "{parent}",
    "{arn}",
    "{characters}",
    "{doc}",
    "{name shape}",
    "{op}",
    "{operations}",
    "{writes}",
    "{version}",
];

#[test]
fn every_id_is_unique() {
    for api in apis() {
        let ids: BTreeSet<&str> = api.catalogue.rules().iter().map(|rule| &*rule.id).collect();
        assert_eq!(ids.len(), api.catalogue.rules().len());
    }
}

#[test]
fn every_id_is_a_family_or_the_wire_and_what_is_promised() {
    for api in apis() {
        let mut families: BTreeSet<&str> =
            api.families.iter().map(|family| family.table.id).collect();
        families.insert("wire");
        let mut prefixes = BTreeSet::new();
        for rule in api.catalogue.rules() {
            let (prefix, rest) = rule.id.split_once('/').expect("a slash in the id");
            assert!(prefix.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.id);
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
            assert!(!rest.is_empty() && rest.chars().all(fits), "{}", rule.id);
            prefixes.insert(prefix);
        }
        assert_eq!(prefixes, families);
    }
}

#[test]
fn every_rule_says_what_is_promised_and_where_it_stands() {
    for (api, rule) in rules() {
        for text in [&rule.statement, &rule.source] {
            assert!(!text.trim().is_empty() && text.trim() == text, "{}: {text:?}", rule.id);
            assert!(!text.contains("  "), "{}: {text:?} lacks a word", rule.id);
            let left = PLACEHOLDERS.iter().find(|placeholder| text.contains(*placeholder));
            assert!(left.is_none(), "{}: {left:?} is left in {text:?}", rule.id);
        }
        assert!(rule.statement.ends_with('.'), "{}: {}", rule.id, rule.statement);
        // An ARN is written with the names in braces; nothing else is.
        let members = api.families.iter().map(|family| family.table.name_member);
        let bare = members.fold(rule.statement.clone(), |statement, member| {
            statement.replace(&format!("{{{member}}}"), "")
        });
        assert!(!bare.contains(['{', '}']), "{}: {}", rule.id, rule.statement);
    }
}

#[test]
fn an_id_means_the_same_in_both_versions() {
    let preview = Api::of(Version::V2018_10_01);
    for rule in Api::of(Version::V2019_01_25).catalogue.rules() {
        let Some(id) = preview.catalogue.find(&rule.id) else { continue };
        let earlier = preview.catalogue.get(id);
        // Enumerations and lengths may grow, and so may what a family promises of its own.
        let is_bound = rule.id.contains('.');
        assert!(
            is_bound || rule.statement == earlier.statement,
            "{}: {:?} was {:?}",
            rule.id,
            rule.statement,
            earlier.statement
        );
    }
}

#[test]
fn what_only_the_general_version_has_does_not_cite_the_preview_alone() {
    let preview = Api::of(Version::V2018_10_01);
    for rule in Api::of(Version::V2019_01_25).catalogue.rules() {
        let is_new = preview.catalogue.find(&rule.id).is_none();
        assert!(!is_new || !rule.source.contains("2018-10-01"), "{}: {}", rule.id, rule.source);
    }
}

#[test]
fn what_is_silent_cannot_be_broken() {
    for (_, rule) in rules() {
        assert_eq!(rule.can_break(), rule.basis != Basis::Silent, "{}", rule.id);
    }
}

#[test]
fn a_rule_is_found_by_its_id() {
    for api in apis() {
        for id in api.catalogue.ids() {
            assert_eq!(api.catalogue.find(&api.catalogue.get(id).id), Some(id));
        }
        assert_eq!(api.catalogue.find("mesh/no-such-rule"), None);
    }
}

#[test]
fn the_tables_of_promises_and_wire_rules_are_in_the_order_of_their_enums() {
    for (index, row) in SHARED_RULES.iter().enumerate() {
        assert_eq!(row.rule as usize, index, "{}", row.slug);
        assert_eq!(row.rule.text().slug, row.slug);
    }
    for (index, row) in WIRE.iter().enumerate() {
        assert_eq!(row.wire as usize, index, "{}", row.slug);
    }
}

#[test]
fn every_promise_is_a_rule_of_the_family_that_has_a_parent_children_and_a_specification() {
    for api in apis() {
        let router = api.family("virtual-router").expect("a family");
        // Only what other resources bring into being by naming it has the rule about that.
        for row in SHARED_RULES.iter().filter(|row| row.rule != SharedRule::Implied) {
            let basis = match api.version {
                Version::V2018_10_01 => row.preview,
                Version::V2019_01_25 => row.general,
            };
            let rule = router.rule(row.rule).map(|rule| api.catalogue.get(rule));
            assert_eq!(rule.map(|rule| rule.basis), basis, "{}", row.slug);
        }
    }
}

#[test]
fn a_promise_goes_by_the_same_name_in_every_family() {
    for api in apis() {
        for family in &api.families {
            for row in SHARED_RULES {
                let Some(rule) = family.rule(row.rule) else { continue };
                let id = format!("{}/{}", family.table.id, row.slug);
                assert_eq!(api.catalogue.get(rule).id, id);
            }
        }
    }
}

// Requests.

#[test]
fn every_bound_of_a_request_has_its_rule() {
    for (api, operation, node, place) in nodes() {
        let family = api.families[operation.family].table.id;
        let operation = operation.table.name;
        let case = Case { api, id: format!("{family}/{}", node.path), node, place, operation };
        match &node.shape.kind {
            Kind::Text { min, max, text } => {
                let max = if *text == Text::Token { Some(CLIENT_TOKEN_MAX) } else { *max };
                // No path can be made of an empty name.
                let min = min.filter(|min| *min > usize::from(place == Place::InPath));
                case.bounds("length.min", min.map(|min| min.to_string()), node.low);
                case.bounds("length.max", max.map(|max| max.to_string()), node.high);
                match text {
                    Text::Token => case.bounds("characters", Some("letters".into()), node.form),
                    Text::Path => case.bounds("slash", Some("a slash".into()), node.form),
                    _ => case.bounds("characters", None, node.form),
                }
            }
            Kind::Integer { min, max } => {
                case.bounds("min", min.map(|min| min.to_string()), node.low);
                case.bounds("max", max.map(|max| max.to_string()), node.high);
            }
            Kind::Choice(values) => case.bounds("enum", Some(values.join(", ")), node.form),
            Kind::List { min, max, .. } => {
                let min = min.filter(|min| *min > 0);
                case.bounds("items.min", min.map(|min| min.to_string()), node.low);
                case.bounds("items.max", max.map(|max| max.to_string()), node.high);
                assert_eq!(node.children.len(), 1, "{}", case.id);
            }
            Kind::Structure { members, .. } | Kind::Union { variants: members, .. } => {
                // Two members of a union cannot be sent while only one is modelled.
                let is_union = matches!(node.shape.kind, Kind::Union { .. });
                let one = (is_union && members.len() > 1).then(|| "exactly one".to_owned());
                case.bounds("union", one, node.form);
                if node.echo == Echo::Unavailable {
                    // Who drops what is not available cannot be held to its bounds.
                    assert!(node.children.is_empty(), "{}", case.id);
                    continue;
                }
                let modelled = members.iter().map(|member| member.name);
                assert!(modelled.eq(node.children.iter().map(|child| child.name)), "{}", case.id);
            }
            Kind::Timestamp => {}
        }
    }
}

#[test]
fn every_required_member_of_a_request_has_its_rule() {
    for (api, operation, node, place) in nodes() {
        let family = api.families[operation.family].table.id;
        let operation = operation.table.name;
        let case = Case { api, id: format!("{family}/{}", node.path), node, place, operation };
        if let Place::Member { required } = place {
            case.bounds("required", required.then(|| node.path.clone()), node.required);
        } else {
            assert_eq!(node.required, None, "{}", case.id);
        }
    }
}

#[test]
fn a_node_knows_the_rules_of_all_below_it() {
    for (_, _, node, _) in nodes() {
        let below: usize = node.children.iter().map(|child| child.rules().len()).sum();
        let own = [node.required, node.low, node.high, node.form].into_iter().flatten().count();
        assert_eq!(node.rules().len(), own + below, "{}", node.path);
    }
}

/// Where a node stands in a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// A member of the path: it is always there and never empty.
    InPath,
    /// A member of the body, the query string or a structure.
    Member {
        /// The service model requires it.
        required: bool,
    },
    /// The item of a list.
    Item,
}

/// One node, with what is needed to say what is wrong with it.
struct Case<'a> {
    api: &'static Api,
    id: String,
    node: &'a Node,
    place: Place,
    /// The operation whose request it is.
    operation: &'static str,
}

impl Case<'_> {
    /// Asserts that there is a rule exactly if there is a bound, and that it says and cites it.
    fn bounds(&self, what: &str, bound: Option<String>, rule: Option<RuleId>) {
        let id = format!("{}.{what}", self.id);
        let text = match self.node.shape.kind {
            Kind::Text { text, .. } => Some(text),
            _ => None,
        };
        let refers = matches!(text, Some(Text::Reference(_))) && what != "required";
        if self.place == Place::InPath || refers {
            // Nothing exists under a name out of bounds, so nobody can see it refused for them.
            assert_eq!(rule, None, "{id} in the path or as a reference");
            return;
        }
        let Some(bound) = bound else {
            assert_eq!(rule, None, "{id} at {:?}", self.place);
            return;
        };
        let rule = rule.map(|rule| self.api.catalogue.get(rule));
        assert!(rule.is_some(), "{id} has no rule at {:?}", self.place);
        let Some(rule) = rule else { return };
        assert_eq!(rule.id, id);
        assert_eq!(rule.basis, Basis::Stated, "{id}");
        let words = format!(" {} ", rule.statement.replace([',', ';', '.'], " "));
        let bound = format!(" {} ", bound.replace([',', ';', '.'], " "));
        assert!(words.contains(&bound), "{id}: {} lacks {bound:?}", rule.statement);
        let member = self.node.path.rsplit('.').next().unwrap_or(&self.node.path);
        assert!(rule.source.contains(member), "{id}: {}", rule.source);
        assert!(
            rule.source.contains(self.operation),
            "{id} at {}: {}",
            self.operation,
            rule.source
        );
    }
}

/// Every node of every request of both versions.
fn nodes() -> Vec<(&'static Api, &'static ApiOperation, &'static Node, Place)> {
    let mut found = Vec::new();
    for api in apis() {
        for operation in &api.operations {
            for (input, node) in &operation.inputs {
                let place = match input.location {
                    Location::Path => Place::InPath,
                    Location::Query | Location::Body => Place::Member { required: input.required },
                };
                gather(node, place, &mut |node, place| found.push((api, operation, node, place)));
            }
        }
    }
    found
}

fn gather(node: &'static Node, place: Place, found: &mut impl FnMut(&'static Node, Place)) {
    found(node, place);
    for child in &node.children {
        let place = match node.shape.member(child.name) {
            Some(member) => Place::Member { required: member.required },
            None => Place::Item,
        };
        gather(child, place, found);
    }
}

fn apis() -> impl Iterator<Item = &'static Api> {
    Version::ALL.into_iter().map(Api::of)
}

fn rules() -> impl Iterator<Item = (&'static Api, &'static Rule)> {
    apis().flat_map(|api| api.catalogue.rules().iter().map(move |rule| (api, rule)))
}
