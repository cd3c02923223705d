//! What a kind of fault came to: the line that is printed, and the failures, the first few in words.

use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::check::Verdict;

/// How many failures are told in words; the figures count them all.
const TOLD: usize = 5;

/// The outcome of many rounds.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The figures.
    pub line: String,
    /// Acknowledged things that are not there.
    pub lost: usize,
    /// What else is wrong.
    pub wrong: usize,
    /// Folders in which something is wrong.
    pub wrong_folders: usize,
    /// How often streamed text was further behind than promised.
    pub late: usize,
    /// This machine cannot do it: neither passed nor failed.
    pub not_run: bool,
    /// The first failures.
    pub told: Vec<String>,
}

impl Report {
    /// Adds what was found in one folder.
    pub fn take(&mut self, verdict: &Verdict, at: impl Fn() -> String) {
        self.lost += verdict.lost.len();
        self.wrong += verdict.wrong.len();
        self.wrong_folders += usize::from(!verdict.wrong.is_empty());
        for what in verdict.lost.iter().chain(&verdict.wrong) {
            if self.told.len() < TOLD {
                self.told.push(format!("{}: {what}", at()));
            }
        }
    }

    /// Adds acknowledged things that are not there.
    pub fn lose(&mut self, count: usize, what: String) {
        self.lost += count;
        if self.told.len() < TOLD {
            self.told.push(what);
        }
    }

    /// Adds a failure of another kind.
    pub fn fail(&mut self, what: String) {
        self.wrong += 1;
        if self.told.len() < TOLD {
            self.told.push(what);
        }
    }

    /// Whether nothing failed.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.lost == 0 && self.wrong == 0
    }

    /// Prints the figures, and the failures.
    pub fn print(&self) {
        println!("{}", self.line);
        self.told.iter().for_each(|what| println!("  FAILED {what}"));
    }
}

/// How many panics there were in this process since this was asked first: those of tasks too, which nobody hears of.
#[must_use]
pub fn panics() -> usize {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            COUNT.fetch_add(1, Ordering::Relaxed);
            usual(panic);
        }));
    });
    COUNT.load(Ordering::Relaxed)
}
