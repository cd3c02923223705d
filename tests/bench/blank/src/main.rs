//! A window with a textarea and nothing else: what the web view itself costs.

use std::io::Write;

/// Says that the first picture is there, on the standard output.
#[tauri::command]
fn painted() {
    println!("painted");
    let _flushed = std::io::stdout().flush();
}

fn main() {
    let run =
        tauri::Builder::default().invoke_handler(tauri::generate_handler![painted]).run(tauri::generate_context!());
    if let Err(error) = run {
        eprintln!("blank-app: {error}");
        std::process::exit(1);
    }
}
