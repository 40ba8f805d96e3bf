//! Bodies without an end: each is ended with a clear status or a close, and what is held of them meanwhile is bounded.

use std::io::Write;

use intake::listener::ListenerLimits;

use crate::{
    ground::{Client, Ground},
    support::full,
};

const SENDERS: usize = 48;
/// What one sender may hold here of bodies on their way in; all of them together send some ten times that.
const HELD_MAX: usize = 4 << 20;
/// With vectors that grow, and what each connection has of its own.
const HELD_KB_MAX: u64 = 24 << 10;
const CHUNK: usize = 16 << 10;

const HEAD: &[u8] =
    b"POST /bericht12 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n";

fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Sends a piece again and again until the other side has ended it, or so many bytes are out; how many were.
fn until_ended(client: &mut Client, piece: &[u8], most: usize) -> usize {
    let mut sent = 0;
    while sent < most && client.stream.write_all(piece).is_ok() {
        sent += piece.len();
    }
    let _ = client.stream.flush();
    sent
}

#[test]
fn however_many_send_chunks_without_end_what_is_held_of_them_is_bounded_and_is_given_back() {
    let limits = ListenerLimits { free_bytes_min: 0, ..ListenerLimits::default() };
    let ground = Ground::with(ListenerLimits { bodies_per_sender_bytes_max: HELD_MAX, ..limits });
    let mut kept = ground.client(&ground.sender);
    assert_eq!(kept.post("text/xml", full(1).as_bytes()).status, 200);
    let chunk = [format!("{CHUNK:x}\r\n").as_bytes(), &[b' '; CHUNK], b"\r\n"].concat();
    let mut clients: Vec<Client> = (0..SENDERS).map(|_| ground.client(&ground.sender)).collect();
    let before = resident_kb();
    // All of them side by side, a chunk each in turn.
    let (mut sent, mut most_kb) = (0, 0);
    clients.iter_mut().for_each(|client| client.write(HEAD));
    for _ in 0..63 {
        for client in &mut clients {
            sent += until_ended(client, &chunk, chunk.len());
        }
        most_kb = most_kb.max(resident_kb());
    }
    // And on: each is told, or closed.
    let mut told = Vec::new();
    for client in &mut clients {
        sent += until_ended(client, &chunk, 4 << 20);
        most_kb = most_kb.max(resident_kb());
        match client.reply() {
            Some(reply) => told.push(reply.status),
            None => assert!(client.is_closed()),
        }
    }
    assert!(told.iter().all(|status| [413, 503].contains(status)), "{told:?}");
    let held = most_kb.saturating_sub(before);
    println!("{held} kB held at most of {sent} bytes; {} were told why, the others closed", told.len());
    assert!(sent > 2 * HELD_MAX && held < HELD_KB_MAX, "{held} kB held of {sent} bytes");
    drop(clients);
    assert_eq!(kept.post("text/xml", full(2).as_bytes()).status, 200, "there is room again");
    assert_eq!(ground.records(), 2);
}

#[test]
fn the_extension_of_a_chunk_and_what_comes_after_the_last_one_have_an_end_too() {
    let ground = Ground::with(ListenerLimits { free_bytes_min: 0, ..ListenerLimits::default() });
    let mut kept = ground.client(&ground.sender);
    assert_eq!(kept.post("text/xml", full(1).as_bytes()).status, 200);
    let before = resident_kb();
    let filler = [b'x'; CHUNK];
    let trailer = [b"X: ".as_slice(), &filler[..1000], b"\r\n"].concat();
    for (begins, piece) in [(b"1;".as_slice(), filler.as_slice()), (b"1\r\nx\r\n0\r\n", &trailer)] {
        let mut client = ground.client(&ground.sender);
        client.write(&[HEAD, begins].concat());
        let sent = until_ended(&mut client, piece, 64 << 20);
        assert!(sent < 32 << 20, "it was ended: {sent}");
        if let Some(reply) = client.reply() {
            assert!((400..=503).contains(&reply.status), "{reply:?}");
        }
    }
    let held = resident_kb().saturating_sub(before);
    assert!(held < 16 << 10, "{held} kB");
    assert_eq!(kept.post("text/xml", full(2).as_bytes()).status, 200);
}
