//! *Mijn verloop* through the window: one's own year by accessible name, for its person; nothing of it for anybody else.

use viewmodel::{Command, Screen, ScreenName, TrendState};

use crate::house::{House, Window, now, sample};

pub const NURSE: &str = "1003";
const COLLEAGUE: &str = "1001";
const NEW: &str = "1004";
const MANAGER: &str = "9002";
const OFFICER: &str = "9004";

/// Rides that one professional drove on one day, and what the hospital said: agreed, not agreed, not to be judged.
pub struct Driven<'a> {
    pub staff: &'a str,
    pub day: &'a str,
    pub said: [u32; 3],
}

const HEAD: &str = "inzetnummer;ambulancenummer;vertrek;overdracht_seh;urgentie;standplaats;ziekenhuis_ura;werkdiagnose_code;werkdiagnose_stelsel;werkdiagnose;bsn_vooraankondiging;bericht_8_9_10;verpleegkundige;chauffeur;derde";
/// *Collaps* and *hersenschudding*: another group each.
const DIAGNOSES: [(&str, &str); 2] = [("271594007", "Collaps"), ("110030002", "Hersenschudding")];

/// A store in which these rides were driven, and each brought a message.
pub fn house_of(driven: &[Driven<'_>]) -> House {
    let plain = String::from_utf8(sample("22-akkoord-2.5.xml")).unwrap();
    let (mut rides, mut messages) = (vec![HEAD.to_owned()], Vec::new());
    for Driven { staff, day, said } in driven {
        let words = ["ja", "nee", "niet-te-beoordelen"].into_iter().zip(said);
        for word in words.flat_map(|(word, n)| std::iter::repeat_n(word, *n as usize)) {
            let n = 6000 + rides.len();
            let (code, name) = DIAGNOSES[n % 2];
            rides.push(format!(
                "12-2026-{n}-1;12-104;{day}T10:00;{day}T11:00;A1;Oost;00000102;{code};http://snomed.info/sct;{name};;ja;{staff};;"
            ));
            let compact = day.replace('-', "");
            let message = plain
                .replace("9a06cb30-24e7-5b30-a6e9-cd032765f965", &format!("9a06cb30-24e7-5b30-a6e9-cd03276{n:05}"))
                .replace("12-2026-4511-1", &format!("12-2026-{n}-1"))
                .replace("20260914", &compact)
                .replace("code=\"ja\"", &format!("code=\"{word}\""));
            messages.push(message.into_bytes());
        }
    }
    let config = std::fs::read_to_string(crate::support::fixtures().join("init.toml")).unwrap();
    let hospitals = std::fs::read_to_string(crate::support::fixtures().join("connections.toml")).unwrap();
    let hospitals = app::connections::read(&hospitals).unwrap();
    House::made(&app::read_config(&config).unwrap(), &hospitals, now(), &|_| true, &|receiving| {
        let done = receiving.import_rides((rides.join("\n") + "\n").as_bytes(), now(), &mut |_, _| true).unwrap();
        assert!(done.remarks.is_empty() && done.failed.is_none());
        for batch in messages.chunks(50) {
            let batch: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
            let done = receiving.take_in_bytes(&batch, now()).unwrap();
            assert_eq!((done.taken_in, done.refused), (batch.len() as u64, 0));
        }
    })
}

/// The nurse's year, and enough of others that the RAV may publish: nobody has over half, and there are at least five.
fn year() -> Vec<Driven<'static>> {
    let others = ["1001", "1002", "3001", "3002", "3003", "3004"];
    let mut driven: Vec<_> = others.iter().map(|staff| Driven { staff, day: "2026-06-14", said: [14, 6, 0] }).collect();
    driven.extend([
        Driven { staff: NURSE, day: "2026-06-14", said: [11, 3, 1] },
        Driven { staff: NURSE, day: "2026-02-03", said: [4, 1, 0] },
        // Of a month that is not complete on 20 September.
        Driven { staff: NURSE, day: "2026-08-25", said: [2, 0, 0] },
    ]);
    driven
}

fn trend(window: &mut Window) {
    window.click("Mijn verloop");
}

#[test]
fn one_s_own_year_is_counted_for_oneself_beside_what_the_rav_published() {
    let mut window = Window::of_size(house_of(&year()), egui::vec2(1280.0, 1600.0));
    window.sign_in(NURSE);
    assert!(window.heard().contains("Er zijn 22 ongelezen terugkoppelingen."), "{}", window.heard());
    trend(&mut window);
    let heard = window.heard();
    assert!(heard.contains("tot en met juli 2026: bij 15 van 19 ritten, dat is 79%."), "{heard}");
    assert!(window.hears("De RAV als geheel: nog niet gepubliceerd.") && heard.contains("RAV nog niet gepubliceerd"));
    assert!(window.hears("Bij 1 rit gaf de SEH geen oordeel."));
    assert!(window.hears("2 ritten zijn van maanden die nog niet compleet zijn."));
    assert!(heard.contains("mei – jul 2026 79% (52–92), n 14"), "{heard}");
    assert!(heard.contains("feb – apr 2026 te weinig gegevens (minder dan 10)"), "{heard}");
    // The manager publishes at his sign-in: from then on the RAV's figures stand beside one's own.
    window.sign_in(MANAGER);
    window.sign_in(NURSE);
    trend(&mut window);
    let heard = window.heard();
    // 84 + 11 of 120 + 14.
    assert!(heard.contains("De RAV als geheel: 71%"), "{heard}");
    assert!(!heard.contains("nog niet gepubliceerd"), "{heard}");
    assert!(heard.contains("Van tien strepen ligt er door toeval wel eens één naast de lijn."));
    window.click("Tabel");
    assert!(
        window.heard().contains("95%-interval 52–92") && window.heard().contains("RAV, dezelfde groep 7"),
        "{}",
        window.heard()
    );
    // Looked at three times, each with one entry; none of the records is read by it.
    trend(&mut window);
    let seen = window.events();
    assert_eq!(seen.iter().filter(|event| **event == "event-own-trend-shown").count(), 3);
    assert!(!seen.contains(&"event-diagnosis-opened") && !seen.contains(&"event-remarks-opened"));
    window.sign_in(NURSE);
    assert!(window.heard().contains("Er zijn 22 ongelezen terugkoppelingen."));
}

#[test]
fn few_and_none_say_so_and_a_lock_takes_the_figures_away() {
    let mut window = Window::on(house_of(&[Driven { staff: NURSE, day: "2026-06-14", said: [5, 2, 0] }]));
    window.sign_in(NURSE);
    trend(&mut window);
    assert!(window.heard().contains("minder dan 10 ritten met een oordeel van de SEH"), "{}", window.heard());
    assert!(!window.heard().contains("71%"), "5 of 7 is no percentage");
    window.system_locks();
    assert!(!window.heard().contains("minder dan 10") && !window.hears("Mijn verloop"));
    window.sign_in(NEW);
    trend(&mut window);
    assert!(window.hears("Nog niets om te tellen"), "{}", window.heard());
}

#[test]
fn nobody_else_comes_to_it_past_the_screens() {
    let mut house = house_of(&[Driven { staff: NURSE, day: "2026-06-14", said: [9, 4, 0] }]);
    for staff in ["9001", MANAGER, "9003", OFFICER] {
        house.sign_in(staff);
        let frame = house.act(Command::Open(ScreenName::Trend));
        assert!(!matches!(frame.screen, Screen::Trend(_)), "{staff}");
        assert!(frame.rail.unwrap().items.iter().all(|item| item.screen != ScreenName::Trend), "{staff}");
    }
    house.sign_in(COLLEAGUE);
    let frame = house.act(Command::Open(ScreenName::Trend));
    let Screen::Trend(screen) = frame.screen else { panic!("his own, and there is nothing in it") };
    assert!(matches!(screen.state, TrendState::Nothing));
    assert!(!house.events().contains(&"event-own-trend-shown"));
}

#[test]
fn stopped_it_is_offered_again_and_nothing_is_half_counted() {
    let mut house = house_of(&[Driven { staff: NURSE, day: "2026-06-14", said: [9, 4, 0] }]);
    house.sign_in(NURSE);
    let now = house.now;
    let frame = house.engine.execute(Command::Open(ScreenName::Trend), now, &mut |_, _, _| false);
    let Screen::Trend(screen) = frame.screen else { panic!("Mijn verloop") };
    assert!(matches!(screen.state, TrendState::Stopped));
    let frame = house.act(screen.open.expect("it is offered again"));
    let Screen::Trend(screen) = frame.screen else { panic!("Mijn verloop") };
    let TrendState::Ready(figures) = screen.state else { panic!("counted") };
    assert_eq!(figures.counts, Some((9, 13)));
}

#[test]
fn whom_to_talk_to_stands_with_each_feedback_once_it_is_filled_in_and_not_before() {
    let mut window = Window::of_size(House::with(&["20-volledig-2.4.xml"]), egui::vec2(1280.0, 2400.0));
    window.sign_in(NURSE);
    assert!(!window.heard().contains("iemand praten"), "{}", window.heard());
    window.sign_in("9003");
    window.click("Instellingen");
    assert!(window.hears("Er is nog niets ingevuld: lezers zien nu niemand om mee te praten."));
    window.fill_in("Telefoon (mag leeg blijven)", "012 345 67 89");
    window.click_button("Bewaar opvang");
    assert!(window.heard().contains("Er staat geen naam of functie"), "{}", window.heard());
    window.fill_in("Naam of functie", "Opvangteam RAV 12");
    window.click_button("Bewaar opvang");
    assert!(!window.hears("Er is nog niets ingevuld: lezers zien nu niemand om mee te praten."));
    window.sign_in(NURSE);
    assert!(
        window.hears("Liever eerst met iemand praten? Opvangteam RAV 12, 012\u{a0}345\u{a0}67\u{a0}89."),
        "{}",
        window.heard()
    );
    window.click("Open terugkoppeling");
    assert!(window.hears("Erover praten? Opvangteam RAV 12, 012\u{a0}345\u{a0}67\u{a0}89."), "{}", window.heard());
    assert!(window.events().contains(&"event-peer-support-changed"));
}

/// The one record of the nurse, of a ride of this day, on which he ticks thanks and a theme.
fn ticked_on(day: &str) -> Window {
    let of = |file: Vec<u8>| {
        String::from_utf8(file).unwrap().replace("2026-09-14", day).replace("20260914", &day.replace('-', ""))
    };
    let config = std::fs::read_to_string(crate::support::fixtures().join("init.toml")).unwrap();
    let hospitals = std::fs::read_to_string(crate::support::fixtures().join("connections.toml")).unwrap();
    let hospitals = app::connections::read(&hospitals).unwrap();
    let rides = of(std::fs::read(crate::support::fixtures().join("rides.csv")).unwrap());
    let message = of(sample("20-volledig-2.4.xml"));
    let house = House::made(&app::read_config(&config).unwrap(), &hospitals, now(), &|_| true, &|receiving| {
        assert!(receiving.import_rides(rides.as_bytes(), now(), &mut |_, _| true).unwrap().is_whole());
        assert_eq!(receiving.take_in_bytes(&[message.as_bytes()], now()).unwrap().taken_in, 1);
    });
    let mut window = Window::of_size(house, egui::vec2(1280.0, 2400.0));
    window.sign_in(NURSE);
    window.click("Open terugkoppeling");
    for label in ["Tel mee als bedankje", "Keuze ziekenhuis"] {
        window.click(label);
    }
    trend(&mut window);
    window
}

#[test]
fn one_s_own_thanks_and_themes_stand_beside_it_of_the_months_that_are_shown_and_no_others() {
    let window = ticked_on("2026-06-14");
    assert!(window.hears("Thema’s die jij koos") && window.hears("Keuze ziekenhuis: 1"), "{}", window.heard());
    assert!(window.hears("Bedankjes van jou") && window.hears("Ziekenhuis Rivierenland Oost: 1"));
    // September is not complete on the 20th: neither the ride nor what was ticked of it counts yet.
    let window = ticked_on("2026-09-14");
    assert!(window.hears("1 rit is van een maand die nog niet compleet is."), "{}", window.heard());
    assert!(!window.hears("Thema’s die jij koos") && !window.hears("Bedankjes van jou"));
}
