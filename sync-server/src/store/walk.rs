//! Walking through what is numbered, from either end.

/// In which order it comes, and from where on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Walk {
    /// The newest first, of those below one.
    NewestFirst {
        /// That one.
        below: i64,
    },
    /// The oldest first, of those above one.
    OldestFirst {
        /// That one.
        above: i64,
    },
}

impl Walk {
    /// Do the oldest come first?
    pub const fn is_oldest_first(self) -> bool {
        matches!(self, Self::OldestFirst { .. })
    }

    /// The same from another on.
    #[must_use]
    pub const fn from(self, last: i64) -> Self {
        match self {
            Self::NewestFirst { .. } => Self::NewestFirst { below: last },
            Self::OldestFirst { .. } => Self::OldestFirst { above: last },
        }
    }

    /// On which side of which number those lie that come, and in which order.
    pub(super) const fn in_sql(self) -> (&'static str, i64, &'static str) {
        match self {
            Self::NewestFirst { below } => ("<", below, "DESC"),
            Self::OldestFirst { above } => (">", above, "ASC"),
        }
    }
}
