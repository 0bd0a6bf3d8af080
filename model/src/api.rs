//! The API of one version, compiled: families, operations, schemas and the catalogue of rules.
//!
//! The main type is [`Api`]. Everything here derives from the tables of the version's families;
//! nothing here knows a family by name.

use serde_json::{Map, Value};

use crate::family::{Family, OwnRule};
use crate::operation::{Action, Input, Location, Operation, Role};
use crate::rule::{Catalogue, Rule, RuleId, RuleKind};
use crate::schema::Node;
use crate::schema::compile::{Compiler, Pages, listed};
use crate::shape::{Kind, Shape, Text};
use crate::shared_rule::{SHARED_RULES, SharedRule};
pub use crate::version::Version;
use crate::wire_rule::{WIRE, Wire};
use crate::world::Key;

/// One call: an operation and the members of its request, before they are put on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Index into [`Api::operations`].
    pub operation: usize,
    /// The members by name, wherever they travel.
    pub input: Map<String, Value>,
    /// The body is not a JSON object (cut off, another type, not UTF-8, …).
    pub malformed: bool,
}

/// A family with its place in the tree and its rules.
#[derive(Debug)]
pub struct ApiFamily {
    /// Its table.
    pub table: &'static Family,
    /// Its index in [`Api::families`].
    pub index: usize,
    /// The families from the root down to this one.
    pub lineage: Vec<usize>,
    /// The families that live in this one.
    pub children: Vec<usize>,
    rules: [Option<RuleId>; SharedRule::COUNT],
    /// The rules beside the shared ones that its calls are judged by.
    pub own_rules: Vec<FamilyRule>,
    /// Its operations by action, as indices.
    operations: [Option<usize>; Action::ALL.len()],
}

impl ApiFamily {
    /// The rule that a shared rule becomes for the family, if it has it.
    pub fn rule(&self, shared: SharedRule) -> Option<RuleId> {
        self.rules[shared as usize]
    }

    /// The shape of its names, as a create takes them.
    pub fn name_shape(&self) -> Option<&'static Shape> {
        let create = self.table.operation(Action::Create)?;
        create.input(Role::Name(self.lineage.len() - 1)).map(|input| input.shape)
    }

    /// The length in characters of the longest name that is known to be accepted.
    pub fn longest_name(&self) -> usize {
        self.name_shape().map_or(0, Shape::longest_name)
    }

    /// Whether its resources live in no other.
    pub fn is_root(&self) -> bool {
        self.lineage.len() == 1
    }
}

/// A rule that a family has beside the shared ones.
#[derive(Clone, Copy, Debug)]
pub struct FamilyRule {
    /// The rule in the catalogue.
    pub rule: RuleId,
    /// Its row.
    pub table: &'static OwnRule,
}

/// An operation with its family and schemas.
#[derive(Debug)]
pub struct ApiOperation {
    /// Its table.
    pub table: &'static Operation,
    /// Its index in [`Api::operations`].
    pub index: usize,
    /// Its family's index in [`Api::families`].
    pub family: usize,
    /// The members of its request, each with its schema.
    pub inputs: Vec<(&'static Input, Node)>,
    /// Where in them the member with each role stands; see [`slot`].
    roles: Vec<Option<usize>>,
}

/// The place of a role among all roles.
const fn slot(role: Role) -> usize {
    match role {
        Role::Spec => 0,
        Role::ClientToken => 1,
        Role::Limit => 2,
        Role::PageToken => 3,
        Role::Owner => 4,
        Role::Tags => 5,
        Role::Name(depth) => 6 + depth,
    }
}

impl ApiOperation {
    /// The member with this role and its schema, if there is one.
    pub fn input(&self, role: Role) -> Option<&(&'static Input, Node)> {
        let index = self.roles.get(slot(role)).copied().flatten()?;
        self.inputs.get(index)
    }
}

/// All that is known of one version of the API.
#[derive(Debug)]
pub struct Api {
    /// Which version.
    pub version: Version,
    /// Families, parents before children.
    pub families: Vec<ApiFamily>,
    /// Operations, family by family.
    pub operations: Vec<ApiOperation>,
    /// Every rule.
    pub catalogue: Catalogue,
    wire: Vec<RuleId>,
}

impl Api {
    /// Compiles the families of a version, parents before children.
    pub(crate) fn build(version: Version, tables: &'static [&'static Family]) -> Self {
        let mut catalogue = Catalogue::default();
        let mut families: Vec<ApiFamily> = Vec::new();
        let mut operations = Vec::new();
        let mut pages = Pages::default();
        for (index, table) in tables.iter().enumerate() {
            let parent = families.iter().position(|family| Some(family.table.id) == table.parent);
            let mut lineage =
                parent.map_or_else(Vec::new, |parent| families[parent].lineage.clone());
            lineage.push(index);
            let children = positions(tables, |child| child.parent == Some(table.id));
            let mut family = ApiFamily {
                table,
                index,
                lineage,
                children,
                rules: [None; SharedRule::COUNT],
                own_rules: Vec::new(),
                operations: [None; Action::ALL.len()],
            };
            for row in SHARED_RULES {
                let rule = shared_rule(version, tables, &family, row.rule);
                family.rules[row.rule as usize] = rule.map(|rule| catalogue.add(rule));
            }
            family.own_rules = own_rules(tables, table, &mut catalogue);
            for operation in table.operations {
                family.operations[operation.action as usize] = Some(operations.len());
                let mut compiler = Compiler {
                    catalogue: &mut catalogue,
                    pages: &mut pages,
                    family: table.id,
                    version,
                    operation,
                    in_spec: false,
                };
                let inputs = compile(operation, &mut compiler);
                let roles = roles(operation);
                let at = operations.len();
                let compiled =
                    ApiOperation { table: operation, index: at, family: index, inputs, roles };
                operations.push(compiled);
            }
            families.push(family);
        }
        pages.cite(&mut catalogue);
        let wire = WIRE
            .iter()
            .map(|text| {
                catalogue.add(Rule {
                    id: format!("wire/{}", text.slug),
                    kind: RuleKind::Wire,
                    basis: text.basis,
                    statement: text.statement.to_owned(),
                    source: text.source.replace("{version}", version.as_str()),
                })
            })
            .collect();
        Self { version, families, operations, catalogue, wire }
    }

    /// The rule for something that holds of every answer.
    pub fn wire(&self, wire: Wire) -> RuleId {
        self.wire[wire as usize]
    }

    /// The operation of this name.
    pub fn operation(&self, name: &str) -> Option<&ApiOperation> {
        self.operations.iter().find(|operation| operation.table.name == name)
    }

    /// The family's operation that does this, if it has one.
    pub fn operation_of(&self, family: usize, action: Action) -> Option<&ApiOperation> {
        let index = self.families.get(family)?.operations[action as usize]?;
        self.operations.get(index)
    }

    /// The family of this id.
    pub fn family(&self, id: &str) -> Option<&ApiFamily> {
        self.families.iter().find(|family| family.table.id == id)
    }

    /// The resources that a specification of this one refers to: the family of each and its key, none
    /// where a name cannot stand in a key. A reference names a resource in the same parent as the
    /// one that refers to it, or further up. Families that are not modelled are left out.
    pub(crate) fn references(&self, own: &Key, spec: &Value) -> Vec<(&ApiFamily, Option<Key>)> {
        let create = self.operation_of(own.family, Action::Create);
        let Some((_, node)) = create.and_then(|create| create.input(Role::Spec)) else {
            return Vec::new();
        };
        let referred = |(family, name)| {
            let family = self.family(family)?;
            let above = own.names().take(family.lineage.len() - 1);
            let key = Key::can_hold(name).then(|| Key::new(family.index, above.chain([name])));
            Some((family, key))
        };
        node.references(spec).into_iter().filter_map(referred).collect()
    }

    /// The operation that a method and a path stand for, and the members in the path, still
    /// percent-encoded; none where no operation has this form.
    pub fn route<'p>(
        &self,
        method: &str,
        path: &'p str,
    ) -> Option<(&ApiOperation, Vec<(&'static str, &'p str)>)> {
        self.operations
            .iter()
            .filter(|operation| operation.table.method == method)
            .find_map(|operation| Some((operation, path_members(operation.table.path, path)?)))
    }
}

/// Matches a path against a template; the members in it, or none if the path is of another form.
fn path_members<'p>(template: &'static str, path: &'p str) -> Option<Vec<(&'static str, &'p str)>> {
    let (mut expected, mut given) = (template.split('/'), path.split('/'));
    let mut members = Vec::new();
    loop {
        match (expected.next(), given.next()) {
            (None, None) => return Some(members),
            (Some(expected), Some(given)) => {
                match expected.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                    Some(name) if !given.is_empty() => members.push((name, given)),
                    None if expected == given => {}
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
}

fn positions<T>(items: &[T], wanted: impl Fn(&T) -> bool) -> Vec<usize> {
    items.iter().enumerate().filter(|(_, item)| wanted(item)).map(|(index, _)| index).collect()
}

/// The rules about the calls of a family beside the shared ones, whichever family lists them.
fn own_rules(
    tables: &'static [&'static Family],
    about: &Family,
    catalogue: &mut Catalogue,
) -> Vec<FamilyRule> {
    let mut rules = Vec::new();
    for table in tables {
        let is_about = |own: &&OwnRule| own.about.unwrap_or(table.id) == about.id;
        rules.extend(table.own_rules.iter().filter(is_about).map(|own| {
            let rule = catalogue.add(Rule {
                id: format!("{}/{}", about.id, own.slug),
                kind: own.kind(),
                basis: own.basis,
                statement: own.statement.to_owned(),
                source: own.source.to_owned(),
            });
            FamilyRule { rule, table: own }
        }));
    }
    rules
}

/// The rule that a shared rule becomes for a family, or none where it makes no sense there.
fn shared_rule(
    version: Version,
    tables: &[&'static Family],
    family: &ApiFamily,
    shared: SharedRule,
) -> Option<Rule> {
    let (table, text) = (family.table, shared.text());
    let operation = table.operation(text.action)?;
    let needs_parent = matches!(shared, SharedRule::CreateInMissing | SharedRule::ListInMissing);
    let needs_spec = matches!(
        shared,
        SharedRule::CreateSpec
            | SharedRule::DescribeSpec
            | SharedRule::DeletedSpec
            | SharedRule::UnclearSpec
    );
    // Strangers on a shared target count against the root family's quota, so nothing can be said.
    let needs_own_quota = shared == SharedRule::QuotaSteady;
    let has_spec = table.data.member("spec").is_some();
    let shape = family.name_shape()?;
    let Kind::Text { text: Text::Name(names), .. } = shape.kind else { return None };
    let absent = (needs_parent && family.is_root())
        || (needs_own_quota && family.is_root())
        || (needs_spec && !has_spec)
        || (shared == SharedRule::DeleteInUse && family.children.is_empty())
        || (shared == SharedRule::Implied && table.implied_by.is_empty())
        || (shared == SharedRule::NameSlash && !names.refused.contains('/'));
    if absent {
        return None;
    }
    let evidence = table.evidence.iter().find(|evidence| evidence.rule == shared);
    let basis = match evidence {
        Some(evidence) => evidence.basis,
        None if version.is_preview() => text.preview?,
        None => text.general?,
    };
    let parent = tables.iter().find(|other| Some(other.id) == table.parent);
    let arn = family.lineage.iter().fold(
        "arn:PARTITION:appmesh:REGION:ACCOUNT:".to_owned(),
        |arn, &index| {
            let slash = if arn.ends_with(':') { "" } else { "/" };
            let upper = tables[index].name_member;
            format!("{arn}{slash}{}/{{{upper}}}", tables[index].arn_segment)
        },
    );
    let statement = text
        .statement
        .replace("{noun}", table.noun)
        .replace("{parent}", parent.map_or("", |parent| parent.noun))
        .replace("{arn}", &arn)
        .replace("{characters}", &in_words(names.accepted));
    let source = evidence.map_or(text.source, |evidence| evidence.source);
    let source = source
        .replace("{doc}", &operation.documents.cite(version))
        .replace("{op}", operation.name)
        .replace("{name shape}", shape.name)
        .replace("{writes}", &writes(table))
        .replace("{version}", version.as_str());
    let id = format!("{}/{}", table.id, text.slug);
    Some(Rule { id, kind: text.kind, basis, statement, source })
}

/// The kinds of characters that are accepted in names.
fn in_words(accepted: &str) -> String {
    let words = accepted.chars().filter_map(|c| match c {
        '-' => Some("hyphen"),
        '_' => Some("underscore"),
        '.' => Some("dot"),
        _ => None,
    });
    listed(&["letters", "digits"].into_iter().chain(words).collect::<Vec<_>>())
}

/// The operations that take a specification, as sources name them.
fn writes(table: &Family) -> String {
    let writes =
        [Action::Create, Action::Update].into_iter().filter_map(|action| table.operation(action));
    listed(&writes.map(|operation| operation.name).collect::<Vec<_>>())
}

/// Compiles the members of an operation: a schema for each, with the rules for its bounds.
fn compile(
    operation: &'static Operation,
    compiler: &mut Compiler<'_>,
) -> Vec<(&'static Input, Node)> {
    let schema = |input: &'static Input| {
        // A name in the path that breaks its bounds is also the name of nothing that exists, so
        // that its bounds cannot be seen there; they are seen where the name is given.
        if input.location == Location::Path {
            return (input, Node::without_rules(input.name, input.shape));
        }
        let path = input.name.to_owned();
        compiler.in_spec = input.role == Role::Spec;
        (input, Node::build(compiler, input.name, path, input.shape, input.required))
    };
    operation.inputs.iter().map(schema).collect()
}

/// Where the member with each role stands among the members of an operation; see [`slot`].
fn roles(operation: &Operation) -> Vec<Option<usize>> {
    let mut roles = Vec::new();
    for (index, input) in operation.inputs.iter().enumerate() {
        let slot = slot(input.role);
        roles.resize(roles.len().max(slot + 1), None);
        roles[slot] = Some(index);
    }
    roles
}
