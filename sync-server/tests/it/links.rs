//! What the documents point at is there.

use std::fs;
use std::path::{Path, PathBuf};

fn documents(root: &Path) -> Vec<PathBuf> {
    let mut found = vec![root.join("README.md")];
    for folder in ["docs", "docs/adr"] {
        let entries = fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        found.extend(entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    found
}

/// Targets of `[words](target)` that are files: neither addresses nor places in the same page.
fn files(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    files.map(|target| target.split_once('#').map_or(target, |(file, _)| file)).collect()
}

#[test]
fn every_relative_link_of_the_readme_and_the_documents_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut dead = Vec::new();
    for document in documents(&root) {
        let text = fs::read_to_string(&document).unwrap();
        let beside = document.parent().unwrap();
        let missing = files(&text).into_iter().filter(|target| !beside.join(target).exists());
        dead.extend(missing.map(|target| format!("{}: {target}", document.display())));
    }
    assert!(dead.is_empty(), "links that lead nowhere: {dead:#?}");
}

#[test]
fn a_link_is_found_whatever_it_points_at() {
    let text = "![a](b.svg) [c](d/e.md#f) [g](#h) [i](https://example.org/j.md)";
    assert_eq!(files(text), ["b.svg", "d/e.md"]);
}
