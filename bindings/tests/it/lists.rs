//! Long lists, and photos from their paths.

use detailbook_bindings::CoreError;
use detailbook_core::device::{Place, WhichShift, WrittenView};
use detailbook_core::shift::FactKind;

use crate::scene::{Agency, Handset};

#[test]
fn a_photo_goes_up_from_its_path_and_can_be_found_again() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let path = handset.folder.path().join("camera.jpg");
    std::fs::write(&path, vec![7_u8; 600_000]).unwrap();
    handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    let (place, text) = (Place::Shift(WhichShift::Running), path.to_string_lossy().into_owned());
    let caption = Some("The gate".to_owned());
    let taken = handset.core.attach(place, text.clone(), "image/jpeg".into(), caption, handset.moment()).unwrap();
    std::fs::remove_file(&path).unwrap();
    handset.sync().unwrap();
    let mut written = handset.core.written(taken.document, None, 9).unwrap();
    let WrittenView { original, written, .. } = written.items.remove(0);
    assert_eq!(written.text, "The gate");
    let original = original.unwrap();
    assert!(original.complete.is_some() && original.size == 600_000);
    let kept = handset.core.original(original.hash).unwrap().unwrap();
    assert_eq!(std::fs::read(kept).unwrap().len(), 600_000);
    let gone = handset.core.attach(place, text, "image/jpeg".into(), None, handset.moment()).unwrap_err();
    assert!(matches!(&gone, CoreError::Invalid { code, .. } if code == "no_original"), "{gone:?}");
}

#[test]
fn long_lists_come_in_pages() {
    let agency = Agency::open();
    let handset = Handset::enrolled(&agency, agency.officer("1001"));
    let begun = handset.core.punch(FactKind::In, WhichShift::Unassigned(None), handset.moment()).unwrap();
    for number in 0..5 {
        let place = Place::Shift(WhichShift::Running);
        handset.core.note(place, format!("Note {number}"), handset.moment()).unwrap();
    }
    let (mut mark, mut seen) = (None, 0);
    loop {
        let page = handset.core.written(begun.document, mark, 2).unwrap();
        seen += page.items.len();
        mark = page.next;
        if mark.is_none() {
            break;
        }
    }
    assert_eq!(seen, 5);
    let facts = |after| handset.core.facts(begun.document, after, 20).unwrap().len();
    assert_eq!((facts(None), facts(Some(begun.fact))), (6, 5));
    let nothing = handset.core.charges(None, 9).unwrap();
    assert_eq!((nothing.items, nothing.next), (vec![], None));
}
