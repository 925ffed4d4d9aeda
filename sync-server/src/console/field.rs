//! Fields of forms: a label, what was typed, what is wrong with it, tied together for who cannot see them side by side.

use askama::Template;
use askama::filters::HtmlSafe;

use super::visit::Visit;

/// What a day and time is refused with that the clocks show twice: a browser's own field for it has no room for more.
pub const SAY_WHICH: &str = "must say which: the clocks show it twice that night";
/// Characters of a day and time that a browser's own field for it holds.
const PLAIN_CLOCK: usize = "2026-05-16T19:00:00".len();

/// May a browser's own field of a day and time show that?
pub fn is_plain_clock(text: &str) -> bool {
    text.len() <= PLAIN_CLOCK
}

/// A field of one line.
#[derive(Template, Clone, Debug)]
#[template(path = "console/field.html")]
pub struct Field {
    name: &'static str,
    id: String,
    label: &'static str,
    kind: &'static str,
    value: String,
    hint: Option<&'static str>,
    wrong: Option<String>,
    autocomplete: &'static str,
    numeric: bool,
    required: bool,
}

impl HtmlSafe for Field {}

impl Field {
    /// A field that must be filled in, with what was typed before.
    pub fn new(visit: &Visit, name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            id: name.to_owned(),
            label,
            kind: "text",
            value: visit.typed(name).to_owned(),
            hint: None,
            wrong: visit.wrong(name),
            autocomplete: "off",
            numeric: false,
            required: true,
        }
    }

    /// A field of a list's filter: it may stay empty, and shows what the address asks for.
    pub fn asked(visit: &Visit, name: &'static str, label: &'static str) -> Self {
        Self::new(visit, name, label).optional(visit.query.get(name))
    }

    /// A password: never shown, and never sent back.
    pub fn password(visit: &Visit, name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { kind: "password", value: String::new(), autocomplete, ..Self::new(visit, name, label) }
    }

    /// A code: typed anew each time.
    pub fn code(visit: &Visit, name: &'static str, label: &'static str) -> Self {
        Self { value: String::new(), autocomplete: "one-time-code", ..Self::new(visit, name, label) }
    }

    /// Digits only: phones show their number keys.
    #[must_use]
    pub fn digits(self) -> Self {
        Self { numeric: true, ..self }
    }

    /// One of several of that name on the page, each in a form of its own.
    #[must_use]
    pub fn numbered(self, number: usize) -> Self {
        Self { id: format!("{}-{number}", self.name), ..self }
    }

    /// Of that kind of input.
    #[must_use]
    pub fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    /// Of a day and time, once it is known what stands in it: one of text where an offset stands there, or has to.
    #[must_use]
    pub fn clock(self) -> Self {
        let which = self.wrong.as_deref().is_some_and(|wrong| wrong.contains(SAY_WHICH));
        if !which && is_plain_clock(&self.value) {
            return self.kind("datetime-local");
        }
        let hint = self.hint.or(Some("With its offset: the clocks show that time twice."));
        Self { hint, ..self }
    }

    /// What browsers fill in.
    #[must_use]
    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// With a word of advice.
    #[must_use]
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// It shows a value that is not from this form.
    #[must_use]
    pub fn holding(self, value: &str) -> Self {
        Self { value: value.to_owned(), ..self }
    }

    /// It may stay empty; it shows a value that is not from a form.
    #[must_use]
    pub fn optional(self, value: &str) -> Self {
        Self { required: false, value: value.to_owned(), ..self }
    }

    /// Nothing stands in it, and nothing is wrong with that.
    pub fn is_blank(&self) -> bool {
        self.value.is_empty() && self.wrong.is_none()
    }
}

/// A field of several lines.
#[derive(Template, Clone, Debug)]
#[template(path = "console/text.html")]
pub struct Text {
    name: &'static str,
    label: &'static str,
    value: String,
    hint: Option<&'static str>,
    wrong: Option<String>,
    rows: u8,
    required: bool,
}

impl HtmlSafe for Text {}

impl Text {
    /// A field of so many lines that must be filled in, with what was typed before.
    pub fn new(visit: &Visit, name: &'static str, label: &'static str, rows: u8) -> Self {
        let (value, wrong) = (visit.typed(name).to_owned(), visit.wrong(name));
        Self { name, label, value, hint: None, wrong, rows, required: true }
    }

    /// With a word of advice.
    #[must_use]
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// It may stay empty; it shows a value that is not from a form.
    #[must_use]
    pub fn optional(self, value: &str) -> Self {
        Self { required: false, value: value.to_owned(), ..self }
    }
}

/// A choice of one among several.
#[derive(Template, Clone, Debug)]
#[template(path = "console/choice.html")]
pub struct Choice {
    name: &'static str,
    label: &'static str,
    options: Vec<ChoiceOption>,
    wrong: Option<String>,
}

impl HtmlSafe for Choice {}

/// One of them.
#[derive(Clone, Debug)]
pub struct ChoiceOption {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// It is the one chosen.
    pub chosen: bool,
}

impl Choice {
    /// A choice of a list's filter: what the address asks for stands.
    pub fn asked(
        visit: &Visit,
        name: &'static str,
        label: &'static str,
        options: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self::new(visit, name, label, options, visit.query.get(name))
    }

    /// A choice among these values and labels; `chosen` stands before anything is typed.
    pub fn new(
        visit: &Visit,
        name: &'static str,
        label: &'static str,
        options: impl IntoIterator<Item = (String, String)>,
        chosen: &str,
    ) -> Self {
        let chosen = visit.form.find(name).unwrap_or(chosen);
        let option = |(value, label): (String, String)| ChoiceOption { chosen: value == chosen, value, label };
        Self { name, label, options: options.into_iter().map(option).collect(), wrong: visit.wrong(name) }
    }
}
