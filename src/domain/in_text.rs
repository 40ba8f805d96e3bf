//! Identifying data in free text: what names a person in words that should name nobody (R28).
//!
//! **Invariant:** ranges count characters, lie within the text, stand in order and do not overlap; one pass, each character looked at
//! a bounded number of times, nothing built but the list. No clock: whether a date is one of birth is told by the words beside it, or by its year.
//! **Not here:** masking (`app`), counting per sender (`store`), which texts are scanned (`hl7`).

mod cursor;
mod dates;
mod lists;
mod names;
mod numbers;
mod places;
mod words;

use cursor::Cursor;

/// What kind of identifying data it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentifierKind {
    /// A citizen service number.
    Bsn,
    /// A telephone number.
    Telephone,
    /// An e-mail address.
    Email,
    /// A postcode with its house number.
    Postcode,
    /// A date of birth.
    BirthDate,
    /// A name after a title.
    Name,
}

impl IdentifierKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [Self::Bsn, Self::Telephone, Self::Email, Self::Postcode, Self::BirthDate, Self::Name];

    /// Its name in `inspect --json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bsn => "bsn",
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::Postcode => "postcode",
            Self::BirthDate => "birth_date",
            Self::Name => "name",
        }
    }
}

/// Where in a text something identifies, in characters; `end` is the first one after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdentifierInText {
    /// What it is.
    pub kind: IdentifierKind,
    /// First character.
    pub start: usize,
    /// First character after it.
    pub end: usize,
}

/// What identifies in `text`, in order.
#[must_use]
pub fn identifiers_in_text(text: &str) -> Vec<IdentifierInText> {
    let mut scan = Scan { found: Vec::new(), said: Said::default(), mail_from: 0, mail: text.contains('@') };
    let mut here = Cursor::new(text);
    while let Some(character) = here.peek() {
        let after = match scan.at(here, character) {
            Some(hit) => scan.keep(hit),
            None if cursor::is_letter(character) => here.past(cursor::is_letter),
            None if character.is_ascii_digit() => here.past(|c| c.is_ascii_digit()),
            None => here.next(),
        };
        scan.said.sentence_ends(character, after);
        here = after;
    }
    scan.found
}

/// One find: its kind, where it begins, and what follows it.
struct Hit<'a> {
    kind: IdentifierKind,
    start: usize,
    after: Cursor<'a>,
}

/// What the words before a number said it is: the place where such a word ended.
#[derive(Default)]
struct Said {
    bsn: Option<usize>,
    telephone: Option<usize>,
    birth: Option<usize>,
    address: Option<usize>,
    /// Where the last name ended.
    name: Option<usize>,
    /// The last word was one of these, or shortened: its full stop ends no sentence.
    shortened: bool,
    /// The word before, where it may be a street.
    street: Option<words::Street>,
}

// LIMIT: characters between the word that says what a number is and the number; further away it speaks of something else.
const NEAR: usize = 30;

impl Said {
    /// How far back it was said, if not too far.
    fn gap(said: Option<usize>, here: Cursor<'_>) -> Option<usize> {
        said.map(|end| here.at().saturating_sub(end)).filter(|gap| *gap <= NEAR)
    }

    /// At the end of a sentence what was said holds no longer.
    fn sentence_ends(&mut self, character: char, after: Cursor<'_>) {
        let ends = match character {
            '!' | '?' | ';' => true,
            '.' => !self.shortened && after.peek().is_none_or(char::is_whitespace),
            _ => false,
        };
        if ends {
            let name = self.name;
            *self = Self { name, ..Self::default() };
        }
    }
}

struct Scan {
    found: Vec<IdentifierInText>,
    said: Said,
    /// Up to here it is known that no e-mail address begins.
    mail_from: usize,
    /// There is an address sign at all.
    mail: bool,
}

impl Scan {
    fn at<'a>(&mut self, here: Cursor<'a>, character: char) -> Option<Hit<'a>> {
        if self.mail
            && here.at() >= self.mail_from
            && let Some(hit) = self.mail(here)
        {
            return Some(hit);
        }
        if cursor::is_letter(character) {
            return self.word(here);
        }
        if character.is_ascii_digit() {
            return self.number(here);
        }
        let said = || numbers::said_to_be_telephone(here, Said::gap(self.said.telephone, here)?);
        let number = match character {
            '+' => numbers::telephone(here),
            '(' => numbers::telephone(here).or_else(said),
            _ => None,
        };
        number.map(|after| hit(IdentifierKind::Telephone, here, after))
    }

    fn keep<'a>(&mut self, hit: Hit<'a>) -> Cursor<'a> {
        let start = hit.start.max(self.found.last().map_or(0, |last| last.end));
        let end = hit.after.at();
        self.found.push(IdentifierInText { kind: hit.kind, start, end });
        if hit.kind == IdentifierKind::Name {
            self.said.name = Some(end);
        }
        self.said.street = None;
        hit.after
    }

    fn mail<'a>(&mut self, here: Cursor<'a>) -> Option<Hit<'a>> {
        let (local_end, after) = places::mail(here);
        self.mail_from = local_end;
        after.map(|after| hit(IdentifierKind::Email, here, after))
    }

    fn word<'a>(&mut self, here: Cursor<'a>) -> Option<Hit<'a>> {
        let word = here.word()?;
        let folded = words::Folded::of(word.text);
        self.said.hear(&folded, word.after);
        self.said.street = words::Street::of(&folded, here, word.after);
        let title = words::title(&folded, word.after)?;
        let (start, after) = names::after_title(title, word.after)?;
        Some(Hit { kind: IdentifierKind::Name, start: start.at(), after })
    }

    fn number<'a>(&mut self, here: Cursor<'a>) -> Option<Hit<'a>> {
        let said = &self.said;
        // Within a word no number begins, but for one written to the word that says what it is.
        let said_at_once = [said.bsn, said.telephone, said.birth].contains(&Some(here.at()));
        if here.before().is_some_and(|c| cursor::is_letter(c) || c == '_') && !said_at_once {
            return None;
        }
        let (bsn, telephone) = (Said::gap(said.bsn, here), Said::gap(said.telephone, here));
        let born = dates::Told {
            birth: Said::gap(said.birth, here),
            name: said.name.map(|end| here.at().saturating_sub(end)),
        };
        if let Some(date) = dates::date(here, &born) {
            return match date {
                dates::Date::OfBirth(after) => Some(hit(IdentifierKind::BirthDate, here, after)),
                dates::Date::Other => None,
            };
        }
        if let Some(after) = bsn.and_then(|_| numbers::said_to_be_bsn(here)) {
            return Some(hit(IdentifierKind::Bsn, here, after));
        }
        let number =
            numbers::telephone(here).or_else(|| telephone.and_then(|gap| numbers::said_to_be_telephone(here, gap)));
        if let Some(after) = number {
            return Some(hit(IdentifierKind::Telephone, here, after));
        }
        if let Some(after) = numbers::bsn(here) {
            return Some(hit(IdentifierKind::Bsn, here, after));
        }
        let address = Said::gap(said.address, here).is_some();
        if let Some(after) = places::postcode_first(here, address) {
            return Some(hit(IdentifierKind::Postcode, here, after));
        }
        let street = said.street.as_ref().filter(|street| here.at() <= street.end + 1);
        let after = places::house_number_first(here, address || street.is_some_and(|s| s.ends_like_a_street))?;
        let start = street.map_or(here.at(), |street| street.start);
        Some(Hit { kind: IdentifierKind::Postcode, start, after })
    }
}

fn hit<'a>(kind: IdentifierKind, here: Cursor<'_>, after: Cursor<'a>) -> Hit<'a> {
    Hit { kind, start: here.at(), after }
}
