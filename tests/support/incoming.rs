//! A watched folder beside a store, distinct messages to drop in it, and the real receiver over it.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Stdio},
    time::{Duration, Instant},
};

use chrono::Utc;

use crate::support::{Place, fixtures, path, recent};

/// The hospitals of the samples, each with a folder of its own.
const FOLDERS: [(&str, &str); 3] = [("00000101", "oost"), ("00000102", "merwede"), ("00000103", "haven")];

pub struct Incoming {
    pub place: Place,
    sample: String,
}

impl Incoming {
    pub fn new() -> Self {
        let place = Place::made();
        let mut connections = fs::read_to_string(fixtures().join("connections.toml")).unwrap();
        for (ura, folder) in FOLDERS {
            fs::create_dir_all(place.path("in").join(folder)).unwrap();
            let organisation = format!("extension = \"{ura}\" }}\n");
            connections = connections.replace(&organisation, &format!("{organisation}folder = \"{folder}\"\n"));
        }
        let file = place.file("aansluitingen.toml", connections);
        place.done(&["connections", "import", &file]);
        let sample = String::from_utf8(recent("messages/programma-04-akkoord.xml", Utc::now())).unwrap();
        Self { place, sample }
    }

    pub fn folder(&self) -> PathBuf {
        self.place.path("in")
    }

    pub fn oost(&self) -> PathBuf {
        self.folder().join("oost")
    }

    /// A message of its own: its id and ride are of this number.
    pub fn message(&self, n: usize) -> String {
        let one = self.sample.replace("db49da52-16a2-5f61-86da-ae840f9198f1", &id(n));
        one.replace("-4504-1", &format!("-{}-1", 50_000 + n))
    }

    /// Written aside and renamed in, under the message's own id.
    pub fn drop_in(&self, n: usize) {
        let aside = self.place.path("aside");
        fs::write(&aside, self.message(n)).unwrap();
        fs::rename(aside, self.oost().join(format!("{}.xml", id(n)))).unwrap();
    }

    /// The receiver over the folder, once it says that it runs.
    pub fn receiver(&self, more: &[&str]) -> Receiver {
        let mut command = self.place.command(&[&["receive", "--folder", path(&self.folder())], more].concat());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        assert!(line.contains("De ontvanger draait") || line.contains("the receiver runs"), "{line}");
        Receiver { child, said, heard: line }
    }

    pub fn taken(&self) -> u64 {
        self.place.status()["received"]["taken_in"].as_u64().unwrap()
    }

    /// Waits until so many files are put away.
    pub fn until_put_away(&self, count: usize) {
        let deadline = Instant::now() + Duration::from_secs(120);
        let put_away = || names(&self.oost().join("verwerkt")).iter().filter(|n| n.ends_with(".ack.xml")).count();
        while put_away() < count || names(&self.oost()).iter().any(|name| name.ends_with(".xml")) {
            assert!(Instant::now() < deadline, "{} of {count}", put_away());
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }
}

/// The id of the message of this number, as a UUID: such a name a file keeps.
pub fn id(n: usize) -> String {
    format!("db49da52-16a2-4f61-86da-{n:012}")
}

pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A running receiver; killed with the test.
pub struct Receiver {
    pub child: Child,
    said: BufReader<ChildStderr>,
    heard: String,
}

impl Receiver {
    pub fn signal(&self, name: &str) {
        let kill =
            std::process::Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    /// Ends it as it is asked to; gives its exit code and everything it said.
    pub fn stopped(mut self) -> (Option<i32>, String) {
        self.signal("TERM");
        let code = self.child.wait().unwrap().code();
        std::io::Read::read_to_string(&mut self.said, &mut self.heard).unwrap();
        (code, std::mem::take(&mut self.heard))
    }

    /// The next line that it says.
    pub fn says(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        self.heard.push_str(&line);
        line
    }

    /// Kills it, wherever it is.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
