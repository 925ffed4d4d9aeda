//! A rule's check: one of a few kinds, each a table of its own name in the text.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{
    Approved, Barred, Command, Consequence, Count, DaysInARow, Documents, Entry, Forbidden, Hours, Lockout, Notice,
    OverrideTerms, Required, Rest, Rule, Severities, ShortJob, Staffing, When,
};
use crate::pricing::Day;

/// Writes the enum of checks and the draft that has a field for each from one list, so that neither lacks one.
macro_rules! kinds {
    ($($number:tt $field:ident $Kind:ident $doc:literal)*) => {
        /// What a rule asks.
        #[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
        pub enum Check {
            $(#[doc = $doc] #[n($number)] $Kind(#[n(0)] $Kind),)*
        }

        impl Check {
            /// The kind's name, as rule sets write it.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$Kind(_) => stringify!($field),)*
                }
            }
        }

        /// A rule as written down: exactly one of its kinds is there.
        #[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(deny_unknown_fields)]
        pub struct RuleDraft {
            /// Its id, as findings cite it.
            pub id: String,
            /// What it says, for people.
            pub title: String,
            /// Where it comes from.
            #[serde(default, skip_serializing_if = "String::is_empty")]
            pub source: String,
            /// The first day it holds, where that is not the set's.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub from: Option<Day>,
            /// The last day it holds, where that is not the set's.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub until: Option<Day>,
            /// What it does at each stage.
            pub severity: Severities,
            /// What it applies to.
            #[serde(default, skip_serializing_if = "When::is_empty")]
            pub when: When,
            /// Conditions under which it is let go.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub unless: Vec<String>,
            /// Who may override it.
            #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
            pub overriding: Option<OverrideTerms>,
            $(
                #[doc = $doc]
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$Kind>,
            )*
            /// A kind that only a newer version understands; shown, and refused when read.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub newer: Option<String>,
        }

        impl RuleDraft {
            /// The names of the kinds that it has.
            pub fn kinds(&self) -> Vec<&'static str> {
                let mut kinds = Vec::new();
                $(if self.$field.is_some() { kinds.push(stringify!($field)); })*
                kinds
            }

            /// What it asks, the first where there are several.
            pub fn check(&self) -> Option<Check> {
                $(if let Some(kind) = &self.$field { return Some(Check::$Kind(kind.clone())); })*
                None
            }

            fn set(&mut self, check: Check) {
                match check {
                    $(Check::$Kind(kind) => self.$field = Some(kind),)*
                }
            }
        }
    };
}

kinds! {
    0 hours Hours "At most so many hours within a window."
    1 rest Rest "So much time between a detail and other time."
    2 status Barred "Statuses that bar."
    3 approval Approved "An approval that must be there."
    4 forbidden Forbidden "What the rule applies to is not done."
    5 days_in_a_row DaysInARow "At most so many days in a row."
    6 short_job ShortJob "Only a short job just before or within a shift."
    7 documents Documents "Documents that must be good for the whole of the detail."
    8 staffing Staffing "How many officers, and of which ranks."
    9 command Command "What the chain of command does not allow."
    10 count Count "At most so many events within a window."
    11 required Required "Events that must have happened for this detail."
    12 lockout Lockout "No details for a while after certain events."
    13 notice Notice "What giving a detail up takes."
    14 consequence Consequence "After certain events the detail counts otherwise."
}

impl RuleDraft {
    /// The rule it makes, if it has a kind.
    pub(super) fn entry(self) -> Option<Entry> {
        let check = self.check()?;
        Some(Entry::Rule(Box::new(Rule {
            id: self.id,
            title: self.title,
            source: self.source,
            from: self.from,
            until: self.until,
            severity: self.severity,
            when: self.when,
            unless: self.unless,
            overriding: self.overriding,
            check,
        })))
    }
}

impl From<Rule> for RuleDraft {
    fn from(rule: Rule) -> Self {
        let mut draft = Self {
            id: rule.id,
            title: rule.title,
            source: rule.source,
            from: rule.from,
            until: rule.until,
            severity: rule.severity,
            when: rule.when,
            unless: rule.unless,
            overriding: rule.overriding,
            ..Self::default()
        };
        draft.set(rule.check);
        draft
    }
}

impl From<Entry> for RuleDraft {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Rule(rule) => (*rule).into(),
            Entry::Newer(newer) => Self {
                id: newer.id,
                title: newer.title,
                severity: newer.severity,
                newer: Some(newer.kind),
                ..Self::default()
            },
        }
    }
}
