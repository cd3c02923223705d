//! The shell: windows, plugins and the list of commands around `parlour_core`. It decides nothing about chats.

mod commands;
#[cfg(target_os = "linux")]
mod drawing;
mod folder;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod memory;
mod settings_file;
mod windows;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Instant;

use parlour_core::error::{Error, ErrorKind, Result};
use parlour_core::key::{Environment, SystemKeychain};
use parlour_core::parlour::{Timing, system_clock};
use parlour_core::{FolderLock, Parlour, Setup};
use tauri::{AppHandle, Manager, RunEvent, WindowEvent};
use tokio::sync::watch;

/// What the commands share.
pub(crate) struct Shell {
    /// Core, once its folder is open; or why it is not.
    core: watch::Sender<Option<Result<Arc<Parlour>>>>,
    folder: std::path::PathBuf,
    /// Kept, since on X11 the clipboard lives as long as who filled it.
    clipboard: Mutex<Option<arboard::Clipboard>>,
    /// Where the web view keeps its files; nothing of value is among them.
    web_data: Option<std::path::PathBuf>,
    started: Instant,
}

impl Shell {
    /// Notes in the log how long something took since the start, for the day when a start is slow.
    fn mark(&self, what: &str) {
        log::info!("{what} {} ms after the start", self.started.elapsed().as_millis());
    }

    /// Opens core once more where it could not be opened; with `go_back` the newest backup that this version can read takes
    /// the place of a database of a newer one first. Blocks.
    ///
    /// # Errors
    /// Why it still cannot be opened.
    fn reopen(&self, app: &AppHandle, go_back: bool) -> Result<()> {
        if self.core.borrow().as_ref().is_none_or(Result::is_ok) {
            return Ok(());
        }
        let opened = FolderLock::take(&self.folder).and_then(|lock| {
            if go_back {
                let settings = settings_file::open(app, &self.folder)?.settings;
                parlour_core::backup::go_back(&lock, &settings, system_clock())?;
            }
            open_core(app, lock, self.folder.clone())
        });
        let outcome = opened.as_ref().map(|_| ()).map_err(Clone::clone);
        self.core.send_replace(Some(opened));
        outcome
    }

    /// Core, as soon as it is open.
    async fn core(&self) -> Result<Arc<Parlour>> {
        let mut core = self.core.subscribe();
        let opened = core.wait_for(Option::is_some).await.map_err(|_| Error::internal("core was never opened"))?;
        match opened.as_ref() {
            Some(Ok(core)) => Ok(Arc::clone(core)),
            Some(Err(error)) => Err(error.clone()),
            None => Err(Error::internal("core is not open")),
        }
    }
}

/// Runs the app until its last window is closed.
#[must_use]
pub fn run() -> ExitCode {
    let started = Instant::now();
    #[cfg(target_os = "linux")]
    drawing::choose();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    memory::choose();
    // Two crates could each set a default; the first one wins, and it is to be this one.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        log::debug!("a TLS provider was set before");
    }
    let folder = match folder::data_folder() {
        Ok(folder) => folder,
        Err(error) => {
            eprintln!("parlour: {error}");
            return ExitCode::FAILURE;
        }
    };
    let lock = FolderLock::take(&folder);
    // Where the folder cannot be used the window says so; nothing is kept in it then.
    let usable = lock.as_ref().err().is_none_or(|error| error.kind == ErrorKind::StorageInUse);

    let mut builder = tauri::Builder::default();
    if let Some(plugin) = windows::single_instance(&folder) {
        // First: a second instance hands over before anything of it is shown.
        builder = builder.plugin(plugin);
    }
    let setup_folder = folder.clone();
    if usable {
        builder = builder.plugin(log_plugin(&folder));
    }
    let app = builder
        .plugin(tauri_plugin_store::Builder::default().build())
        .plugin(windows::remember_size(&folder))
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let handle = app.handle();
            let web_data = usable.then(|| setup_folder.join("webview"));
            let (core, folder) = (watch::Sender::new(None), setup_folder.clone());
            app.manage(Shell { core, folder, clipboard: Mutex::new(None), web_data, started });
            let to_open = handle.clone();
            // Beside the web view, which takes longer to start than the database.
            tauri::async_runtime::spawn_blocking(move || {
                let opened = lock.and_then(|lock| open_core(&to_open, lock, setup_folder));
                let shell = to_open.state::<Shell>();
                shell.core.send_replace(Some(opened));
                shell.mark("core open");
            });
            #[cfg(target_os = "linux")]
            windows::keep_still();
            windows::open_main(handle)?;
            handle.state::<Shell>().mark("window made");
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match app {
        Ok(app) => app,
        Err(error) => {
            eprintln!("parlour: {error}");
            return ExitCode::FAILURE;
        }
    };
    app.run(|app, event| {
        if let RunEvent::WindowEvent { label, event: WindowEvent::CloseRequested { api, .. }, .. } = &event
            && let Some(window) = app.get_webview_window(label)
        {
            api.prevent_close();
            windows::close_when_saved(window);
        }
        if let RunEvent::Exit = event
            && let Some(Ok(core)) = app.state::<Shell>().core.borrow().as_ref()
        {
            core.close();
        }
    });
    ExitCode::SUCCESS
}

fn open_core(app: &AppHandle, lock: FolderLock, folder: std::path::PathBuf) -> Result<Arc<Parlour>> {
    let read = settings_file::open(app, &folder)?;
    let core = Parlour::open(
        lock,
        Setup {
            folder,
            settings: read.settings,
            settings_file: Arc::new(read.file),
            keychain: Arc::new(SystemKeychain),
            environment: Environment::of_process(),
            clock: system_clock,
            timing: Timing::default(),
            free_space: parlour_core::health::free_space,
        },
    )?;
    if let Some(notice) = read.notice {
        core.notify(notice);
    }
    Ok(core)
}

/// A log of events, never of texts: the library that logs whole answers is off.
fn log_plugin<R: tauri::Runtime>(folder: &std::path::Path) -> tauri::plugin::TauriPlugin<R> {
    use tauri_plugin_log::{Builder, RotationStrategy, Target, TargetKind};
    Builder::new()
        .clear_targets()
        .target(Target::new(TargetKind::Folder { path: folder.join("logs"), file_name: Some("parlour".into()) }))
        .max_file_size(1_000_000)
        .rotation_strategy(RotationStrategy::KeepOne)
        .level(log::LevelFilter::Warn)
        .level_for("parlour_lib", log::LevelFilter::Info)
        .level_for("parlour_core", log::LevelFilter::Info)
        .level_for("async_openai", log::LevelFilter::Off)
        .build()
}
