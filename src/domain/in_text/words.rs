//! The words that say what stands beside them: titles, labels, particles, units, months.
//!
//! **Not here:** words of one remark; each list is a kind of word of the language or the ward.

use super::{
    Said,
    cursor::Cursor,
    lists::{COMMON_SURNAMES, MEASURES, NO_NAMES, SMALL_WORDS, WARD_WORDS},
};

// LIMIT: letters of a word that any list knows.
const FOLDED_MAX: usize = 20;

/// A word in small letters without accents; empty where it is longer than any word we know.
pub(super) struct Folded {
    bytes: [u8; FOLDED_MAX],
    length: usize,
}

impl Folded {
    pub(super) fn of(word: &str) -> Self {
        let mut folded = Self { bytes: [0; FOLDED_MAX], length: 0 };
        for character in word.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)) {
            let plain = match character {
                'a'..='z' => character as u8,
                'A'..='Z' => character.to_ascii_lowercase() as u8,
                'à'..='å' | 'À'..='Å' => b'a',
                'è'..='ë' | 'È'..='Ë' => b'e',
                'ì'..='ï' | 'Ì'..='Ï' => b'i',
                'ò'..='ö' | 'Ò'..='Ö' => b'o',
                'ù'..='ü' | 'Ù'..='Ü' => b'u',
                'ç' | 'Ç' => b'c',
                'ñ' | 'Ñ' => b'n',
                _ => b'?',
            };
            match folded.bytes.get_mut(folded.length) {
                Some(place) => *place = plain,
                None => return Self { bytes: [0; FOLDED_MAX], length: 0 },
            }
            folded.length += 1;
        }
        folded
    }

    pub(super) fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default()
    }
}

/// What a name stands after.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Title {
    /// *mevrouw*, *meneer*, *de heer*, *familie*.
    Person,
    /// *mw.*, *dhr.*
    PersonShortened,
    /// *patiënt*.
    Patient,
    /// *pt.*
    PatientShortened,
}

impl Title {
    pub(super) fn is_shortened(self) -> bool {
        matches!(self, Self::PersonShortened | Self::PatientShortened)
    }

    pub(super) fn is_of_a_patient(self) -> bool {
        matches!(self, Self::Patient | Self::PatientShortened)
    }
}

/// The title a word is.
pub(super) fn title(word: &Folded, after: Cursor<'_>) -> Option<Title> {
    match word.as_str() {
        // Without its full stop it is the heart's rate.
        "hr" if after.peek() != Some('.') => None,
        "mevrouw" | "meneer" | "mijnheer" | "heer" | "juffrouw" | "familie" => Some(Title::Person),
        "dhr" | "mw" | "mevr" | "mej" | "mvr" | "mvw" | "hr" | "fam" => Some(Title::PersonShortened),
        "patient" | "patiente" => Some(Title::Patient),
        "pt" | "pte" | "pat" | "patnt" => Some(Title::PatientShortened),
        _ => None,
    }
}

impl Said {
    /// Takes note of a word that says what follows.
    pub(super) fn hear(&mut self, word: &Folded, after: Cursor<'_>) {
        let end = Some(after.at());
        self.shortened = true;
        match word.as_str() {
            "bsn" | "bsnnummer" | "bsnnr" | "burgerservicenummer" | "burgerservicenr" | "sofinummer" | "sofi" => {
                self.bsn = end
            }
            "tel" | "telefoon" | "telefoonnummer" | "telefoonnr" | "telnr" | "telefoonnrs" | "mobiel" | "mobiele"
            | "mob" | "gsm" | "bereikbaar" | "telnummer" | "tf" | "tfn" => self.telephone = end,
            "geb" | "geboren" | "geboortedatum" | "gebdat" | "gebdatum" | "gebd" | "geboorte" | "geboortedag"
            | "dob" | "gbdat" | "geboortedat" | "gd" | "jarig" | "verjaardag" => self.birth = end,
            "adres" | "woonadres" | "huisadres" | "thuisadres" | "postcode" | "pc" | "woont" | "woonachtig"
            | "wonend" | "wonende" | "huisnummer" | "huisnr" | "adresgegevens" => self.address = end,
            "apgar" => self.birth = None,
            "nr" | "no" | "dat" | "dd" | "m" | "st" | "str" => {}
            _ => self.shortened = false,
        }
    }
}

/// A word that may be a street's name.
pub(super) struct Street {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) ends_like_a_street: bool,
}

impl Street {
    pub(super) fn of(word: &Folded, here: Cursor<'_>, after: Cursor<'_>) -> Option<Self> {
        if !here.peek().is_some_and(char::is_uppercase) {
            return None;
        }
        let ends_like_a_street = [
            "straat",
            "weg",
            "laan",
            "plein",
            "hof",
            "kade",
            "dijk",
            "gracht",
            "singel",
            "steeg",
            "pad",
            "dreef",
            "park",
            "markt",
            "baan",
            "burg",
            "dam",
            "akker",
            "veld",
            "oord",
            "erf",
            "plantsoen",
            "str",
            "wal",
            "ring",
            "kamp",
            "weide",
            "haven",
            "es",
        ]
        .iter()
        .any(|ending| word.as_str().ends_with(ending));
        Some(Self { start: here.at(), end: after.at(), ends_like_a_street })
    }
}

/// A month by its name.
pub(super) fn is_month(word: &Folded) -> bool {
    matches!(
        word.as_str(),
        "januari"
            | "februari"
            | "maart"
            | "april"
            | "mei"
            | "juni"
            | "juli"
            | "augustus"
            | "september"
            | "oktober"
            | "november"
            | "december"
            | "jan"
            | "feb"
            | "febr"
            | "mrt"
            | "apr"
            | "jun"
            | "jul"
            | "aug"
            | "sep"
            | "sept"
            | "okt"
            | "nov"
            | "dec"
    )
}

/// A word between a postcode and its number.
pub(super) fn is_house_number_word(word: &str) -> bool {
    matches!(word, "huisnummer" | "huisnr" | "hnr" | "nr" | "nummer" | "no" | "en" | "op")
}

/// What follows a figure: units, values, departments, small words. Never the letters of a postcode by themselves, never a house number's addition.
pub(super) fn is_unit(word: &str) -> bool {
    is_measure(word) || is_ward_word(word) || is_small_word(word)
}

pub(super) fn is_measure(word: &str) -> bool {
    MEASURES.have(word)
}

fn is_ward_word(word: &str) -> bool {
    WARD_WORDS.have(word)
}

fn is_small_word(word: &str) -> bool {
    SMALL_WORDS.have(word)
}

/// *van*, *de*, *der*.
pub(super) fn is_particle(word: &Folded) -> bool {
    matches!(
        word.as_str(),
        "van"
            | "de"
            | "den"
            | "der"
            | "ter"
            | "ten"
            | "vd"
            | "von"
            | "la"
            | "le"
            | "du"
            | "da"
            | "dos"
            | "del"
            | "di"
            | "el"
            | "al"
            | "bin"
            | "ben"
    ) || is_preposition(word)
}

/// A particle that in small letters mostly begins something else: *in de ambulance*, *op Cardiologie*.
pub(super) fn is_preposition(word: &Folded) -> bool {
    matches!(word.as_str(), "op" | "in" | "aan" | "het" | "uit" | "bij" | "voor" | "onder" | "over" | "te")
}

/// The commonest surnames of the country (CBG Familienamen): known also in small letters and in capitals.
pub(super) fn is_common_surname(word: &Folded) -> bool {
    COMMON_SURNAMES.have(word.as_str())
}

/// Words with which a sentence begins, and names of drugs, illnesses and values: no name, though a capital stands before them.
pub(super) fn is_no_name(word: &Folded) -> bool {
    NO_NAMES.have(word.as_str()) || is_month(word) || is_drug(word.as_str()) || is_hospital(word.as_str())
}

/// A drug by the stem its name ends in (WHO, stems of international nonproprietary names, in Dutch spelling).
fn is_drug(word: &str) -> bool {
    const STEMS: [&str; 42] = [
        "xaban",
        "gatran",
        "grel",
        "olol",
        "alol",
        "pril",
        "sartan",
        "statine",
        "azol",
        "prazol",
        "azolam",
        "azepam",
        "cilline",
        "mycine",
        "micine",
        "floxacine",
        "cycline",
        "sulide",
        "gliptine",
        "gliflozine",
        "formine",
        "semide",
        "thiazide",
        "parine",
        "setron",
        "dipine",
        "triptan",
        "fylline",
        "terol",
        "tropium",
        "caine",
        "curium",
        "curonium",
        "fentanil",
        "profen",
        "coxib",
        "oxetine",
        "triptyline",
        "apine",
        "idon",
        "barbital",
        "teplase",
    ];
    word.len() >= 7 && STEMS.iter().any(|stem| word.ends_with(stem))
}

/// A hospital by the word its name ends in.
fn is_hospital(word: &str) -> bool {
    ["ziekenhuis", "gasthuis", "nessenhuis", "verpleeghuis", "tehuis", "kliniek", "centrum", "hospice", "umc"]
        .iter()
        .any(|end| word.ends_with(end))
}
