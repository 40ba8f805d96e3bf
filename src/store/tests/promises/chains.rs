//! Replacements and versions lead to one end state, whatever the order in which they come.

use store::{Incoming, Outcome};

use crate::support::*;

fn replacing(extension: &str, replaced: &str) -> Incoming {
    Incoming { replaces: Some(id(replaced)), ..message(extension) }
}

fn version(extension: &str, set: &str, version: u32) -> Incoming {
    Incoming { set: Some(id(set)), version, ..message(extension) }
}

fn orders(of: usize) -> Vec<Vec<usize>> {
    if of == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(of - 1);
    shorter
        .iter()
        .flat_map(|order| {
            (0..of).map(move |at| {
                let mut longer = order.clone();
                longer.insert(at, of - 1);
                longer
            })
        })
        .collect()
}

/// Takes the messages in every order, each twice; after each the records are these, and a purge leaves nothing of any.
fn every_order_leaves(messages: &[fn() -> Incoming], left: &[&str]) {
    for order in orders(messages.len()) {
        let house = House::new();
        let mut inbox = house.inbox();
        for number in &order {
            // A vehicle of its own tells which records stayed.
            let one = || {
                let one = messages[*number]();
                Incoming { vehicle: one.id.as_ref().and_then(|id| id.extension.clone()), ..one }
            };
            take(&mut inbox, one());
            assert!(matches!(take(&mut inbox, one()), Outcome::Repeated(_) | Outcome::Superseded), "{order:?}");
        }
        assert_eq!(house.count("SELECT count(*) FROM message"), i64::try_from(left.len()).unwrap(), "{order:?}");
        for name in left {
            assert_eq!(house.count(&format!("SELECT count(*) FROM message WHERE vehicle = '{name}'")), 1, "{order:?}");
        }
        inbox.store_mut().purge(now() + days(360)).unwrap();
        for table in ["message", "figure", "identity", "identity_place"] {
            assert_eq!(house.count(&format!("SELECT count(*) FROM {table}")), 0, "{order:?} {table}");
        }
    }
}

#[test]
fn a_chain_of_replacements_leaves_its_last_in_every_order() {
    every_order_leaves(
        &[|| message("a"), || replacing("b", "a"), || replacing("c", "b"), || replacing("d", "c")],
        &["d"],
    );
}

#[test]
fn a_replacement_of_what_never_came_stays_beside_what_did() {
    every_order_leaves(&[|| message("a"), || replacing("c", "b"), || replacing("d", "c")], &["a", "d"]);
}

#[test]
fn a_replaced_version_replaces_the_older_ones_of_its_set_in_every_order() {
    every_order_leaves(&[|| version("a", "s", 1), || version("b", "s", 2), || replacing("c", "b")], &["c"]);
    every_order_leaves(
        &[|| version("a", "s", 1), || version("b", "s", 2), || replacing("c", "b"), || version("d", "s", 3)],
        &["c", "d"],
    );
}

#[test]
fn two_replacements_of_one_document_both_stay_in_every_order() {
    every_order_leaves(&[|| message("a"), || replacing("b", "a"), || replacing("c", "a")], &["b", "c"]);
}

#[test]
fn of_a_circle_of_replacements_one_stays() {
    let circle: [fn() -> Incoming; 3] = [|| replacing("a", "b"), || replacing("b", "c"), || replacing("c", "a")];
    for order in orders(3) {
        let house = House::new();
        let mut inbox = house.inbox();
        for number in &order {
            take(&mut inbox, circle[*number]());
        }
        assert_eq!(house.count("SELECT count(*) FROM message"), 1, "{order:?}");
    }
}

#[test]
fn a_replacement_holds_within_its_sender_only() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, replacing("c", "b"));
    take(&mut inbox, message("a"));
    let other = Incoming { sender: other_hospital().into(), ..replacing("b", "a") };
    assert!(matches!(take(&mut inbox, other), Outcome::TakenIn(_)));
    assert_eq!(house.count("SELECT count(*) FROM message"), 3);
}

#[test]
fn what_was_replaced_before_it_came_shortens_the_term_as_after() {
    let terms = [[0, 1], [1, 0]].map(|order| {
        let house = House::new();
        let mut inbox = house.inbox();
        let pair = || {
            let early = Some(now() - days(100));
            [Incoming { handed_over: early, ..message("a") }, replacing("b", "a")]
        };
        for number in order {
            let [first, second] = pair();
            take(&mut inbox, if number == 0 { first } else { second });
        }
        (house.count("SELECT purge_after FROM message"), house.count("SELECT purge_after FROM figure"))
    });
    assert_eq!(terms[0], terms[1]);
    assert_eq!(terms[0].0, (now() + days(258)).timestamp());
}

#[test]
fn the_same_version_under_another_id_is_a_repeat_or_refused_by_a_name_of_its_own() {
    let house = House::new();
    let mut inbox = house.inbox();
    let first = message_of(take(&mut inbox, version("a", "s", 1)));
    let same = Incoming { canonical: version("a", "s", 1).canonical, ..version("b", "s", 1) };
    assert_eq!(take(&mut inbox, same), Outcome::Repeated(first));
    assert_eq!(take(&mut inbox, version("b", "s", 1)), Outcome::OtherVersion);
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
    assert_eq!(house.store().status(true).unwrap().received.refused, 1);
}

#[test]
fn a_longer_chain_than_a_record_holds_forgets_its_oldest() {
    let house = House::new();
    let mut inbox = house.inbox();
    let batch: Vec<store::Arrived> = (1..1100)
        .map(|i| store::Arrived::Message(Box::new(replacing(&format!("m{i}"), &format!("m{}", i - 1)))))
        .collect();
    inbox.append(&batch, now()).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
    assert_eq!(house.count("SELECT count(*) FROM identity"), 1024);
    assert!(matches!(take(&mut inbox, message("m900")), Outcome::Repeated(_)));
}

#[test]
fn what_one_process_took_in_or_purged_another_that_runs_already_knows() {
    let house = House::new();
    let (mut one, mut other) = (house.inbox(), house.inbox());
    // Both have looked before.
    assert!(matches!(take(&mut one, message("a")), Outcome::TakenIn(_)));
    assert!(matches!(take(&mut other, message("a")), Outcome::Repeated(_)));
    assert!(matches!(take(&mut other, version("b", "s", 2)), Outcome::TakenIn(_)));
    assert_eq!(take(&mut one, version("c", "s", 1)), Outcome::Superseded);
    assert!(matches!(take(&mut one, message("d")), Outcome::TakenIn(_)));
    house.raw().execute_batch("UPDATE message SET purge_after = 1").unwrap();
    assert_eq!(other.store_mut().purge(now()).unwrap().records, 3);
    for name in ["a", "d"] {
        assert!(matches!(take(&mut one, message(name)), Outcome::TakenIn(_)), "{name} is gone");
        assert!(matches!(take(&mut other, message(name)), Outcome::Repeated(_)), "{name} is there again");
        assert!(matches!(take(&mut house.inbox(), message(name)), Outcome::Repeated(_)), "{name}");
    }
    assert_eq!(house.count("SELECT count(*) FROM message"), 2);
}

#[test]
fn what_was_taken_in_and_not_committed_is_no_repeat_of_anything() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, message("a"));
    let lock = house.raw();
    lock.execute_batch("CREATE TRIGGER full BEFORE INSERT ON figure BEGIN SELECT RAISE(ABORT, 'full'); END").unwrap();
    let arrived = || [store::Arrived::Message(Box::new(message("b"))), store::Arrived::Message(Box::new(message("c")))];
    assert!(inbox.append(&arrived(), now()).is_err());
    lock.execute_batch("DROP TRIGGER full").unwrap();
    assert!(matches!(take(&mut house.inbox(), message("x")), Outcome::TakenIn(_)));
    let outcomes = inbox.append(&arrived(), now()).unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Some(Outcome::TakenIn(_)))), "{outcomes:?}");
    assert!(matches!(take(&mut inbox, message("x")), Outcome::Repeated(_)));
}
