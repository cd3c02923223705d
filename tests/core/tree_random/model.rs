//! What a conversation is, told as plainly as can be: the messages in the order in which they were written, who hangs from
//! whom, which are deleted, where the path ends, and which way was taken last at each fork.

use std::collections::HashMap;

use parlour_core::chat::{ChatId, MessageId, Role};

use crate::house::SYSTEM;

#[derive(Debug, Clone)]
pub struct Said {
    pub id: MessageId,
    pub parent: Option<usize>,
    pub role: Role,
    pub text: String,
    pub deleted: bool,
    pub name: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Tree {
    pub chat: ChatId,
    pub said: Vec<Said>,
    pub end: Option<usize>,
    ways: HashMap<Option<usize>, usize>,
}

/// A run of messages of the map: its messages, and how deep it hangs.
#[derive(Debug, PartialEq)]
pub struct Run {
    pub messages: Vec<usize>,
    pub parent: Option<usize>,
    pub depth: u32,
}

impl Tree {
    pub fn new(chat: ChatId) -> Self {
        Self { chat, said: Vec::new(), end: None, ways: HashMap::new() }
    }

    pub fn add(&mut self, id: MessageId, parent: Option<usize>, role: Role, text: &str) -> usize {
        self.said.push(Said { id, parent, role, text: text.to_owned(), deleted: false, name: None });
        self.said.len() - 1
    }

    /// From the first message to `end`, the deleted ones included.
    fn way(&self, end: Option<usize>) -> Vec<usize> {
        let mut way: Vec<usize> = std::iter::successors(end, |at| self.said[*at].parent).collect();
        way.reverse();
        way
    }

    /// What is shown and sent.
    pub fn path(&self) -> Vec<usize> {
        self.path_to(self.end)
    }

    pub fn path_to(&self, end: Option<usize>) -> Vec<usize> {
        self.way(end).into_iter().filter(|at| !self.said[*at].deleted).collect()
    }

    pub fn live(&self) -> Vec<usize> {
        (0..self.said.len()).filter(|at| !self.said[*at].deleted).collect()
    }

    fn children(&self, of: Option<usize>) -> Vec<usize> {
        (0..self.said.len()).filter(|at| self.said[*at].parent == of).collect()
    }

    /// The versions of a message that are not deleted, oldest first.
    pub fn versions(&self, of: usize) -> Vec<usize> {
        let Said { parent, role, .. } = self.said[of];
        self.children(parent).into_iter().filter(|at| self.said[*at].role == role && !self.said[*at].deleted).collect()
    }

    /// The newest message from one down that is not deleted.
    fn newest_below(&self, top: usize) -> Option<usize> {
        self.live().into_iter().rfind(|at| self.way(Some(*at)).contains(&top))
    }

    /// Where the path through a message ends.
    fn end_below(&self, top: usize) -> usize {
        let (mut at, mut end) = (top, None);
        loop {
            if !self.said[at].deleted {
                end = Some(at);
            }
            let live: Vec<usize> =
                self.children(Some(at)).into_iter().filter(|child| self.newest_below(*child).is_some()).collect();
            let remembered = self.ways.get(&Some(at)).copied().filter(|way| live.contains(way));
            let next = remembered.or_else(|| live.into_iter().max_by_key(|child| self.newest_below(*child)));
            match next {
                Some(next) => at = next,
                // Where all of it is deleted: there all the same.
                None => return end.unwrap_or(top),
            }
        }
    }

    /// Ends the path elsewhere, and remembers at each fork of the way that is left which one it was.
    pub fn move_to(&mut self, end: usize) {
        let (left, shown) = (self.way(self.end), self.way(Some(end)));
        for at in left.into_iter().filter(|at| !shown.contains(at)) {
            let parent = self.said[at].parent;
            if self.children(parent).len() > 1 {
                self.ways.insert(parent, at);
            }
        }
        self.end = Some(end);
    }

    /// Leads the path through a message; not where it leads there already. Whether that changed anything.
    pub fn show(&mut self, through: usize) -> bool {
        let elsewhere = !self.way(self.end).contains(&through);
        if elsewhere {
            self.move_to(self.end_below(through));
        }
        elsewhere
    }

    /// Deletes the first of these, and the others, which follow it.
    pub fn delete(&mut self, messages: &[usize]) {
        let was_end = self.path().ends_with(messages);
        for at in messages {
            self.said[*at].deleted = true;
        }
        if !was_end {
            return;
        }
        // Another version takes the place: of the message, else of the deleted one that it answers.
        let mut at = messages.first().copied();
        while let Some(top) = at.filter(|at| self.said[*at].deleted) {
            if let Some(other) = self.versions(top).pop() {
                self.show(other);
                return;
            }
            at = self.said[top].parent;
        }
    }

    /// What a request for the answer to a question carries.
    pub fn request(&self, question: Option<usize>) -> Vec<(String, String)> {
        let mut messages = vec![("system".to_owned(), SYSTEM.to_owned())];
        for at in self.path_to(question) {
            let Said { role, text, .. } = &self.said[at];
            let role = if *role == Role::User { "user" } else { "assistant" };
            match messages.last_mut() {
                _ if text.is_empty() => {}
                Some((last, words)) if last == "user" && role == "user" => {
                    words.push_str("\n\n");
                    words.push_str(text);
                }
                _ => messages.push((role.to_owned(), text.clone())),
            }
        }
        messages
    }

    /// The next message up that is not deleted.
    fn above(&self, at: usize) -> Option<usize> {
        self.path_to(self.said[at].parent).pop()
    }

    /// The map: depth first, the oldest first.
    pub fn map(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        self.map_below(None, 0, &mut runs);
        runs
    }

    fn map_below(&self, parent: Option<usize>, depth: u32, runs: &mut Vec<Run>) {
        for first in self.hanging(parent) {
            let mut messages = vec![first];
            let mut last = first;
            while let [only] = self.hanging(Some(last))[..]
                && self.said[only].name.is_none()
            {
                messages.push(only);
                last = only;
            }
            runs.push(Run { messages, parent, depth });
            self.map_below(Some(last), depth + 1, runs);
        }
    }

    fn hanging(&self, from: Option<usize>) -> Vec<usize> {
        self.live().into_iter().filter(|at| self.above(*at) == from).collect()
    }
}
