//! What an operator types about people who sign in.

use detailbook_server::access::permissions::StaffRole;

use super::browser::Browser;
use super::staff::{PASSWORD, person};
use crate::commands::{detailbook, detailbook_reads};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(a_person_is_added_listed_changed_and_kept_out, a_password_comes_by_the_input_and_a_bad_one_is_refused,);

fn a_person_is_added_listed_changed_and_kept_out(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let add = ["user", "add", "Chief@Example.org", "--name", "The chief", "--role", "administrator"];
    let link = detailbook(home, &add).well();
    let path = link.trim().to_owned();
    assert!(path.starts_with("/console/welcome/"), "{link}");
    let mut browser = Browser::new(&world);
    browser.send(&path, &path, &[("password", PASSWORD), ("again", PASSWORD)]).leads();
    assert_eq!(browser.sign_in("chief@example.org", PASSWORD).leads(), "/console/enrol");

    let again = detailbook(home, &add);
    again.refused(1, "login: somebody signs in with that address already");
    person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    detailbook(home, &["user", "role", "a@example.org", "auditor"]).well();
    detailbook(home, &["user", "disable", "a@example.org"]).well();
    let list = detailbook(home, &["user", "list"]).well();
    let lines: Vec<_> = list.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    assert_eq!(
        lines,
        [
            "disabled  auditor  a@example.org  Person a@example.org",
            "active  administrator  chief@example.org  The chief",
        ]
    );
    detailbook(home, &["user", "enable", "a@example.org"]).well();
    for _ in 0..5 {
        Browser::new(&world).sign_in("a@example.org", "wrong");
    }
    detailbook(home, &["user", "unlock", "a@example.org"]).well();
    detailbook(home, &["user", "totp-reset", "a@example.org"]).well();
    assert_eq!(Browser::new(&world).sign_in("a@example.org", PASSWORD).leads(), "/console/enrol");
    let last = "After that nobody could let anybody in or set what they may do. Give another person that right first.";
    detailbook(home, &["user", "disable", "chief@example.org"]).refused(1, last);
    detailbook(home, &["user", "unlock", "z@example.org"]).refused(1, "Nobody signs in with that address.");
    let log = desk.items("/v1/staff/audit?limit=1000");
    let typed = log.iter().filter(|entry| entry["actor"] == "command line").count();
    assert_eq!(typed, 7, "{log:?}");
}

fn a_password_comes_by_the_input_and_a_bad_one_is_refused(home: &Home) {
    let world = World::on(home);
    world.agency(1);
    let add = ["user", "add", "a@example.org", "--name", "A", "--role", "auditor", "--password"];
    let short = detailbook_reads(home, &add, "short\n");
    short.refused(1, "password: must have at least 12 characters; a sentence is easy to keep in mind");
    detailbook_reads(home, &add, &format!("{PASSWORD}\n")).well();
    assert_eq!(Browser::new(&world).sign_in("a@example.org", PASSWORD).leads(), "/console/enrol");
    let new = "another good password";
    detailbook_reads(home, &["user", "password", "a@example.org"], &format!("{new}\r\n")).well();
    assert_eq!(Browser::new(&world).sign_in("a@example.org", PASSWORD).status, 401);
    assert_eq!(Browser::new(&world).sign_in("a@example.org", new).leads(), "/console/enrol");
}
