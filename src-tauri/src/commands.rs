//! One thin command per thing the UI can ask for: unpack, call one function of core, return.

mod app;
mod backups;
mod chats;
mod connection;
mod health;
mod library;
mod order;
mod replies;
mod switcher;
mod tree;

use tauri::Wry;
use tauri::ipc::Invoke;

/// The one list of commands.
pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        app::start,
        app::reopen,
        app::next_overview,
        app::painted,
        app::close,
        app::save_settings,
        app::dismiss_notice,
        app::open_link,
        app::open_window,
        app::copy_text,
        app::copy_message,
        app::copy_document,
        chats::next_patch,
        chats::new_chat,
        chats::keep_chat,
        chats::open_chat,
        chats::messages,
        chats::find_in_chat,
        chats::message_text,
        chats::rename_chat,
        chats::delete_chat,
        chats::delete_message,
        chats::undo,
        chats::undo_last,
        chats::trash,
        chats::purge_chat,
        chats::remains_of,
        chats::set_chat_options,
        chats::save_draft,
        chats::search_chats,
        chats::search_best,
        tree::choose_version,
        tree::show_message,
        tree::chat_map,
        tree::name_branch,
        tree::compare_versions,
        tree::take_over,
        tree::fork_chat,
        tree::delete_rest,
        order::chat_rows,
        order::create_folder,
        order::rename_folder,
        order::delete_folder,
        order::set_folder_options,
        order::move_chats,
        order::place_chats,
        order::pin_chats,
        order::archive_chats,
        order::delete_chats,
        order::take_from_trash,
        order::tag_chats,
        order::rename_tag,
        order::delete_tag,
        backups::backups,
        backups::take_backup,
        backups::restore_backup,
        backups::backup_chats,
        backups::restore_chat,
        health::health,
        health::check,
        health::remove_kept_files,
        replies::send_message,
        replies::edit_message,
        replies::stop_reply,
        replies::cancel_reply,
        replies::rewrite_queued,
        replies::move_queued,
        replies::retry_reply,
        replies::regenerate_reply,
        replies::continue_reply,
        replies::send_now,
        connection::save_key,
        connection::remove_key,
        connection::propose_base_url,
        connection::save_base_url,
        connection::save_server,
        connection::set_streaming,
        connection::check_connection,
        connection::list_models,
        switcher::quick_find,
        switcher::rank,
        switcher::quote_document,
        library::library,
        library::save_persona,
        library::persona_versions,
        library::delete_persona,
        library::save_prompt,
        library::delete_prompt,
        library::set_persona,
        library::prompt_fields,
        library::fill_prompt,
        library::import_library,
        library::export_library,
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn the_ui_asks_for_the_commands_that_there_are() {
        let here = include_str!("commands.rs");
        let list = here.split("generate_handler![").nth(1).and_then(|rest| rest.split(']').next()).expect("the list");
        let offered: BTreeSet<&str> = list
            .split(',')
            .filter_map(|line| line.trim().rsplit("::").next())
            .filter(|name| !name.is_empty())
            .collect();
        let asked: BTreeSet<&str> = include_str!("../../ui/src/ipc.ts")
            .split("call")
            .filter_map(|call| call.strip_prefix('<').or_else(|| call.strip_prefix("With<")))
            // These functions themselves name no command.
            .filter_map(|call| call.split_once(">(\"")?.1.split('"').next())
            .collect();
        assert_eq!(asked, offered);
    }
}
