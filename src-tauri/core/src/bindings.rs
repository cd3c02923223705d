//! The TypeScript of every type that crosses to the windows, in one file that is checked in.

use std::path::PathBuf;

use ts_rs::{Config, TS};

macro_rules! types {
    ($($t:path),* $(,)?) => {
        fn declarations() -> String {
            let config = Config::default();
            let mut file = String::from("// Generated from core's types by `npm run bindings`. Not edited by hand.\n");
            $(
                file.push_str("\nexport ");
                file.push_str(&<$t>::decl(&config));
                file.push('\n');
            )*
            file
        }
    };
}

types![
    crate::error::ErrorKind,
    crate::error::ErrorDetail,
    crate::error::Error,
    crate::chat::ChatId,
    crate::chat::MessageId,
    crate::chat::ConnectionId,
    crate::chat::OperationId,
    crate::chat::PersonaId,
    crate::chat::PromptId,
    crate::chat::FolderId,
    crate::chat::TagId,
    crate::chat::Role,
    crate::chat::MessageState,
    crate::chat::Usage,
    crate::options::ReasoningEffort,
    crate::options::ResponseFormat,
    crate::chat::ChatOptions,
    crate::chat::Wait,
    crate::chat::Version,
    crate::chat::Message,
    crate::chat::Damage,
    crate::chat::ChatHead,
    crate::chat::ChatRow,
    crate::chat::SearchHit,
    crate::settings::Theme,
    crate::settings::Settings,
    crate::library::Persona,
    crate::library::Prompt,
    crate::library::Library,
    crate::library::ChatPersona,
    crate::library::template::Field,
    crate::library::file::LibraryFile,
    crate::library::file::Imported,
    crate::backup::BackupReason,
    crate::backup::Backup,
    crate::trash::Remains,
    crate::trash::HoldingBackup,
    crate::health::IntegrityCheck,
    crate::health::ChatDamage,
    crate::health::ChatSize,
    crate::health::KeptFiles,
    crate::health::Health,
    crate::connection::KeyState,
    crate::connection::Check,
    crate::connection::Connection,
    crate::connection::BaseUrlProposal,
    crate::markdown::Block,
    crate::markdown::BlockContent,
    crate::markdown::Token,
    crate::markdown::Alert,
    crate::markdown::Alignment,
    crate::markdown::Inline,
    crate::markdown::MathNode,
    crate::markdown::BlockPatch,
    crate::patch::ChatPatch,
    crate::patch::PathPatch,
    crate::patch::MessagePatch,
    crate::patch::OperationKind,
    crate::patch::Undone,
    crate::reply::Move,
    crate::patch::TrashedChat,
    crate::order::Folder,
    crate::order::Place,
    crate::order::Tag,
    crate::patch::OverviewPatch,
    crate::patch::Notice,
    crate::patch::NoticeContent,
    crate::patch::Start,
    crate::patch::OpenedChat,
    crate::patch::Found,
    crate::patch::Sent,
    crate::patch::Done,
    crate::patch::RestoredChat,
    crate::patch::SearchTerm,
    crate::patch::SearchResult,
    crate::tree::Stretch,
    crate::tree::ChatMap,
    crate::tree::Piece,
    crate::tree::Hunk,
    crate::tree::Comparison,
    crate::tree::Forked,
    crate::switcher::QuickHit,
    crate::switcher::Ranked,
];

#[test]
fn the_bindings_on_disk_are_those_of_the_types() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/bindings/index.ts");
    let fresh = declarations();
    if std::env::var_os("PARLOUR_WRITE_BINDINGS").is_some() {
        assert!(std::fs::write(&path, &fresh).is_ok(), "the bindings could not be written");
    }
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(checked_in == fresh, "the bindings are stale: run `npm run bindings`");
}
