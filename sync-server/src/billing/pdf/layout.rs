//! Text on pages: where each line stands, before anything is drawn.

use super::fonts::width;

/// A letter page, in points.
pub(super) const WIDTH: f32 = 612.0;
pub(super) const HEIGHT: f32 = 792.0;
/// Where a page begins and ends.
const TOP: f32 = 54.0;
const BOTTOM: f32 = HEIGHT - 60.0;
/// Where the footer stands.
const FOOT: f32 = HEIGHT - 36.0;

/// How a text is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Ink {
    /// Its size in points.
    pub(super) size: f32,
    /// In the bold weight.
    pub(super) bold: bool,
    /// In grey.
    pub(super) quiet: bool,
}

impl Ink {
    /// Plain text.
    pub(super) const fn plain(size: f32) -> Self {
        Self { size, bold: false, quiet: false }
    }

    /// Bold text.
    pub(super) const fn bold(size: f32) -> Self {
        Self { size, bold: true, quiet: false }
    }

    /// Grey text.
    pub(super) const fn quiet(size: f32) -> Self {
        Self { size, bold: false, quiet: true }
    }

    fn height(self) -> f32 {
        self.size * 1.32
    }
}

/// What a piece of text is for whoever hears it read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// The title.
    Heading,
    /// A paragraph.
    Text,
    /// A column's heading, and which column it is.
    Header(usize),
    /// A cell of a table's row: which row, and which column.
    Cell(usize, usize),
    /// Repeated on every page, and read on none.
    Artifact,
}

/// Something that is drawn.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Mark {
    /// A line of text, its left end and baseline.
    Text { x: f32, y: f32, ink: Ink, text: String, role: Role },
    /// A thin line.
    Rule { from: f32, to: f32, y: f32 },
}

/// A cell of a row: texts one below the other.
pub(super) struct Cell {
    x: f32,
    width: f32,
    to_the_left: bool,
    texts: Vec<(Ink, String)>,
}

impl Cell {
    /// Text that begins there and is at most so wide.
    pub(super) fn left(x: f32, width: f32, ink: Ink, text: &str) -> Self {
        Self { x, width, to_the_left: false, texts: vec![(ink, text.to_owned())] }
    }

    /// Text that ends there.
    pub(super) fn right(x: f32, ink: Ink, text: &str) -> Self {
        Self { x, width: f32::MAX, to_the_left: true, texts: vec![(ink, text.to_owned())] }
    }

    /// And below it.
    pub(super) fn then(mut self, ink: Ink, text: &str) -> Self {
        self.texts.push((ink, text.to_owned()));
        self
    }

    fn lines(&self) -> Vec<(Ink, String)> {
        let of = |(ink, text): &(Ink, String)| {
            wrapped(text, *ink, self.width).into_iter().map(|line| (*ink, line)).collect()
        };
        self.texts.iter().flat_map(|text| -> Vec<(Ink, String)> { of(text) }).collect()
    }

    fn height(&self) -> f32 {
        self.lines().iter().map(|(ink, _)| ink.height()).sum()
    }
}

/// Pages that are filled from the top.
pub(super) struct Sheet {
    /// What it is called.
    pub(super) title: String,
    /// The marks of each page.
    pub(super) pages: Vec<Vec<Mark>>,
    y: f32,
    table: Option<Vec<Cell>>,
    rows: usize,
}

impl Sheet {
    /// One empty page.
    pub(super) fn new(title: &str) -> Self {
        Self { title: title.to_owned(), pages: vec![Vec::new()], y: TOP, table: None, rows: 0 }
    }

    /// How far down the page is filled.
    pub(super) const fn at(&self) -> f32 {
        self.y
    }

    /// Goes on from there.
    pub(super) const fn go(&mut self, y: f32) {
        self.y = y;
    }

    /// Leaves that much free.
    pub(super) fn skip(&mut self, by: f32) {
        self.y += by;
    }

    /// Begins a new page where so much does not fit on this one.
    pub(super) fn keep(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Vec::new());
            self.y = TOP;
            self.headers();
        }
    }

    /// A title.
    pub(super) fn heading(&mut self, x: f32, ink: Ink, text: &str) {
        self.text(x, ink, text.to_owned(), Role::Heading);
    }

    /// Text of several lines, each broken where it is wider than that.
    pub(super) fn lines(&mut self, x: f32, width: f32, ink: Ink, text: &str) {
        for line in text.lines().flat_map(|line| wrapped(line, ink, width)) {
            self.keep(ink.height());
            self.text(x, ink, line, Role::Text);
        }
    }

    /// A line that ends there.
    pub(super) fn right(&mut self, x: f32, ink: Ink, text: &str) {
        let begins = x - width(text, ink.bold, ink.size);
        self.text(begins, ink, text.to_owned(), Role::Text);
    }

    /// A thin line across.
    pub(super) fn rule(&mut self, from: f32, to: f32) {
        let y = self.y;
        self.put(Mark::Rule { from, to, y });
    }

    /// Begins a table, whose headings stand on each of its pages.
    pub(super) fn begin_table(&mut self, headers: Vec<Cell>) {
        self.keep(60.0);
        self.table = Some(headers);
        self.headers();
    }

    /// Adds a row, whole on one page.
    pub(super) fn row(&mut self, cells: &[Cell]) {
        let height = cells.iter().map(Cell::height).fold(0.0, f32::max) + 9.0;
        self.keep(height);
        let (top, row) = (self.y + 3.0, self.rows);
        for (column, cell) in cells.iter().enumerate() {
            self.y = top;
            self.cell(cell, Role::Cell(row, column));
        }
        self.rows += 1;
        self.y = top + height - 3.0;
        self.rule(super::LEFT, super::RIGHT);
    }

    /// Ends the table.
    pub(super) fn end_table(&mut self) {
        self.table = None;
        self.skip(12.0);
    }

    fn headers(&mut self) {
        let Some(headers) = self.table.take() else { return };
        let top = self.y;
        // Once is enough to hear them.
        let heard = self.rows == 0;
        for (column, cell) in headers.iter().enumerate() {
            self.y = top;
            self.cell(cell, if heard { Role::Header(column) } else { Role::Artifact });
        }
        self.skip(3.0);
        self.rule(super::LEFT, super::RIGHT);
        self.table = Some(headers);
    }

    fn cell(&mut self, cell: &Cell, role: Role) {
        for (ink, line) in cell.lines() {
            let x = if cell.to_the_left { cell.x - width(&line, ink.bold, ink.size) } else { cell.x };
            self.text(x, ink, line, role);
        }
    }

    fn text(&mut self, x: f32, ink: Ink, text: String, role: Role) {
        self.y += ink.height();
        let y = self.y - ink.size * 0.3;
        self.put(Mark::Text { x, y, ink, text, role });
    }

    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// The footers of all pages, page by page.
    pub(super) fn footers(&self) -> Vec<Mark> {
        let (ink, all) = (Ink::quiet(8.0), self.pages.len());
        let foot = |at: usize| {
            let text = format!("{}, page {} of {all}", self.title, at + 1);
            let x = super::RIGHT - width(&text, ink.bold, ink.size);
            Mark::Text { x, y: FOOT, ink, text, role: Role::Artifact }
        };
        (0..all).map(foot).collect()
    }
}

/// A text in lines of at most that width. A word that is wider is cut.
pub(super) fn wrapped(text: &str, ink: Ink, most: f32) -> Vec<String> {
    let fits = |line: &str| width(line, ink.bold, ink.size) <= most;
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            if !line.is_empty() && !fits(&format!("{line}{c}")) {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
