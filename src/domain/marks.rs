//! What a professional says of a record with a tick: thanks, themes of communication (M12), a diagnosis taken over differently.
//!
//! **Invariant:** the byte of a set never changes its meaning: it is sealed with figures.
//! **Not here:** who counts them, and how nobody sees whose they are (`store`).

/// What the remarks on communication are about (STATISTICS M12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Theme {
    /// *Overdracht volledig en duidelijk*.
    HandoverComplete,
    /// *Keuze ziekenhuis*.
    ChoiceOfHospital,
    /// *Gemiste of onvolledige informatie*.
    MissedInformation,
    /// *Overig*.
    Other,
}

impl Theme {
    /// All of them, in the order of the screens.
    pub const ALL: [Self; 4] = [Self::HandoverComplete, Self::ChoiceOfHospital, Self::MissedInformation, Self::Other];
}

/// One tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// *Tel mee als bedankje*.
    Thanks,
    /// *Mijn werkdiagnose is anders overgenomen*.
    TakenOverDifferently,
    /// The remarks on communication are about this.
    Theme(Theme),
}

impl Mark {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Thanks,
        Self::TakenOverDifferently,
        Self::Theme(Theme::HandoverComplete),
        Self::Theme(Theme::ChoiceOfHospital),
        Self::Theme(Theme::MissedInformation),
        Self::Theme(Theme::Other),
    ];

    fn bit(self) -> u8 {
        match self {
            Self::Thanks => 1,
            Self::TakenOverDifferently => 2,
            Self::Theme(Theme::HandoverComplete) => 4,
            Self::Theme(Theme::ChoiceOfHospital) => 8,
            Self::Theme(Theme::MissedInformation) => 16,
            Self::Theme(Theme::Other) => 32,
        }
    }
}

/// What one person ticked of one record.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    /// Whether it is ticked.
    #[must_use]
    pub fn has(self, mark: Mark) -> bool {
        self.0 & mark.bit() != 0
    }

    /// Ticked where it was not, and the other way round.
    #[must_use]
    pub fn toggled(self, mark: Mark) -> Self {
        Self(self.0 ^ mark.bit())
    }

    /// What is ticked in either.
    #[must_use]
    pub fn with_all(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The same without themes.
    #[must_use]
    pub fn without_themes(self) -> Self {
        Theme::ALL.into_iter().fold(self, |left, theme| Self(left.0 & !Mark::Theme(theme).bit()))
    }

    /// Whether nothing is ticked.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The themes that are ticked, in the order of the screens.
    pub fn themes(self) -> impl Iterator<Item = Theme> {
        Theme::ALL.into_iter().filter(move |theme| self.has(Mark::Theme(*theme)))
    }

    /// The byte that is sealed.
    #[must_use]
    pub fn byte(self) -> u8 {
        self.0
    }

    /// The set behind a byte; `None`: a bit of it has no meaning.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        let all = Mark::ALL.into_iter().fold(0, |all, mark| all | mark.bit());
        (byte & !all == 0).then_some(Self(byte))
    }
}

impl FromIterator<Mark> for Marks {
    fn from_iter<I: IntoIterator<Item = Mark>>(marks: I) -> Self {
        Self(marks.into_iter().fold(0, |all, mark| all | mark.bit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_is_set_and_taken_back_and_leaves_the_others() {
        let both: Marks = [Mark::Thanks, Mark::Theme(Theme::Other)].into_iter().collect();
        let one = both.toggled(Mark::Thanks);
        assert!(!one.has(Mark::Thanks) && one.has(Mark::Theme(Theme::Other)));
        assert!(one.toggled(Mark::Thanks) == both);
        assert!(one.toggled(Mark::Theme(Theme::Other)).is_empty());
        assert_eq!(both.themes().collect::<Vec<_>>(), [Theme::Other]);
        assert!(both.without_themes() == [Mark::Thanks].into_iter().collect());
    }

    #[test]
    fn a_byte_is_read_back_and_no_other_bit_is() {
        for mark in Mark::ALL {
            let set: Marks = [mark].into_iter().collect();
            assert!(Marks::from_byte(set.byte()) == Some(set), "{mark:?}");
        }
        let all: Marks = Mark::ALL.into_iter().collect();
        assert_eq!(all.byte(), 63);
        assert!(Marks::from_byte(63).is_some() && Marks::from_byte(64).is_none() && Marks::from_byte(128).is_none());
    }
}
