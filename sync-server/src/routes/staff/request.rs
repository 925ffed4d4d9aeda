//! A staff caller's request, once it is known who calls and that the route's scope is theirs.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::str::FromStr;

use serde::de::DeserializeOwned;

use super::table::Route;
use super::{percent, still_live};
use crate::access::tokens::Token;
use crate::app::App;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Sql, agency as agencies};
use detailbook_core::time::UnixMillis;

/// Items in a page where the caller names no number, and at most.
const USUAL_LIMIT: i64 = 100;
const MOST_LIMIT: i64 = 1_000;

/// What a staff handler is given.
pub struct Request {
    /// The server.
    pub app: App,
    /// The caller's token.
    pub token: Token,
    /// How the audit log names the caller.
    pub actor: String,
    /// When the request is handled.
    pub now: UnixMillis,
    pub(super) route: &'static Route,
    pub(super) params: Vec<(&'static str, String)>,
    pub(super) query: String,
    pub(super) body: Vec<u8>,
}

/// Which part of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page<T> {
    /// Only items after this one.
    pub after: T,
    /// At most so many.
    pub limit: i64,
}

impl Request {
    /// The caller as the one who acts.
    pub fn by(&self) -> By<'_> {
        By { agency: self.token.agency, now: self.now, actor: &self.actor }
    }

    /// Writes under the agency's lock, all or nothing, if the caller's token is still good.
    pub(super) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Sql, &By<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (token, actor, clock) = (self.token.clone(), self.actor.clone(), self.app.clock.clone());
        self.app.store.write(move |sql| {
            agencies::lock(sql, token.agency)?.ok_or_else(Problem::not_found)?;
            let now = clock.now();
            still_live(sql, &token, now)?;
            work(sql, &By { agency: token.agency, now, actor: &actor })
        })
    }

    /// The id in the path. What is not an id names nothing.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        let found = self.params.iter().find(|(param, _)| *param == name);
        found.and_then(|(_, text)| text.parse().ok()).ok_or_else(Problem::not_found)
    }

    /// The body. The field that is missing, wrong or unknown is named.
    pub fn body<T: DeserializeOwned + 'static>(&self) -> Result<T, Problem> {
        let told = self.route.takes.is_some_and(|shape| shape.id == TypeId::of::<T>());
        debug_assert!(told, "{:?} takes something that its table does not tell of", self.route);
        let mut json = serde_json::Deserializer::from_slice(&self.body);
        let body = serde_path_to_error::deserialize(&mut json).map_err(|error| named(&error))?;
        json.end().map_err(|_| Problem::invalid("body", "something follows the JSON value"))?;
        Ok(body)
    }

    /// Which part of the list is wanted; `first` comes before every item.
    pub fn page<T: FromStr>(&self, first: T) -> Result<Page<T>, Problem> {
        let after = self.named("after")?.map(|text| text.parse().map_err(|_| not_a_place())).transpose()?;
        let limit = self.named("limit")?.as_deref().map_or(Ok(USUAL_LIMIT), limit)?;
        Ok(Page { after: after.unwrap_or(first), limit })
    }

    /// An id in the query.
    pub fn filter<T: FromStr>(&self, name: &str) -> Result<Option<T>, Problem> {
        let found = self.named(name)?;
        found.map(|value| value.parse().map_err(|_| Problem::invalid(name, "is not an id"))).transpose()
    }

    /// Refuses a query that holds anything but what the route asks for, or one thing twice, or lacks what must be there.
    pub(super) fn check_query(&self) -> Result<(), Problem> {
        let mut seen = BTreeSet::new();
        for (key, _) in self.pairs() {
            if !self.route.query.iter().any(|asked| asked.name == key) {
                return Err(Problem::invalid("query", "holds something that is not taken here"));
            }
            if !seen.insert(key) {
                return Err(Problem::invalid("query", "names something twice"));
            }
        }
        match self.route.query.iter().find(|asked| asked.needed && !seen.contains(asked.name)) {
            Some(missing) => Err(Problem::invalid(missing.name, "is missing")),
            None => Ok(()),
        }
    }

    /// What the query holds under a name that the route asks for.
    fn named(&self, name: &str) -> Result<Option<String>, Problem> {
        debug_assert!(self.route.query.iter().any(|asked| asked.name == name), "{:?} does not ask {name}", self.route);
        let Some((_, text)) = self.pairs().find(|(key, _)| *key == name) else { return Ok(None) };
        let value = percent::decode(text).ok_or_else(|| Problem::invalid(name, "is not written as queries are"))?;
        Ok(Some(value))
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }
}

fn not_a_place() -> Problem {
    Problem::invalid("after", "is not a place in this list")
}

fn limit(text: &str) -> Result<i64, Problem> {
    let wanted: Option<i64> = text.parse().ok();
    let limit = wanted.filter(|limit| (1..=MOST_LIMIT).contains(limit));
    limit.ok_or_else(|| Problem::invalid("limit", "must be between 1 and 1000"))
}

/// The field that an error of the JSON reader is about, and what is wrong with it. Values of the caller's are left out.
fn named(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let path = error.path().to_string();
    let text = error.inner().to_string();
    // The path of a missing field is its parent's, that of an unknown one its own.
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let field = match (path.as_str(), missing) {
        (".", None) => "body".to_owned(),
        (".", Some(missing)) => missing.to_owned(),
        (_, None) => path,
        (_, Some(missing)) => format!("{path}.{missing}"),
    };
    let why = if missing.is_some() {
        "is missing"
    } else if text.starts_with("unknown field") {
        "is not a field here"
    } else if error.inner().is_data() {
        "is not of the expected form"
    } else {
        "is not JSON"
    };
    Problem::invalid(&field.chars().take(100).collect::<String>(), why)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code, reason = "only read by the JSON reader")]
        inner: Inner,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[allow(dead_code, reason = "only read by the JSON reader")]
        count: u8,
    }

    fn reason(json: &str) -> String {
        let mut reader = serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, Outer>(&mut reader).unwrap_err();
        named(&error).reason
    }

    #[test]
    fn the_field_that_is_wrong_is_named_and_its_value_is_not() {
        assert_eq!(reason("{}"), "inner: is missing");
        assert_eq!(reason(r#"{"inner":{}}"#), "inner.count: is missing");
        assert_eq!(reason(r#"{"inner":{"count":"secret"}}"#), "inner.count: is not of the expected form");
        assert_eq!(reason(r#"{"inner":{"count":1},"more":1}"#), "more: is not a field here");
        assert_eq!(reason(r#"{"inner":{"count":1,"more":1}}"#), "inner.more: is not a field here");
        assert_eq!(reason(r#"{"inner":"#), "inner: is not JSON");
        assert_eq!(reason("7"), "body: is not of the expected form");
        assert_eq!(reason("nonsense"), "body: is not JSON");
    }

    #[test]
    fn limits_are_bounded() {
        assert_eq!(limit("1000"), Ok(1_000));
        for wrong in ["0", "-1", "1001", "x", "", "99999999999999999999"] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
    }
}
