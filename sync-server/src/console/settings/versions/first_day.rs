//! The first day of a draft: the form has a field for it, and the text says it. Both always say the same on the page; whoever changes
//! one of them has it written into the text, and of both the field counts.

use std::ops::Range;

use detailbook_core::pricing::Day;

use super::{Known, Versioned};
use crate::console::field::Field;
use crate::console::visit::Visit;
use crate::problem::Problem;

/// The field of the form.
pub(super) const FROM: &str = "from";
/// What stood in it when the form was shown.
pub(super) const SHOWN: &str = "shown_from";
/// What says it in a text.
const SAYS: &str = "effective_from";

/// The field over a text, and what a form hands back of what it was shown with.
pub(super) fn field(visit: &Visit, text: &str) -> (Field, String) {
    let field = Field::new(visit, FROM, "In force from").kind("date").hint(
        "Its first day. A day that you set here is written into the text, or into the file; left as it is, the day that stands there holds.",
    );
    if visit.wrong(FROM).is_some() {
        return (field.optional(visit.typed(FROM)), visit.typed(SHOWN).to_owned());
    }
    let shown = said(text).map(|day| day.to_string()).unwrap_or_default();
    (field.optional(&shown), shown)
}

/// The text with the day of the form's field, where somebody set that.
pub(super) fn dated<T: Versioned>(visit: &Visit, text: String) -> Result<String, Problem> {
    let day = visit.typed_day::<Day>(FROM)?.filter(|_| visit.typed(FROM) != visit.typed(SHOWN));
    let Some(day) = day.filter(|day| said(&text) != Some(*day)) else { return Ok(text) };
    let text = with_day(&text, day);
    match T::read(&text) {
        Ok(draft) if draft.first_day() != day => {
            let reason =
                "cannot be written into this text, which says its first day in a way of its own: write it there";
            Err(Problem::invalid(FROM, reason))
        }
        _ => Ok(text),
    }
}

/// The text of a next version, on a day on which it takes no day from another of its name that is still to begin: after all of them,
/// and tomorrow at the earliest.
pub(super) fn on_a_free_day<T: Versioned>(known: &[Known<T>], name: &str, today: Day, text: String) -> String {
    let last = known.iter().filter(|it| it.is.name() == name).map(|it| it.is.first_day()).max();
    match last {
        Some(last) if said(&text).is_none_or(|day| day <= last) => {
            last.max(today).0.succ_opt().map_or(text.clone(), |day| with_day(&text, Day(day)))
        }
        _ => text,
    }
}

/// The day that a text says, where it says one.
fn said(text: &str) -> Option<Day> {
    text[place(text)?].trim_matches(['"', '\'']).parse().ok()
}

/// The text with another day in its place; with a first line that says it where none does.
fn with_day(text: &str, day: Day) -> String {
    let mut text = text.to_owned();
    match (place(&text), text.find('{').filter(|_| is_json(&text))) {
        (Some(place), _) => text.replace_range(place, &format!("\"{day}\"")),
        (None, Some(brace)) => {
            let comma = if text[brace + 1..].trim_start().starts_with('}') { "" } else { "," };
            text.insert_str(brace + 1, &format!("\n  \"{SAYS}\": \"{day}\"{comma}"));
        }
        (None, None) => text.insert_str(0, &format!("{SAYS} = \"{day}\"\n")),
    }
    text
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Where the day stands, with its quotes.
fn place(text: &str) -> Option<Range<usize>> {
    if is_json(text) {
        let name = format!("\"{SAYS}\"");
        let after = text.find(&name)? + name.len();
        return quoted(text, after, ':');
    }
    let mut begins = 0;
    for line in text.split_inclusive('\n') {
        let plain = line.trim_start();
        if plain.starts_with('[') {
            return None;
        }
        if let Some(name) = [SAYS, "\"effective_from\""].into_iter().find(|name| gives(plain, name)) {
            return quoted(text, begins + (line.len() - plain.len()) + name.len(), '=');
        }
        begins += line.len();
    }
    None
}

/// Does that line give what is called so?
fn gives(line: &str, name: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// What stands in quotes on the line after a sign.
fn quoted(text: &str, after: usize, sign: char) -> Option<Range<usize>> {
    let rest = text[after..].trim_start().strip_prefix(sign)?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let length = rest[1..].find([quote, '\n']).filter(|at| rest[1..][*at..].starts_with(quote))? + 2;
    let from = text.len() - rest.len();
    Some(from..from + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(text: &str) -> String {
        with_day(text, "2025-07-01".parse().unwrap())
    }

    #[test]
    fn a_day_is_written_where_the_text_says_it_and_nothing_else_is_touched() {
        let text = "# Of 2019.\r\nname = \"a\"\r\n effective_from  = '2019-01-01'  # by the council\r\nversion = 2\r\n";
        assert_eq!(said(text).unwrap().to_string(), "2019-01-01");
        assert_eq!(dated(text), text.replace("'2019-01-01'", "\"2025-07-01\""));
        let json = "{ \"name\": \"a\",\n \"effective_from\" : \"2019-01-01\", \"rule\": [] }";
        assert_eq!(dated(json), json.replace("2019-01-01", "2025-07-01"));
        assert_eq!(said(&dated(json)).unwrap().to_string(), "2025-07-01");
    }

    #[test]
    fn a_text_that_says_none_begins_with_it() {
        assert_eq!(dated("\"effective_from\"=\"2019-01-01\""), "\"effective_from\"=\"2025-07-01\"", "this one says it");
        let text = "name = \"a\"\n[[rate]]\neffective_from = \"2019-01-01\"\n";
        assert_eq!(said(text), None);
        assert_eq!(dated(text), format!("effective_from = \"2025-07-01\"\n{text}"));
        assert_eq!(dated("{}"), "{\n  \"effective_from\": \"2025-07-01\"}");
        assert_eq!(dated("{\"a\": 1}"), "{\n  \"effective_from\": \"2025-07-01\",\"a\": 1}");
        assert_eq!(dated(""), "effective_from = \"2025-07-01\"\n");
    }

    #[test]
    fn what_is_no_day_in_quotes_is_none() {
        for odd in
            ["effective_from = 2019\n", "effective_from = \"2019\nx\"", "effective_from\n", "effective_from = \"soon\""]
        {
            assert_eq!(said(odd), None, "{odd}");
        }
        assert_eq!(dated("effective_from = \"soon\"\n"), "effective_from = \"2025-07-01\"\n");
    }
}
