//! A place in a text, counted in bytes and in characters; reading on from it.

/// A place in a text.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    byte: usize,
    at: usize,
}

/// A word, and the place after it.
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) after: Cursor<'a>,
}

// LIMIT: letters of a word that is looked at ahead of its turn; a longer one is no name and no title.
const WORD_MAX: usize = 40;

/// Letters, and the marks that follow them where accents are written apart.
pub(super) fn is_letter(character: char) -> bool {
    character.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&character)
}

/// A space within a line.
pub(super) fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// A hyphen or dash.
pub(super) fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{2212}')
}

impl<'a> Cursor<'a> {
    /// The beginning.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, byte: 0, at: 0 }
    }

    /// Characters before this place.
    pub(super) fn at(self) -> usize {
        self.at
    }

    /// What follows.
    pub(super) fn rest(self) -> &'a str {
        self.text.get(self.byte..).unwrap_or_default()
    }

    /// The next character.
    pub(super) fn peek(self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character before this place.
    pub(super) fn before(self) -> Option<char> {
        self.text.get(..self.byte)?.chars().next_back()
    }

    /// The character before that.
    pub(super) fn second_before(self) -> Option<char> {
        self.text.get(..self.byte)?.chars().nth_back(1)
    }

    /// One character on.
    pub(super) fn next(self) -> Self {
        self.peek().map_or(self, |c| Self { byte: self.byte + c.len_utf8(), at: self.at + 1, ..self })
    }

    /// Past all that `belongs`, however long.
    pub(super) fn past(self, belongs: fn(char) -> bool) -> Self {
        self.past_at_most(usize::MAX, belongs)
    }

    /// Past what `belongs`, at most so many characters.
    pub(super) fn past_at_most(self, most: usize, belongs: fn(char) -> bool) -> Self {
        let (mut byte, mut at) = (self.byte, self.at);
        for character in self.rest().chars().take(most).take_while(|c| belongs(*c)) {
            byte += character.len_utf8();
            at += 1;
        }
        Self { byte, at, ..self }
    }

    /// Past spaces of this line, at most two.
    pub(super) fn past_blanks(self) -> Self {
        self.past_at_most(2, is_blank)
    }

    /// Past this character, if it is the next one.
    pub(super) fn eat(self, wanted: char) -> Option<Self> {
        (self.peek() == Some(wanted)).then(|| self.next())
    }

    /// What lies between this place and a later one.
    pub(super) fn until(self, later: Self) -> &'a str {
        self.text.get(self.byte..later.byte).unwrap_or_default()
    }

    /// The word that begins here; none where no letter stands or it is longer than a word can be.
    pub(super) fn word(self) -> Option<Word<'a>> {
        let after = self.past_at_most(WORD_MAX, is_letter);
        let whole = after.at > self.at && !after.peek().is_some_and(is_letter);
        whole.then(|| Word { text: self.until(after), after })
    }

    /// The digits that begin here, all of them; none where there are more than `most`.
    pub(super) fn digits(self, most: usize) -> Option<Word<'a>> {
        let after = self.past_at_most(most, |c| c.is_ascii_digit());
        let whole = after.at > self.at && !after.peek().is_some_and(|c| c.is_ascii_digit());
        whole.then(|| Word { text: self.until(after), after })
    }

    /// Whether a larger number goes on through this place: a digit and its mark stand before it.
    pub(super) fn within_number(self) -> bool {
        let mark = |c: char| matches!(c, '.' | ',' | ':' | '/') || is_dash(c);
        self.before().is_some_and(mark) && self.second_before().is_some_and(|c| c.is_ascii_digit())
    }

    /// Whether a number goes on after this place: a mark and a digit follow.
    pub(super) fn number_goes_on(self) -> bool {
        let mark = |c: char| matches!(c, '.' | ',' | ':' | '/') || is_dash(c);
        self.peek().is_some_and(mark) && self.next().peek().is_some_and(|c| c.is_ascii_digit())
    }

    /// Whether letters or digits follow at once.
    pub(super) fn in_word(self) -> bool {
        self.peek().is_some_and(|c| is_letter(c) || c.is_ascii_digit())
    }
}
