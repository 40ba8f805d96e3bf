//! Killed at random moments: every acknowledged message is there exactly once, and a repeat of every other ends stored once.

use std::{collections::BTreeMap, sync::atomic::Ordering::SeqCst, time::Duration};

use crate::{
    receiver::Ready,
    senders::{Post, ride},
};

const SENDERS: usize = 8;

/// A number that looks like chance and is the same in each run.
fn chance(round: u64) -> u64 {
    let mut x = round.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x ^ (x >> 27)) >> 33
}

#[test]
fn killed_at_any_moment_what_was_acknowledged_is_there_once_and_repeats_end_stored_once() {
    let rounds = std::env::var("TERUGBLIK_FAULT_ROUNDS").map_or(50, |n| n.parse().unwrap());
    let ready = Ready::made();
    let authority = ready.authority.file("ca");
    let post = Post::new(ready.folder.path());
    let (mut between, mut writing) = (0_u64, 0_u64);
    for round in 0..rounds {
        let receiver = ready.start(0, None);
        post.stop.store(false, SeqCst);
        let (address, post) = (receiver.address, &post);
        std::thread::scope(|scope| {
            for _ in 0..SENDERS {
                scope.spawn(|| post.send(address, &authority, &ready.sender, false));
            }
            // The time of some handshakes and messages, so that kills fall on all of it.
            std::thread::sleep(Duration::from_micros(chance(round) % 120_000));
            let in_flight = post.in_flight.load(SeqCst);
            let was_writing = receiver.kill();
            post.stop.store(true, SeqCst);
            between += u64::from(in_flight > 0);
            writing += u64::from(was_writing);
        });
    }
    let open = post.open.lock().unwrap().len();
    let receiver = ready.start(0, None);
    post.stop.store(false, SeqCst);
    post.send(receiver.address, &authority, &ready.sender, true);
    receiver.stop();
    assert!(post.open.lock().unwrap().is_empty(), "the repeats were acknowledged");
    let acknowledged = post.acknowledged.lock().unwrap().clone();
    println!(
        "{rounds} kills: {between} between the first byte and the answer of a message, {writing} between BEGIN and COMMIT, {} elsewhere; \
         {} messages acknowledged, {open} of them by a repeat",
        rounds - between,
        acknowledged.len()
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
    assert!(between * 3 >= rounds, "{between} of {rounds} between the first byte and the answer");
    assert!(writing * 10 >= rounds, "{writing} of {rounds} between BEGIN and COMMIT");
}
