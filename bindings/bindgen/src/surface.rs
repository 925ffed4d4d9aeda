//! Lists what a generated file offers to whoever calls it, a line each, so that a change of it can be read in a review:
//!   surface kotlin FILE
//!   surface swift FILE
//! It knows the shapes that UniFFI 0.32 writes, not the languages.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [language, file] = &args[..] else { return usage() };
    let Some(shapes) = Shapes::of(language) else { return usage() };
    match std::fs::read_to_string(file) {
        Ok(generated) => print!("{}", listing(&generated, &shapes)),
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("surface kotlin|swift FILE");
    ExitCode::from(2)
}

/// How a language's lines begin.
struct Shapes {
    /// Declarations at the left margin that are offered.
    declarations: &'static [&'static str],
    /// Declarations at the left margin that are the generator's own.
    hidden: &'static [&'static str],
    /// What is offered within a declaration.
    members: &'static [&'static str],
    /// Are names in capitals alone on a line the values of an enum?
    capitals: bool,
}

impl Shapes {
    fn of(language: &str) -> Option<Self> {
        match language {
            "kotlin" => Some(Self {
                declarations: &[
                    "data class ",
                    "enum class ",
                    "sealed class ",
                    "public interface ",
                    "open class ",
                    "public typealias ",
                ],
                hidden: &[
                    "object ",
                    "public object ",
                    "internal ",
                    "private ",
                    "class ",
                    "interface ",
                    "inline ",
                    "fun ",
                    "val ",
                ],
                members: &["val `", "val v", "data class ", "class ", "object ", "@Throws(", "override fun `", "fun `"],
                capitals: true,
            }),
            "swift" => Some(Self {
                declarations: &[
                    "public struct ",
                    "public enum ",
                    "public protocol ",
                    "open class ",
                    "public typealias ",
                    "public func ",
                ],
                hidden: &["fileprivate ", "private ", "extension ", "func ", "class ", "struct ", "@"],
                members: &[
                    "public let ",
                    "public var ",
                    "case ",
                    "func ",
                    "open func ",
                    "public static func ",
                    "public convenience init",
                ],
                capitals: false,
            }),
            _ => None,
        }
    }

    fn declares(&self, line: &str) -> bool {
        self.declarations.iter().any(|start| line.starts_with(start))
    }

    fn hides(&self, line: &str) -> bool {
        self.hidden.iter().any(|start| line.starts_with(start))
    }

    fn is_member(&self, line: &str) -> bool {
        let value = line.trim_end_matches([',', ';']);
        let is_value = self.capitals
            && !value.is_empty()
            && value.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit());
        is_value || self.members.iter().any(|start| line.starts_with(start))
    }
}

fn listing(generated: &str, shapes: &Shapes) -> String {
    let mut listed = String::new();
    let (mut offered, mut twin) = (false, false);
    let mut lines = uncommented(generated).into_iter();
    while let Some(line) = lines.next() {
        if shapes.declares(&line) {
            twin = is_twin(&line);
            offered = !is_generators_own(&line) && !twin;
            if offered {
                listed.push_str(&format!("\n{}\n", signature(&line)));
            }
        } else if !offered && !twin && line.trim_start().starts_with("fun `") {
            listed.push_str(&format!("\n{}\n", signature(line.trim_start())));
        } else if offered && shapes.is_member(line.trim_start()) {
            let whole = balanced(line, &mut lines);
            if !is_generators_own(&signature(&whole)) {
                listed.push_str(&format!("    {}\n", signature(whole.trim_start())));
            }
        } else if shapes.hides(&line) {
            offered = false;
        }
    }
    listed.trim_start().to_owned()
}

/// The lines without documentation.
fn uncommented(generated: &str) -> Vec<String> {
    let (mut kept, mut inside) = (Vec::new(), false);
    for line in generated.lines() {
        let mut rest = line;
        if inside {
            let Some((_, after)) = rest.split_once("*/") else { continue };
            (inside, rest) = (false, after);
        }
        if let Some((before, after)) = rest.split_once("/**") {
            inside = !after.contains("*/");
            rest = before;
        }
        if !rest.trim().is_empty() && !rest.trim_start().starts_with("//") {
            kept.push(rest.trim_end().to_owned());
        }
    }
    kept
}

/// The line, and as many more as its parentheses need.
fn balanced(line: String, lines: &mut impl Iterator<Item = String>) -> String {
    let open = |text: &str| text.matches('(').count() > text.matches(')').count();
    let mut whole = line;
    while open(&whole) {
        let Some(next) = lines.next() else { break };
        whole.push(' ');
        whole.push_str(next.trim());
    }
    whole
}

/// What the generator needs for itself: converters, handles, clean-up.
fn is_generators_own(line: &str) -> bool {
    ["FfiConverter", "Uniffi", "uniffi", "RustBuffer", "NoHandle", "Impl"].iter().any(|word| line.contains(word))
}

/// The interface of an object, whose methods stand in its class as well.
fn is_twin(line: &str) -> bool {
    (line.starts_with("public interface") && line.contains("Interface {")) || line.contains("Protocol: AnyObject")
}

/// The line up to its body, with single spaces.
fn signature(line: &str) -> String {
    let head = line.split('{').next().unwrap_or(line);
    let words: Vec<&str> = head.split_whitespace().collect();
    words
        .join(" ")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(" ,", ",")
        .replace(")throws", ") throws")
        .replace(")override", ") override")
        .replace('`', "")
        .trim_end_matches(['(', ',', ';', ' '])
        .to_owned()
}
