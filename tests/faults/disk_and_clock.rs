//! No room on the disk, and a clock that was set back: nothing is acknowledged that is not there, and nothing is lost.

use std::{
    collections::BTreeSet,
    sync::atomic::Ordering::SeqCst,
    time::{Duration, Instant},
};

use crate::{
    receiver::Ready,
    senders::{Post, ride},
};

/// The rides of what was acknowledged are those of the store, each once.
fn all_there(ready: &Ready, post: &Post) {
    let acknowledged: BTreeSet<String> = post.acknowledged.lock().unwrap().iter().map(|n| ride(*n)).collect();
    let rides = ready.rides();
    assert_eq!(rides.len(), acknowledged.len());
    assert_eq!(rides.into_iter().collect::<BTreeSet<_>>(), acknowledged);
    ready.log_is_whole();
}

/// Sends with four at once until so many were told to come again.
fn until_refused(ready: &Ready, post: &Post, receiver: &crate::receiver::Receiver, refused: usize) {
    let authority = ready.authority.file("ca");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| post.send(receiver.address, &authority, &ready.sender, false));
        }
        let begun = Instant::now();
        while post.refused.load(SeqCst) < refused && begun.elapsed() < Duration::from_secs(120) {
            std::thread::sleep(Duration::from_millis(2));
        }
        post.stop.store(true, SeqCst);
    });
    assert!(post.refused.load(SeqCst) >= refused, "{} refused", post.refused.load(SeqCst));
}

fn with_all_right(ready: &Ready, post: &Post) {
    let receiver = ready.start(0, None);
    post.stop.store(false, SeqCst);
    post.send(receiver.address, &ready.authority.file("ca"), &ready.sender, true);
    receiver.stop();
    assert!(post.open.lock().unwrap().is_empty());
    all_there(ready, post);
}

#[test]
fn with_the_disk_full_senders_are_told_to_come_again_and_what_was_acknowledged_is_there() {
    let ready = Ready::made();
    let post = Post::new(ready.folder.path());
    let size = std::fs::metadata(ready.database()).unwrap().len();
    let receiver = ready.start(0, Some(size + (1 << 20)));
    until_refused(&ready, &post, &receiver, 50);
    assert!(!post.acknowledged.lock().unwrap().is_empty(), "there was room at first");
    // And killed as it is.
    receiver.kill();
    with_all_right(&ready, &post);
}

#[test]
fn by_a_clock_set_back_nothing_is_acknowledged_until_it_is_right_again() {
    let ready = Ready::made();
    let post = Post::new(ready.folder.path());
    let receiver = ready.start(-3, None);
    until_refused(&ready, &post, &receiver, 20);
    receiver.stop();
    assert!(post.acknowledged.lock().unwrap().is_empty() && ready.rides().is_empty());
    with_all_right(&ready, &post);
    assert!(post.acknowledged.lock().unwrap().len() >= 4);
}
