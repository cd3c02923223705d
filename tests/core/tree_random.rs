//! Random lives of conversations, beside a plain model of a tree: what is shown, what is sent and what an undo brings back is
//! always what the model says. `PARLOUR_CASES` sets how many lives are tried.

mod model;
mod texts;

use std::path::Path;
use std::sync::Arc;

use model_server::Reply;
use parlour_core::Parlour;
use parlour_core::chat::{MessageId, OperationId, Role, Version};
use parlour_core::error::ErrorKind;
use parlour_core::parlour::system_clock;
use parlour_core::tree::{Hunk, PieceKind};

use crate::house::{House, settled};
use crate::random::Random;
use crate::window::Window;
use model::Tree;

const CASES: usize = 300;

/// So many lives are lived in one database: what is in it must not make the next ones slow.
const IN_ONE_HOUSE: usize = 100;

/// What takes an operation back.
#[derive(Debug, Clone)]
enum Inverse {
    Show(Option<usize>),
    Restore(Vec<usize>, Option<usize>),
    Name(usize, Option<String>),
    Trash,
}

/// Something that was done and still stands.
#[derive(Debug, Clone)]
struct Done {
    /// Where it is known.
    id: Option<OperationId>,
    tree: usize,
    inverse: Inverse,
}

struct Life<'a> {
    house: &'a House,
    /// None only while it is opened anew.
    open: Option<Arc<Parlour>>,
    random: &'a mut Random,
    trees: Vec<Tree>,
    /// Which of the chats are in the trash.
    trashed: Vec<bool>,
    at: usize,
    done: Vec<Done>,
    /// Requests so far, and texts.
    asked: usize,
    texts: usize,
    /// What happened, for who reads a failure.
    story: Vec<String>,
}

impl<'a> Life<'a> {
    async fn begin(house: &'a House, parlour: Arc<Parlour>, random: &'a mut Random) -> Self {
        house.server.reset();
        let chat = crate::house::new_chat(&parlour).await;
        let (trees, trashed) = (vec![Tree::new(chat)], vec![false]);
        let (open, done, story) = (Some(parlour), Vec::new(), Vec::new());
        let mut life = Self { house, open, random, trees, trashed, at: 0, done, asked: 0, texts: 0, story };
        life.send().await;
        life
    }

    fn parlour(&self) -> Arc<Parlour> {
        Arc::clone(self.open.as_ref().unwrap())
    }

    fn tree(&mut self) -> &mut Tree {
        &mut self.trees[self.at]
    }

    fn tell(&mut self, what: &str, at: usize) {
        self.story.push(format!("{what} {at} in {}", self.at));
    }

    fn question(&mut self) -> String {
        self.texts += 1;
        format!("question {}", self.texts)
    }

    /// Lets the server answer the next request: now and then with a refusal.
    fn next_answer(&mut self, like: Option<&str>) -> String {
        self.texts += 1;
        if self.random.below(12) == 0 {
            self.house.server.reply(Reply::empty(400));
            return String::new();
        }
        let text = texts::answer(self.random, self.texts, like);
        self.house.server.reply(Reply::text(&text));
        text
    }

    /// What went out is the path to the question in order; then its answer has come.
    async fn asked(&mut self, question: Option<usize>, reply: &MessageId) {
        let request = self.house.server.request(self.asked).await.messages();
        assert_eq!(request, self.tree().request(question), "{:#?}", self.story);
        self.asked += 1;
        let chat = self.tree().chat.clone();
        settled(&self.parlour(), &chat, reply).await;
    }

    /// A message of the path, or now and then of any branch.
    fn any(&mut self, role: Option<Role>) -> Option<usize> {
        let elsewhere = self.random.below(8) == 0;
        let tree = &self.trees[self.at];
        let all = if elsewhere { tree.live() } else { tree.path() };
        let fit: Vec<usize> =
            all.into_iter().filter(|at| role.is_none_or(|role| tree.said[*at].role == role)).collect();
        (!fit.is_empty()).then(|| *self.random.one_of(&fit))
    }

    async fn step(&mut self) {
        match self.random.below(26) {
            0..5 => self.send().await,
            5..8 => self.edit().await,
            8..11 => self.regenerate().await,
            11..13 => self.delete().await,
            13 => self.delete_rest().await,
            14 => self.take_over().await,
            15..18 => self.choose().await,
            18..20 => self.show().await,
            20 => self.name().await,
            21 => self.fork().await,
            22..24 => self.undo_last().await,
            24 => self.undo_any().await,
            _ => {
                if self.random.below(3) == 0 {
                    self.restart();
                } else {
                    self.another_chat();
                }
            }
        }
        self.check().await;
    }

    async fn send(&mut self) {
        let (text, answer) = (self.question(), self.next_answer(None));
        let chat = self.tree().chat.clone();
        let sent = self.parlour().send_message(&chat, text.clone()).await.unwrap();
        let tree = self.tree();
        let question = tree.add(sent.message_id, tree.end, Role::User, &text);
        let reply = tree.add(sent.reply_id.clone(), Some(question), Role::Assistant, &answer);
        tree.end = Some(reply);
        self.tell("send", question);
        self.asked(Some(question), &sent.reply_id).await;
    }

    async fn edit(&mut self) {
        let Some(old) = self.any(Some(Role::User)) else { return };
        let (text, answer) = (self.question(), self.next_answer(None));
        let id = self.tree().said[old].id.clone();
        let sent = self.parlour().edit_message(&id, text.clone()).await.unwrap();
        let tree = self.tree();
        let inverse = Inverse::Show(tree.end);
        let question = tree.add(sent.message_id, tree.said[old].parent, Role::User, &text);
        let reply = tree.add(sent.reply_id.clone(), Some(question), Role::Assistant, &answer);
        tree.move_to(reply);
        self.tell("edit", old);
        self.asked(Some(question), &sent.reply_id).await;
        self.note(None, inverse);
    }

    async fn regenerate(&mut self) {
        let Some(old) = self.any(Some(Role::Assistant)) else { return };
        let like = self.tree().said[old].text.clone();
        let answer = self.next_answer((!like.is_empty()).then_some(&like[..]));
        let (chat, id) = (self.tree().chat.clone(), self.tree().said[old].id.clone());
        self.parlour().regenerate_reply(&id).await.unwrap();
        let new = Window::open(&self.parlour(), &chat).await.path.pop().unwrap();
        let tree = self.tree();
        // None where its question was deleted, and the chat forked then.
        let question = tree.said[old].parent;
        let reply = tree.add(new.clone(), question, Role::Assistant, &answer);
        let inverse = Inverse::Show(tree.end);
        tree.move_to(reply);
        self.tell("regenerate", old);
        self.asked(question, &new).await;
        self.note(None, inverse);
    }

    async fn delete(&mut self) {
        let Some(at) = self.any(None) else { return };
        let id = self.tree().said[at].id.clone();
        let done = self.parlour().delete_message(&id).await.unwrap();
        let inverse = Inverse::Restore(vec![at], self.tree().end);
        self.tree().delete(&[at]);
        self.tell("delete", at);
        self.note(Some(done.operation_id), inverse);
    }

    async fn delete_rest(&mut self) {
        let path = self.tree().path();
        if path.is_empty() {
            return;
        }
        let rest = &path[self.random.below(path.len())..];
        let id = self.tree().said[rest[0]].id.clone();
        let done = self.parlour().delete_rest(&id).await.unwrap();
        let inverse = Inverse::Restore(rest.to_vec(), self.tree().end);
        self.tree().delete(rest);
        self.tell("delete the rest from", rest[0]);
        self.note(Some(done.operation_id), inverse);
    }

    async fn take_over(&mut self) {
        let Some(into) = self.any(Some(Role::Assistant)) else { return };
        let versions = self.tree().versions(into);
        let from = *self.random.one_of(&versions);
        let [one, other] = [into, from].map(|at| self.trees[self.at].said[at].clone());
        let comparison = self.parlour().compare_versions(&one.id, &other.id).await.unwrap();
        let side = |hunk: &Hunk, without: PieceKind| match hunk {
            Hunk::Same { text } => text.clone(),
            Hunk::Changed { pieces, .. } => {
                pieces.iter().filter(|piece| piece.kind != without).map(|piece| piece.text.as_str()).collect()
            }
        };
        let join =
            |texts: Vec<String>| texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
        for (text, without) in [(&one.text, PieceKind::Added), (&other.text, PieceKind::Removed)] {
            assert_eq!(join(comparison.hunks.iter().map(|hunk| side(hunk, without)).collect()), *text);
        }
        let numbers: Vec<u32> = comparison
            .hunks
            .iter()
            .filter_map(|hunk| match hunk {
                Hunk::Changed { number, .. } => Some(*number),
                Hunk::Same { .. } => None,
            })
            .collect();
        if numbers.is_empty() || one.text.is_empty() || other.text.is_empty() {
            return;
        }
        let taken = *self.random.one_of(&numbers);
        let text = join(
            comparison
                .hunks
                .iter()
                .map(|hunk| match hunk {
                    Hunk::Changed { number, .. } if *number == taken => side(hunk, PieceKind::Removed),
                    _ => side(hunk, PieceKind::Added),
                })
                .collect(),
        );
        let chat = self.tree().chat.clone();
        let done = match self.parlour().take_over(&one.id, &other.id, taken as usize).await {
            // Nothing would be left of it.
            Err(error) if text.is_empty() => {
                assert_eq!(error.kind, ErrorKind::EmptyMessage);
                return;
            }
            done => done.unwrap(),
        };
        let new = Window::open(&self.parlour(), &chat).await.path.pop().unwrap();
        let tree = self.tree();
        let inverse = Inverse::Show(tree.end);
        let made = tree.add(new, tree.said[into].parent, Role::Assistant, &text);
        tree.move_to(made);
        self.tell("take over into", into);
        self.note(Some(done.operation_id), inverse);
    }

    async fn choose(&mut self) {
        let Some(at) = self.any(None) else { return };
        let versions = self.tree().versions(at);
        let number = self.random.below(versions.len());
        let id = self.tree().said[at].id.clone();
        let done = self.parlour().choose_version(&id, number + 1).await.unwrap();
        let inverse = Inverse::Show(self.tree().end);
        self.tell("choose version", versions[number]);
        if self.tree().show(versions[number]) {
            self.note(Some(done.operation_id), inverse);
        } else {
            assert_eq!(self.parlour().undo(&done.operation_id).await.unwrap(), None, "it was there already");
        }
    }

    async fn show(&mut self) {
        let live = self.tree().live();
        if live.is_empty() {
            return;
        }
        let at = *self.random.one_of(&live);
        let id = self.tree().said[at].id.clone();
        let done = self.parlour().show_message(&id).await.unwrap();
        assert_eq!(done.is_none(), self.tree().path().contains(&at), "{:#?}", self.story);
        let inverse = Inverse::Show(self.tree().end);
        self.tell("show", at);
        if let (true, Some(done)) = (self.tree().show(at), done) {
            self.note(Some(done.operation_id), inverse);
        }
    }

    async fn name(&mut self) {
        let Some(at) = self.any(None) else { return };
        self.texts += 1;
        let name = (self.random.below(3) > 0).then(|| format!("branch {}", self.texts));
        let id = self.tree().said[at].id.clone();
        let typed = name.as_deref().map(|name| name.replace(' ', " \n ")).unwrap_or_default();
        let done = self.parlour().name_branch(&id, &typed).await.unwrap();
        let inverse = Inverse::Name(at, std::mem::replace(&mut self.tree().said[at].name, name));
        self.tell("name", at);
        self.note(Some(done.operation_id), inverse);
    }

    async fn fork(&mut self) {
        let Some(at) = self.any(None) else { return };
        let from = self.trees[self.at].clone();
        let forked = self.parlour().fork_chat(&from.said[at].id).await.unwrap();
        let window = Window::open(&self.parlour(), &forked.chat).await;
        let path = from.path_to(Some(at));
        assert_eq!(window.path.len(), path.len(), "{:#?}", self.story);
        let mut tree = Tree::new(forked.chat);
        for (id, at) in window.path.into_iter().zip(path) {
            assert!(from.said.iter().all(|said| said.id != id), "the copy of a message has an id of its own");
            let said = &from.said[at];
            let copy = tree.add(id, tree.end, said.role, &said.text);
            tree.said[copy].name.clone_from(&said.name);
            tree.end = Some(copy);
        }
        self.tell("fork at", at);
        self.trees.push(tree);
        self.trashed.push(false);
        let new = self.trees.len() - 1;
        self.done.push(Done { id: Some(forked.operation_id), tree: new, inverse: Inverse::Trash });
        self.check_tree(new).await;
    }

    fn note(&mut self, id: Option<OperationId>, inverse: Inverse) {
        self.done.push(Done { id, tree: self.at, inverse });
    }

    /// Takes back the last thing done in a chat that is not in the trash.
    async fn undo_last(&mut self) {
        let Some(last) = self.done.iter().rposition(|done| !self.trashed[done.tree]) else { return };
        let undone = self.parlour().undo_last().await.unwrap().expect("something to undo");
        let done = self.done.remove(last);
        assert_eq!(undone.chat.as_ref(), Some(&self.trees[done.tree].chat), "{:#?}", self.story);
        self.take_back(done);
    }

    /// Takes back anything that was done.
    async fn undo_any(&mut self) {
        let known: Vec<usize> = (0..self.done.len())
            .filter(|at| self.done[*at].id.is_some() && !self.trashed[self.done[*at].tree])
            .collect();
        if known.is_empty() {
            return;
        }
        let done = self.done.remove(*self.random.one_of(&known));
        let id = done.id.clone().unwrap();
        assert!(self.parlour().undo(&id).await.unwrap().is_some());
        self.take_back(done);
        assert_eq!(self.parlour().undo(&id).await.unwrap(), None, "twice is once");
    }

    fn take_back(&mut self, done: Done) {
        self.story.push(format!("undo {done:?}"));
        let tree = &mut self.trees[done.tree];
        match done.inverse {
            Inverse::Show(end) => end.into_iter().for_each(|end| _ = tree.show(end)),
            Inverse::Restore(messages, end) => {
                messages.into_iter().for_each(|at| tree.said[at].deleted = false);
                end.into_iter().for_each(|end| _ = tree.show(end));
            }
            Inverse::Name(at, name) => tree.said[at].name = name,
            Inverse::Trash => {
                self.trashed[done.tree] = true;
                if self.at == done.tree {
                    self.at = 0;
                }
            }
        }
    }

    /// What was done last is undone at once, and all is as it was.
    async fn there_and_back(&mut self) {
        let (before, standing) = (self.picture().await, self.done.len());
        let tree = self.at;
        match self.random.below(7) {
            0 => self.edit().await,
            6 => self.regenerate().await,
            1 => self.delete().await,
            2 => self.delete_rest().await,
            3 => self.take_over().await,
            4 => self.choose().await,
            _ => self.show().await,
        }
        if self.done.len() > standing {
            self.undo_last().await;
            assert_eq!((self.at, self.picture().await), (tree, before), "{:#?}", self.story);
        }
        self.check().await;
    }

    /// The path and its texts, as a window sees them.
    async fn picture(&self) -> Vec<(MessageId, String)> {
        let mut picture = Vec::new();
        for id in Window::open(&self.parlour(), &self.trees[self.at].chat).await.path {
            let text = self.parlour().message_text(&id).await.unwrap();
            picture.push((id, text));
        }
        picture
    }

    fn restart(&mut self) {
        self.story.push("restart".to_owned());
        self.open = None;
        self.open = Some(self.house.open());
    }

    fn another_chat(&mut self) {
        let there: Vec<usize> = (0..self.trees.len()).filter(|at| !self.trashed[*at]).collect();
        self.at = *self.random.one_of(&there);
    }

    async fn check(&mut self) {
        self.check_tree(self.at).await;
        assert_eq!(self.house.asked(), self.asked, "nothing else goes out: {:#?}", self.story);
    }

    /// What is shown is what the model says, and each message knows its versions and its name.
    async fn check_tree(&self, at: usize) {
        let tree = &self.trees[at];
        let window = Window::open(&self.parlour(), &tree.chat).await;
        let path = tree.path();
        let ids: Vec<MessageId> = path.iter().map(|at| tree.said[*at].id.clone()).collect();
        assert_eq!(window.path, ids, "{:#?}\n{tree:#?}", self.story);
        // Of a long path a window has the last messages first.
        let messages = window.messages();
        let shown = path.len() - messages.len();
        for (message, at) in messages.into_iter().zip(path.into_iter().skip(shown)) {
            let versions = tree.versions(at);
            let number = versions.iter().position(|version| *version == at).unwrap() + 1;
            let version = Version { number: number as u32, count: versions.len() as u32 };
            assert_eq!((message.version, &message.branch), (version, &tree.said[at].name), "{:#?}", self.story);
        }
    }

    /// The map has every message that is not deleted once, in its place; texts are what was said.
    async fn end(self) {
        for (tree, _) in self.trees.iter().zip(&self.trashed).filter(|(_, trashed)| !**trashed) {
            let id = |at: usize| tree.said[at].id.clone();
            let shown = tree.path();
            let map = self.parlour().chat_map(&tree.chat).await.unwrap();
            let found: Vec<_> = map
                .stretches
                .iter()
                .map(|each| {
                    let version = Version { number: each.number, count: each.count };
                    let (first, last) = (each.first.clone(), each.last.clone());
                    (
                        (first, last, each.parent.clone(), each.depth, each.messages),
                        each.shown,
                        version,
                        each.name.clone(),
                    )
                })
                .collect();
            let wanted: Vec<_> = tree
                .map()
                .into_iter()
                .map(|run| {
                    let (first, last) = (run.messages[0], *run.messages.last().unwrap());
                    let versions = tree.versions(first);
                    let number = versions.iter().position(|version| *version == first).unwrap() + 1;
                    let version = Version { number: number as u32, count: versions.len() as u32 };
                    let place = (id(first), id(last), run.parent.map(id), run.depth, run.messages.len() as u32);
                    (place, shown.contains(&first), version, tree.said[first].name.clone())
                })
                .collect();
            assert_eq!(found, wanted, "{:#?}\n{tree:#?}", self.story);
            for at in tree.live() {
                assert_eq!(
                    self.parlour().message_text(&id(at)).await.unwrap(),
                    tree.said[at].text,
                    "{:#?}",
                    self.story
                );
            }
        }
    }
}

/// A data folder in memory where there is room for that: what is looked at here is not whether it is on the disk.
async fn house() -> House {
    let mut house = House::bare().await;
    if let Some(folder) = Some(Path::new("/dev/shm")).filter(|folder| folder.is_dir())
        && let Ok(folder) = tempfile::TempDir::new_in(folder)
    {
        house.folder = folder;
    }
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_and_sent_is_always_the_chosen_path_whatever_was_done() {
    let cases = std::env::var("PARLOUR_CASES").ok().map(|cases| cases.parse().expect("a number of cases"));
    let mut left: usize = cases.unwrap_or(CASES);
    // Other ones each time where somebody asks for a number of them.
    let seed = cases.map_or(5, |_| system_clock().unsigned_abs());
    let mut random = Random(seed);
    println!("seed {seed}");
    while left > 0 {
        let house = house().await;
        let mut parlour = house.connect().await;
        for _ in 0..left.min(IN_ONE_HOUSE) {
            left -= 1;
            let mut life = Life::begin(&house, parlour, &mut random).await;
            for _ in 0..4 + life.random.below(14) {
                if life.random.below(5) == 0 {
                    life.there_and_back().await;
                } else {
                    life.step().await;
                }
            }
            parlour = life.parlour();
            life.end().await;
        }
    }
}
