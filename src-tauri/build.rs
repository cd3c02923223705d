//! Embeds the configuration and, on Windows, the resources.

fn main() {
    tauri_build::build();
}
