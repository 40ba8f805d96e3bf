//! Killed at random moments: every acknowledged message is there exactly once, and a repeat of every other ends stored once. The same where
//! the disk is full, and where the clock was set back.

use std::{
    collections::BTreeMap,
    sync::atomic::Ordering::SeqCst,
    time::{Duration, Instant},
};

use crate::{
    receiver::{Ready, Receiver},
    senders::{Post, ride},
};

const SENDERS: usize = 8;

/// A number that looks like chance and is the same in each run.
fn chance(round: u64) -> u64 {
    let mut x = round.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x ^ (x >> 27)) >> 33
}

/// How many rounds: those of the long command, or so many.
fn rounds(ordinary: u64) -> u64 {
    std::env::var("TERUGBLIK_FAULT_ROUNDS").map_or(ordinary, |n| n.parse().unwrap())
}

/// Where kills fell.
#[derive(Default)]
struct Fell {
    between: u64,
    writing: u64,
}

/// One round: senders post until the receiver is killed, when `moment` returns.
fn round(ready: &Ready, post: &Post, receiver: Receiver, fell: &mut Fell, moment: impl FnOnce()) {
    let authority = ready.authority.file("ca");
    post.stop.store(false, SeqCst);
    let address = receiver.address;
    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| post.send(address, &authority, &ready.sender, false));
        }
        moment();
        let in_flight = post.in_flight.load(SeqCst);
        let was_writing = receiver.kill();
        post.stop.store(true, SeqCst);
        fell.between += u64::from(in_flight > 0);
        fell.writing += u64::from(was_writing);
    });
}

/// With all right again, what was not acknowledged is sent once more; then each that was acknowledged is there exactly once, and nothing else.
fn once_each(ready: &Ready, post: &Post, told: &str, rounds: u64, fell: &Fell) {
    let open = post.open.lock().unwrap().len();
    let receiver = ready.start(0, None);
    post.stop.store(false, SeqCst);
    post.send(receiver.address, &ready.authority.file("ca"), &ready.sender, true);
    receiver.stop();
    assert!(post.open.lock().unwrap().is_empty(), "the repeats were acknowledged");
    let acknowledged = post.acknowledged.lock().unwrap().clone();
    let Fell { between, writing } = fell;
    println!(
        "{told}: {rounds} kills: {between} between the first byte and the answer of a message, {writing} between BEGIN and COMMIT, {} \
         elsewhere; {} messages acknowledged, {open} of them by a repeat, {} times told to come again",
        rounds - between,
        acknowledged.len(),
        post.refused.load(SeqCst),
    );
    let mut found: BTreeMap<String, u32> = BTreeMap::new();
    for ride in ready.rides() {
        *found.entry(ride).or_default() += 1;
    }
    for number in &acknowledged {
        assert_eq!(found.remove(&ride(*number)), Some(1), "message {number} was acknowledged");
    }
    assert!(found.is_empty(), "and nothing else is there: {found:?}");
    ready.log_is_whole();
}

#[test]
fn killed_at_any_moment_what_was_acknowledged_is_there_once_and_repeats_end_stored_once() {
    let rounds = rounds(50);
    let ready = Ready::made();
    let (post, mut fell) = (Post::new(ready.folder.path()), Fell::default());
    for number in 0..rounds {
        // The time of some handshakes and messages, so that kills fall on all of it.
        let moment = || std::thread::sleep(Duration::from_micros(chance(number) % 120_000));
        round(&ready, &post, ready.start(0, None), &mut fell, moment);
    }
    once_each(&ready, &post, "all well", rounds, &fell);
    let Fell { between, writing } = fell;
    assert!(between * 3 >= rounds, "{between} of {rounds} between the first byte and the answer");
    assert!(writing * 10 >= rounds, "{writing} of {rounds} between BEGIN and COMMIT");
}

/// Waits until a sender was told to come again, and a moment more.
fn until_refused(post: &Post, before: usize, number: u64) {
    let begun = Instant::now();
    while post.refused.load(SeqCst) == before && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_micros(200));
    }
    assert!(post.refused.load(SeqCst) > before, "somebody was told to come again");
    std::thread::sleep(Duration::from_micros(chance(number) % 30_000));
}

#[test]
fn killed_with_the_disk_full_what_was_acknowledged_is_there_once_and_repeats_end_stored_once() {
    let rounds = rounds(8);
    let ready = Ready::made();
    let (post, mut fell) = (Post::new(ready.folder.path()), Fell::default());
    for number in 0..rounds {
        let before = post.refused.load(SeqCst);
        // Room for some messages; in every other round it is killed on the way to the end of it.
        let receiver = ready.start(0, Some(ready.bytes() + (128 << 10) + chance(number) % (256 << 10)));
        round(&ready, &post, receiver, &mut fell, || match number % 2 {
            0 => until_refused(&post, before, number),
            _ => std::thread::sleep(Duration::from_micros(chance(number) % 120_000)),
        });
    }
    once_each(&ready, &post, "disk full", rounds, &fell);
    assert!(!post.acknowledged.lock().unwrap().is_empty() && post.refused.load(SeqCst) > 0);
    assert!(fell.between * 3 >= rounds, "{} of {rounds} between the first byte and the answer", fell.between);
}

#[test]
fn killed_with_the_clock_set_back_what_was_acknowledged_is_there_once_and_repeats_end_stored_once() {
    let rounds = rounds(8);
    let ready = Ready::made();
    let (post, mut fell) = (Post::new(ready.folder.path()), Fell::default());
    for number in 0..rounds {
        let before = post.refused.load(SeqCst);
        // Two days and more back nothing is written; by the right clock, in the rounds between, messages come in.
        let is_back = number % 2 == 0;
        let receiver = ready.start(if is_back { -2 - i64::try_from(number).unwrap() } else { 0 }, None);
        round(&ready, &post, receiver, &mut fell, || {
            if is_back {
                until_refused(&post, before, number);
            } else {
                std::thread::sleep(Duration::from_micros(chance(number) % 120_000));
            }
        });
    }
    once_each(&ready, &post, "clock set back", rounds, &fell);
    assert!(post.refused.load(SeqCst) > 0);
    assert!(fell.between * 3 >= rounds, "{} of {rounds} between the first byte and the answer", fell.between);
}
