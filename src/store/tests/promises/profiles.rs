//! Message profiles: a text that was loaded stays, a version counts from its day, and undoing brings back what counted before.

use access::Event;
use chrono::NaiveDate;
use store::{ProfileActor::CommandLine, ProfileForce, ProfileLoad, Store};

use crate::support::*;

const TEXT: &str = "name = \"dialect\"";

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, day).unwrap()
}

fn in_force(store: &Store, days_on: i64) -> Vec<(String, u32)> {
    store.profiles_in_force(now() + days(days_on)).unwrap().into_iter().map(|p| (p.name, p.version)).collect()
}

fn loaded(store: &mut Store, versions: std::ops::RangeInclusive<u32>) {
    for version in versions {
        let text = format!("{TEXT}\nversion = {version}");
        assert_eq!(store.load_profile(CommandLine, ("dialect", version), &text, now()).unwrap(), ProfileLoad::Loaded);
    }
}

#[test]
fn a_loaded_text_stays_as_it_is_and_reads_nothing_yet() {
    let house = House::new();
    let mut store = house.store();
    loaded(&mut store, 1..=1);
    let mut again = |text: &str| store.load_profile(CommandLine, ("dialect", 1), text, now()).unwrap();
    assert_eq!(again("name = \"dialect\"\nversion = 1"), ProfileLoad::Same);
    assert_eq!(again("another"), ProfileLoad::OtherText);
    let kept = house.store().loaded_profiles().unwrap();
    assert_eq!(
        kept.iter().map(|p| (p.version, p.text.as_str())).collect::<Vec<_>>(),
        [(1, "name = \"dialect\"\nversion = 1")]
    );
    assert!(in_force(&store, 0).is_empty());
}

#[test]
fn a_version_counts_from_its_day_and_undoing_brings_back_the_one_before() {
    let house = House::new();
    let mut store = house.store();
    loaded(&mut store, 1..=2);
    assert!(!store.force_profile(CommandLine, ("dialect", 3), day(20), now()).unwrap(), "not loaded");
    assert!(store.force_profile(CommandLine, ("dialect", 1), day(20), now()).unwrap());
    assert!(store.force_profile(CommandLine, ("dialect", 2), day(25), now()).unwrap());
    assert_eq!(in_force(&store, 0), [("dialect".into(), 1)]);
    assert_eq!(in_force(&store, 4), [("dialect".into(), 1)]);
    assert_eq!(in_force(&store, 5), [("dialect".into(), 2)]);
    assert!(in_force(&store, -1).is_empty());
    assert_eq!(store.roll_back_profile(CommandLine, "dialect", now()).unwrap(), Some(2));
    assert_eq!(in_force(&store, 5), [("dialect".into(), 1)]);
    assert_eq!(store.roll_back_profile(CommandLine, "dialect", now()).unwrap(), Some(1));
    assert_eq!(store.roll_back_profile(CommandLine, "dialect", now()).unwrap(), None);
    assert!(in_force(&house.store(), 5).is_empty());
}

#[test]
fn readers_see_a_change_at_once_and_a_day_at_its_beginning() {
    let house = House::new();
    let (mut store, reader) = (house.store(), house.store());
    let before = reader.profiles_state(now()).unwrap();
    loaded(&mut store, 1..=1);
    assert_eq!(reader.profiles_state(now()).unwrap(), before, "a text alone changes nothing");
    store.force_profile(CommandLine, ("dialect", 1), day(25), now()).unwrap();
    let put = reader.profiles_state(now()).unwrap();
    assert_ne!(put, before);
    // The day begins at midnight in the Netherlands: 19 September 22:30 UTC is the 20th.
    assert_eq!(reader.profiles_state(now() - chrono::TimeDelta::minutes(11 * 60 + 30)).unwrap(), put);
    assert_ne!(reader.profiles_state(now() + days(1)).unwrap(), put);
    store.roll_back_profile(CommandLine, "dialect", now()).unwrap();
    assert_ne!(reader.profiles_state(now()).unwrap(), put);
}

#[test]
fn each_act_with_a_profile_is_a_line_of_the_log_with_its_administrator() {
    let house = House::new();
    let session = house.administrator();
    let actor = store::ProfileActor::Administrator(&session);
    let mut store = house.store();
    store.load_profile(actor, ("dialect", 1), TEXT, now()).unwrap();
    store.force_profile(actor, ("dialect", 1), day(21), now()).unwrap();
    store.roll_back_profile(actor, "dialect", now()).unwrap();
    store.roll_back_profile(actor, "dialect", now()).unwrap();
    let lines = store.log_page(None, 3).unwrap();
    let said: Vec<_> = lines.iter().map(|l| (l.entry.event, l.entry.detail.clone().unwrap())).collect();
    let expected = [
        (Event::ProfileRolledBack, "dialect/1".to_owned()),
        (Event::ProfileInForce, "dialect/1 from 2026-09-21".to_owned()),
        (Event::ProfileLoaded, "dialect/1".to_owned()),
    ];
    assert_eq!(said, expected);
    assert!(lines.iter().all(|l| l.entry.user == Some(session.account())));
    assert_eq!(store.loaded_profiles().unwrap()[0].loaded_by, Some(session.account()));
}

#[test]
fn what_will_be_in_force_is_known_for_each_day_that_changes_it() {
    let house = House::new();
    let mut store = house.store();
    loaded(&mut store, 1..=2);
    let force = |version, d| ProfileForce { name: "dialect".into(), version, from: day(d) };
    let sets = store.profiles_from_now(&[force(1, 1), force(2, 25)], now()).unwrap();
    let versions: Vec<Vec<u32>> = sets.iter().map(|set| set.iter().map(|p| p.version).collect()).collect();
    assert_eq!(versions, [vec![1], vec![2]]);
}
