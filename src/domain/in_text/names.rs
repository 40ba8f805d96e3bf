//! Names after a title: initials, particles, surnames; in capitals, and in small letters where the name is a common one.

use super::{
    cursor::{Cursor, is_blank, is_dash, is_letter},
    words::{Folded, Title, is_common_surname, is_no_name, is_particle, is_preposition, is_unit},
};

// LIMIT: initials, particles and names that are read as one name.
const PARTS_MAX: usize = 10;

/// The name that follows a title: where it begins, and the place after it.
pub(super) fn after_title(title: Title, after: Cursor<'_>) -> Option<(Cursor<'_>, Cursor<'_>)> {
    let start = begin(title, after)?;
    let end = read(start, title)?;
    Some((start, end))
}

/// Past what may stand between a title and a name.
fn begin(title: Title, after: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut at = after;
    if title.is_shortened() {
        at = at.eat('.').unwrap_or(at);
    }
    if title.is_of_a_patient() {
        at = at.eat(':').unwrap_or(at);
    }
    at = at.past_blanks();
    if title.is_of_a_patient()
        && let Some(word) = at.word()
        && matches!(Folded::of(word.text).as_str(), "genaamd" | "heet" | "heette" | "naam" | "geheten")
    {
        let colon = word.after.eat(':').unwrap_or(word.after);
        at = colon.past_blanks();
    }
    (at.at() > after.at()).then_some(at)
}

/// What a piece of a name is.
enum Piece<'a> {
    Initial(Cursor<'a>),
    Particle(Cursor<'a>),
    Surname(Cursor<'a>),
}

/// Reads a name; the place after its last surname.
fn read(start: Cursor<'_>, title: Title) -> Option<Cursor<'_>> {
    let (mut at, mut end) = (start, None);
    let (mut initials, mut particles) = (false, Particles::default());
    for _ in 0..PARTS_MAX {
        match piece(at, initials, &particles, end.is_some()) {
            Some(Piece::Initial(after)) if end.is_none() => {
                initials = true;
                at = after.past_blanks();
            }
            Some(Piece::Particle(after)) => {
                particles.add(at.until(after));
                at = after.past_blanks();
            }
            Some(Piece::Surname(after)) => {
                end = Some(after);
                particles = Particles::default();
                at = joined(after);
            }
            Some(Piece::Initial(_)) | None => break,
        }
    }
    let end = end?;
    (!is_value(start, end, title) && !is_house(end)).then_some(end)
}

/// From one part of a name to the next: a space, or the dash of a double name.
fn joined(after: Cursor<'_>) -> Cursor<'_> {
    let blanks = after.past_blanks();
    if blanks.peek().is_some_and(is_dash) { blanks.next().past_blanks() } else { blanks }
}

/// Particles read since the last surname.
#[derive(Default)]
struct Particles {
    /// Together they stand before names only: *van der*, *van den*.
    sure: bool,
    van: bool,
    /// One is in capitals.
    shouted: bool,
}

impl Particles {
    fn add(&mut self, text: &str) {
        let folded = Folded::of(text.trim_start_matches(['\'', '\u{2019}', '\u{2018}']));
        let word = folded.as_str();
        self.sure |= self.van && matches!(word, "der" | "den");
        self.shouted |= text.len() > 1 && text.bytes().all(|b| b.is_ascii_uppercase());
        self.van |= word == "van";
    }
}

fn piece<'a>(at: Cursor<'a>, initials: bool, particles: &Particles, more: bool) -> Option<Piece<'a>> {
    if let Some(after) = apostrophe_particle(at) {
        return Some(Piece::Particle(after));
    }
    let word = at.word()?;
    let folded = Folded::of(word.text);
    if let Some(after) = initial(at, &folded) {
        return Some(Piece::Initial(after));
    }
    let capital = word.text.starts_with(char::is_uppercase);
    let small_preposition = !capital && is_preposition(&folded) && !before_article(word.after);
    if is_particle(&folded) && !small_preposition && (capital || more || goes_on(word.after)) {
        return Some(Piece::Particle(word.after));
    }
    let after = whole(word.after);
    let letters = word.text.chars().count();
    if !capital {
        // In small letters only what is known to be a name, or what can be nothing else.
        let known = !more && is_common_surname(&folded);
        let sure = letters >= 3 && (particles.sure || (initials && !is_no_name(&folded)));
        // `d'Hondt`
        let elided = letters == 1 && after.at() > word.after.at();
        return (known || sure || elided).then_some(Piece::Surname(after));
    }
    let shouted = letters >= 2 && word.text.chars().all(|c| !c.is_lowercase());
    let apart = after.at() > word.after.at();
    let fits = if shouted && !apart {
        is_common_surname(&folded)
            || ((initials || particles.sure || particles.shouted) && letters >= 3 && !is_no_name(&folded))
    } else {
        apart || (letters >= 2 && !is_no_name(&folded))
    };
    fits.then_some(Piece::Surname(after))
}

/// Whether after a particle in small letters a name may follow.
fn goes_on(after: Cursor<'_>) -> bool {
    let mut at = after.past_blanks();
    for _ in 0..3 {
        if apostrophe_particle(at).is_some() {
            return true;
        }
        let Some(word) = at.word() else { return false };
        let folded = Folded::of(word.text);
        if is_particle(&folded) {
            at = word.after.past_blanks();
            continue;
        }
        return true;
    }
    false
}

/// Whether *'t*, *den* or *der* follows: `in 't Veld`, `op den Akker`.
fn before_article(after: Cursor<'_>) -> bool {
    let at = after.past_blanks();
    apostrophe_particle(at).is_some()
        || at.word().is_some_and(|word| matches!(Folded::of(word.text).as_str(), "den" | "der"))
}

/// `'t`, `'s`.
fn apostrophe_particle(at: Cursor<'_>) -> Option<Cursor<'_>> {
    let mark = at.peek().filter(|c| matches!(c, '\'' | '\u{2019}' | '\u{2018}'))?;
    let word = at.eat(mark)?.word()?;
    matches!(word.text, "t" | "s" | "T" | "S").then_some(word.after)
}

/// `J.`, `Th.`, or a capital alone before a name.
fn initial<'a>(at: Cursor<'a>, folded: &Folded) -> Option<Cursor<'a>> {
    let word = at.word()?;
    if !word.text.starts_with(char::is_uppercase) {
        return None;
    }
    let letters = word.text.chars().count();
    let stop = word.after.eat('.');
    match (letters, stop) {
        (1, Some(stop)) => Some(stop),
        (2..=3, Some(stop))
            if matches!(folded.as_str(), "th" | "ch" | "chr" | "ph" | "tj" | "ij" | "fr" | "st" | "jr" | "sj") =>
        {
            Some(stop)
        }
        (1, None) if word.after.peek().is_some_and(is_blank) => Some(word.after),
        (_, _) => None,
    }
}

/// A surname goes on through an apostrophe or a dash at once followed by a letter: `O'Brien`, `El-Amrani`.
fn whole(after: Cursor<'_>) -> Cursor<'_> {
    let mut at = after;
    for _ in 0..3 {
        let mark = at.peek().filter(|c| matches!(c, '\'' | '\u{2019}') || is_dash(*c));
        let next = mark.and_then(|_| at.next().word());
        match next {
            Some(word) if mark.is_some_and(|c| !is_dash(c)) || word.text.starts_with(char::is_uppercase) => {
                at = word.after
            }
            Some(_) | None => break,
        }
    }
    at
}

/// Whether what looks like a name is that of a hospital: *Oost ziekenhuis*, *Oost MC*.
fn is_house(end: Cursor<'_>) -> bool {
    let next = joined(end).word().map(|word| Folded::of(word.text));
    next.is_some_and(|word| {
        matches!(word.as_str(), "mc" | "umc" | "ziekenhuis" | "gasthuis" | "kliniek" | "hospitaal" | "zh")
    })
}

/// Whether what looks like a name is the name of a value or a drug: a number follows that is no age and no date.
fn is_value(start: Cursor<'_>, end: Cursor<'_>, title: Title) -> bool {
    let next = end.past_at_most(2, |c| is_blank(c) || c == ':');
    let Some(number) = next.digits(4) else { return end.peek().is_some_and(|c| c.is_ascii_digit()) };
    let short = start.until(end).chars().filter(|c| is_letter(*c)).count() <= 4;
    let rest = number.after.past_blanks();
    let unit = rest.word().map(|word| Folded::of(word.text));
    if unit.as_ref().is_some_and(|unit| matches!(unit.as_str(), "jaar" | "jr" | "j" | "jarige" | "maanden" | "mnd")) {
        return false;
    }
    let date = number.after.number_goes_on() && !number.after.peek().is_some_and(|c| matches!(c, ',' | ':'));
    let dose = unit.as_ref().is_some_and(|unit| is_unit(unit.as_str()));
    dose || (!date && (short || title.is_of_a_patient() && number.after.at() == rest.at()))
}
