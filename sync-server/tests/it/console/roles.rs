//! What roles may do, and which sign in with a second step.

use detailbook_server::access::permissions::StaffRole;

use super::browser::Browser;
use super::staff::{PASSWORD, inside, person};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_role_opens_what_the_agency_says_and_other_agencies_keep_what_is_usual,
    a_role_that_asks_for_no_second_step_signs_in_with_a_password,
    a_role_without_any_right_or_with_an_unknown_one_is_refused,
    nobody_sets_a_role_over_what_somebody_else_set_meanwhile,
    what_is_rarely_wanted_is_behind_a_menu_unless_it_is_one_thing_only,
);

fn a_role_opens_what_the_agency_says_and_other_agencies_keep_what_is_usual(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    let rights = [("scope", "audit:read"), ("second_step", "yes")];
    admin.send("/console/roles/coordinator", "/console/roles/coordinator", &rights).leads();
    let mut here = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let mut there = inside(&world, other.agency, "a@example.org", StaffRole::Coordinator);
    assert_eq!((here.get("/console/audit").status, there.get("/console/audit").status), (200, 403));
    assert!(here.show("/console").text.contains("Your role does not include the details of the day."));
    let ways = here.show("/console").within("<li><a href=\"", "\"");
    assert_eq!(ways, ["/console", "/console/audit"], "the navigation shows what is open");
}

fn a_role_that_asks_for_no_second_step_signs_in_with_a_password(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    admin.send("/console/roles/dispatcher", "/console/roles/dispatcher", &[("scope", "records:read")]).leads();
    person(&world, desk.agency, "a@example.org", StaffRole::Dispatcher);
    let mut browser = Browser::new(&world);
    assert_eq!(browser.sign_in("a@example.org", PASSWORD).leads(), "/console");
    let page = browser.show("/console/account");
    assert!(page.text.contains("You have no second step."));
    let begun = browser.send("/console/account", "/console/account/second-step", &[("confirm", PASSWORD)]);
    let set_up = browser.show(begun.leads());
    assert!(set_up.text.contains("class=\"qr\""));
    let fields = [("login", "a@example.org"), ("password", PASSWORD), ("next", "/console/account?said=left")];
    let wanted = Browser::new(&world).send("/console/sign-in", "/console/sign-in", &fields);
    assert_eq!(wanted.leads(), "/console/account?said=left");
    let fields = [("login", "a@example.org"), ("password", PASSWORD), ("next", "https://evil.example/")];
    assert_eq!(Browser::new(&world).send("/console/sign-in", "/console/sign-in", &fields).leads(), "/console");
}

fn a_role_without_any_right_or_with_an_unknown_one_is_refused(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    let page = "/console/roles/dispatcher";
    let none = admin.send(page, page, &[("second_step", "yes")]);
    assert!(none.status == 422 && none.text.contains("This must hold at least one right."), "{}", none.text);
    assert_eq!(admin.send(page, page, &[("scope", "everything")]).status, 422);
    assert!(admin.show("/console/roles").text.contains("as usual"));
}

fn nobody_sets_a_role_over_what_somebody_else_set_meanwhile(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut late = inside(&world, desk.agency, "late@example.org", StaffRole::Administrator);
    let mut chief = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let page = "/console/roles/dispatcher";
    let opened = late.show(page);
    chief.send(page, page, &[("scope", "records:read"), ("second_step", "yes")]).leads();
    let more = [("scope", "records:read"), ("scope", "audit:read")];
    let refused = late.fill(&opened, page, &more);
    assert_eq!(refused.status, 409);
    for says in ["Somebody else set this role since you opened it", "audit:read is not allowed.", "with a second step."]
    {
        assert!(refused.text.contains(says), "{says}: {}", refused.text);
    }
    let ticked = |name: &str| format!("value=\"{name}\" checked");
    assert!(refused.text.contains(&ticked("audit:read")), "what was ticked is shown again: {}", refused.text);
    assert!(!chief.show(page).text.contains(&ticked("audit:read")), "nothing was set");
    late.fill(&refused, page, &more).leads();
    assert!(chief.show(page).text.contains(&ticked("audit:read")), "now it was seen");
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Dispatcher);
    let (page, action) = (format!("/console/users/{}", user.id), format!("/console/users/{}/role", user.id));
    let opened = late.show(&page);
    chief.send(&page, &action, &[("role", "finance")]).leads();
    let refused = late.fill(&opened, &action, &[("role", "auditor")]);
    assert!(
        refused.status == 409 && refused.text.contains("has given them the role Finance meanwhile"),
        "{}",
        refused.text
    );
    assert!(chief.show(&page).text.contains("<dd>Finance</dd>"));
}

fn what_is_rarely_wanted_is_behind_a_menu_unless_it_is_one_thing_only(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    let page = admin.show("/console/roles").text;
    let (before, menu) = page.split_once("<details class=\"more\">").unwrap();
    let (menu, _) = menu.split_once("</details>").unwrap();
    assert!(menu.contains("More: Roles</summary>") && menu.contains("aria-current=\"page\">Roles</a>"), "{menu}");
    for path in ["import", "settings", "users", "roles", "audit"] {
        let link = format!("href=\"/console/{path}\"");
        assert!(menu.contains(&link) && !before.contains(&link), "{path}: {menu}");
    }
    assert!(admin.show("/console").text.contains("<summary>More</summary>"), "it is nowhere in the menu");
    let mut finance = inside(&world, desk.agency, "finance@example.org", StaffRole::Finance);
    let page = finance.show("/console").text;
    assert!(page.contains("<li><a href=\"/console/settings\">") && !page.contains("class=\"more\""), "{page}");
}
