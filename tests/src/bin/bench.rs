//! `make bench`: every budget measured beside its floor.

fn main() -> std::process::ExitCode {
    detailbook_tests::bench::main()
}
