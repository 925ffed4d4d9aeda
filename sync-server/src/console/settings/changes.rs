//! What differs between two texts, line by line.

use askama::Template;
use askama::filters::HtmlSafe;

/// What differs between two texts, as a table.
#[derive(Template, Clone, Debug, Default)]
#[template(path = "console/settings/changes.html")]
pub(super) struct Changes {
    lines: Vec<Line>,
}

impl HtmlSafe for Changes {}

impl Changes {
    /// From one text to another.
    pub(super) fn between(before: &str, after: &str) -> Self {
        Self { lines: diff(before, after) }
    }
}

/// Lines on either side that are compared at most: beyond, all of one and all of the other is shown.
const MOST: usize = 3_000;

/// One line of a comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Line {
    /// In both.
    Same(String),
    /// In the first only.
    Gone(String),
    /// In the second only.
    New(String),
    /// So many lines in both that are left out.
    Skipped(usize),
}

/// Lines in both that are shown around a change.
const AROUND: usize = 3;

/// The lines that differ, with a few around them.
fn diff(before: &str, after: &str) -> Vec<Line> {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let own = |line: &&str| (*line).to_owned();
    let begins = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    let most = before.len().min(after.len()) - begins;
    let ends = before.iter().rev().zip(after.iter().rev()).take(most).take_while(|(one, other)| one == other).count();
    let (old, new) = (&before[begins..before.len() - ends], &after[begins..after.len() - ends]);
    let mut lines: Vec<_> = before[..begins].iter().map(|line| Line::Same(own(line))).collect();
    if old.len() > MOST || new.len() > MOST {
        lines.extend(old.iter().map(|line| Line::Gone(own(line))));
        lines.extend(new.iter().map(|line| Line::New(own(line))));
    } else {
        lines.extend(compared(old, new));
    }
    lines.extend(before[before.len() - ends..].iter().map(|line| Line::Same(own(line))));
    shortened(lines)
}

/// By the longest lines in common, in their order.
fn compared(old: &[&str], new: &[&str]) -> Vec<Line> {
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(Line::Same(old[i].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]) {
            lines.push(Line::Gone(old[i].to_owned()));
            i += 1;
        } else {
            lines.push(Line::New(new[j].to_owned()));
            j += 1;
        }
    }
    lines
}

/// Leaves out what is far from any change.
fn shortened(lines: Vec<Line>) -> Vec<Line> {
    let changed: Vec<bool> = lines.iter().map(|line| !matches!(line, Line::Same(_))).collect();
    let near = |at: usize| changed[at.saturating_sub(AROUND)..(at + AROUND + 1).min(changed.len())].contains(&true);
    let kept: Vec<bool> = (0..lines.len()).map(near).collect();
    let mut shown = Vec::new();
    for (line, kept) in lines.into_iter().zip(kept) {
        match (kept, shown.last_mut()) {
            (true, _) => shown.push(line),
            (false, Some(Line::Skipped(count))) => *count += 1,
            (false, _) => shown.push(Line::Skipped(1)),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn side(lines: &[Line], first: bool) -> Vec<String> {
        let of = |line: &Line| match line {
            Line::Same(text) => Some(text.clone()),
            Line::Gone(text) => Some(text.clone()).filter(|_| first),
            Line::New(text) => Some(text.clone()).filter(|_| !first),
            Line::Skipped(_) => None,
        };
        lines.iter().filter_map(of).collect()
    }

    proptest! {
        #[test]
        fn each_side_can_be_read_back(old in prop::collection::vec("[abc]", 0..12), new in prop::collection::vec("[abc]", 0..12)) {
            let (old_lines, new_lines): (Vec<_>, Vec<_>) = (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
            let lines = compared(&old_lines, &new_lines);
            prop_assert_eq!(side(&lines, true), old.clone());
            prop_assert_eq!(side(&lines, false), new.clone());
            // Skipped or not, what differs is all there.
            let changed = |lines: &[Line]| lines.iter().filter(|line| matches!(line, Line::Gone(_) | Line::New(_))).count();
            let whole = diff(&old.join("\n"), &new.join("\n"));
            prop_assert_eq!(changed(&whole) == 0, old == new);
        }
    }

    #[test]
    fn what_is_far_from_a_change_is_left_out() {
        let numbers: Vec<_> = (0..20).map(|n: i32| n.to_string()).collect();
        let text = numbers.join("\n") + "\n";
        let lines = diff(&text, &text.replace("10\n", "ten\n"));
        assert_eq!(lines[0], Line::Skipped(7));
        assert_eq!(lines[4..6], [Line::Gone("10".into()), Line::New("ten".into())]);
        assert_eq!(lines.last(), Some(&Line::Skipped(6)));
    }
}
