//! A service that begins with few accounts: who has one reads his feedback, and what the others wait for is said, not lost.

use std::fmt::Write;

use viewmodel::{Command, Screen, ScreenName};

use crate::{
    house::{House, Window, now, sample},
    support::fixtures,
};

const ADMINISTRATOR: &str = "9003";
const CREW: usize = 200;
const ACCOUNTS: usize = 30;

fn staff(n: usize) -> String {
    format!("5{n:03}")
}

fn ride(n: usize) -> String {
    format!("12-2026-{}-1", 7000 + n)
}

/// A ride and a message of each of the crew, of whom the first thirty have an account, and one more has not come yet.
fn house() -> House {
    let mut config = std::fs::read_to_string(fixtures().join("init.toml")).unwrap();
    for n in 0..=ACCOUNTS {
        let staff = staff(n);
        write!(config, "\n[[account]]\nstaff = \"{staff}\"\nname = \"Naam {staff}\"\nroles = [\"professional\"]\n")
            .unwrap();
    }
    let hospitals = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    let rides = std::fs::read_to_string(fixtures().join("rides.csv")).unwrap();
    let line = rides.lines().find(|line| line.starts_with("12-2026-4504-1;")).unwrap();
    let mut register = rides.lines().next().unwrap().to_owned();
    let message = String::from_utf8(sample("programma-04-akkoord.xml")).unwrap();
    let mut messages = Vec::new();
    for n in 0..CREW {
        let own = line.replace("12-2026-4504-1", &ride(n)).replace(";1004;2001;", &format!(";{};;", staff(n)));
        write!(register, "\n{own}").unwrap();
        let own = message.replace("12-2026-4504-1", &ride(n)).replace("db49da52", &format!("{n:08x}"));
        messages.push(own.into_bytes());
    }
    let hospitals = app::connections::read(&hospitals).unwrap();
    let last = staff(ACCOUNTS);
    House::made(&app::read_config(&config).unwrap(), &hospitals, now(), &|staff| staff != last, &|receiving| {
        let done = receiving.import_rides(register.as_bytes(), now(), &mut |_, _| true).unwrap();
        assert_eq!((done.imported.new, done.refused), (CREW as u64, 0), "{done:?}");
        let slices: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
        assert_eq!(receiving.take_in_bytes(&slices, now()).unwrap().taken_in, CREW as u64);
    })
}

fn own_rides(house: &mut House, staff: &str) -> Vec<String> {
    let Screen::Feedback(screen) = house.sign_in(staff).screen else { panic!("Terugkoppelingen") };
    screen.rows.into_iter().map(|row| row.ride).collect()
}

#[test]
fn of_thirty_accounts_of_two_hundred_each_reads_his_own_and_the_rest_waits_and_is_said() {
    let mut house = house();
    for n in 0..ACCOUNTS {
        assert_eq!(own_rides(&mut house, &staff(n)), [ride(n)]);
    }
    let mut window = Window::of_size(house, egui::vec2(1280.0, 1600.0));
    window.sign_in(ADMINISTRATOR);
    window.send(Command::Open(ScreenName::Rides));
    let heard = window.heard();
    assert!(heard.contains("170 berichten wachten op iemand van hun bemanning"), "{heard}");
    assert!(heard.contains("Bemanning zonder account: 169 personeelsnummers"), "{heard}");
    window.send(Command::Open(ScreenName::Accounts));
    assert!(window.heard().contains("Bemanning zonder account (169)"), "{}", window.heard());

    let mut house = window.closed();
    house.activate(&staff(ACCOUNTS));
    let at = house.now;
    house.engine.deliver(at).unwrap();
    assert_eq!(own_rides(&mut house, &staff(ACCOUNTS)), [ride(ACCOUNTS)], "who comes later gets what waited");
    let status = house.engine.store().status(false).unwrap();
    assert_eq!(status.waiting, 169);
}
