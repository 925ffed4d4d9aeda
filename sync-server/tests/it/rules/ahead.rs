//! What the rules need to know of many officers is read at once, and is the same as if it was read of each.

use std::cell::Cell;

use detailbook_core::ids::{DocumentId, OfficerId};
use detailbook_core::policy::Stage;
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_core::wire::{Decision, Wish};
use detailbook_server::policy::About;
use detailbook_server::policy::judge::{look, look_ahead};
use detailbook_server::problem::Problem;
use detailbook_server::store::Ahead;
use serde_json::json;

use super::scene::{RULES, fresh, numbered, set_rules};
use crate::staff::phone::Phone;
use crate::staff::world::{Desk, HOUR, NOON, World};
use crate::store::counting::Counting;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(many_officers_are_judged_by_as_few_statements_as_one_and_as_each_alone);

/// A lockout for each thing that our own records say of an officer.
fn rules() -> String {
    let lockout = |event: &&str| {
        format!(
            "[[rule]]\nid = \"{event}\"\ntitle = \"{event}\"\nseverity = {{ award = \"block\" }}\n[rule.lockout]\n\
             events = [\"{event}\"]\nstep = [{{ times = 1, lasts = {{ days = 30 }} }}]\n"
        )
    };
    let all = ["applied", "withdrawn", "awarded", "released", "post_orders_read"];
    format!("{RULES}\n{}", all.iter().map(lockout).collect::<String>())
}

/// Officers of whom each has done something else.
fn crew(desk: &Desk<'_>) -> Vec<OfficerId> {
    let numbers = ["17", "18", "19", "20", "21", "22"];
    let officers: Vec<_> = numbers.iter().map(|number| numbered(desk, number)).collect();
    fresh(desk, "stints", "employee_number,starts,ends\n18,2019-05-14 22:00,2019-05-15 08:00\n");
    let site = desk.site();
    let worked = |officer: &str| desk.order(&desk.detail(&site, -8, 1), officer);

    let ruled = worked(&officers[0]);
    let accepted = json!([{ "start": NOON - 8 * HOUR, "end": NOON - 2 * HOUR }]);
    let ruling = json!({ "accepted": accepted, "reason": "Held over.", "ruled_by": "Coordinator" });
    desk.make(&format!("/v1/staff/assignments/{ruled}/rulings"), &ruling);

    let charged = desk.detail(&site, -8, 1);
    desk.order(&charged, &officers[1]);
    desk.run("PUT", &format!("/v1/staff/details/{charged}/facts"), &json!({ "charged": "10:00" }));

    let read: DocumentId = worked(&officers[2]).parse().unwrap();
    Phone::enrol(desk, &officers[2]).say(read, FactKind::OrdersRead, desk.world.app.now(), None);

    let wanted = desk.detail(&site, 40, 2).parse().unwrap();
    for (officer, withdraws) in [(3, false), (4, true)] {
        let phone = Phone::enrol(desk, &officers[officer]);
        let wish = |wish: Wish| assert_eq!(phone.wish(&wish).decision, Decision::Accepted);
        wish(Wish::Apply { detail: wanted, position: None, read: None });
        if withdraws {
            wish(Wish::Withdraw { detail: wanted });
        }
    }
    officers.iter().map(|officer| officer.parse().unwrap()).collect()
}

fn many_officers_are_judged_by_as_few_statements_as_one_and_as_each_alone(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officers = crew(&desk);
    set_rules(&desk, &rules());
    let detail = desk.detail(&desk.site(), 2, 1).parse().unwrap();
    let (agency, now) = (desk.agency, world.app.now() + Millis(HOUR));
    let about = |officer: &OfficerId| About { officer: *officer, detail, position: None };

    let alone = world.app.store.read::<_, Problem>(|sql| {
        officers.iter().map(|it| Ok(look(sql, agency, Stage::Award, about(it), now)?)).collect::<Result<Vec<_>, _>>()
    });
    let read = |of: usize| {
        let (asked, officers) = (Cell::new(0), &officers[..of]);
        let judged = world.app.store.read::<_, Problem>(|sql| {
            let mut counting = Counting::of(sql, &asked);
            let ahead = &mut Ahead::over(&mut counting);
            look_ahead(ahead, agency, Stage::Award, detail, officers, now)?;
            officers
                .iter()
                .map(|it| Ok(look(ahead, agency, Stage::Award, about(it), now)?))
                .collect::<Result<Vec<_>, _>>()
        });
        (judged.unwrap(), asked.get())
    };
    let (alone, (together, asked), (_, of_one)) = (alone.unwrap(), read(officers.len()), read(1));
    assert_eq!(together, alone);
    for (n, judged) in alone.iter().enumerate() {
        let same = alone.iter().filter(|other| other.findings == judged.findings).count();
        assert_eq!(same, 1, "officer {n} is known for something that no other is: {judged:?}");
    }
    // Beside that, each detail that somebody applied for and each site is looked up once.
    assert!(asked <= of_one + 6, "{asked} statements for six officers, {of_one} for one");
}
