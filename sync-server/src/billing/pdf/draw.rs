//! Drawing pages, with the tags by which they are read aloud.

use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};
use krilla::text::{Font, TextDirection};
use krilla::{Document, geom::Point};

use super::fonts;
use super::layout::{HEIGHT, Ink, Mark, Role, Sheet, WIDTH};

/// Why there is no PDF: a font that cannot be read, or a page that cannot be written. Neither comes from what an invoice says.
pub(super) struct NoPdf;

/// What is read aloud, in order.
#[derive(Default)]
struct Heard {
    tree: Vec<Node>,
    headers: Vec<Vec<Identifier>>,
    rows: Vec<Vec<Vec<Identifier>>>,
    /// Where in the tree the table stands.
    table: Option<usize>,
}

/// The PDF of all pages.
pub(super) fn pdf(sheet: &Sheet, author: &str) -> Result<Vec<u8>, NoPdf> {
    let font = |bytes: &'static [u8]| Font::new(bytes.into(), 0).ok_or(NoPdf);
    let fonts = [font(fonts::REGULAR)?, font(fonts::BOLD)?];
    let (mut document, mut heard) = (Document::new(), Heard::default());
    for (marks, footer) in sheet.pages.iter().zip(sheet.footers()) {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(NoPdf)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks.iter().chain([&footer]) {
            draw(&mut surface, &fonts, mark, &mut heard);
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(heard.tree());
    let metadata =
        Metadata::new().title(sheet.title.clone()).language("en".to_owned()).creator("Detailbook".to_owned());
    document.set_metadata(metadata.authors(vec![author.to_owned()]));
    document.finish().map_err(|_| NoPdf)
}

fn draw(surface: &mut Surface<'_>, fonts: &[Font; 2], mark: &Mark, heard: &mut Heard) {
    match mark {
        Mark::Rule { from, to, y } => {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_ltrb(*from, *y, *to, *y + 0.5) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.set_fill(Some(fill(190)));
                surface.draw_path(&path);
            }
            surface.end_tagged();
        }
        Mark::Text { x, y, ink, text, role } => {
            let artifact = ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer));
            let span = ContentTag::Span(SpanTag::empty());
            let id = surface.start_tagged(if *role == Role::Artifact { artifact } else { span });
            surface.set_fill(Some(fill(if ink.quiet { 95 } else { 20 })));
            write(surface, fonts, *ink, Point::from_xy(*x, *y), text);
            surface.end_tagged();
            heard.add(*role, id);
        }
    }
}

fn write(surface: &mut Surface<'_>, fonts: &[Font; 2], ink: Ink, at: Point, text: &str) {
    surface.draw_text(at, fonts[usize::from(ink.bold)].clone(), ink.size, text, false, TextDirection::LeftToRight);
}

fn fill(grey: u8) -> Fill {
    Fill { paint: rgb::Color::new(grey, grey, grey).into(), ..Fill::default() }
}

impl Heard {
    fn add(&mut self, role: Role, id: Identifier) {
        let of_table = |list: &mut Vec<Vec<Identifier>>, column: usize| {
            list.resize_with(list.len().max(column + 1), Vec::new);
            list[column].push(id);
        };
        match role {
            Role::Artifact => {}
            Role::Heading => {
                let tag = Tag::Hn(NonZeroU16::MIN, None);
                self.tree.push(TagGroup::with_children(tag, vec![id.into()]).into());
            }
            Role::Text => self.tree.push(TagGroup::with_children(Tag::P, vec![id.into()]).into()),
            Role::Header(column) => {
                self.table.get_or_insert(self.tree.len());
                of_table(&mut self.headers, column);
            }
            Role::Cell(row, column) => {
                self.table.get_or_insert(self.tree.len());
                self.rows.resize_with(self.rows.len().max(row + 1), Vec::new);
                of_table(&mut self.rows[row], column);
            }
        }
    }

    fn tree(mut self) -> TagTree {
        if let Some(at) = self.table {
            let headers = self
                .headers
                .into_iter()
                .map(|cell| TagGroup::with_children(Tag::TH(TableHeaderScope::Column), nodes(cell)).into());
            let mut rows: Vec<Node> = vec![TagGroup::with_children(Tag::TR, headers.collect()).into()];
            rows.extend(self.rows.into_iter().map(|row| {
                let cells = row.into_iter().map(|cell| TagGroup::with_children(Tag::TD, nodes(cell)).into());
                TagGroup::with_children(Tag::TR, cells.collect()).into()
            }));
            self.tree.insert(at, TagGroup::with_children(Tag::Table, rows).into());
        }
        let mut tree = TagTree::new();
        self.tree.into_iter().for_each(|node| tree.push(node));
        tree
    }
}

fn nodes(cell: Vec<Identifier>) -> Vec<Node> {
    cell.into_iter().map(Node::from).collect()
}
