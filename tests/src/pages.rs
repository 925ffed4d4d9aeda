//! Addresses of the console's pages, for whatever looks at all of them: the table says which there are, and each world says what it has
//! to show in the place of their braces.

use detailbook_server::console::table::{Entry, Gate};

/// The path with something in the place of each brace: what `example` gives for what stands before it. Nothing: nobody has said yet what
/// that is.
pub fn address(path: &str, example: impl Fn(&str) -> Option<String>) -> Option<String> {
    let (mut parts, mut about): (Vec<String>, &str) = (Vec::new(), "");
    for part in path.split('/') {
        parts.push(if part.starts_with('{') { example(about)? } else { part.to_owned() });
        about = part;
    }
    Some(parts.join("/"))
}

/// Who may open it: `anybody`, `signed`, a step of signing in as `step:enrol`, or a right.
pub fn gate(entry: &Entry) -> String {
    match entry.gate {
        Gate::Anybody => "anybody".to_owned(),
        Gate::Signed => "signed".to_owned(),
        Gate::Step(step) => format!("step:{}", step.name()),
        Gate::Scope(scope) => scope.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_brace_is_filled_by_what_stands_before_it() {
        let example = |about: &str| match about {
            "details" => Some("7".to_owned()),
            "{id}" | "release" => Some(format!("of {about}")),
            _ => None,
        };
        assert_eq!(address("/details/{id}/release/{given}", example).as_deref(), Some("/details/7/release/of release"));
        assert_eq!(address("/details/{id}/{position}", example).as_deref(), Some("/details/7/of {id}"));
        assert_eq!((address("/users", example).as_deref(), address("/users/{id}", example)), (Some("/users"), None));
    }
}
