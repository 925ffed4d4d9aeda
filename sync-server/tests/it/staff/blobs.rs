//! Photos and videos on their way in and out.

use std::io::Read;

use detailbook_core::ids::DocumentId;
use detailbook_core::shift::{Attachment, Sha256};
use detailbook_core::wire::{BlobStatus, Refusal};
use detailbook_server::audit::By;
use detailbook_server::blobs::{self, LASTS, Part, Uploader};
use detailbook_server::routes::staff::ReplyBody;
use serde_json::json;

use super::phone::Phone;
use super::town::Town;
use super::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_blob_arrives_in_chunks_and_the_phone_can_ask_how_far,
    only_what_a_stored_fact_of_the_officers_names_is_taken,
    a_chunk_at_the_wrong_place_is_refused_and_spoils_nothing,
    bytes_that_are_not_what_was_named_are_thrown_away,
    a_crash_at_any_point_is_taken_up_where_it_stood,
    an_officer_stays_within_the_quota,
    an_original_is_given_out_so_that_no_browser_runs_it,
    a_photo_whose_file_is_gone_is_taken_again,
    a_crash_between_the_file_and_its_row_does_not_take_the_size_on_trust,
    an_upload_that_another_officer_finished_is_ended,
    an_upload_that_stands_still_is_ended_and_may_begin_again,
    a_damaged_photo_is_put_aside_and_taken_again,
);

const LOG: DocumentId = DocumentId::from_bytes([77; 16]);

fn path(hash: Sha256, offset: usize) -> String {
    format!("/v1/blobs/{hash}?offset={offset}")
}

/// Names those bytes in a fact, truly or not.
fn name(phone: &Phone<'_>, bytes: &[u8], size: usize, media_type: &str) -> Sha256 {
    let hash = Sha256::of(bytes);
    phone.attach(LOG, Attachment { hash, size: size as u64, media_type: media_type.into() });
    hash
}

fn status(received: usize, size: usize) -> BlobStatus {
    BlobStatus { received: received as u64, size: size as u64, complete: received == size }
}

fn a_blob_arrives_in_chunks_and_the_phone_can_ask_how_far(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let phone = Phone::enrol(&desk, &desk.officer("Officer 1"));
    let video = vec![7; 100];
    let hash = name(&phone, &video, 100, "video/mp4");
    let ask = || phone.blob("GET", &format!("/v1/blobs/{hash}"), b"").unwrap();
    assert_eq!(ask(), status(0, 100));
    assert_eq!(phone.blob("PUT", &path(hash, 0), &video[..60]), Ok(status(60, 100)));
    assert_eq!(ask(), status(60, 100));
    assert_eq!(desk.get(&format!("/v1/staff/blobs/{hash}"))["received"], 60);
    assert_eq!(desk.refusal("GET", &format!("/v1/staff/blobs/{hash}/original"), &json!(null)), "conflict");
    assert_eq!(phone.blob("PUT", &path(hash, 60), &video[60..]), Ok(status(100, 100)));
    assert_eq!(ask(), status(100, 100));
    // A chunk whose answer was lost may be sent again.
    assert_eq!(phone.blob("PUT", &path(hash, 60), &video[60..]), Ok(status(100, 100)));
    assert_eq!(desk.get(&format!("/v1/staff/blobs/{hash}"))["complete"], true);
}

fn only_what_a_stored_fact_of_the_officers_names_is_taken(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (phone_1, phone_2) =
        (Phone::enrol(&desk, &desk.officer("Officer 1")), Phone::enrol(&desk, &desk.officer("Officer 2")));
    let hash = name(&phone_1, b"photo", 5, "image/png");
    let unnamed = Sha256::of(b"else");
    for (phone, hash) in [(&phone_2, hash), (&phone_1, unnamed)] {
        assert_eq!(phone.blob("PUT", &path(hash, 0), b"photo"), Err(Refusal::NotFound));
        assert_eq!(phone.blob("GET", &format!("/v1/blobs/{hash}"), b""), Err(Refusal::NotFound));
    }
    for wrong in
        ["/v1/blobs/", "/v1/blobs/..%2f..%2fx?offset=0", "/v1/blobs/../../x?offset=0", "/v1/blobs/xyz?offset=0"]
    {
        assert_eq!(phone_1.blob("PUT", wrong, b"photo"), Err(Refusal::NotFound), "{wrong}");
    }
    assert_eq!(phone_1.blob("PUT", &path(hash, 0), b"photo"), Ok(status(5, 5)));
}

fn a_chunk_at_the_wrong_place_is_refused_and_spoils_nothing(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let phone = Phone::enrol(&desk, &desk.officer("Officer 1"));
    let hash = name(&phone, b"0123456789", 10, "image/jpeg");
    assert_eq!(phone.blob("PUT", &path(hash, 5), b"56789"), Err(Refusal::Conflict));
    assert_eq!(phone.blob("PUT", &path(hash, 0), b"01234"), Ok(status(5, 10)));
    for (offset, chunk) in [(0, &b"01234"[..]), (4, b"456789"), (6, b"6789"), (usize::MAX >> 1, b"x")] {
        assert_eq!(phone.blob("PUT", &path(hash, offset), chunk), Err(Refusal::Conflict), "{offset}");
    }
    assert_eq!(phone.blob("PUT", &path(hash, 5), b"56789x"), Err(Refusal::Invalid), "more than was named");
    assert_eq!(phone.blob("PUT", &path(hash, 5), b""), Err(Refusal::Invalid), "no step forward");
    let huge = vec![0; world.app.limits.chunk_bytes + 1];
    assert_eq!(phone.blob("PUT", &path(hash, 5), &huge), Err(Refusal::TooLarge));
    assert_eq!(phone.blob("PUT", &path(hash, 5), b"56789"), Ok(status(10, 10)));
}

fn bytes_that_are_not_what_was_named_are_thrown_away(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let phone = Phone::enrol(&desk, &desk.officer("Officer 1"));
    let hash = name(&phone, b"photo", 5, "image/jpeg");
    assert_eq!(phone.blob("PUT", &path(hash, 0), b"ph"), Ok(status(2, 5)));
    assert_eq!(phone.blob("PUT", &path(hash, 2), b"XXX"), Err(Refusal::BadChange));
    assert_eq!(phone.blob("GET", &format!("/v1/blobs/{hash}"), b""), Ok(status(0, 5)));
    assert_eq!(phone.blob("PUT", &path(hash, 0), b"photo"), Ok(status(5, 5)));
    // A fact that lies about the size can never be made whole, and says so.
    let lie = name(&phone, b"long photo", 4, "image/jpeg");
    assert_eq!(phone.blob("PUT", &path(lie, 0), b"long"), Err(Refusal::BadChange));
}

fn a_crash_at_any_point_is_taken_up_where_it_stood(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let phone = Phone::enrol(&desk, &desk.officer("Officer 1"));
    let hash = name(&phone, b"0123456789", 10, "image/jpeg");
    let part = Part { agency: phone.agency, officer: phone.officer, hash };
    assert_eq!(phone.blob("PUT", &path(hash, 0), b"01234"), Ok(status(5, 10)));
    // On disk, but the crash came before the note: nobody was told.
    world.app.blobs.append(part, 5, b"garbage!").unwrap();
    assert_eq!(phone.blob("GET", &format!("/v1/blobs/{hash}"), b""), Ok(status(5, 10)));
    // The folder lost its last bytes: the phone is told, and goes on from there.
    world.app.blobs.append(part, 3, b"").unwrap();
    assert_eq!(phone.blob("PUT", &path(hash, 5), b"56789"), Err(Refusal::Conflict));
    assert_eq!(phone.blob("GET", &format!("/v1/blobs/{hash}"), b""), Ok(status(3, 10)));
    // Whole and in place, but the crash came before the note.
    world.app.blobs.append(part, 3, b"3456789").unwrap();
    assert!(world.app.blobs.finish(part).unwrap());
    assert_eq!(phone.blob("PUT", &path(hash, 3), b"3456789"), Ok(status(10, 10)));
    assert!(phone.blob("GET", &format!("/v1/blobs/{hash}"), b"").unwrap().complete);
}

fn an_officer_stays_within_the_quota(home: &Home) {
    let world = World::with_quota(home, 12);
    let desk = world.agency(1);
    let (phone_1, phone_2) =
        (Phone::enrol(&desk, &desk.officer("Officer 1")), Phone::enrol(&desk, &desk.officer("Officer 2")));
    let (first, second) = (name(&phone_1, b"12345678", 8, "image/jpeg"), name(&phone_1, b"abcdefgh", 8, "image/jpeg"));
    assert_eq!(phone_1.blob("PUT", &path(first, 0), b"1234"), Ok(status(4, 8)));
    assert_eq!(phone_1.blob("PUT", &path(second, 0), b"abcdefgh"), Err(Refusal::LimitReached), "what is begun counts");
    assert_eq!(phone_1.blob("PUT", &path(first, 4), b"5678"), Ok(status(8, 8)));
    assert_eq!(phone_1.blob("PUT", &path(second, 0), b"abcdefgh"), Err(Refusal::LimitReached));
    let small = name(&phone_1, b"wxyz", 4, "image/jpeg");
    assert_eq!(phone_1.blob("PUT", &path(small, 0), b"wxyz"), Ok(status(4, 4)));
    let theirs = name_in(&phone_2, b"ABCDEFGH");
    assert_eq!(phone_2.blob("PUT", &path(theirs, 0), b"ABCDEFGH"), Ok(status(8, 8)), "each has their own");
    // Too large for any quota.
    let uploader = Uploader { agency: phone_1.agency, officer: phone_1.officer };
    let giant = Sha256::of(b"giant");
    phone_1.attach(LOG, Attachment { hash: giant, size: 1 << 40, media_type: "video/mp4".into() });
    let refused = blobs::put(&world.app, uploader, giant, 0, b"x");
    assert_eq!(refused, Err(Refusal::TooLarge.into()));
}

fn name_in(phone: &Phone<'_>, bytes: &[u8]) -> Sha256 {
    let (hash, log) = (Sha256::of(bytes), DocumentId::from_bytes([78; 16]));
    phone.attach(log, Attachment { hash, size: bytes.len() as u64, media_type: "image/jpeg".into() });
    hash
}

fn an_original_is_given_out_so_that_no_browser_runs_it(home: &Home) {
    let world = World::on(home);
    let town = Town::build(&world, 1);
    let page = b"<script>alert(1)</script>";
    let hash = name(&town.phone, page, page.len(), "text/html");
    town.phone.blob("PUT", &path(hash, 0), page).unwrap();
    let header = format!("Bearer {}", town.desk.secret);
    for (hash, wanted) in [(hash, "application/octet-stream"), (town.photo, "image/jpeg")] {
        let reply = world.call(Some(&header), "GET", &format!("/v1/staff/blobs/{hash}/original"), "");
        assert_eq!((reply.status, reply.content_type), (200, wanted));
        let header = |name: &str| reply.headers.iter().find(|(found, _)| *found == name).unwrap().1.clone();
        assert!(header("content-disposition").starts_with(&format!("attachment; filename=\"{hash}.")));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").starts_with("sandbox;"));
        let ReplyBody::File(mut file, length) = reply.body else { panic!("a file") };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!((Sha256::of(&bytes), bytes.len() as u64), (hash, length));
    }
}

/// Where the whole blob lies, if it does.
fn file(world: &World, phone: &Phone<'_>, hash: Sha256) -> std::path::PathBuf {
    let (agency, name) = (phone.agency.to_hex(), hash.to_hex());
    world.blobs.path().join(agency).join(&name[..2]).join(name)
}

fn a_photo_whose_file_is_gone_is_taken_again(home: &Home) {
    let world = World::with_quota(home, 15);
    let desk = world.agency(1);
    let phone = Phone::enrol(&desk, &desk.officer("Officer 1"));
    let hash = name(&phone, b"0123456789", 10, "image/jpeg");
    assert_eq!(phone.blob("PUT", &path(hash, 0), b"0123456789"), Ok(status(10, 10)));
    std::fs::remove_file(file(&world, &phone, hash)).unwrap();
    assert_eq!(phone.blob("GET", &format!("/v1/blobs/{hash}"), b""), Ok(status(0, 10)));
    assert_eq!(desk.get(&format!("/v1/staff/blobs/{hash}"))["complete"], false);
    assert_eq!(desk.refusal("GET", &format!("/v1/staff/blobs/{hash}/original"), &json!(null)), "conflict");
    // It does not count twice against the quota.
    assert_eq!(phone.blob("PUT", &path(hash, 0), b"01234"), Ok(status(5, 10)));
    assert_eq!(phone.blob("PUT", &path(hash, 5), b"56789"), Ok(status(10, 10)));
    assert_eq!(std::fs::read(file(&world, &phone, hash)).unwrap(), b"0123456789");
    assert_eq!(desk.get(&format!("/v1/staff/blobs/{hash}"))["complete"], true);
}

fn a_crash_between_the_file_and_its_row_does_not_take_the_size_on_trust(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (honest, liar) =
        (Phone::enrol(&desk, &desk.officer("Officer 1")), Phone::enrol(&desk, &desk.officer("Officer 2")));
    let hash = name(&honest, b"0123456789", 10, "image/jpeg");
    liar.attach(DocumentId::from_bytes([78; 16]), Attachment { hash, size: 99, media_type: "image/jpeg".into() });
    let part = Part { agency: honest.agency, officer: honest.officer, hash };
    world.app.blobs.append(part, 0, b"0123456789").unwrap();
    assert!(world.app.blobs.finish(part).unwrap());
    assert_eq!(liar.blob("PUT", &path(hash, 0), b"0"), Ok(status(10, 10)));
    let reply =
        world.call(Some(&format!("Bearer {}", desk.secret)), "GET", &format!("/v1/staff/blobs/{hash}/original"), "");
    assert_eq!(reply.status, 200);
}

fn an_upload_that_another_officer_finished_is_ended(home: &Home) {
    let world = World::with_quota(home, 12);
    let desk = world.agency(1);
    let phones = [1, 2].map(|n| Phone::enrol(&desk, &desk.officer(&format!("Officer {n}"))));
    let [first, second] = &phones;
    let hash = name(first, b"0123456789", 10, "image/jpeg");
    second.attach(DocumentId::from_bytes([78; 16]), Attachment { hash, size: 10, media_type: "image/jpeg".into() });
    let part = Part { agency: second.agency, officer: second.officer, hash };
    for asks in [true, false] {
        assert_eq!(second.blob("PUT", &path(hash, 0), b"01234"), Ok(status(5, 10)));
        assert_eq!(first.blob("PUT", &path(hash, 0), b"0123456789"), Ok(status(10, 10)));
        assert_eq!(world.app.blobs.part_length(part).unwrap(), 5);
        let ended = if asks {
            second.blob("GET", &format!("/v1/blobs/{hash}"), b"")
        } else {
            second.blob("PUT", &path(hash, 5), b"56789")
        };
        assert_eq!(ended, Ok(status(10, 10)));
        assert_eq!(world.app.blobs.part_length(part).unwrap(), 0, "nothing is left on disk");
        // Once more, from the start.
        std::fs::remove_file(file(&world, first, hash)).unwrap();
    }
    // Nothing of it counts against the second officer's quota.
    let other = Sha256::of(b"ABCDEFGHIJKL");
    second.attach(
        DocumentId::from_bytes([78; 16]),
        Attachment { hash: other, size: 12, media_type: "image/jpeg".into() },
    );
    assert_eq!(second.blob("PUT", &path(other, 0), b"ABCDEFGHIJKL"), Ok(status(12, 12)));
}

fn an_upload_that_stands_still_is_ended_and_may_begin_again(home: &Home) {
    let world = World::with_quota(home, 10);
    let desk = world.agency(1);
    let phone = Phone::enrol(&desk, &desk.officer("Officer 1"));
    let hash = name(&phone, b"0123456789", 10, "image/jpeg");
    let part = Part { agency: phone.agency, officer: phone.officer, hash };
    assert_eq!(phone.blob("PUT", &path(hash, 0), b"01234"), Ok(status(5, 10)));
    world.wait(LASTS.0 - 1);
    assert_eq!(blobs::expire(&world.app), Ok(0));
    assert_eq!(phone.blob("PUT", &path(hash, 5), b"56"), Ok(status(7, 10)));
    world.wait(LASTS.0);
    assert_eq!(blobs::expire(&world.app), Ok(0), "it moved meanwhile");
    world.wait(1);
    assert_eq!(blobs::expire(&world.app), Ok(1));
    assert_eq!(world.app.blobs.part_length(part).unwrap(), 0);
    // Its room in the quota is free again.
    let other = name(&phone, b"ABCDEFGHIJ", 10, "image/jpeg");
    assert_eq!(phone.blob("PUT", &path(other, 0), b"A"), Ok(status(1, 10)));
    world.wait(LASTS.0 + 1);
    assert_eq!(blobs::expire(&world.app), Ok(1));
    // The phone that comes back after all asks, and begins again.
    assert_eq!(phone.blob("PUT", &path(hash, 7), b"789"), Err(Refusal::Conflict));
    assert_eq!(phone.blob("GET", &format!("/v1/blobs/{hash}"), b""), Ok(status(0, 10)));
    assert_eq!(phone.blob("PUT", &path(hash, 0), b"0123456789"), Ok(status(10, 10)));
    // What a crash left behind without a row goes too, and nothing that is whole.
    world.app.blobs.append(part, 0, b"rest").unwrap();
    assert_eq!(blobs::expire(&world.app), Ok(1));
    assert_eq!(phone.blob("GET", &format!("/v1/blobs/{hash}"), b""), Ok(status(10, 10)));
}

fn a_damaged_photo_is_put_aside_and_taken_again(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let phone = Phone::enrol(&desk, &desk.officer("Officer 1"));
    let hash = name(&phone, b"0123456789", 10, "image/jpeg");
    assert_eq!(phone.blob("PUT", &path(hash, 0), b"0123456789"), Ok(status(10, 10)));
    std::fs::write(file(&world, &phone, hash), b"01234XX789").unwrap();
    assert!(!world.app.blobs.check(desk.agency, hash).unwrap());
    let by = By { agency: desk.agency, now: world.app.now(), actor: "command line" };
    blobs::forget(&world.app.store, &world.app.blobs, &by, hash).unwrap();
    assert_eq!(phone.blob("GET", &format!("/v1/blobs/{hash}"), b""), Ok(status(0, 10)));
    assert_eq!(phone.blob("PUT", &path(hash, 0), b"0123456789"), Ok(status(10, 10)));
    assert!(world.app.blobs.check(desk.agency, hash).unwrap());
    let aside = world.blobs.path().join(desk.agency.to_hex()).join("damaged").join(hash.to_hex());
    assert_eq!(std::fs::read(aside).unwrap(), b"01234XX789", "what it still shows may be all there is");
    let log = desk.items("/v1/staff/audit");
    assert_eq!(log.last().unwrap()["action"], "blob.forget");
}
