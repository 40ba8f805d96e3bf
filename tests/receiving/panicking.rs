//! A fault of the program while a group of messages is written: it stays with the message it is about.

use std::{
    cell::Cell,
    sync::{Condvar, Mutex},
};

use intake::{NotTaken, listener::ListenerLimits};
use store::Trouble;

use crate::{
    ground::{Ground, quick, until},
    support::{full, now},
};

thread_local! {
    /// Whether this is the thread that commits, of the listener of this test.
    static MINE: Cell<bool> = const { Cell::new(false) };
}

/// What becomes of the next transactions, one after the other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// It waits until this is taken off.
    Waits,
    Panics,
    Goes,
}

static PLAN: Mutex<Vec<Next>> = Mutex::new(Vec::new());
static CHANGED: Condvar = Condvar::new();

/// At the begin and the end of each transaction.
fn told(begun: bool) {
    if !begun || !MINE.get() {
        return;
    }
    let plan = PLAN.lock().unwrap();
    let mut plan = CHANGED.wait_while(plan, |plan| plan.first() == Some(&Next::Waits)).unwrap();
    let next = if plan.is_empty() { Next::Goes } else { plan.remove(0) };
    // So that the lock is as good as before.
    drop(plan);
    assert!(next != Next::Panics, "as the test asked for");
}

fn plan(next: &[Next]) {
    *PLAN.lock().unwrap() = next.to_vec();
    CHANGED.notify_all();
}

#[test]
fn a_panic_at_one_message_of_a_group_leaves_its_neighbours_their_own_answers_and_the_listener_goes_on() {
    use Next::{Goes, Panics, Waits};
    store::tell_transactions(told);
    // One that waits, and a group of five.
    let ground = Ground::of(ListenerLimits { queue_messages_max: 6, ..quick() }, || MINE.set(true));
    assert_eq!(ground.client(&ground.sender).post("text/xml", full(0).as_bytes()).status, 200);
    let store = ground.store();
    // From here on nothing but messages is written.
    until("the certificate is noted", || store.hospital_certificates().unwrap()[0].last.is_some());
    plan(&[Waits]);
    let mut first = ground.client(&ground.sender);
    first.send("text/xml", full(1).as_bytes());
    let entrance = ground.committer.as_ref().unwrap().entrance();
    until("it is about to be written", || !ground.is_free_to_write());
    let mut group: Vec<_> = (2..7).map(|_| ground.client(&ground.sender)).collect();
    for (number, client) in (2..).zip(&mut group) {
        client.send("text/xml", full(number).as_bytes());
    }
    until("five wait for it", || entrance.has_room(1) == Err(NotTaken::Full));
    // It goes; the group breaks, and of the five by themselves the third breaks again.
    plan(&[Goes, Panics, Goes, Goes, Panics, Goes, Goes]);
    assert_eq!(first.reply().unwrap().status, 200);
    let replies: Vec<_> = group.iter_mut().map(|client| client.reply().unwrap()).collect();
    assert!(PLAN.lock().unwrap().is_empty());
    let (good, bad): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!((good.len(), bad.len()), (4, 1), "{replies:?}");
    assert!(good.iter().all(|reply| reply.body.contains("typeCode=\"CA\"")), "{good:?}");
    assert_eq!((bad[0].status, bad[0].head.contains("retry-after: ")), (503, true), "{bad:?}");
    assert!(bad[0].body.contains("typeCode=\"CR\""), "{bad:?}");
    assert_eq!(ground.records(), 6, "nothing of the one that broke");
    // It goes on, on a connection that was there and on a new one, and the one that broke is taken in when it comes again.
    let broken = (2..).zip(&replies).find(|(_, reply)| reply.status == 503).unwrap().0;
    assert_eq!(group[0].post("text/xml", full(broken).as_bytes()).status, 200);
    assert_eq!(ground.client(&ground.sender).post("text/xml", full(9).as_bytes()).status, 200);
    assert_eq!(ground.records(), 8);
    until("the alarm stands in the store", || {
        store.troubles(now()).unwrap().iter().any(|row| row.trouble == Trouble::NotStored && row.count == 1)
    });
}
