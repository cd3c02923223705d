//! How WebKitGTK draws: chosen once, by variables that it reads when it starts. What the person has set stays.

const WITHOUT_DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
const WITHOUT_COMPOSITOR: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// Chooses what this machine draws well with. For the first lines of the program, before there is another thread.
pub(crate) fn choose() {
    if std::path::Path::new("/proc/driver/nvidia/version").exists() {
        // NVIDIA's driver and the DMABUF renderer show a blank window together (tauri#9394); elsewhere it is the faster one.
        set_if_unset(WITHOUT_DMABUF);
    } else if !has_render_device() {
        // Without a graphics card the compositor runs on an OpenGL made of software: twice the memory of the page, and a
        // key press draws the whole window. Without the compositor only what changed is painted.
        set_if_unset(WITHOUT_COMPOSITOR);
    }
}

/// Whether pages are painted without the compositor.
pub(crate) fn without_compositor() -> bool {
    std::env::var_os(WITHOUT_COMPOSITOR).is_some_and(|set| set != "0")
}

/// Whether the kernel offers a graphics card to draw with.
fn has_render_device() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else { return false };
    devices.flatten().any(|device| device.file_name().as_encoded_bytes().starts_with(b"renderD"))
}

#[allow(unsafe_code, reason = "set_var is unsafe since other threads may read: there are none yet")]
fn set_if_unset(switch: &str) {
    if std::env::var_os(switch).is_none() {
        unsafe { std::env::set_var(switch, "1") };
    }
}
