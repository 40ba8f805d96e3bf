//! The invented staff of the RAV and who is on duty when.

use crate::draw::{Draw, Purpose};

/// One of the staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Staff number, as in the ride register.
    pub staff: u32,
    /// Name.
    pub name: String,
}

/// The staff: nurses 1001–1045, drivers 2001–2050, trainees and others who ride along 3001–3012.
#[derive(Clone, Debug)]
pub struct Crew {
    /// Nurses.
    pub nurses: Vec<Member>,
    /// Drivers.
    pub drivers: Vec<Member>,
    /// Third crew members.
    pub thirds: Vec<Member>,
}

const NURSES: u32 = 45;
const DRIVERS: u32 = 50;
const THIRDS: u32 = 12;
/// Crews on duty in one shift.
const CREWS: u32 = 8;

pub(crate) const GIVEN: [&str; 37] = [
    "Anouk", "Bas", "Carlijn", "Daan", "Eline", "Femke", "Gijs", "Hanneke", "Ilse", "Jasper", "Karin", "Lars",
    "Marloes", "Niels", "Olga", "Pieter", "Quinten", "Roos", "Stijn", "Tessa", "Ursula", "Vera", "Wouter", "Yara",
    "Zeger", "Aziz", "Fatima", "Joke", "Kees", "Mehmet", "Noor", "Renske", "Samir", "Truus", "Wim", "Yvonne", "Liang",
];
pub(crate) const FAMILY: [&str; 41] = [
    "Aartsen",
    "van den Bergh",
    "Claassen",
    "van Dongen",
    "Elzinga",
    "Faber",
    "Groothuis",
    "ter Haar",
    "IJzerman",
    "Jongsma",
    "Kuiper",
    "Lankhorst",
    "Meijerink",
    "van Nes",
    "Oosterveld",
    "Postma",
    "Quist",
    "Rietveld",
    "Schippers",
    "Terpstra",
    "Uitenbogaard",
    "Verhulst",
    "Wiersma",
    "Zandstra",
    "de Boer",
    "Kılıç",
    "El Amrani",
    "Tjon",
    "Brouns",
    "Hoekzema",
    "van Loon",
    "Nauta",
    "Pronk",
    "Roelofsen",
    "Smeets",
    "van Tilburg",
    "Veldkamp",
    "Wagenaar",
    "Zijlmans",
    "Hendriksen",
    "Bogaards",
];

fn members(first: u32, count: u32) -> Vec<Member> {
    let name = |staff: u32| {
        // 37 and 41 have no common divisor: no name comes twice within 1517 staff numbers.
        let (given, family) = (staff * 5 % 37, staff * 7 % 41);
        format!("{} {}", GIVEN[given as usize], FAMILY[family as usize])
    };
    (first..first + count).map(|staff| Member { staff, name: name(staff) }).collect()
}

impl Crew {
    pub(crate) fn invent() -> Self {
        Self { nurses: members(1001, NURSES), drivers: members(2001, DRIVERS), thirds: members(3001, THIRDS) }
    }
}

/// Who is on duty on one day: a shuffle of nurses, drivers and vehicles.
pub(crate) struct Roster {
    nurse: (u32, u32),
    driver: (u32, u32),
    vehicle: (u32, u32),
}

/// Staff numbers and vehicle of one ride.
#[derive(Clone, Copy)]
pub(crate) struct OnDuty {
    pub nurse: u32,
    pub driver: u32,
    /// 101–140.
    pub vehicle: u32,
}

impl Roster {
    pub(crate) fn of_day(seed: u64, day: u32) -> Self {
        let mut draw = Draw::new(seed, Purpose::Day, day);
        // Multiplying by a number without a common divisor and adding one is a shuffle.
        let mut shuffle = |steps: &[u32], size: u32| (draw.pick(steps), draw.below(size));
        Self {
            nurse: shuffle(&[1, 2, 4, 7, 8, 11, 13, 14, 16, 17, 19, 22], NURSES),
            driver: shuffle(&[1, 3, 7, 9, 11, 13, 17, 19, 21, 23], DRIVERS),
            vehicle: shuffle(&[1, 3, 7, 9, 11, 13, 17, 19], 40),
        }
    }

    /// The crew of the day's ride number `place` that departs in minute `minute` of the day; crews take turns.
    pub(crate) fn crew(&self, place: u32, minute: u32) -> OnDuty {
        let shift = if (480..960).contains(&minute) { 0 } else { 1 + u32::from(minute < 480) };
        let turn = shift * CREWS + place % CREWS;
        let shuffled = |(step, start): (u32, u32), size: u32| (turn * step + start) % size;
        OnDuty {
            nurse: 1001 + shuffled(self.nurse, NURSES),
            driver: 2001 + shuffled(self.driver, DRIVERS),
            vehicle: 101 + shuffled(self.vehicle, 40),
        }
    }
}

/// The posts; each has eight vehicles.
pub(crate) const POSTS: [&str; 5] = ["Oost", "West", "Noord", "Zuid", "Midden"];

/// The post of a vehicle.
pub(crate) fn post_of(vehicle: u32) -> usize {
    (vehicle % 5) as usize
}

/// A third crew member, in one ride of so many.
pub(crate) fn third(draw: &mut Draw) -> Option<u32> {
    draw.chance(40).then(|| 3001 + draw.below(THIRDS))
}
