//! Senders that post distinct messages, each over a connection of its own, and write down what was acknowledged.

use std::{
    fs::File,
    io::Write,
    net::SocketAddr,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use crate::{
    ground::{Client, Identity, connect},
    support::sample,
};

/// What is sent, what is still to be acknowledged, and what was.
pub struct Post {
    /// Sent and not acknowledged: to be sent again.
    pub open: Mutex<Vec<u32>>,
    next: AtomicUsize,
    pub acknowledged: Mutex<Vec<u32>>,
    file: Mutex<File>,
    /// Requests of which the first byte is out and no answer is in.
    pub in_flight: AtomicUsize,
    pub refused: AtomicUsize,
    pub stop: AtomicBool,
}

/// Message and ride of a number.
pub fn message(number: u32) -> String {
    sample("20-volledig-2.4.xml")
        .replace("e915f8f8", &format!("{number:08x}"))
        .replace("set-20", &format!("set-{number}"))
        .replace("12-2026-4510-1", &format!("12-2026-{}-1", number + 1))
}

/// The ride of a number, as the store has it.
pub fn ride(number: u32) -> String {
    domain::RideNumber::parse(&format!("12-2026-{}-1", number + 1)).unwrap().canonical()
}

impl Post {
    pub fn new(folder: &Path) -> Self {
        Self {
            open: Mutex::default(),
            next: AtomicUsize::new(0),
            acknowledged: Mutex::default(),
            file: Mutex::new(File::create(folder.join("acknowledged")).unwrap()),
            in_flight: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        }
    }

    /// One sender, until it is stopped or its connection breaks. What is open comes first.
    pub fn send(&self, address: SocketAddr, authority: &Path, sender: &Identity, only_open: bool) {
        let Some(mut client) = connect(address, authority, sender) else { return };
        while !self.stop.load(SeqCst) {
            let again = self.open.lock().unwrap().pop();
            let number = match (again, only_open) {
                (Some(number), _) => number,
                (None, true) => return,
                (None, false) => u32::try_from(self.next.fetch_add(1, SeqCst)).unwrap(),
            };
            if !self.one(&mut client, number) {
                return;
            }
        }
    }

    fn one(&self, client: &mut Client, number: u32) -> bool {
        self.in_flight.fetch_add(1, SeqCst);
        client.send("text/xml", message(number).as_bytes());
        let reply = client.reply();
        self.in_flight.fetch_sub(1, SeqCst);
        match reply {
            Some(reply) if reply.body.contains("typeCode=\"CA\"") => {
                let mut file = self.file.lock().unwrap();
                writeln!(file, "{number}").and_then(|()| file.sync_data()).unwrap();
                self.acknowledged.lock().unwrap().push(number);
                true
            }
            Some(reply) => {
                assert_eq!(reply.status, 503, "{reply:?}");
                self.open.lock().unwrap().push(number);
                self.refused.fetch_add(1, SeqCst);
                std::thread::sleep(Duration::from_millis(1));
                true
            }
            None => {
                self.open.lock().unwrap().push(number);
                false
            }
        }
    }
}
