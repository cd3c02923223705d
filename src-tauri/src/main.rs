//! The program. On Windows a release has no console.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    #[cfg(target_os = "linux")]
    prefer_safe_rendering();
    parlour_lib::run()
}

/// NVIDIA's driver and WebKit's DMABUF renderer show a blank window together (tauri#9394). Elsewhere the renderer is
/// faster, so it is switched off only there, and only where the person has not decided.
#[cfg(target_os = "linux")]
#[allow(
    unsafe_code,
    reason = "set_var is unsafe since other threads may read: there are none in the first lines of main"
)]
fn prefer_safe_rendering() {
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(SWITCH).is_none() && std::path::Path::new("/proc/driver/nvidia/version").exists() {
        unsafe { std::env::set_var(SWITCH, "1") };
    }
}
