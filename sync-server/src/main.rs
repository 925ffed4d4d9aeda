//! The program `detailbook`.

fn main() -> std::process::ExitCode {
    detailbook_server::cli::main()
}
