//! Sets a stage for a browser and plays on it: says in one line of JSON what there is, then does what each line on standard input
//! says. Ends when its input does.

use std::process::ExitCode;

use detailbook_tests::stage::Stage;

fn main() -> ExitCode {
    match played() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stage: {error}");
            ExitCode::FAILURE
        }
    }
}

fn played() -> Result<(), detailbook_server::demo::DemoError> {
    let folder = tempfile::tempdir()?;
    let stage = Stage::set(&folder.path().join("stage"))?;
    stage.play(std::io::stdin().lock(), std::io::stdout().lock())
}
