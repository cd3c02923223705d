//! An archive that was never written, and what one would look for in it.

use std::path::Path;

use rusqlite::Connection;

/// The kinds of queries.
pub(super) const KINDS: &[&str] = &[
    "rareWord",
    "commonWord",
    "phrase",
    "oneLetter",
    "twoLetters",
    "threeLetters",
    "fourLetters",
    "twoWords",
    "twoCommonWords",
    "oneCjk",
    "twoCjk",
    "identifier",
    "wordWithout",
    "role",
    "model",
    "time",
    "title",
    "onlyFilters",
    "inFolder",
    "tag",
    "onlyTag",
    "nothing",
    "best commonWord",
    "best twoWords",
];

const WORDS: usize = 40_000;
const CHARACTERS: usize = 3_000;
const NAMES: usize = 20_000;

/// Folders, and tags.
const GROUPS: usize = 20;

/// What English has most of; the first words of the other languages are made up like all others.
const COMMON: &[&str] = &[
    "the", "of", "and", "to", "in", "is", "that", "for", "it", "you", "with", "as", "on", "are", "this", "be", "can",
    "or", "your", "if", "an", "not", "by", "from", "which", "code", "use", "will", "at", "how",
];

/// Letters to make words of, for English, German, French and Russian.
const SYLLABLES: &[(&[&str], &[&str], &[&str])] = &[
    (
        &["", "b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "w"],
        &["a", "e", "i", "o", "u", "ea"],
        &["", "n", "r", "s", "t", "ng"],
    ),
    (
        &["", "b", "d", "f", "g", "h", "k", "l", "m", "sch", "st", "v", "w", "z"],
        &["a", "e", "i", "o", "u", "ä", "ü", "ei"],
        &["", "n", "r", "ß", "t", "cht"],
    ),
    (
        &["", "b", "c", "d", "f", "j", "l", "m", "n", "p", "qu", "r", "v"],
        &["a", "e", "é", "è", "i", "o", "ou", "u"],
        &["", "", "s", "r", "t", "x"],
    ),
    (
        &["", "б", "в", "г", "д", "к", "л", "м", "н", "п", "р", "с", "т"],
        &["а", "е", "ё", "и", "о", "у", "я"],
        &["", "", "й", "н", "т", "ть"],
    ),
];

/// Where the characters of Chinese, Japanese, Korean and Thai begin, and how many are in use.
const SINGLES: &[(u32, usize)] = &[(0x4e00, CHARACTERS), (0x3042, 80), (0xac00, CHARACTERS), (0xe01, 46)];

const MODELS: &[&str] = &["gpt-5.2", "gpt-5.2-mini", "claude-opus-5", "qwen3-coder:30b", "o9-pro"];

/// SplitMix64: the same numbers in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    fn share(&mut self) -> f64 {
        self.next() as f64 / u64::MAX as f64
    }

    fn one_of<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

pub(super) struct Corpus {
    random: Random,
    /// The words of each language, the most frequent first.
    words: Vec<Vec<String>>,
    /// Names in code, the most frequent first.
    names: Vec<String>,
    /// How often any of the first words is met, as a sum up to each.
    frequency: Vec<f64>,
    /// Some texts as they are in the archive.
    samples: Vec<String>,
}

impl Corpus {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let mut words: Vec<Vec<String>> = SYLLABLES
            .iter()
            .map(|(starts, vowels, ends)| {
                (0..WORDS)
                    .map(|rank| {
                        let syllables = 1 + (rank + 2).ilog(40) as usize + random.below(2);
                        (0..syllables)
                            .map(|_| {
                                format!("{}{}{}", random.one_of(starts), random.one_of(vowels), random.one_of(ends))
                            })
                            .collect()
                    })
                    .collect()
            })
            .collect();
        for (rank, word) in COMMON.iter().enumerate() {
            words[0][rank] = (*word).to_owned();
        }
        let mut sum = 0.0;
        let frequency = (0..WORDS)
            .map(|rank| {
                sum += 1.0 / (rank as f64 + 2.7);
                sum
            })
            .collect();
        let mut corpus = Self { random, words, names: Vec::new(), frequency, samples: Vec::new() };
        corpus.names = (0..NAMES).map(|_| corpus.new_name()).collect();
        corpus
    }

    /// A rank as often as it is met, of so many.
    fn rank(&mut self, of: usize) -> usize {
        let wanted = self.random.share() * self.frequency[of - 1];
        self.frequency[..of].partition_point(|sum| *sum < wanted).min(of - 1)
    }

    fn word(&mut self, language: usize) -> String {
        let rank = self.rank(WORDS);
        self.words[language][rank].clone()
    }

    fn character(&mut self, script: usize) -> char {
        let (first, count) = SINGLES[script];
        let rank = self.rank(count);
        // Those in use are spread over the block.
        char::from_u32(first + u32::try_from(rank * 2_654_435 % count).unwrap_or_default()).unwrap_or('一')
    }

    /// A text of about so many bytes.
    pub(super) fn text(&mut self, bytes: usize) -> String {
        let mut text = String::new();
        let language = self.random.below(20);
        while text.len() < bytes {
            match language {
                0..=12 => self.sentence(&mut text, 0),
                13 => self.sentence(&mut text, 1),
                14 => self.sentence(&mut text, 2),
                15 => self.sentence(&mut text, 3),
                script => {
                    for _ in 0..8 + self.random.below(20) {
                        let letter = self.character(script - 16);
                        text.push(letter);
                    }
                    text.push('。');
                }
            }
            if bytes > 600 && self.random.below(14) == 0 {
                self.code(&mut text);
            }
        }
        text
    }

    fn sentence(&mut self, text: &mut String, language: usize) {
        for at in 0..6 + self.random.below(14) {
            let word = self.word(language);
            match at {
                0 => text.push_str(&capital(&word)),
                _ => text.push_str(&word),
            }
            text.push_str(if self.random.below(12) == 0 { ", " } else { " " });
        }
        text.push_str(if self.random.below(6) == 0 { "\n\n- **" } else { ". " });
    }

    fn identifier(&mut self) -> String {
        let rank = self.rank(NAMES);
        self.names[rank].clone()
    }

    fn new_name(&mut self) -> String {
        let ranks: Vec<usize> = (0..1 + self.random.below(3)).map(|_| 30 + self.rank(400)).collect();
        let parts: Vec<String> = ranks.into_iter().map(|rank| self.words[0][rank].clone()).collect();
        if self.random.below(2) == 0 {
            return parts.join("_");
        }
        parts[..1].iter().cloned().chain(parts[1..].iter().map(|part| capital(part))).collect()
    }

    fn code(&mut self, text: &mut String) {
        text.push_str("\n```rust\n");
        for _ in 0..3 + self.random.below(12) {
            let names = [self.identifier(), self.identifier(), self.identifier()];
            text.push_str(&format!("    let {} = {}.{}({});\n", names[0], names[1], names[2], self.random.below(500)));
        }
        text.push_str("```\n");
    }

    /// Fills the database past core, as an older version has left it.
    pub(super) fn store(&mut self, database: &Path, chats: usize, messages: usize) -> rusqlite::Result<()> {
        let mut connection = Connection::open(database)?;
        let t = connection.transaction()?;
        let mut now = 1_650_000_000_000_i64;
        {
            let mut message = t.prepare(
                "INSERT INTO message (seq, id, chat_id, parent_id, role, state, model, created_at, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'complete', ?6, ?1, zeroblob(32))",
            )?;
            let mut part = t.prepare("INSERT INTO part (message_id, n, kind, text) VALUES (?1, 0, 'text', ?2)")?;
            let mut title =
                t.prepare("INSERT INTO chat (id, title, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)")?;
            let of_chat = messages.div_ceil(chats.max(1));
            for number in 0..messages {
                let (chat, answer) = (format!("chat {}", number / of_chat), number % 2 == 1);
                if number % of_chat == 0 {
                    title.execute((&chat, self.text(20), now))?;
                }
                now +=
                    if answer { 20_000 } else { 1_000 + i64::try_from(self.random.below(200_000)).unwrap_or_default() };
                // Most are short, some are very long.
                let size = (if answer { 900.0 } else { 90.0 }) * (self.random.share() * 3.0 - 1.2).exp();
                let (text, id) = (self.text(size as usize), format!("{number:032x}"));
                let parent = (number % of_chat > 0).then(|| format!("{:032x}", number - 1));
                let model = answer.then(|| MODELS[self.rank(MODELS.len())]);
                message.execute((now, &id, &chat, parent, if answer { "assistant" } else { "user" }, model))?;
                part.execute((&id, &text))?;
            }
            t.execute(
                "UPDATE chat SET updated_at = (SELECT max(created_at) FROM message WHERE chat_id = chat.id),
                     head_id = (SELECT id FROM message WHERE chat_id = chat.id ORDER BY seq DESC LIMIT 1),
                     message_count = (SELECT count(*) FROM message WHERE chat_id = chat.id)",
                [],
            )?;
            self.put_in_order(&t)?;
            t.execute("DELETE FROM search_progress", [])?;
        }
        t.commit()?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    /// Folders and tags: the first of each have thousands of chats, the last ones some.
    fn put_in_order(&mut self, t: &Connection) -> rusqlite::Result<()> {
        for number in 0..GROUPS {
            t.execute(
                "INSERT INTO folder (id, name, created_at) VALUES (?1, ?2, 0)",
                (format!("folder {number}"), format!("Folder {number}")),
            )?;
            t.execute("INSERT INTO tag (id, name) VALUES (?1, ?2)", (format!("tag {number}"), format!("tag{number}")))?;
        }
        let chats: Vec<String> = t
            .prepare("SELECT id FROM chat ORDER BY seq")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for chat in chats {
            if self.random.below(2) == 0 {
                let folder = format!("folder {}", self.group());
                t.execute("UPDATE chat SET folder_id = ?1 WHERE id = ?2", (folder, &chat))?;
            }
            if self.random.below(3) == 0 {
                let tag = format!("tag {}", self.group());
                t.execute("INSERT INTO chat_tag (chat_id, tag_id) VALUES (?1, ?2)", (&chat, tag))?;
            }
        }
        Ok(())
    }

    /// Each is met two thirds as often as the one before.
    fn group(&mut self) -> usize {
        (0..GROUPS - 1).find(|_| self.random.below(3) == 0).unwrap_or(GROUPS - 1)
    }

    /// Reads some of the texts of an archive, to ask for what is in them. Gives the bytes of all texts.
    pub(super) fn read_samples(&mut self, database: &Path) -> rusqlite::Result<i64> {
        let connection = Connection::open(database)?;
        let (bytes, count): (i64, i64) =
            connection.query_row("SELECT sum(octet_length(text)), max(seq) FROM part", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let mut statement = connection.prepare("SELECT text FROM part WHERE seq % ?1 = 0")?;
        self.samples = statement.query_map([(count / 2_000).max(1)], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(bytes)
    }

    fn sample(&mut self) -> String {
        self.samples[self.random.below(self.samples.len())].clone()
    }

    /// A run of so many letters that follow each other somewhere in the archive.
    fn run(&mut self, letters: usize, wanted: impl Fn(char) -> bool) -> String {
        for _ in 0..1_000 {
            let text: Vec<char> = self.sample().chars().collect();
            let at = self.random.below(text.len().saturating_sub(letters));
            if let Some(run) = text.get(at..at + letters)
                && run.iter().all(|letter| wanted(*letter))
            {
                return run.iter().collect();
            }
        }
        String::new()
    }

    fn any_word(&mut self) -> String {
        let language = self.random.below(7).saturating_sub(3);
        self.word(language)
    }

    fn beginning(&mut self, letters: usize) -> String {
        loop {
            let word = self.any_word();
            if word.chars().count() >= letters {
                return word.chars().take(letters).collect();
            }
        }
    }

    /// A query of a kind.
    pub(super) fn query(&mut self, kind: &str) -> String {
        let common = |random: &mut Random| COMMON[random.below(12)];
        match kind {
            "rareWord" => format!("{} ", self.words[self.random.below(4)][20_000 + self.random.below(20_000)].clone()),
            "commonWord" => format!("{} ", common(&mut self.random)),
            "phrase" => {
                let text = self.sample();
                let words: Vec<&str> = text.split_whitespace().collect();
                let at = self.random.below(words.len());
                // Of what is written without spaces, nobody types a sentence.
                let phrase = words[at..(at + 3).min(words.len())].join(" ").replace('"', "");
                format!("\"{}\"", phrase.chars().take(24).collect::<String>())
            }
            "oneLetter" => self.beginning(1),
            "twoLetters" => self.beginning(2),
            "threeLetters" => self.beginning(3),
            "fourLetters" => self.beginning(4),
            "twoWords" => format!("{} {} ", self.word(0), self.word(0)),
            "twoCommonWords" => format!("{} {} ", common(&mut self.random), common(&mut self.random)),
            "oneCjk" => self.run(1, |letter| letter > '\u{e00}'),
            "twoCjk" => self.run(2, |letter| letter > '\u{e00}' && letter != '。'),
            "identifier" => self.identifier(),
            "wordWithout" => format!("{} -{} ", self.word(0), self.word(0)),
            "role" => format!("role:you {} ", self.word(0)),
            "model" => format!("model:{} {} ", MODELS[self.random.below(MODELS.len())], self.word(0)),
            "time" => format!("before:2023-0{} {} ", 1 + self.random.below(9), self.word(0)),
            "title" => format!("title:{} {} ", self.word(0), self.word(0)),
            "inFolder" => format!("in:\"folder {}\" {} ", self.random.below(GROUPS), self.word(0)),
            "tag" => format!("tag:tag{} {} ", self.random.below(GROUPS), self.word(0)),
            "onlyTag" => format!("tag:tag{} ", self.random.below(GROUPS)),
            "onlyFilters" => self
                .random
                .one_of(&["model:opus", "role:you before:2022-10", "after:2023-02 before:2023-03"])
                .to_owned(),
            _ => "zzyzxq ".to_owned(),
        }
    }
}
