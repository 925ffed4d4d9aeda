//! What a browser sends in a form or a query: names and values, nothing unknown and nothing twice.

use detailbook_core::wire::Refusal;

use crate::problem::Problem;
use crate::routes::staff::percent;

/// Pairs in one form, at most.
const PAIRS: usize = 1000;

/// Names with their values, in the order in which they came.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded` (WHATWG URL, section 5). Names are to be among `once`, where none stands twice, or
    /// among `many`.
    pub fn read(body: &[u8], once: &[&str], many: &[&str]) -> Result<Self, Problem> {
        let text = str::from_utf8(body).map_err(|_| Refusal::Malformed)?;
        let mut form = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            form.take(decoded(name)?, decoded(value)?, once, many)?;
        }
        Ok(form)
    }

    /// Reads the same, but passes over whatever name is not known.
    pub fn pick(body: &[u8], once: &[&str], many: &[&str]) -> Result<Self, Problem> {
        let text = str::from_utf8(body).map_err(|_| Refusal::Malformed)?;
        let name = |pair: &&str| pair.split_once('=').map_or(*pair, |(name, _)| name).to_owned();
        let known = |pair: &&str| once.contains(&name(pair).as_str()) || many.contains(&name(pair).as_str());
        let picked: Vec<_> = text.split('&').filter(known).collect();
        Self::read(picked.join("&").as_bytes(), once, many)
    }

    /// Takes one more name and value.
    pub(super) fn take(&mut self, name: String, value: String, once: &[&str], many: &[&str]) -> Result<(), Problem> {
        let single = once.contains(&name.as_str());
        if !single && !many.contains(&name.as_str()) {
            return Err(Problem::new(
                Refusal::Malformed,
                "This address or form holds something that is not taken here.",
            ));
        }
        if (single && self.find(&name).is_some()) || self.0.len() >= PAIRS {
            return Err(Problem::new(Refusal::Malformed, "This address or form holds something twice."));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a name, empty where it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The value of a name, if it is there.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What stands there; line ends are made one character, and what no field of ours holds is refused.
fn decoded(text: &str) -> Result<String, Problem> {
    cleaned(&percent::decode(&text.replace('+', " ")).ok_or(Refusal::Malformed)?)
}

pub(super) fn cleaned(plain: &str) -> Result<String, Problem> {
    if plain.contains('\0') {
        return Err(Refusal::Malformed.into());
    }
    Ok(plain.replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Form, Problem> {
        Form::read(text.as_bytes(), &["a", "b"], &["box"])
    }

    #[test]
    fn values_come_as_they_were_typed() {
        let form = read("a=one+two%2B%26%3d%0D%0A&b=%C3%9F&box=1&box=2").unwrap();
        assert_eq!((form.get("a"), form.get("b"), form.get("c")), ("one two+&=\n", "ß", ""));
        assert_eq!(form.all("box").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(read("").unwrap(), Form::default());
    }

    #[test]
    fn what_is_not_known_may_be_passed_over_but_nothing_stands_twice() {
        let pick = |text: &str| Form::pick(text.as_bytes(), &["a"], &[]);
        assert_eq!(pick("c=%zz&a=1&session_state=x&a%62=2&d").unwrap().get("a"), "1");
        assert!(pick("a=1&c=2&a=3").is_err() && pick("a=%zz").is_err());
    }

    #[test]
    fn what_is_unknown_doubled_or_no_text_is_refused() {
        for wrong in ["c=1", "a=1&a=2", "a=1&A=2", "a=%zz", "a=%", "a=%00", "a=%ff", "a%00=1"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(Form::read(&[0xff], &["a"], &[]).is_err());
        assert!(read(&"box=1&".repeat(1001)).is_err());
    }
}
