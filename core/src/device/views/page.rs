//! Long lists in parts.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// Part of a long list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Page<T> {
    /// This part.
    pub items: Vec<T>,
    /// Where the next part begins; absent at the end.
    pub next: Option<PageMark>,
}

/// A place in a long list. Opaque: take it from one page and hand it to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, serde::Deserialize)]
pub struct PageMark {
    pub(super) at: i64,
    pub(super) number: i64,
}

/// A text that no page gave out.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a place in a list")]
pub struct NotAMark;

impl fmt::Display for PageMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.number)
    }
}

impl FromStr for PageMark {
    type Err = NotAMark;
    fn from_str(text: &str) -> Result<Self, NotAMark> {
        let (at, number) = text.split_once('.').ok_or(NotAMark)?;
        let read = |text: &str| text.parse().map_err(|_| NotAMark);
        Ok(Self { at: read(at)?, number: read(number)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_mark_comes_back_from_its_text(at: i64, number: i64) {
            let mark = PageMark { at, number };
            prop_assert_eq!(mark.to_string().parse(), Ok(mark));
        }

        #[test]
        fn any_text_is_a_mark_or_refused(text in ".{0,20}") {
            if let Ok(mark) = text.parse::<PageMark>() {
                prop_assert_eq!(mark.to_string().parse(), Ok(mark));
            }
        }
    }

    #[test]
    fn what_no_page_gave_out_is_refused() {
        for text in ["", ".", "1", "1.", ".1", "1.2.3", "a.b", "99999999999999999999.1"] {
            assert_eq!(text.parse::<PageMark>(), Err(NotAMark), "{text}");
        }
    }
}
