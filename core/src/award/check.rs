//! What is wrong with a contract or a method as somebody wrote it down, field by field.

use std::fmt;

use super::{Conduct, Contract, CoolDown, Criterion, LateCancel, Method, NoShowLadder, Sets, Term, When};
use crate::time::Millis;

/// No labour contract reaches further.
const MOST_MONTHS: u16 = 1_200;
/// The same in days.
const MOST_DAYS: u16 = 36_500;
/// Nothing is charged at more than ten times its length.
const MOST_PERCENT: u32 = 1_000;
const TOO_FAR: &str = "is more than a hundred years";

/// One thing wrong with a contract or a method: at which field, and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermsFault {
    /// The field's path, such as `conduct.cool_down.from_minute`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for TermsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
    }
}

/// Gathers what is wrong.
#[derive(Default)]
struct Faults(Vec<TermsFault>);

impl Faults {
    fn when(&mut self, wrong: bool, field: &str, problem: &str) {
        if wrong {
            self.0.push(TermsFault { field: field.to_owned(), problem: problem.to_owned() });
        }
    }

    fn head(&mut self, name: &str, version: u32) {
        self.when(name.trim().is_empty(), "name", "is empty");
        self.when(version == 0, "version", "the first version is 1");
    }

    fn term(&mut self, term: Term, field: &str) {
        self.when(term.months > MOST_MONTHS || term.days > MOST_DAYS, field, TOO_FAR);
    }
}

impl Contract {
    /// Everything wrong with it, in the order of its fields; nothing where it can be worked with.
    pub fn faults(&self) -> Vec<TermsFault> {
        let mut faults = Faults::default();
        faults.head(&self.name, self.version);
        charges(self, &mut faults);
        for (index, rule) in self.resets.iter().enumerate() {
            let again = self.resets[..index].iter().any(|other| other.list == rule.list);
            faults.when(again, &format!("resets[{index}].list"), "begins anew by another rule already");
        }
        conduct(&self.conduct, &mut faults);
        faults.when(
            self.emergency_under.is_some_and(|under| under < Millis(0)),
            "emergency_under",
            "is less than nothing",
        );
        faults.0
    }
}

impl Method {
    /// Everything wrong with it, in the order of its fields; nothing where it can be worked with.
    pub fn faults(&self) -> Vec<TermsFault> {
        let mut faults = Faults::default();
        faults.head(&self.name, self.version);
        criteria(&self.criteria, "criteria", &mut faults);
        criteria(self.order_in.as_deref().unwrap_or_default(), "order_in", &mut faults);
        faults.0
    }
}

fn charges(contract: &Contract, faults: &mut Faults) {
    for (index, rule) in contract.charges.iter().enumerate() {
        let before = &contract.charges[..index];
        let at = |field: &str| format!("charges[{index}]{field}");
        faults.when(rule.id.trim().is_empty(), &at(".id"), "is empty");
        faults.when(before.iter().any(|other| other.id == rule.id), &at(".id"), "appears twice");
        let many = matches!(rule.sets, Sets::Percent(percent) if percent > MOST_PERCENT);
        faults.when(many, &at(".sets"), "is more than 1000 percent");
        if let Some(other) = before.iter().find(|other| other.on == rule.on && holds_wherever(other.when, rule.when)) {
            let problem = format!("never applies: rule {} before it fits wherever this one does", other.id);
            faults.when(true, &at(""), &problem);
        }
    }
}

/// Does the one hold wherever the other does?
fn holds_wherever(one: When, other: When) -> bool {
    let parts = |when: When| [when.emergency, when.replaced, when.excused, when.ordered, when.refused];
    parts(one).into_iter().zip(parts(other)).all(|(one, other)| one.is_none() || one == other)
}

fn conduct(conduct: &Conduct, faults: &mut Faults) {
    if let Some(NoShowLadder { rungs, look_back }) = &conduct.no_shows {
        faults.when(rungs.is_empty(), "conduct.no_shows.rungs", "has no rung, so nothing ever follows");
        faults.term(*look_back, "conduct.no_shows.look_back");
        for (index, rung) in rungs.iter().enumerate() {
            faults.term(rung.restricted, &format!("conduct.no_shows.rungs[{index}].restricted"));
        }
    }
    if let Some(LateCancel { notice_days, restricted, releases, .. }) = conduct.late_cancel {
        faults.when(notice_days > MOST_DAYS, "conduct.late_cancel.notice_days", TOO_FAR);
        faults.term(restricted, "conduct.late_cancel.restricted");
        let none = releases && restricted == Term::default();
        faults.when(none, "conduct.late_cancel.releases", "takes away the shifts of no time: say restricted");
    }
    if let Some(CoolDown { from_minute, days }) = conduct.cool_down {
        faults.when(from_minute >= 1_440, "conduct.cool_down.from_minute", "is not a minute of the day");
        faults.when(days == 0, "conduct.cool_down.days", "is no time at all");
        faults.when(days > MOST_DAYS, "conduct.cool_down.days", TOO_FAR);
    }
}

fn criteria(criteria: &[Criterion], field: &str, faults: &mut Faults) {
    for (index, criterion) in criteria.iter().enumerate() {
        let (before, at) = (&criteria[..index], format!("{field}[{index}]"));
        faults.when(before.contains(criterion), &at, "appears twice");
        faults.when(before.contains(&Criterion::Draw), &at, "is never compared: no two have the same draw");
        let turned = match criterion {
            Criterion::Seniority => before.contains(&Criterion::InverseSeniority),
            Criterion::InverseSeniority => before.contains(&Criterion::Seniority),
            _ => false,
        };
        faults.when(turned, &at, "is never compared: seniority has been already");
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ChargeRule, EntryKind, Every, ResetRule, Rung};
    use super::*;

    fn charge(id: &str, when: When, sets: Sets) -> ChargeRule {
        ChargeRule { id: id.to_owned(), on: EntryKind::Declined, when, sets }
    }

    fn good() -> Contract {
        let emergency = When { emergency: Some(true), ..When::default() };
        let reset = |list: &str| ResetRule { list: list.to_owned(), every: Every::Month };
        let rung = Rung { reprimand: true, restricted: Term::days(30) };
        let late = LateCancel { notice_days: 5, restricted: Term::days(30), no_show_too: true, releases: true };
        let conduct = Conduct {
            no_shows: Some(NoShowLadder { rungs: vec![rung], look_back: Term::months(24) }),
            late_cancel: Some(late),
            cool_down: Some(CoolDown { from_minute: 1, days: 1 }),
        };
        Contract {
            name: "Local 7".to_owned(),
            version: 1,
            charges: vec![
                charge("free", emergency, Sets::Nothing),
                charge("refused", When::default(), Sets::Percent(100)),
            ],
            resets: vec![reset(""), reset("double_time")],
            conduct,
            ..Contract::default()
        }
    }

    fn faults(wrong: impl FnOnce(&mut Contract)) -> Vec<String> {
        let mut contract = good();
        wrong(&mut contract);
        contract.faults().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_contract_that_can_be_worked_with_has_no_faults() {
        assert_eq!(good().faults(), []);
    }

    #[test]
    fn what_is_wrong_with_a_contract_names_its_field() {
        assert_eq!(faults(|it| it.name = " ".to_owned()), ["name: is empty"]);
        assert_eq!(faults(|it| it.version = 0), ["version: the first version is 1"]);
        assert_eq!(faults(|it| it.charges[1].id = "free".to_owned()), ["charges[1].id: appears twice"]);
        let never = "charges[1]: never applies: rule refused before it fits wherever this one does";
        assert_eq!(faults(|it| it.charges.reverse()), [never]);
        let absurd = "charges[1].sets: is more than 1000 percent";
        assert_eq!(faults(|it| it.charges[1].sets = Sets::Percent(u32::MAX)), [absurd]);
        let backwards = "emergency_under: is less than nothing";
        assert_eq!(faults(|it| it.emergency_under = Some(Millis(-1))), [backwards]);
        let again = "resets[1].list: begins anew by another rule already";
        assert_eq!(faults(|it| it.resets[1].list.clear()), [again]);
    }

    #[test]
    fn what_is_wrong_with_conduct_names_its_field() {
        let rungs = |it: &mut Contract| it.conduct.no_shows.as_mut().unwrap().rungs.clear();
        assert_eq!(faults(rungs), ["conduct.no_shows.rungs: has no rung, so nothing ever follows"]);
        let far = |it: &mut Contract| it.conduct.no_shows.as_mut().unwrap().look_back = Term::months(1_201);
        assert_eq!(faults(far), ["conduct.no_shows.look_back: is more than a hundred years"]);
        let of_no_time = |it: &mut Contract| it.conduct.late_cancel.as_mut().unwrap().restricted = Term::default();
        let says = "conduct.late_cancel.releases: takes away the shifts of no time: say restricted";
        assert_eq!(faults(of_no_time), [says]);
        let cool =
            |from_minute, days| faults(|it: &mut Contract| it.conduct.cool_down = Some(CoolDown { from_minute, days }));
        assert_eq!(cool(1_439, 1), Vec::<String>::new());
        assert_eq!(cool(1_440, 1), ["conduct.cool_down.from_minute: is not a minute of the day"]);
        assert_eq!(cool(1, 0), ["conduct.cool_down.days: is no time at all"]);
    }

    #[test]
    fn the_methods_that_come_with_the_software_have_no_faults() {
        for method in [
            Method::first_come(),
            Method::seniority(),
            Method::least_hours(),
            Method::fewest_jobs(),
            Method::rotation(),
            Method::points(),
            Method::lottery(),
            Method::standing(),
            Method::manual(),
            Method::volunteers_then_order_in(),
        ] {
            assert_eq!(method.faults(), [], "{}", method.name);
        }
    }

    #[test]
    fn what_is_wrong_with_a_method_names_its_field() {
        use Criterion::{Draw, FirstCome, InverseSeniority, Seniority};
        let told = |criteria: Vec<Criterion>| -> Vec<String> {
            Method::ranking("own", criteria).faults().iter().map(ToString::to_string).collect()
        };
        assert_eq!(told(vec![FirstCome, FirstCome]), ["criteria[1]: appears twice"]);
        let drawn = "criteria[1]: is never compared: no two have the same draw";
        assert_eq!(told(vec![Draw, Seniority]), [drawn]);
        let turned = "criteria[1]: is never compared: seniority has been already";
        assert_eq!(told(vec![Seniority, InverseSeniority]), [turned]);
        let ordered = Method { order_in: Some(vec![Draw, Draw]), ..Method::lottery() };
        assert_eq!(ordered.faults()[0].field, "order_in[1]");
        let nameless = Method { version: 0, name: String::new(), ..Method::lottery() };
        assert_eq!(nameless.faults().len(), 2);
    }
}
