//! Worlds: what is counted is what is there, copies go their own ways, and what is long gone is
//! forgotten.

use std::sync::Arc;

use appmesh_model::world::{Key, MOST_TOKENS, Pagination, Resource, TokenUse, World};
use proptest::prelude::*;

/// More than any world remembers.
const MANY: usize = 10_000;

proptest! {
    #[test]
    fn the_count_of_siblings_is_how_many_there_are(
        steps in prop::collection::vec((any::<bool>(), 0_usize..3, 0_usize..5), 1..60),
    ) {
        let mut world = World::default();
        let mut most = 0;
        for (comes, parent, name) in steps {
            let (parent, name) = (format!("p{parent}"), format!("n{name}"));
            let key = Key::new(1, [parent.as_str(), name.as_str()]);
            if comes {
                world.insert(key, Resource::new(0, None, 0));
            } else {
                world.remove(&key);
            }
            for parent in ["p0", "p1", "p2"] {
                let held = world.siblings(1, parent).count();
                prop_assert_eq!(world.held(1, parent), held);
                prop_assert_eq!(world.below(1, &Key::new(0, [parent])).count(), held);
                most = most.max(held);
            }
            prop_assert_eq!(world.peak(1), most);
        }
    }
}

#[test]
fn only_what_lives_in_a_resource_is_below_it() {
    let mut world = World::default();
    for names in [["m", "a"], ["m", "b"], ["m-", "a"], ["m\0", "a"], ["mm", "a"], ["l", "a"]] {
        world.insert(Key::new(1, names), Resource::new(0, None, 0));
    }
    world.insert(Key::new(2, ["m", "a"]), Resource::new(0, None, 0));
    let below: Vec<&Key> = world.below(1, &Key::new(0, ["m"])).map(|(key, _)| key).collect();
    assert_eq!(below, [&Key::new(1, ["m", "a"]), &Key::new(1, ["m", "b"])]);
}

#[test]
fn a_copy_goes_its_own_way() {
    let (first, second) = (Key::new(0, ["first"]), Key::new(0, ["second"]));
    let mut world = World::default();
    world.insert(first.clone(), Resource::new(0, None, 0));
    let mut copy = world.clone();
    assert_eq!(copy, world);
    copy.change(&first, |resource| resource.version = Some(2));
    copy.insert(second.clone(), Resource::new(0, None, 0));
    assert_ne!(copy, world);
    assert_eq!(world.get(&first).and_then(|resource| resource.version), Some(1));
    assert!(!world.contains(&second));
}

#[test]
fn what_is_long_gone_is_forgotten() {
    let mut world = World::default();
    let key = |number: usize| Key::new(0, [format!("m{number}").as_str()]);
    let uid = |number: usize| format!("uid {number}");
    for number in 0..MANY {
        let resource =
            Resource { uid: Some(uid(number).into()), ..Resource::new(0, None, number as u64) };
        world.insert(key(number), resource);
        world.remove(&key(number));
    }
    assert_eq!(world.past(&key(0)), None);
    assert_eq!(world.uid_owner(&uid(0)), None);
    assert_eq!(world.past(&key(MANY - 1)), Some(&(0, Some(uid(MANY - 1).into()))));
    assert_eq!(world.uid_owner(&uid(MANY - 1)), Some(&(key(MANY - 1), 0)));
}

#[test]
fn page_tokens_of_long_ago_are_forgotten() {
    let mut world = World::default();
    let walk = Pagination {
        family: 0,
        parent: "".into(),
        seen: Default::default(),
        unsteady: Default::default(),
        limit: None,
        empty_pages: 0,
        used: false,
        loose: false,
    };
    for number in 0..MANY {
        world.keep_pagination(number.to_string().into(), walk.clone());
    }
    assert_eq!(world.pagination("0"), None);
    assert_eq!(world.pagination(&(MANY - 1).to_string()), Some(&walk));
}

#[test]
fn client_tokens_of_long_ago_are_forgotten_and_a_change_outdates_the_rest() {
    let (mut world, key) = (World::default(), Key::new(0, ["m"]));
    for number in 0..MANY {
        world.record_token(TokenUse {
            token: number.to_string().into(),
            operation: 0,
            key: key.clone(),
            input: Arc::default(),
            accepted: true,
            fresh: true,
            replays: 0,
        });
    }
    let uses = |world: &World, number: usize| -> Vec<bool> {
        world.token_uses(&number.to_string()).map(|use_| use_.fresh).collect()
    };
    assert_eq!(uses(&world, MANY - MOST_TOKENS - 1), [false; 0]);
    assert_eq!(uses(&world, MANY - MOST_TOKENS), [true]);
    world.outdate_tokens(&key);
    assert_eq!(uses(&world, MANY - MOST_TOKENS), [false]);
    assert_eq!(uses(&world, MANY - 1), [false]);
}
