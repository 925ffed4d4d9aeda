//! Tells the stories to a caller of any language over standard input and output: `tell [NAME...]`, all without a name; `tell --list`
//! names them. Ends with 1 where a story went otherwise.

use std::process::ExitCode;

use detailbook_stories::STORIES;
use detailbook_stories::lines::Lines;

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    if names == ["--list"] {
        for story in STORIES {
            println!("{}", story.name);
        }
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = names.iter().find(|name| STORIES.iter().all(|story| story.name != **name)) {
        eprintln!("there is no story called {unknown}; `tell --list` names them");
        return ExitCode::from(2);
    }
    match Lines::new(std::io::stdin().lock(), std::io::stdout().lock()).tell(&names) {
        Ok(()) => ExitCode::SUCCESS,
        Err(lost) => {
            eprintln!("{lost}");
            ExitCode::FAILURE
        }
    }
}
