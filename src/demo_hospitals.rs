//! The hospitals of the demo: those that send with all that is known of them, and some that are on their way.

use chrono::{Days, NaiveDate};
use domain::{InstanceId, Site, Ura};
use store::{Contact, Hospital, HospitalStatus, JudgedBy, Route, StatusSince, Step};

use crate::hospital::{connected, telephone};

/// The hospitals of the demo: those that send, all that is known of them, and some that are on their way.
pub fn of_demo(invented: &[invent::Hospital], today: NaiveDate) -> Vec<Hospital> {
    let mut all: Vec<Hospital> = invented.iter().map(|one| told(connected(one), one, today)).collect();
    all.extend(on_their_way(today));
    all
}

fn ago(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}

fn since(status: HospitalStatus, from: NaiveDate) -> StatusSince {
    StatusSince { status, from, by_file: false }
}

const FUNCTIONS: [&str; 8] = [
    "projectleider RAV",
    "ICT, aanvraag VPN",
    "projectleider RAV",
    "medisch manager, SEH-arts",
    "functioneel beheer, FAB",
    "key users",
    "functioneel beheer",
    "overleg per kwartaal",
];

/// The first steps, done one after another from a day.
fn steps(done: u8, first: NaiveDate) -> Vec<Step> {
    let step = |(number, function): (u8, &&str)| Step {
        number,
        on: (number <= done).then(|| first.checked_add_days(Days::new(u64::from(number) * 21)).unwrap_or(first)),
        function: Some((*function).to_owned()),
    };
    (1..).zip(&FUNCTIONS).map(step).collect()
}

fn told(hospital: Hospital, invented: &invent::Hospital, today: NaiveDate) -> Hospital {
    let asked = ago(today, 900);
    let mail = |box_name: &str| Some(format!("{box_name}@{}.example", invented.ura));
    let routes = [Route::Https, Route::Platform, Route::Https, Route::Relay, Route::Https, Route::Folder];
    let place = invented.ura.bytes().last().map_or(0, |digit| usize::from(digit.wrapping_sub(b'1')));
    let before = (ago(today, 800), JudgedBy::Staff);
    let digit = char::from_digit(u32::try_from(place).unwrap_or_default(), 16).unwrap_or('0');
    Hospital {
        history: vec![
            since(HospitalStatus::Requested, asked),
            since(HospitalStatus::Test, ago(today, 820)),
            since(HospitalStatus::Production, ago(today, 730)),
        ],
        supplier: Some("ZorgPlein".to_owned()),
        supplier_rav: Some("Ambusuite".to_owned()),
        route: routes.get(place % routes.len()).copied(),
        messages_since: Some(ago(today, 1_300)),
        contacts: vec![
            Contact {
                function: "SEH-manager".to_owned(),
                telephone: Some(telephone(&hospital.organisation).replace(" 10", " 22")),
                mail: None,
            },
            Contact { function: "FAB".to_owned(), telephone: None, mail: mail("fab") },
            Contact { function: "Koppelingsteam".to_owned(), telephone: None, mail: mail("koppel") },
        ],
        steps: steps(7, asked),
        judged: match invented.agreement_changes {
            Some(day) => vec![before, (day, JudgedBy::Automatic)],
            None => vec![before],
        },
        certificates: vec![format!("sha256:{}", String::from(digit).repeat(64))],
        ..hospital
    }
}

fn on_their_way(today: NaiveDate) -> [Hospital; 3] {
    let id = |ura: &str| InstanceId { root: Ura::ROOT.to_owned(), extension: Some(ura.to_owned()) };
    let asked = Hospital {
        history: vec![since(HospitalStatus::Requested, ago(today, 40))],
        steps: steps(1, ago(today, 55)),
        route: Some(Route::Platform),
        ..Hospital::new(id("00000109"), "Ziekenhuis De Es", HospitalStatus::Requested)
    };
    let in_test = Hospital {
        history: vec![since(HospitalStatus::Requested, ago(today, 150)), since(HospitalStatus::Test, ago(today, 12))],
        supplier: Some("ZorgPlein".to_owned()),
        supplier_rav: Some("Ambusuite".to_owned()),
        route: Some(Route::Https),
        messages_since: Some(ago(today, 400)),
        contact: Some(telephone(&id("00000110"))),
        steps: steps(4, ago(today, 150)),
        ..Hospital::new(id("00000110"), "Zuiderveld Ziekenhuis", HospitalStatus::Test)
    };
    let location = InstanceId { root: "2.999.12.1".to_owned(), extension: Some("noord".to_owned()) };
    let of_two = Hospital {
        site: Some(Site::Location(location)),
        ..Hospital::new(id("00000102"), "Merwedekade, locatie Noord", HospitalStatus::NotStarted)
    };
    [asked, in_test, of_two]
}

/// Names as long as real ones are, each with places.
const LONG: [&str; 8] = [
    "Stichting Protestants Christelijk Ziekenhuis",
    "Stichting Katholiek Algemeen Ziekenhuis Sint Franciscus",
    "Streekziekenhuis Koningin Wilhelmina",
    "Universitair Medisch Centrum",
    "Stichting Samenwerkende Algemene Ziekenhuizen",
    "Stichting Interconfessioneel Ziekenhuis",
    "Medisch Spectrum",
    "Ziekenhuisgroep",
];
const PLACES: [&str; 5] =
    ["Oost-Voorland en Omstreken", "Noorderhaven", "De Zeven Dijken", "Middelveld-Zuid", "Westerkwartier"];

/// Forty hospitals, at every stage; the last two are locations of one organisation.
pub fn forty(today: NaiveDate) -> Vec<Hospital> {
    let names = PLACES.iter().flat_map(|place| LONG.iter().map(move |name| format!("{name} {place}")));
    let mut all: Vec<Hospital> = (0..).zip(names).map(|(number, name)| one_of_many(number, &name, today)).collect();
    let sites = ["Sint Elisabeth aan de Waalwijkerdijk", "Polikliniek en Spoedpost Het Nieuwe Bruggenhoofd"];
    for ((hospital, site), code) in all.iter_mut().rev().zip(sites).zip(["elisabeth", "bruggenhoofd"]) {
        let location = InstanceId { root: "2.999.12.2".to_owned(), extension: Some(code.to_owned()) };
        hospital.organisation.extension = Some("00000240".to_owned());
        hospital.site = Some(Site::Location(location));
        hospital.name = format!("Stichting Samenwerkende Ziekenhuizen Rivierengebied, locatie {site}");
    }
    all
}

fn one_of_many(number: u32, name: &str, today: NaiveDate) -> Hospital {
    use HospitalStatus::{NotStarted, Production, Requested, Stopped, Test};
    let status = [Production, Production, Requested, Production, Test, NotStarted, Production, Stopped];
    let status = status.get(number as usize % status.len()).copied().unwrap_or(NotStarted);
    let way = [NotStarted, Requested, Test, Production, Stopped];
    let gone = way.iter().position(|one| *one == status).unwrap_or_default();
    let began = 700 - u64::from(number) * 9;
    let history =
        (1..=gone).zip(way.iter().skip(1)).map(|(stage, one)| since(*one, ago(today, began - 60 * stage as u64)));
    let organisation = InstanceId { root: Ura::ROOT.to_owned(), extension: Some(format!("{:08}", 201 + number)) };
    Hospital {
        history: history.collect(),
        messages_since: Some(ago(today, 1_000)),
        supplier: Some("ZorgPlein".to_owned()),
        route: Route::ALL.get(number as usize % Route::ALL.len()).copied(),
        steps: steps(u8::try_from(gone * 2).unwrap_or_default(), ago(today, began)),
        certificates: vec![format!("sha256:{:064x}", 0xc0_ffee_u32 + number)],
        contact: Some(telephone(&organisation)),
        ..Hospital::new(organisation, name, status)
    }
}
