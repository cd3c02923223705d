//! Embeds the pages.

fn main() {
    tauri_build::build();
}
