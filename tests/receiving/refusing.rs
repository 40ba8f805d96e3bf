//! Bad input ends in a clear status or a close: each way of it, and memory stays what it was.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use intake::{NotTaken, listener::ListenerLimits};
use store::Trouble;

use crate::{
    ground::{Ground, Wanted, fixture, needs, quick, until},
    support::{full, now, sample},
};

fn plain(ground: &Ground) -> TcpStream {
    let stream = TcpStream::connect(ground.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    String::from_utf8_lossy(&all).into_owned()
}

#[test]
fn plain_http_on_the_tls_port_is_told_so() {
    let ground = Ground::new();
    let mut stream = plain(&ground);
    stream.write_all(b"POST /bericht12 HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let answer = rest(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("tekst van listener-plain"), "{answer}");
}

#[test]
fn without_a_certificate_there_is_no_connection() {
    if !needs("curl") {
        return;
    }
    let ground = Ground::new();
    let (status, said) = ground.curl(None, &[&ground.url("/bericht12")]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("certificate required"), "{said}");
}

#[test]
fn paths_methods_and_content_that_are_not_taken_each_have_their_status() {
    if !needs("curl") {
        return;
    }
    let ground = Ground::new();
    let data = format!("@{}", fixture("31-soap11.xml").display());
    let asked = |path: &str, more: &[&str]| {
        let url = ground.url(path);
        let mut all = vec!["-H", "Content-Type: text/xml"];
        all.extend(more);
        all.push(&url);
        ground.curl(Some(&ground.sender), &all)
    };
    let post: &[&str] = &["--data-binary", &data];
    let with = |header: &'static str| [&["-H", header], post].concat();
    for (path, more, status, text) in [
        ("/anders", post.to_vec(), 404, "listener-path"),
        ("/bericht12/", post.to_vec(), 404, "listener-path"),
        ("/bericht12", vec![], 405, "listener-method"),
        ("/bericht12", vec!["-X", "PUT", "--data-binary", &data], 405, "listener-method"),
        ("/bericht12", with("Content-Encoding: gzip"), 415, "listener-content-encoding"),
    ] {
        let (found, said) = asked(path, &more);
        assert_eq!(found, status, "{path} {more:?} {said}");
        assert!(said.contains(text), "{path} {more:?} {said}");
    }
    for kind in ["multipart/related; type=\"application/xop+xml\"; boundary=x", "application/json"] {
        let header = format!("Content-Type: {kind}");
        let url = ground.url("/bericht12");
        let (status, said) = ground.curl(Some(&ground.sender), &["-H", &header, "--data-binary", &data, &url]);
        assert_eq!(status, 415, "{kind} {said}");
    }
    assert_eq!(ground.records(), 0);
}

#[test]
fn a_message_packed_on_its_way_is_refused_whatever_comes_in_its_chunks() {
    let ground = Ground::new();
    let text = full(1);
    let chunks = format!("{:x}\r\n{text}\r\n0\r\n\r\n", text.len());
    let posted = |coding: &str| {
        let mut client = ground.client(&ground.sender);
        let head = format!("POST /bericht12 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n{coding}\r\n\r\n");
        client.write((head + &chunks).as_bytes());
        let reply = client.reply().expect("an answer");
        (reply.status, reply.body)
    };
    let told = (415, "tekst van listener-content-encoding\n".to_owned());
    for packed in ["gzip, chunked", "gzip\r\nTransfer-Encoding: chunked", "x-deflate, Chunked", "chunked, chunked"] {
        assert_eq!(posted(&format!("Transfer-Encoding: {packed}")), told, "{packed}");
    }
    assert_eq!(ground.records(), 0);
    assert_eq!(posted("Transfer-Encoding: Chunked").0, 200);
}

#[test]
fn what_is_too_large_is_refused_by_its_length_and_without_one_as_soon_as_it_is() {
    let ground = Ground::with(ListenerLimits { body_bytes_max: 20_000, ..quick() });
    let mut said = ground.client(&ground.sender);
    said.write(b"POST /bericht12 HTTP/1.1\r\nHost: x\r\nContent-Length: 20001\r\n\r\n");
    let reply = said.reply().unwrap();
    assert_eq!((reply.status, reply.head.contains("connection: close")), (413, true));
    let mut endless = ground.client(&ground.sender);
    endless.write(b"POST /bericht12 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for _ in 0..30 {
        endless.write(&[b"400\r\n".as_slice(), &[b'x'; 1024], b"\r\n"].concat());
    }
    assert_eq!(endless.reply().unwrap().status, 413);
}

#[test]
fn half_a_request_and_silence_ends_in_its_time_and_so_does_a_byte_now_and_then() {
    let ground = Ground::new();
    let head = "POST /bericht12 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 4000\r\n\r\n";
    let mut silent = ground.client(&ground.sender);
    silent.write(&[head.as_bytes(), &full(1).as_bytes()[..2000]].concat());
    let mut half_header = ground.client(&ground.sender);
    half_header.write(&head.as_bytes()[..40]);
    let mut slow = ground.client(&ground.sender);
    slow.write(head.as_bytes());
    // A byte at a time, for longer than a message may take.
    for byte in full(1).bytes().take(8) {
        slow.write(&[byte]);
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(silent.reply().unwrap().status, 408);
    assert!(half_header.reply().is_none() && half_header.is_closed());
    assert_eq!(slow.reply().unwrap().status, 408);
    // No handshake at all.
    assert_eq!(rest(&mut plain(&ground)), "");
    assert_eq!(ground.records(), 0);
}

#[test]
fn a_length_that_is_not_the_messages_is_never_taken_for_another_message() {
    let ground = Ground::new();
    let text = full(1);
    let head = |length: &str| {
        format!("POST /bericht12 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n")
    };
    let mut short = ground.client(&ground.sender);
    short.write((head("100") + &text).as_bytes());
    assert_eq!(short.reply().unwrap().status, 400, "half of it is no XML");
    assert!(short.reply().is_none_or(|next| next.status == 400), "what is left is no request");
    for wrong in ["-1", "12x", "99999999999999999999999"] {
        let mut client = ground.client(&ground.sender);
        client.write((head(wrong) + &text).as_bytes());
        assert!(client.reply().is_none_or(|reply| [400, 413].contains(&reply.status)), "{wrong}");
    }
    // Both ways to say a length: one that is understood in two ways by two programs is refused.
    let mut both = ground.client(&ground.sender);
    let more = "Transfer-Encoding: chunked\r\nContent-Length: ";
    both.write((head("0").replace("Content-Length: ", more) + &text).as_bytes());
    assert!(both.reply().is_none_or(|reply| reply.status == 400));
    assert_eq!(ground.records(), 0);
}

#[test]
fn a_header_that_is_too_long_or_no_http_ends_in_a_status() {
    let ground = Ground::new();
    for bytes in [format!("GET /{} HTTP/1.1\r\n", "x".repeat(40_000)), "\u{1}\u{2}geen http\r\n\r\n".into()] {
        let mut client = ground.client(&ground.sender);
        client.write(bytes.as_bytes());
        let status = client.reply().map(|reply| reply.status);
        assert!(matches!(status, None | Some(400 | 414 | 431)), "{status:?}");
        assert!(client.is_closed());
    }
}

/// Once the alarm of *Ontvangst* stands in the store.
fn alarmed(ground: &Ground, trouble: Trouble, at_least: u64) {
    let store = ground.store();
    until("the alarm stands in the store", || {
        let rows = store.troubles(now()).unwrap();
        rows.iter().any(|row| row.trouble == trouble && row.count >= at_least && !row.over)
    });
}

#[test]
fn a_sender_with_too_many_connections_is_told_and_its_others_go_on() {
    let ground = Ground::with(ListenerLimits { connections_per_sender_max: 2, ..quick() });
    let mut first = ground.client(&ground.sender);
    assert_eq!(first.post("text/xml", full(1).as_bytes()).status, 200);
    let mut second = ground.client(&ground.sender);
    assert_eq!(second.post("text/xml", full(2).as_bytes()).status, 200);
    let mut third = ground.client(&ground.sender);
    third.write(b"");
    let told = third.reply().unwrap();
    assert_eq!((told.status, told.head.contains("retry-after: 60")), (429, true));
    assert_eq!(first.post("text/xml", full(3).as_bytes()).status, 200);
    alarmed(&ground, Trouble::SenderTooMuch, 1);
}

#[test]
fn beyond_its_requests_of_a_minute_a_sender_is_told_when_to_come_again() {
    let ground = Ground::with(ListenerLimits { requests_per_minute_max: 3, ..quick() });
    let statuses: Vec<u32> = (0..5)
        .map(|number| {
            let reply = ground.client(&ground.sender).post("text/xml", full(number).as_bytes());
            assert!(reply.status == 200 || reply.head.contains("retry-after"), "{reply:?}");
            reply.status
        })
        .collect();
    // Where a minute ends in between there is room again.
    assert!(statuses.contains(&429) && statuses.starts_with(&[200]), "{statuses:?}");
    alarmed(&ground, Trouble::SenderTooMuch, 1);
}

#[test]
fn a_full_queue_is_a_503_with_a_time_to_come_again_and_what_waits_is_taken_in() {
    let ground = Ground::with(ListenerLimits { queue_messages_max: 1, ..quick() });
    ground.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut waits = ground.client(&ground.sender);
    waits.send("text/xml", full(1).as_bytes());
    let entrance = ground.committer.as_ref().unwrap().entrance();
    until("the queue is full", || entrance.has_room(1) == Err(NotTaken::Full));
    let reply = ground.client(&ground.sender).post("text/xml", full(2).as_bytes());
    assert_eq!((reply.status, reply.head.contains("retry-after")), (503, true), "{reply:?}");
    ground.connection.execute_batch("ROLLBACK").unwrap();
    assert_eq!(waits.reply().unwrap().status, 200);
    assert_eq!(ground.records(), 1);
    alarmed(&ground, Trouble::TooMuch, 1);
}

#[test]
fn what_is_too_much_by_its_bytes_is_a_503_too_in_the_queue_and_on_its_way_in() {
    let text = full(1);
    let queue_bytes_max = text.len() + 10;
    let ground = Ground::with(ListenerLimits { queue_bytes_max, ..quick() });
    ground.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut waits = ground.client(&ground.sender);
    waits.send("text/xml", text.as_bytes());
    let entrance = ground.committer.as_ref().unwrap().entrance();
    until("the queue is full", || entrance.has_room(20) == Err(NotTaken::Full));
    let told = ground.client(&ground.sender).post("text/xml", full(2).as_bytes());
    assert_eq!((told.status, told.head.contains("retry-after: 10")), (503, true), "{told:?}");
    ground.connection.execute_batch("ROLLBACK").unwrap();
    assert_eq!(waits.reply().unwrap().status, 200);
    alarmed(&ground, Trouble::TooMuch, 1);
    // Bytes of messages that are not whole yet: here of one sender, who holds most of what it may with half a message.
    let one = 8000;
    // However slow the machine is: a half message that is given up makes room.
    let patient = ListenerLimits { handshake_seconds: 60, header_seconds: 60, body_seconds: 60, ..quick() };
    let limits = ListenerLimits { body_bytes_max: one, bodies_per_sender_bytes_max: one, ..patient };
    let ground = Ground::with(limits);
    let head = |bytes: usize| {
        format!("POST /bericht12 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {bytes}\r\n\r\n")
    };
    let mut half = ground.client(&ground.sender);
    half.write(&[head(one).as_bytes(), &[b'x'; 7000]].concat());
    let mut told = 0;
    until("its other is told", || {
        let reply = ground.client(&ground.sender).post("text/xml", &[b' '; 4000]);
        assert!(reply.status != 503 || reply.head.contains("retry-after: 10"), "{reply:?}");
        told = reply.status;
        told == 503
    });
    drop(half);
    until("there is room again", || ground.client(&ground.sender).post("text/xml", full(3).as_bytes()).status == 200);
}

#[test]
fn beyond_all_connections_there_may_be_a_new_one_is_closed_and_stands_in_the_store() {
    let ground = Ground::with(ListenerLimits { connections_max: 1, ..quick() });
    let mut first = ground.client(&ground.sender);
    assert_eq!(first.post("text/xml", full(1).as_bytes()).status, 200);
    let mut second = ground.client(&ground.sender);
    second.write(b"");
    assert!(second.reply().is_none());
    assert_eq!(first.post("text/xml", full(2).as_bytes()).status, 200);
    alarmed(&ground, Trouble::TooMuch, 1);
}

#[test]
fn too_little_room_on_the_disk_is_a_503_before_anything_is_read_and_stands_in_the_store() {
    let ground = Ground::with(ListenerLimits { free_bytes_min: 1 << 50, ..quick() });
    let reply = ground.client(&ground.sender).post("text/xml", full(1).as_bytes());
    assert_eq!((reply.status, reply.head.contains("retry-after: 300")), (503, true), "{reply:?}");
    alarmed(&ground, Trouble::DiskNearlyFull, 1);
    assert_eq!(ground.records(), 0);
    if needs("curl") {
        let (status, said) = ground.curl(None, &[&format!("http://{}/gezond", ground.health)]);
        assert_eq!((status, said.as_str()), (503, "disk-nearly-full\n"));
    }
}

#[test]
fn a_store_that_cannot_be_written_is_a_503_with_cr_in_the_envelope_of_the_question() {
    let ground = Ground::new();
    ground.connection.execute_batch("DROP TABLE counter").unwrap();
    let reply = ground.client(&ground.sender).post("text/xml", sample("31-soap11.xml").as_bytes());
    assert_eq!((reply.status, reply.head.contains("retry-after")), (503, true), "{reply:?}");
    assert!(reply.body.contains("<soap:Envelope") && reply.body.contains("typeCode=\"CR\""), "{}", reply.body);
    alarmed(&ground, Trouble::NotStored, 1);
}

#[test]
fn a_store_that_another_program_keeps_busy_is_a_503_and_the_message_is_taken_in_once_it_comes_again() {
    let ground = Ground::with(ListenerLimits { answer_seconds: 1, ..quick() });
    ground.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut client = ground.client(&ground.sender);
    let told = client.post("text/xml", full(1).as_bytes());
    assert_eq!((told.status, told.head.contains("retry-after: 60")), (503, true), "{told:?}");
    assert_eq!(told.body, "tekst van listener-not-stored\n");
    ground.connection.execute_batch("ROLLBACK").unwrap();
    assert_eq!(ground.client(&ground.sender).post("text/xml", full(1).as_bytes()).status, 200);
    assert_eq!(ground.records(), 1, "whichever of the two was written, it is there once");
    alarmed(&ground, Trouble::NotStored, 1);
}

fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Whether this process may have so many files open. Where it may not the test fails, unless TERUGBLIK_SKIP names `open-files`.
fn may_open(files: u64) -> bool {
    let hard = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
    let skip = std::env::var("TERUGBLIK_SKIP").unwrap_or_default();
    let enough = hard.is_none_or(|hard| hard >= files);
    if !enough && skip.split_whitespace().any(|name| name == "open-files") {
        return false;
    }
    assert!(
        enough,
        "this process may open {hard:?} files, {files} are needed: ulimit -Hn, or TERUGBLIK_SKIP=open-files"
    );
    true
}

#[test]
fn ten_thousand_connections_that_say_nothing_leave_memory_flat_and_a_sender_gets_in() {
    const MANY: usize = 10_000;
    // Those, the listener's own 2,000 at most, and what else is open.
    if !may_open(12_500) {
        return;
    }
    // So long that no place comes free by itself while the test runs; else as the program has them.
    let limits = ListenerLimits { handshake_seconds: 300, free_bytes_min: 0, ..ListenerLimits::default() };
    // The listener raises what this process may open to what it may be given.
    let ground = Ground::with(limits);
    let mut kept = ground.client(&ground.sender);
    assert_eq!(kept.post("text/xml", full(1).as_bytes()).status, 200);
    let before = resident_kb();
    let silent: Vec<TcpStream> = (0..MANY).map(|_| plain(&ground)).collect();
    assert_eq!(kept.post("text/xml", full(2).as_bytes()).status, 200, "who is connected goes on");
    // While others are silent, and hold all the places that there are for it.
    until("silence keeps nobody out", || {
        let mut client = ground.client(&ground.sender);
        client.send("text/xml", full(3).as_bytes());
        client.reply().is_some_and(|reply| reply.status == 200)
    });
    let listener = ground.listener.as_ref().unwrap();
    assert!(listener.connections() <= 2000, "{}", listener.connections());
    // All but those that may still shake hands were closed: of one address 128.
    until("they are closed", || listener.connections() <= 130);
    let closed = silent.iter().filter(|stream| is_closed(stream)).count();
    assert!(closed >= MANY - 130, "{closed}");
    let grown = resident_kb().saturating_sub(before);
    assert!(grown < 32 << 10, "{grown} kB more than before");
    drop(silent);
    assert_eq!(ground.client(&ground.sender).post("text/xml", full(4).as_bytes()).status, 200);
}

/// Whether the other side has closed it by now.
fn is_closed(mut stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    match stream.read(&mut [0]) {
        Ok(count) => count == 0,
        Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
    }
}

#[test]
fn every_refused_certificate_is_told_why_before_a_byte_of_a_request_is_read() {
    let ground = Ground::new();
    let strange = ground.authority.issue(&Wanted { name: "vreemd.example", until: 2090 });
    let mut client = ground.client(&strange);
    client.write(b"");
    let told = client.reply().unwrap();
    assert_eq!((told.status, told.body.as_str()), (403, "tekst van listener-certificate-unlisted\n"));
    assert!(client.is_closed());
}
