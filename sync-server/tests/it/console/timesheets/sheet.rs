//! One timesheet with its evidence.

use detailbook_core::ids::DocumentId;
use detailbook_core::shift::{Attachment, FactKind, Sha256};
use detailbook_server::store::timesheets::State;

use super::desk::{Office, at, fix, log, page, send, words};
use super::samples::photo;
use crate::staff::phone::Phone;
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    each_punch_stands_with_its_evidence,
    what_two_phones_say_stands_side_by_side,
    photos_are_given_out_as_they_were_sent_and_with_their_own_timesheet_only,
    photos_are_shown_small_and_other_files_are_not,
    a_shift_log_without_an_assignment_is_shown_and_linked,
    what_an_officer_writes_is_shown_as_words_only,
);

fn each_punch_stands_with_its_evidence(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 200_000);
    let doubtful = office.held(-40);
    office.phone.say(log(&doubtful), FactKind::In, at(-40), None);
    office.look();
    let mut browser = office.coordinator("a@example.org");
    let seen = browser.show(&page(&id));
    for told in [
        "2019-05-14 20:00:00",
        "by server time and the phone&#39;s steady clock",
        "inside",
        "outside",
        "Outside: the fix is",
        "signed",
        "received",
        "2019-05-15 08:00:00",
        "42.3600000, -71.0500000",
        "<circle class=\"fence\"",
        "<circle class=\"accuracy\"",
        "Scheduled",
    ] {
        let plain = seen.text.replace("&#x27;", "&#39;");
        assert!(plain.to_lowercase().contains(&told.to_lowercase()), "{told}: {}", seen.text);
    }
    let seen = browser.show(&page(&doubtful)).text.replace("&#x27;", "&#39;");
    for told in ["by the phone&#39;s clock alone", "not known how exactly", "uncertain", "Forgotten out"] {
        assert!(seen.contains(told), "{told}: {seen}");
    }
    assert!(!seen.contains("<svg viewBox"), "there is no fix to draw");
}

fn what_two_phones_say_stands_side_by_side(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut browser = office.coordinator("a@example.org");
    assert!(!browser.show(&page(&id)).text.contains("More than one phone"));
    let second = Phone::enrol(&office.desk, &office.officer);
    let other = office.held(-30);
    office.phone.say_surely(log(&other), FactKind::In, at(-30), vec![fix(0)]);
    // The second phone begins the same log from its own seed of it.
    second.say_surely(log(&other), FactKind::Out, at(-26), vec![fix(0)]);
    office.look();
    let seen = browser.show(&page(&other)).text;
    assert!(
        seen.contains("More than one phone") && seen.contains("<h3>Phone 1</h3>") && seen.contains("<h3>Phone 2</h3>"),
        "{seen}"
    );
}

fn photos_are_given_out_as_they_were_sent_and_with_their_own_timesheet_only(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (id, other) = (office.worked(-12, 0), office.worked(-40, 0));
    let picture = b"what the phone took";
    let hash = Sha256::of(picture);
    let size = picture.len() as u64;
    office.phone.attach(log(&id), Attachment { hash, size, media_type: "image/jpeg".into() });
    let mut browser = office.coordinator("a@example.org");
    let photo = format!("{}/photos/{hash}", page(&id));
    assert!(browser.show(&page(&id)).text.contains("has not arrived yet"));
    assert_eq!(browser.get(&photo).status, 409);
    office.phone.blob("PUT", &format!("/v1/blobs/{hash}?offset=0"), picture).unwrap();
    let seen = browser.show(&page(&id)).text;
    let small = format!("{}/thumbnails/{hash}", page(&id));
    assert!(seen.contains(&format!("src=\"{small}\" width=\"240\" height=\"180\"")), "{seen}");
    assert!(seen.contains(&format!("href=\"{photo}\"")) && seen.contains("loading=\"lazy\""), "{seen}");
    assert!(seen.contains(&format!("<code>{hash}</code>")));
    let call = browser.call("GET", &photo, "");
    let given = detailbook_server::console::handle(&world.app, &call);
    let (file, length) = given.file.unwrap();
    assert_eq!((length, given.content_type), (size, "image/jpeg"));
    assert_eq!(std::io::read_to_string(&*file).unwrap().as_bytes(), picture);
    let header = |name: &str| given.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    assert_eq!(header("content-disposition"), Some(format!("attachment; filename=\"{hash}.jpg\"")));
    assert_eq!(header("content-security-policy").as_deref(), Some("sandbox; default-src 'none'"));
    for nowhere in [format!("{}/photos/{hash}", page(&other)), format!("{}/photos/00", page(&id))] {
        assert_eq!(browser.get(&nowhere).status, 404, "{nowhere}");
    }
}

fn photos_are_shown_small_and_other_files_are_not(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (id, other) = (office.worked(-12, 0), office.worked(-40, 0));
    let mut browser = office.coordinator("a@example.org");
    let send = |bytes: &[u8], media_type: &str, arrives: bool| {
        let (hash, size) = (Sha256::of(bytes), bytes.len() as u64);
        office.phone.attach(log(&id), Attachment { hash, size, media_type: media_type.into() });
        if arrives {
            office.phone.blob("PUT", &format!("/v1/blobs/{hash}?offset=0"), bytes).unwrap();
        }
        format!("thumbnails/{hash}")
    };
    let taken = send(&photo(1_200, 900), "image/jpeg", true);
    let (late, film) = (send(&photo(8, 8), "image/jpeg", false), send(b"a film", "video/mp4", true));
    let heic = send(b"\0\0\0\x18ftypheic", "image/heic", true);
    let fake = send(b"MZ, and not a photo", "image/jpeg", true);

    let call = browser.call("GET", &format!("{}/{taken}", page(&id)), "");
    let given = detailbook_server::console::handle(&world.app, &call);
    assert_eq!((given.status, given.content_type), (200, "image/jpeg"));
    let small = image::load_from_memory(&given.body).unwrap();
    assert_eq!((small.width(), small.height()), (480, 360));
    assert_eq!(detailbook_server::console::handle(&world.app, &call).body, given.body);
    assert_eq!(world.app.thumbnails.looked(), 1, "made once");
    for (path, status) in [(&late, 409), (&fake, 409), (&heic, 409)] {
        assert_eq!(browser.get(&format!("{}/{path}", page(&id))).status, status, "{path}");
    }
    for nowhere in [format!("{}/{taken}", page(&other)), format!("{}/thumbnails/00", page(&id))] {
        assert_eq!(browser.get(&nowhere).status, 404, "{nowhere}");
    }
    // What is none is a link to the original only, as is what no thumbnail is made of.
    let seen = browser.show(&page(&id)).text;
    assert!(seen.contains(&format!("src=\"{}/{taken}\"", page(&id))), "{seen}");
    for none in [late, film, heic, fake] {
        assert!(!seen.contains(&none) && seen.contains(&none.replace("thumbnails/", "")), "{none}");
    }
}

fn a_shift_log_without_an_assignment_is_shown_and_linked(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.held(-12);
    let (loose, far) = (DocumentId::from_bytes([70; 16]), DocumentId::from_bytes([71; 16]));
    office.phone.say_surely(loose, FactKind::In, at(-12), vec![fix(0)]);
    office.phone.say_surely(loose, FactKind::Out, at(-8), vec![fix(0)]);
    office.phone.say_surely(far, FactKind::In, at(-90), vec![fix(0)]);
    office.phone.say_surely(DocumentId::from_bytes([72; 16]), FactKind::In, at(-7), vec![fix(0)]);
    office.look();
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&id));
    assert!(shown.text.contains("A shift log without an assignment") && !shown.text.contains(&far.to_string()));
    let action = format!("{}/link", page(&id));
    let loose = loose.to_string();
    let seen = browser.post(&action, &shown.seal(&action), &[("log", &loose), ("why", " ")]);
    assert!(seen.status == 422 && seen.text.contains("This must not be empty."), "{}", seen.text);
    assert_eq!(seen.text.matches("This must not be empty.").count(), 1, "at the form that was sent: {}", seen.text);
    let seen = browser.post(&action, &seen.seal(&action), &[("log", &loose), ("why", "The officer's own.")]);
    assert_eq!(seen.leads(), format!("{}?said=sheet-linked", page(&id)));
    office.look();
    assert_eq!((office.row(&id).worked, office.state(&id)), (240, State::Open));
    let shown = browser.show(&page(&id));
    assert!(shown.text.contains("A linked shift log") && shown.text.contains("The linked one"));
    send(&mut browser, &shown, &id, "approve", &[]).leads();
    assert_eq!(office.row(&id).accepted, Some(240));
}

fn what_an_officer_writes_is_shown_as_words_only(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let nasty = "<script>alert(1)</script> <b>&";
    office.phone.say(log(&id), FactKind::Note, at(-9), Some(words(nasty)));
    office.phone.say(log(&id), FactKind::Explanation, at(-8), Some(words(nasty)));
    let seen = office.coordinator("a@example.org").show(&page(&id)).text;
    assert!(!seen.contains("<script>") && !seen.contains("<b>"), "{seen}");
    assert_eq!(seen.matches("alert(1)").count(), 2);
}
