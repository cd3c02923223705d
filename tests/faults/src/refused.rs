//! What a refusal means: the disk fails at every act of one change in turn, and the process dies as soon as it has the answer.
//!
//! SQLite takes a change back whose sync failed, but all of it may lie in the log, for the next start to find. Core writes over
//! it at once: a refused change has not happened, but where the disk refuses that too. Then it is open, until anything is
//! written.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use model_server::ModelServer;
use parlour_core::Parlour;
use parlour_core::backup::BackupReason;
use parlour_core::chat::{ChatId, MessageId};
use parlour_core::error::{Error, Result};
use tokio::runtime::Runtime;

use crate::disk::{Disk, Fault, Why};
use crate::house::{House, PATIENCE, answer, copy, folder};
use crate::report::Report;
use crate::scenario::Player;

/// The title that is given after the change.
const AFTERWARDS: &str = "Afterwards";

/// A change that can be seen: by either, a message is gone.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// It is deleted.
    Delete,
    /// A backup from before it takes the place of all there is.
    Restore,
}

/// A folder with a chat and a backup of it, and a message that was asked after that.
struct Ground {
    folder: tempfile::TempDir,
    chat: ChatId,
    message: MessageId,
    backup: String,
}

impl Ground {
    async fn make() -> Self {
        let folder = folder();
        let server = ModelServer::start().await.unwrap();
        server.default_reply(Some(answer(Duration::ZERO)));
        let parlour = House::new(folder.path(), Some(server.url())).quick().open().unwrap();
        let mut player = Player { parlour, tell: Arc::new(|_| ()), disk: None, name: "refused".into(), asked: 0 };
        let chat = player.new_chat().await;
        player.talk(&chat).await;
        let backup = player.parlour.take_backup(BackupReason::Manual).await.unwrap().id;
        let message = player.talk(&chat).await.0.message_id;
        player.parlour.close();
        Self { folder, chat, message, backup }
    }

    async fn change(&self, parlour: &Arc<Parlour>, change: Change) -> Result<()> {
        match change {
            Change::Delete => parlour.delete_message(&self.message).await.map(|_| ()),
            Change::Restore => parlour.restore_backup(&self.backup).await,
        }
    }

    /// What the next start finds: whether the message is gone, and the title.
    async fn after_death(&self, left: &Path) -> Result<(bool, String)> {
        let parlour = House::new(left, None).quick().open()?;
        let gone = parlour.message_text(&self.message).await.is_err();
        let head = parlour.open_chat(&self.chat).await?.chat.head;
        Ok((gone, head.map(|head| head.title).unwrap_or_default()))
    }
}

/// One change with one fault.
struct Try {
    failed: u64,
    answer: Result<()>,
    /// What is found where the process died with the answer.
    at_once: Result<(bool, String)>,
    /// The same after one more thing, on a disk that is well again, was acknowledged.
    later: Result<(bool, String)>,
}

async fn attempt(ground: &Ground, change: Change, fault: Fault) -> Try {
    let (place, left) = (folder(), folder());
    copy(ground.folder.path(), place.path());
    let disk = Disk::watch(place.path(), false);
    let parlour = House::new(place.path(), None).quick().open().unwrap();
    disk.fail(fault);
    let answer = ground.change(&parlour, change).await;
    let (_, failed) = disk.counts();
    copy(place.path(), left.path());
    disk.heal();
    let at_once = ground.after_death(left.path()).await;
    let left = folder();
    let renamed = parlour.rename_chat(&ground.chat, AFTERWARDS).await;
    copy(place.path(), left.path());
    let later = match renamed {
        Ok(_) => ground.after_death(left.path()).await,
        Err(error) => Err(error),
    };
    Try { failed, answer, at_once, later }
}

/// Fails each act of a deletion and of the return of a backup in turn, alone and with all that follow.
#[must_use]
pub fn refusals() -> Report {
    let mut report = Report::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (mut tries, mut refused, mut open) = (0, 0, 0);
    for change in [Change::Delete, Change::Restore] {
        for once in [true, false] {
            let (changes, refusals, left_open) = each_act(&runtime, change, once, &mut report);
            tries += changes;
            refused += refusals;
            open += left_open;
        }
    }
    runtime.shutdown_timeout(PATIENCE);
    report.line = format!(
        "refused changes: {tries} faults in a deletion and in the return of a backup, {refused} refused; found done by the start \
         after a death all the same: {open}, all on a disk that refused everything else too; otherwise wrong {}",
        report.wrong
    );
    report
}

/// How many faults there were, how many were refused, and how many of these had happened after a death.
fn each_act(runtime: &Runtime, change: Change, once: bool, report: &mut Report) -> (usize, usize, usize) {
    let ground = runtime.block_on(Ground::make());
    let (mut tries, mut refused, mut open) = (0, 0, 0);
    for first in 1.. {
        let Try { failed, answer, at_once, later } =
            runtime.block_on(attempt(&ground, change, Fault { first, once, why: Why::Broken }));
        if failed == 0 {
            break;
        }
        let mut wrong = |what: &str| report.fail(format!("{change:?}, act {first}, once: {once}: {what}"));
        let gone = |found: &std::result::Result<(bool, String), Error>| found.as_ref().is_ok_and(|(gone, _)| *gone);
        tries += 1;
        refused += usize::from(answer.is_err());
        match (&answer, &at_once) {
            (_, Err(error)) => wrong(&format!("after the death: {error}")),
            (Ok(()), Ok((false, _))) => wrong("acknowledged, and not there"),
            (Err(_), Ok((true, _))) if once => wrong("refused, and done after a death"),
            (Err(_), Ok((true, _))) => open += 1,
            _ => {}
        }
        match &later {
            Ok((_, title)) if title == AFTERWARDS => {}
            other => wrong(&format!("what came afterwards: {other:?}")),
        }
        if gone(&later) != answer.is_ok() {
            wrong("once something else is acknowledged, it is not what was answered");
        }
    }
    (tries, refused, open)
}
