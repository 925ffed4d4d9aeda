//! What every answer of the console carries, over a real connection.

use std::io::{Read, Write};
use std::net::TcpStream;

use detailbook_server::app::Settings;
use detailbook_server::console::assets::{self, Script};
use detailbook_server::console::tiles::Tiles;

use crate::served::Served;
use crate::staff::world::World;
use crate::store::home::Home;

fn ask(served: &Served, head: &str, body: &str) -> String {
    let mut socket = TcpStream::connect(served.address).unwrap();
    write!(socket, "{head}\r\nHost: {}\r\nConnection: close\r\n\r\n{body}", served.address).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn every_answer_says_what_browsers_may_do_with_it() {
    let home = Home::sqlite();
    let world = World::on(&home);
    world.agency(1);
    let served = Served::of(&world.app);
    let foreign = "POST /console/sign-in HTTP/1.1\r\nOrigin: https://evil.example\r\nContent-Length: 3";
    let long = format!("POST /console/sign-in HTTP/1.1\r\nContent-Length: {}", 10 * 1024 * 1024);
    for (head, body, status) in [
        ("GET /console/sign-in HTTP/1.1", "", "200 OK"),
        ("GET /console/users HTTP/1.1", "", "303 See Other"),
        ("GET /console/no/such/page HTTP/1.1", "", "303 See Other"),
        ("GET /console/sign-in?a=1 HTTP/1.1", "", "400 Bad Request"),
        (foreign, "a=b", "403 Forbidden"),
        (&long, "", "413 Payload Too Large"),
    ] {
        let answer = ask(&served, head, body);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{head}: {answer}");
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; img-src 'self'\r\n",
            "x-content-type-options: nosniff",
            "referrer-policy: same-origin",
            "cache-control: no-store",
        ] {
            assert!(answer.contains(header), "{head} lacks {header}: {answer}");
        }
        assert!(!answer.contains("strict-transport-security"), "over plain HTTP");
    }
}

#[test]
fn the_roots_visitor_is_shown_the_console_and_its_files_may_be_kept() {
    let home = Home::sqlite();
    let world = World::on(&home);
    world.agency(1);
    let served = Served::of(&world.app);
    assert!(ask(&served, "GET / HTTP/1.1", "").contains("location: /console"));
    let sheet = ask(&served, &format!("GET {} HTTP/1.1", assets::style()), "");
    assert!(sheet.starts_with("HTTP/1.1 200") && sheet.contains("cache-control: public, max-age=31536000, immutable"));
    assert!(sheet.contains("content-type: text/css") && sheet.contains("prefers-color-scheme: dark"));
    assert!(ask(&served, "GET /console/static/console-0000000000000000.css HTTP/1.1", "").starts_with("HTTP/1.1 404"));
}

#[test]
fn maps_may_load_pictures_from_where_the_operator_says_and_from_nowhere_else() {
    let home = Home::sqlite();
    let mut world = World::on(&home);
    world.agency(1);
    let tiles = Tiles::new("https://tiles.example.org/{z}/{x}/{y}.png", "The mappers").unwrap();
    world.app.settings = Settings { tiles: Some(tiles), ..Settings::default() };
    let served = Served::of(&world.app);
    let page = ask(&served, "GET /console/sign-in HTTP/1.1", "");
    assert!(page.contains("; img-src 'self' https://tiles.example.org\r\n"), "{page}");
    for script in [Script::Live, Script::Keys, Script::Map] {
        let given = ask(&served, &format!("GET {} HTTP/1.1", script.address()), "");
        assert!(given.starts_with("HTTP/1.1 200") && given.contains("content-type: text/javascript"), "{script:?}");
        assert!(!page.contains(&script.address()), "a page names the scripts that it needs, and no other");
    }
}

#[test]
fn over_https_cookies_are_the_hosts_own_and_never_sent_without_it() {
    let home = Home::sqlite();
    let mut world = World::on(&home);
    world.agency(1);
    world.app.settings = Settings { public_url: "https://details.example.org".to_owned(), ..Settings::default() };
    let served = Served::of(&world.app);
    let page = ask(&served, "GET /console/sign-in HTTP/1.1", "");
    let cookie = page.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    assert!(cookie.starts_with("__Host-detailbook-guest="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    assert!(page.contains("strict-transport-security: max-age="));
    let value = cookie.split(';').next().unwrap();
    let twice = ask(&served, &format!("GET /console/sign-in HTTP/1.1\r\nCookie: {value}"), "");
    assert!(!twice.contains("set-cookie"), "once is enough");
}
