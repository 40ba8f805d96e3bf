//! Nothing of a message is on the wire in clear, in an answer or in the log: a run over all samples, searched for what they hold.

use std::{
    collections::BTreeSet,
    fmt::{Debug, Write as _},
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, OnceLock},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use store::HospitalStatus;

use crate::{
    ground::{Ground, Wanted, connect, fixture, self_signed, until},
    support::{hospital, now},
};

/// All that is logged by this process.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<String>>);

impl Kept {
    /// From now on all of it, whichever test asks first.
    fn here() -> Self {
        static HERE: OnceLock<Kept> = OnceLock::new();
        let here = HERE.get_or_init(|| {
            let kept = Self::default();
            tracing::subscriber::set_global_default(kept.clone()).unwrap();
            kept
        });
        here.clone()
    }
}

impl Visit for Kept {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0.lock().unwrap(), "{field}={value:?} ");
    }
}

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Libraries too, at every level.
        metadata.is_event()
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
        self.0.lock().unwrap().push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Passes one connection on and keeps every byte of both directions.
fn listened_in(to: SocketAddr) -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let (listener, heard) = (TcpListener::bind("127.0.0.1:0").unwrap(), Arc::new(Mutex::new(Vec::new())));
    let (address, keep) = (listener.local_addr().unwrap(), Arc::clone(&heard));
    let pass = move |mut from: TcpStream, mut on: TcpStream, keep: Arc<Mutex<Vec<u8>>>| {
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut piece) {
            keep.lock().unwrap().extend_from_slice(&piece[..count]);
            if on.write_all(&piece[..count]).is_err() {
                break;
            }
        }
        let _ = on.shutdown(Shutdown::Write);
    };
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(to).unwrap();
            let (back, forth) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            let (one, two) = (Arc::clone(&keep), Arc::clone(&keep));
            std::thread::spawn(move || pass(client, server, one));
            std::thread::spawn(move || pass(back, forth, two));
        }
    });
    (address, heard)
}

/// All that stands in the samples: values of attributes, and text. Words that are of the standard or of a log, not of a patient, are short.
fn values(sent: &str) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    for attribute in ["extension=\"", "displayName=\"", "value=\""] {
        values.extend(sent.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    }
    values.extend(sent.split('>').skip(1).filter_map(|rest| rest.split('<').next()).map(|v| v.trim().to_owned()));
    values.retain(|value| value.chars().count() >= 6);
    values
}

/// What an acknowledgement says of the message it answers: its id, and the numbers of who sent it to whom (MESSAGE12 §5).
fn is_echoed(value: &str) -> bool {
    let is_id = uuid::Uuid::try_parse(value).is_ok();
    is_id || ["00000101", "00000102", "12-104", "900012", "900101"].contains(&value)
}

#[test]
fn nothing_of_a_message_is_on_the_wire_in_an_answer_or_in_the_log() {
    let log = Kept::here();
    let ground = Ground::new();
    let (address, heard) = listened_in(ground.address);
    let mut names: Vec<_> = std::fs::read_dir(fixture("")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|ending| ending == "xml"));
    names.sort();
    assert!(names.len() > 30, "{}", names.len());
    let (mut answers, mut sent) = (String::new(), String::new());
    for name in &names {
        let body = std::fs::read(name).unwrap();
        sent += &String::from_utf8_lossy(&body);
        let mut client = connect(address, &ground.authority.file("ca"), &ground.sender).unwrap();
        let reply = client.post("text/xml", &body);
        answers += &(reply.head + &reply.body);
    }
    // And what is refused before it is read.
    let stranger = ground.authority.issue(&Wanted { name: "vreemd.example", until: 2090 });
    let mut refused = connect(address, &ground.authority.file("ca"), &stranger).unwrap();
    refused.send("text/xml", &std::fs::read(fixture("20-volledig-2.4.xml")).unwrap());
    answers += &refused.reply().unwrap().body;
    drop(refused);
    let (log, wire) = (log.0.lock().unwrap().clone(), heard.lock().unwrap().clone());
    let wire = String::from_utf8_lossy(&wire).into_owned();
    assert!(log.contains("unlisted") && wire.len() > sent.len() && answers.contains("typeCode=\"CA\""));
    let values = values(&sent);
    for known in
        ["999900006", "999900018", "mw. Voorbeeld", "19480517", "Ischemisch CVA", "Longembolie", "Glucose was bepaald"]
    {
        assert!(values.iter().any(|value| value.contains(known)), "the search knows {known}");
    }
    assert!(values.len() > 100, "{}", values.len());
    for value in &values {
        for (place, text) in [("log", &log), ("answers", &answers), ("wire", &wire)] {
            let may_be = place == "answers" && is_echoed(value);
            assert!(may_be || !text.contains(value.as_str()), "{value} in {place}");
        }
    }
    // The certificate of a sender is sent under encryption too.
    assert!(!wire.contains("afzender.example"));
}

#[test]
fn however_many_certificates_a_stranger_makes_he_is_one_line_of_the_log_a_minute_and_a_listed_sender_has_his_own() {
    let log = Kept::here();
    let ground = Ground::new();
    let expired = ground.authority.issue(&Wanted { name: "verlopen.example", until: 2026 });
    let listed = store::Hospital {
        certificates: vec![expired.fingerprint()],
        ..hospital("00000102", HospitalStatus::Production)
    };
    ground.store().set_connections(&[listed], now()).unwrap();
    let lines = |fingerprint: &str| {
        let log = log.0.lock().unwrap();
        log.lines().filter(|line| line.contains(fingerprint) && line.contains("refusal=")).count()
    };
    let shown = |identity| {
        let mut client = ground.client(identity);
        client.write(b"");
        assert_eq!(client.reply().unwrap().status, 403);
    };
    let strangers: Vec<_> =
        (0..30).map(|n| self_signed(ground.folder.path(), &format!("vreemd-{n}.example"))).collect();
    strangers.iter().for_each(&shown);
    let of_strangers = || strangers.iter().map(|one| lines(&one.fingerprint())).sum::<usize>();
    assert_eq!(of_strangers(), 1);
    until("the list is read", || {
        shown(&expired);
        lines(&expired.fingerprint()) == 1
    });
    (0..5).for_each(|_| shown(&expired));
    assert_eq!((lines(&expired.fingerprint()), of_strangers()), (1, 1));
}
