//! Which table a record is a row of, told by its shape alone: the schema and the trees may be gone.

use super::record::{Record, Value};

/// The latest time that is believed, in unix milliseconds (and the highest key): the year 9999.
const LATEST: i64 = 253_402_300_799_999;

/// What a column holds, and what is made of it where it is damaged. The app must be able to open a chat whatever is in it:
/// what it reads for a whole chat or at its start is made readable, what it reads for one message is kept as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The table's integer key, which is not in the record.
    Key,
    Id,
    MaybeId,
    /// Text that is kept byte by byte.
    Text,
    MaybeText,
    /// Text that must be readable.
    Readable,
    MaybeReadable,
    Integer,
    /// One that fits 32 bits.
    Count,
    MaybeCount,
    Time,
    MaybeTime,
    MaybeReal,
    Blob,
    MaybeBlob,
    /// 32 bytes.
    Hash,
    MaybeHash,
}

/// A table: its columns in order.
pub(super) struct Table {
    pub name: &'static str,
    pub columns: &'static [(&'static str, Kind)],
    /// The columns that tell one row from another.
    pub identity: &'static [usize],
    /// So many of the last columns are missing in rows that are older than they.
    younger: usize,
}

use Kind::{
    Blob, Count, Hash, Id, Integer, Key, MaybeBlob, MaybeCount, MaybeHash, MaybeId, MaybeReadable, MaybeReal,
    MaybeText, MaybeTime, Readable, Text, Time,
};

pub(super) static CONNECTION: Table = Table {
    name: "connection",
    columns: &[
        ("seq", Key),
        ("id", Id),
        ("base_url", MaybeReadable),
        ("streaming", Integer),
        ("key_origin", MaybeReadable),
        ("key_needed", Integer),
        ("checked_at", MaybeTime),
        ("check_error", MaybeReadable),
    ],
    identity: &[1],
    younger: 0,
};

pub(super) static CHAT: Table = Table {
    name: "chat",
    columns: &[
        ("seq", Key),
        ("id", Id),
        ("connection_id", MaybeId),
        ("head_id", MaybeId),
        ("title", Readable),
        ("title_by_person", Integer),
        ("options", Readable),
        ("message_count", Count),
        ("digest", Hash),
        ("input_tokens", Count),
        ("output_tokens", Count),
        ("created_at", Time),
        ("updated_at", Time),
        ("deleted_by", MaybeId),
        ("purged_at", MaybeTime),
        ("folder_id", MaybeId),
        ("pinned_at", MaybeTime),
        ("archived_at", MaybeTime),
        ("persona", MaybeReadable),
    ],
    identity: &[1],
    younger: 5,
};

pub(super) static MESSAGE: Table = Table {
    name: "message",
    columns: &[
        ("seq", Key),
        ("id", Id),
        ("chat_id", Id),
        ("parent_id", MaybeId),
        ("role", Text),
        ("state", Text),
        ("error", MaybeText),
        ("wait", MaybeText),
        ("model", MaybeText),
        ("finish_reason", MaybeText),
        ("input_tokens", MaybeCount),
        ("output_tokens", MaybeCount),
        ("created_at", Time),
        ("started_at", MaybeTime),
        ("settled_at", MaybeTime),
        ("hash", MaybeHash),
        ("deleted_by", MaybeId),
    ],
    identity: &[1],
    younger: 0,
};

pub(super) static PART: Table = Table {
    name: "part",
    columns: &[
        ("seq", Key),
        ("message_id", Id),
        ("n", Integer),
        ("kind", Text),
        ("text", Text),
        ("blob_hash", MaybeBlob),
        ("request_id", MaybeId),
    ],
    identity: &[1, 2],
    younger: 0,
};

pub(super) static REQUEST: Table = Table {
    name: "request",
    columns: &[
        ("seq", Key),
        ("id", Id),
        ("message_id", MaybeId),
        ("connection_id", MaybeId),
        ("purpose", Text),
        ("parameters", Text),
        ("part_ids", Text),
        ("body_hash", Blob),
        ("input_tokens", MaybeCount),
        ("output_tokens", MaybeCount),
        ("cost", MaybeReal),
        ("sent_at", Time),
        ("first_at", MaybeTime),
        ("ended_at", MaybeTime),
        ("attempts", Count),
        ("result", MaybeText),
    ],
    identity: &[1],
    younger: 0,
};

static OPERATION: Table = Table {
    name: "operation",
    columns: &[
        ("seq", Key),
        ("id", Id),
        ("at", Time),
        ("device", Text),
        ("kind", Text),
        ("inverse", Text),
        ("undone_by", MaybeId),
    ],
    identity: &[1],
    younger: 0,
};

static BLOB: Table =
    Table { name: "blob", columns: &[("seq", Key), ("hash", Hash), ("bytes", Blob)], identity: &[1], younger: 0 };

static BELIEVED_CLOCK: Table =
    Table { name: "believed_clock", columns: &[("id", Key), ("at", Time)], identity: &[0], younger: 0 };

static JOURNAL: Table = Table {
    name: "journal",
    columns: &[("message_id", Id), ("n", Integer), ("kind", Readable), ("text", Readable)],
    identity: &[0, 1],
    younger: 0,
};

static DRAFT: Table =
    Table { name: "draft", columns: &[("chat_id", Id), ("text", Readable)], identity: &[0], younger: 0 };

static PERSONA: Table = Table {
    name: "persona",
    columns: &[("seq", Key), ("id", Id), ("created_at", Time), ("deleted_by", MaybeId)],
    identity: &[1],
    younger: 0,
};

static PERSONA_VERSION: Table = Table {
    name: "persona_version",
    columns: &[
        ("seq", Key),
        ("persona_id", Id),
        ("number", Count),
        ("name", Readable),
        ("options", Readable),
        ("created_at", Time),
    ],
    identity: &[1, 2],
    younger: 0,
};

pub(super) static PROMPT: Table = Table {
    name: "prompt",
    columns: &[
        ("seq", Key),
        ("id", Id),
        ("name", Readable),
        ("text", Readable),
        ("created_at", Time),
        ("updated_at", Time),
        ("deleted_by", MaybeId),
    ],
    identity: &[1],
    younger: 0,
};

static FOLDER: Table = Table {
    name: "folder",
    columns: &[
        ("seq", Key),
        ("id", Id),
        ("name", Readable),
        ("options", Readable),
        ("created_at", Time),
        ("deleted_by", MaybeId),
    ],
    identity: &[1],
    younger: 0,
};

static TAG: Table =
    Table { name: "tag", columns: &[("seq", Key), ("id", Id), ("name", Readable)], identity: &[1], younger: 0 };

/// An entry of its index, and of others of two ids, has the same shape: what is none is told by what it names (`gaps`).
static CHAT_TAG: Table =
    Table { name: "chat_tag", columns: &[("chat_id", Id), ("tag_id", Id)], identity: &[0, 1], younger: 0 };

/// Every table, in an order in which the first that fits is right.
pub(super) static TABLES: [&Table; 16] = [
    &CONNECTION,
    &CHAT,
    &MESSAGE,
    &PART,
    &OPERATION,
    &REQUEST,
    &BLOB,
    &BELIEVED_CLOCK,
    &JOURNAL,
    &CHAT_TAG,
    &DRAFT,
    &FOLDER,
    &TAG,
    &PERSONA,
    &PERSONA_VERSION,
    &PROMPT,
];

impl Table {
    /// Whether rows have an integer key, which is the first column.
    pub(super) fn has_key(&self) -> bool {
        matches!(self.columns.first(), Some((_, Key)))
    }

    fn row(&'static self, record: &Record) -> Option<Row> {
        let found = record.values.len();
        let missing = self.columns.len().checked_sub(found).filter(|missing| *missing <= self.younger)?;
        if self.has_key() != record.rowid.is_some() {
            return None;
        }
        let mut values = Vec::with_capacity(self.columns.len());
        for (at, ((_, kind), value)) in self.columns.iter().zip(&record.values).enumerate() {
            let value = match (kind, record.rowid) {
                (Key, Some(rowid)) if *value == Value::Null => Value::Integer(rowid),
                // Without knowing which row it is there is nothing to do with it.
                _ if *value == Value::Lost && self.identity.contains(&at) => return None,
                _ => kind.fit(value)?,
            };
            values.push(value);
        }
        values.extend(std::iter::repeat_n(Value::Null, missing));
        Some(Row { table: self, values, cut: record.cut })
    }
}

/// A row of a table, in its columns' order.
#[derive(Clone)]
pub(super) struct Row {
    pub table: &'static Table,
    pub values: Vec<Value>,
    /// Whether it is only the beginning.
    pub cut: bool,
}

impl Row {
    /// The row that a record is; `None` for those of indexes, the schema and statistics, and for all that is unknown.
    pub(super) fn of(record: &Record) -> Option<Self> {
        TABLES.iter().find_map(|table| table.row(record))
    }

    /// What tells it from other rows of its table.
    pub(super) fn identity(&self) -> impl Iterator<Item = &Value> {
        self.table.identity.iter().filter_map(|at| self.values.get(*at))
    }

    /// The value of a column; NULL where there is none of this name.
    pub(super) fn value(&self, column: &str) -> &Value {
        let at = self.table.columns.iter().position(|(name, _)| *name == column);
        at.and_then(|at| self.values.get(at)).unwrap_or(&Value::Null)
    }

    /// The bytes of a text or blob; none where it is neither.
    pub(super) fn bytes(&self, column: &str) -> &[u8] {
        match self.value(column) {
            Value::Text(bytes) | Value::Blob(bytes) => bytes,
            _ => &[],
        }
    }

    /// Whether its integer key can be kept. A damaged one could leave no room for any after it.
    pub(super) fn has_usable_key(&self) -> bool {
        !self.table.has_key() || matches!(self.values.first(), Some(Value::Integer(seq)) if (0..=LATEST).contains(seq))
    }
}

impl Kind {
    /// What of a value can be kept in a column; `None` where it is nothing of this kind.
    fn fit(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Id | MaybeId, Value::Text(text)) => id(text),
            (Text | MaybeText, Value::Text(_))
            | (Integer | MaybeReal, Value::Integer(_))
            | (MaybeReal, Value::Real(_))
            | (Blob | MaybeBlob, Value::Blob(_)) => Some(value.clone()),
            (Readable | MaybeReadable, Value::Text(text)) => {
                Some(Value::Text(String::from_utf8_lossy(text).into_owned().into_bytes()))
            }
            (Count | MaybeCount, Value::Integer(number)) => {
                Some(Value::Integer((*number).clamp(0, i64::from(u32::MAX))))
            }
            (Time | MaybeTime, Value::Integer(number)) => Some(Value::Integer((*number).clamp(0, LATEST))),
            (Hash | MaybeHash, Value::Blob(hash)) if hash.len() == 32 => Some(value.clone()),
            (
                MaybeId | MaybeText | MaybeReadable | MaybeCount | MaybeTime | MaybeReal | MaybeBlob | MaybeHash,
                Value::Null | Value::Lost,
            ) => Some(Value::Null),
            (Text | Readable, Value::Lost) => Some(Value::Text(Vec::new())),
            (Integer | Count | Time, Value::Lost) => Some(Value::Integer(0)),
            (Hash, Value::Lost) => Some(Value::Blob(vec![0; 32])),
            _ => None,
        }
    }
}

/// Characters of a UUID as text, and how many of them may be wrong.
const ID: usize = 36;
const WRONG: usize = 4;

/// An id of ours, also with a few wrong characters: what hangs on it is then kept, if not where it was.
fn id(text: &[u8]) -> Option<Value> {
    let fits = |(at, byte): &(usize, &u8)| match at {
        8 | 13 | 18 | 23 => **byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    if text.len() != ID || text.iter().enumerate().filter(fits).count() + WRONG < ID {
        return None;
    }
    // Ids are read for whole chats: they must be text.
    Some(Value::Text(text.iter().map(|byte| byte & 0x7f).collect()))
}
