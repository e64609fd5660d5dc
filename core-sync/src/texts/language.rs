//! The languages that Tournée speaks. A new one = a line here, a file like `en.json`, a line in `catalogue.rs`.

use serde::{Deserialize, Serialize};

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

/// Which of a text's two forms a count takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PluralForm {
    One,
    Other,
}

impl Language {
    /// Every language.
    pub const ALL: &[Self] = &[Self::Fr, Self::En];

    /// The code in settings and configuration.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The language of a code; `None` for one that Tournée does not speak.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.code() == code)
    }

    /// The language for a system's locale, such as `fr_FR.UTF-8` or `fr-CA`; English for all that is not French.
    #[must_use]
    pub fn from_locale(locale: &str) -> Self {
        let language = locale.split(|character: char| !character.is_ascii_alphabetic()).next();
        let known = language.and_then(|language| Self::from_code(&language.to_ascii_lowercase()));
        known.unwrap_or(Self::En)
    }

    /// French counts nothing like one thing, English like many.
    pub(super) const fn plural_form(self, count: usize) -> PluralForm {
        match (self, count) {
            (Self::Fr, 0 | 1) | (Self::En, 1) => PluralForm::One,
            (Self::Fr | Self::En, _) => PluralForm::Other,
        }
    }
}

impl PluralForm {
    /// The end of the form's key.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_french_locale_is_french_and_any_other_is_english() {
        for locale in ["fr_FR.UTF-8", "fr", "fr-CA", "FR_be@euro"] {
            assert_eq!(Language::from_locale(locale), Language::Fr, "{locale}");
        }
        for locale in ["en_GB.UTF-8", "C", "POSIX", "", "frr_DE", "de_FR", "é"] {
            assert_eq!(Language::from_locale(locale), Language::En, "{locale}");
        }
    }

    #[test]
    fn a_code_is_read_as_it_is_written() {
        assert!(Language::ALL.iter().all(|language| Language::from_code(language.code()) == Some(*language)));
        assert_eq!(Language::from_code("de"), None);
    }
}
