//! What the stories tell, held against what the object can do and against what is written down of steps and views.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_stories::step::CONTRACT;
use detailbook_stories::{Caller, Lost, STORIES, Teller};
use serde_json::Value;

use super::Shells;

/// The object as its callers see it, in Kotlin's words; `scripts/check-surface` holds it against what is generated.
const SURFACE: &str = include_str!("../../../surface/kotlin.txt");

/// Methods that steps call by another name.
const CALLED: [(&str, &str); 2] = [("sync_now", "sync"), ("shut_down", "close")];

/// Methods that no story tells of, and why.
const UNTOLD: [(&str, &str); 15] = [
    ("begin_sync", "an exchange over the shell's own transport; network.rs does it, and Swift's ExchangeStories"),
    ("finish_sync", "as begin_sync"),
    ("fail_sync", "as begin_sync"),
    ("abandon_sync", "as begin_sync"),
    ("begin_upload", "as begin_sync"),
    ("finish_upload", "as begin_sync"),
    ("fail_upload", "as begin_sync"),
    ("abandon_upload", "as begin_sync"),
    ("retry_fact", "a server that works refuses no fact of its phone's; the core's refusal.rs has one that does"),
    ("retry_original", "a server that works gives no original up; the core's originals.rs has one that spoils them"),
    ("enrolled", "who the phone is; `enrol` comes to the same"),
    ("first_screen", "what other views show, gathered; the core's views.rs and Swift's LifeStories look at it"),
    ("original", "a path on the phone, which differs from caller to caller"),
    ("tidy", "takes months to have anything to do; the core's forgetting.rs lets them pass"),
    ("reports", "what went wrong with the phone's own store; lifecycle.rs damages one"),
];

/// Steps that are the app's or its keeper's own and no method's.
const NO_METHODS: [&str; 4] = ["restart", "lock_key", "unlock_key", "see"];

/// Carries the stories out, and keeps what was done and shown.
#[derive(Default)]
struct Witness {
    shells: Shells,
    done: BTreeSet<String>,
    shown: BTreeMap<String, BTreeSet<String>>,
}

impl Caller for Witness {
    fn perform(&mut self, step: &Value) -> Result<Value, Lost> {
        let came = self.shells.perform(step)?;
        self.done.insert(step["do"].as_str().unwrap().to_owned());
        if let Some(view) = step["view"].as_str() {
            fields(&came["ok"], self.shown.entry(view.to_owned()).or_default());
        }
        Ok(came)
    }
}

fn fields(shown: &Value, names: &mut BTreeSet<String>) {
    match shown {
        Value::Array(items) => items.iter().for_each(|item| fields(item, names)),
        Value::Object(object) => {
            names.extend(object.keys().cloned());
            object.values().for_each(|value| fields(value, names));
        }
        _ => {}
    }
}

#[test]
fn the_stories_do_all_that_the_object_can_and_are_written_down() {
    let mut witness = Witness::default();
    for story in STORIES {
        witness.shells = Shells::default();
        let told = Teller::begin(&mut witness).and_then(|mut teller| (story.tell)(&mut teller));
        told.unwrap_or_else(|lost| panic!("{}: {lost}", story.name));
    }
    let told: BTreeSet<_> = witness.done.iter().chain(witness.shown.keys()).map(String::as_str).collect();
    every_method_is_told_or_excepted(&told);
    no_name_stands_for_nothing(&told);
    the_contract_names_them(&witness);
}

/// The methods of the object, as Rust spells them.
fn methods() -> BTreeSet<String> {
    let object = SURFACE.split("\n\n").find(|block| block.contains("open class OfficerCore:")).unwrap();
    let names = object.lines().filter_map(|line| Some(line.split_once("fun ")?.1.split_once('(')?.0));
    let snake =
        |letter: char| if letter.is_uppercase() { format!("_{}", letter.to_lowercase()) } else { letter.into() };
    let methods: BTreeSet<_> = names.map(|name| name.chars().map(snake).collect()).collect();
    assert!(methods.len() > 50, "a list that lists little agrees with anything: {methods:?}");
    methods
}

fn every_method_is_told_or_excepted(told: &BTreeSet<&str>) {
    let called = |method: &str| CALLED.iter().find(|(name, _)| *name == method).map(|(_, step)| *step);
    for method in methods() {
        let is_told = told.contains(called(&method).unwrap_or(&method));
        let excepted = UNTOLD.iter().any(|(name, _)| *name == method);
        assert!(is_told != excepted, "{method}: told in a story: {is_told}; among the exceptions: {excepted}");
    }
}

fn no_name_stands_for_nothing(told: &BTreeSet<&str>) {
    let methods = methods();
    for (name, _) in UNTOLD.iter().chain(&CALLED) {
        assert!(methods.contains(*name), "{name} is no method");
    }
    for step in told {
        let is_method = methods.contains(*step) || CALLED.iter().any(|(_, name)| name == step);
        assert!(is_method != NO_METHODS.contains(step), "{step}");
    }
}

/// Steps, views and the views' fields stand in the tables.
fn the_contract_names_them(witness: &Witness) {
    let row = |name: &String| {
        let mut rows = CONTRACT.lines().filter(|line| line.starts_with("//! | "));
        let first = |line: &&str| line.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{name}`")));
        rows.find(first).unwrap_or_else(|| panic!("{name} stands in no table"))
    };
    for step in &witness.done {
        row(step);
    }
    for (view, fields) in &witness.shown {
        let row = row(view);
        for field in fields {
            assert!(row.contains(&format!("`{field}`")), "{view}: `{field}` is shown and not written down");
        }
    }
}
