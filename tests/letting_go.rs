//! Who has the store open lets it go when another process needs it alone, and comes back: the real receiver and a real window
//! beside a rotation.

use std::{
    io::{BufRead, BufReader},
    process::{ChildStderr, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    desktop::{Running, awaited, display, drawn_of},
    support::{Place, needs, text},
};

/// The next thing the receiver says aside.
fn says(said: &mut BufReader<ChildStderr>) -> String {
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    line
}

fn rotated(place: &Place) {
    let before = std::fs::read(place.path("key")).unwrap();
    let output = place.run(&["rotate"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_ne!(std::fs::read(place.path("key")).unwrap(), before);
}

#[test]
fn the_receiver_lets_go_for_a_rotation_and_goes_on_after_it_under_the_new_key() {
    let place = Place::made();
    place.activate("1003");
    let mut receiver = place.command(&["receive"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(receiver.stderr.take().unwrap());
    let mut receiver = Running(receiver);
    assert!(says(&mut said).contains("De ontvanger draait"));
    rotated(&place);
    assert!(says(&mut said).contains("is vrijgegeven"));
    assert!(says(&mut said).contains("De ontvanger draait"));
    // What waits now is delivered by it.
    let (key, elsewhere) = (place.path("key.routing"), place.path("elsewhere"));
    std::fs::rename(&key, &elsewhere).unwrap();
    place.done(&["import-messages", &place.sample("20-volledig-2.4.xml")]);
    place.done(&["import-rides", &place.rides()]);
    std::fs::rename(&elsewhere, &key).unwrap();
    let began = Instant::now();
    while place.status()["waiting"] != 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing is delivered");
    }
    assert!(receiver.0.try_wait().unwrap().is_none());
    assert!(Command::new("kill").args(["-TERM", &receiver.0.id().to_string()]).status().unwrap().success());
    assert_eq!(receiver.0.wait().unwrap().code(), Some(0));
    assert!(says(&mut said).contains("De ontvanger is gestopt"));
}

#[test]
fn a_window_lets_go_for_a_rotation_and_opens_the_store_again_after_it() {
    if !needs("Xvfb") || !needs("import") {
        return;
    }
    let place = Place::made();
    let (_server, name) = display();
    let mut window = place.command(&[]);
    window.env("DISPLAY", &name).env_remove("WAYLAND_DISPLAY").env("XDG_STATE_HOME", place.path("state"));
    let mut window = Running(window.stdout(Stdio::null()).spawn().unwrap());
    let shows_sign_in = |window: &mut Running| {
        awaited(window, &name, &drawn_of(&place.path("store"), &place.keys(), egui::Theme::Light));
    };
    shows_sign_in(&mut window);
    // Twice: it holds the store again in between, as before.
    for _ in 0..2 {
        rotated(&place);
        shows_sign_in(&mut window);
    }
    assert!(window.0.try_wait().unwrap().is_none(), "the window is there");
}
