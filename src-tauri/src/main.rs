//! The program. On Windows a release has no console.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    parlour_lib::run()
}
