//! How the window looks and speaks: what a person sets for himself, whatever his role.

use crate::Language;

/// Which colours the window follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Licht.
    Light,
    /// Donker.
    Dark,
    /// As the system is set.
    #[default]
    System,
}

/// Which language the window speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Speech {
    /// This one.
    In(Language),
    /// As the system is set.
    #[default]
    System,
}

impl Speech {
    /// The language, where the system is set to this one.
    #[must_use]
    pub fn language(self, system: Language) -> Language {
        match self {
            Self::In(language) => language,
            Self::System => system,
        }
    }
}

/// The size of text and of all that stands around it, in per cent (LOOK §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextSize(u16);

impl Default for TextSize {
    fn default() -> Self {
        Self(100)
    }
}

impl TextSize {
    /// The smallest and the largest.
    pub const ENDS: (u16, u16) = (80, 200);
    const STEP: u16 = 10;

    /// The size nearest to so many per cent.
    #[must_use]
    pub fn of_percent(percent: i64) -> Self {
        let (least, most) = Self::ENDS;
        let within = u16::try_from(percent.max(0)).unwrap_or(most).clamp(least, most);
        Self((within + Self::STEP / 2) / Self::STEP * Self::STEP)
    }

    /// Per cent.
    #[must_use]
    pub fn percent(self) -> u16 {
        self.0
    }

    /// Points of the screen to a point of the design.
    #[must_use]
    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }

    /// One step larger; `None`: this is the largest.
    #[must_use]
    pub fn larger(self) -> Option<Self> {
        (self.0 < Self::ENDS.1).then(|| Self(self.0 + Self::STEP))
    }

    /// One step smaller; `None`: this is the smallest.
    #[must_use]
    pub fn smaller(self) -> Option<Self> {
        (self.0 > Self::ENDS.0).then(|| Self(self.0 - Self::STEP))
    }
}

/// Everything a person sets of his window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    /// Its colours.
    pub look: Look,
    /// Its language.
    pub speech: Speech,
    /// The size of its text.
    pub text_size: TextSize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_from_80_to_200_per_cent_in_steps_of_ten_and_no_further() {
        let mut size = TextSize::of_percent(-7);
        let mut seen = vec![size.percent()];
        while let Some(larger) = size.larger() {
            assert_eq!(larger.smaller(), Some(size));
            size = larger;
            seen.push(size.percent());
        }
        assert_eq!(seen, [80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200]);
        assert_eq!(TextSize::of_percent(80).smaller(), None);
        assert_eq!([79, 114, 116, 1_000_000].map(|n| TextSize::of_percent(n).percent()), [80, 110, 120, 200]);
    }
}
