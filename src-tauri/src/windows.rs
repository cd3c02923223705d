//! Windows: how they are made, remembered, and brought to the front by a second instance.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use parlour_core::chat::ChatId;
use tauri::plugin::TauriPlugin;
use tauri::utils::config::Color;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry};
use tauri_plugin_window_state::StateFlags;

use crate::{Shell, folder};

const MAIN: &str = "main";

/// The window of the start.
pub(crate) fn open_main(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    open(app, MAIN)
}

/// One more window, on a chat.
pub(crate) fn open_on(app: &AppHandle, chat: &ChatId) -> tauri::Result<WebviewWindow> {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    open(app, &format!("chat-{}-{}", COUNT.fetch_add(1, Ordering::Relaxed), chat.as_str()))
}

/// The chat that a window was made for; `None` for the window of the start.
pub(crate) fn chat_of(label: &str) -> Option<ChatId> {
    let (_, chat) = label.strip_prefix("chat-")?.split_once('-')?;
    Some(ChatId(chat.to_owned()))
}

fn open(app: &AppHandle, label: &str) -> tauri::Result<WebviewWindow> {
    let mut builder = WebviewWindowBuilder::new(app, label, WebviewUrl::App("index.html".into()))
        .title("Parlour")
        .inner_size(1080.0, 760.0)
        .min_inner_size(360.0, 480.0)
        // Until the page has painted: the dark side of the desktop must not flash white.
        .background_color(Color(0x80, 0x80, 0x7e, 0xff))
        .visible(!shown_late())
        // Chats are dragged within the page, which Windows and macOS know nothing of while files are taken by the window.
        .disable_drag_drop_handler()
        // Nothing that a page says leads the window away from it.
        .on_navigation(|url| matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost"));
    if let Some(data) = &app.state::<Shell>().web_data {
        builder = builder.data_directory(data.clone());
    }
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    check_spelling(&window)?;
    if shown_late() {
        let late = window.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(LONGEST_HIDDEN).await;
            show(&late);
        });
    }
    Ok(window)
}

/// A page that says nothing must not keep its window hidden.
const LONGEST_HIDDEN: Duration = Duration::from_secs(2);

/// Whether windows are shown only once their page runs. Painted without a compositor, a window that is on screen before
/// waits for its page's first picture, while the page waits for its files from the same thread: half a second.
fn shown_late() -> bool {
    #[cfg(target_os = "linux")]
    return crate::drawing::without_compositor();
    #[cfg(not(target_os = "linux"))]
    false
}

/// Shows a window that was made hidden, once.
pub(crate) fn show(window: &WebviewWindow) {
    if matches!(window.is_visible(), Ok(false))
        && let Err(error) = window.show()
    {
        log::warn!("a window could not be shown: {error}");
    }
}

/// How long a page may take to save what is being typed.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Closes a window once its page has saved what is being typed, or after a while: a page that hangs must not keep it open.
pub(crate) fn close_when_saved(window: WebviewWindow) {
    let told = window.hide().and_then(|()| window.eval("dispatchEvent(new Event('closing'))"));
    tauri::async_runtime::spawn(async move {
        if told.is_ok() {
            tokio::time::sleep(LAST_WORDS).await;
        }
        if let Err(error) = window.destroy() {
            log::debug!("the window had closed by itself: {error}");
        }
    });
}

/// Scrollbars that fade in and out cost a whole processor for seconds after each scroll where the web view draws in
/// software, and are painted over dialogs; a caret that blinks costs a twentieth of one for as long as the window is open.
/// Lasting ones cost nothing. The caret's time is made endless rather than its blinking switched off: a caret that was set
/// before the page heard of the switch would ask for a frame sixty times a second for ever.
#[cfg(target_os = "linux")]
pub(crate) fn keep_still() {
    use gtk::prelude::ObjectExt;
    if let Some(settings) = gtk::Settings::default() {
        settings.set_property("gtk-overlay-scrolling", false);
        settings.set_property("gtk-cursor-blink-time", i32::MAX);
    }
}

/// The `spellcheck` attribute is not enough in WebKitGTK: its context has a switch of its own, which is off.
#[cfg(target_os = "linux")]
fn check_spelling(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|view| {
        use webkit2gtk::{WebContextExt, WebViewExt};
        if let Some(context) = view.inner().context() {
            context.set_spell_checking_enabled(true);
        }
    })
}

/// Size and place of windows, kept in the data folder.
pub(crate) fn remember_size(folder: &Path) -> TauriPlugin<Wry> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        // The plugin joins it to a folder of its own, which an absolute path replaces.
        .with_filename(folder.join("windows.json").to_string_lossy())
        // All further windows share one entry.
        .map_label(|label| if label == MAIN { MAIN } else { "chat" })
        .build()
}

/// Brings the first instance on this folder to the front. The folder's lock is the truth, this is the courtesy.
/// `None` where the system's way cannot tell two folders apart.
pub(crate) fn single_instance(folder: &Path) -> Option<TauriPlugin<Wry>> {
    let builder = tauri_plugin_single_instance::Builder::new().callback(|app, _, _| {
        let windows = app.webview_windows();
        if let Some(window) = windows.get(MAIN).or_else(|| windows.values().next())
            && let Err(error) = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus())
        {
            log::warn!("the window could not be brought to the front: {error}");
        }
    });
    if cfg!(target_os = "linux") {
        let mut hasher = DefaultHasher::new();
        folder.hash(&mut hasher);
        return Some(builder.dbus_id(format!("app.parlour.desktop.f{:016x}", hasher.finish())).build());
    }
    folder::is_default(folder).then(|| builder.build())
}
