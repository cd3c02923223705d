//! The records on a leaf page: cells, their overflow chains, and the values in them. Nothing is believed unseen: what is out
//! of bounds is no record, and where a chain breaks the record is given as far as it goes.

use std::collections::HashSet;

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::pages::Pages;

const TABLE_LEAF: u8 = 0x0d;
const INDEX_LEAF: u8 = 0x0a;
const INDEX_INTERIOR: u8 = 0x02;

/// Where the tree's page begins on the first page of the file.
const AFTER_HEADER: usize = 100;

/// A value as it is stored. Text is bytes: it may be damaged.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
    /// Behind the end of a chain that broke.
    Lost,
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null | Self::Lost => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(bytes) => ValueRef::Text(bytes),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(bytes) => Self::Text(bytes.to_owned()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_owned()),
        }
    }
}

/// A record.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Record {
    /// Its key in a table; `None` in an index or a table without such keys.
    pub rowid: Option<i64>,
    pub values: Vec<Value>,
    /// Whether its chain of overflow pages breaks, or does not end where it should.
    pub cut: bool,
}

/// A page of which the records are wanted.
pub(super) struct Leaf<'a> {
    pub pages: &'a Pages,
    pub number: u32,
    /// Which image it is, and which ones of the overflow pages are read.
    pub image: usize,
    pub bytes: &'a [u8],
}

impl Leaf<'_> {
    /// Every record that can be read; none where the page is of another kind.
    pub(super) fn records(&self) -> Vec<Record> {
        let mut found = self.records_from(0);
        if self.number == 1 {
            found.extend(self.records_from(AFTER_HEADER));
        }
        found
    }

    fn records_from(&self, start: usize) -> Vec<Record> {
        let (kind, header) = match self.bytes.get(start) {
            Some(&kind @ (TABLE_LEAF | INDEX_LEAF)) => (kind, 8),
            Some(&kind @ INDEX_INTERIOR) => (kind, 12),
            _ => return Vec::new(),
        };
        let cells = short(self.bytes, start + 3).unwrap_or(0);
        // Many pointers to one cell are one record.
        let mut seen = HashSet::new();
        let pointers = (0..cells).map_while(|cell| short(self.bytes, start + header + 2 * cell));
        pointers.filter(|at| seen.insert(*at)).filter_map(|at| self.record(kind, at)).collect()
    }

    fn record(&self, kind: u8, at: usize) -> Option<Record> {
        let at = if kind == INDEX_INTERIOR { at + 4 } else { at };
        let (size, used) = varint(self.bytes, at)?;
        let (rowid, at) = if kind == TABLE_LEAF {
            let (rowid, more) = varint(self.bytes, at + used)?;
            (Some(rowid.cast_signed()), at + used + more)
        } else {
            (None, at + used)
        };
        let size = usize::try_from(size).ok()?;
        // No record is larger than all pages together.
        if size as u64 > u64::from(self.pages.count()) * self.pages.size() as u64 {
            return None;
        }
        let local = self.local(kind, size);
        // All of it was found in the first image.
        if local == size && self.image > 0 && self.pages.images(self.number) == 1 {
            return None;
        }
        let mut payload = self.bytes.get(at..at + local)?.to_vec();
        let whole = local == size || self.follow(long(self.bytes, at + local)?, size, &mut payload);
        let (values, cut) = values(&payload, size)?;
        Some(Record { rowid, values, cut: cut || !whole })
    }

    /// How much of a payload is on the page itself.
    fn local(&self, kind: u8, size: usize) -> usize {
        let usable = self.pages.size();
        let most = if kind == TABLE_LEAF { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
        if size <= most {
            return size;
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let filling = least + (size - least) % (usable - 4);
        if filling <= most { filling } else { least }
    }

    /// Appends what is on the overflow pages. Whether the chain is as long as it should be.
    fn follow(&self, first: u32, size: usize, payload: &mut Vec<u8>) -> bool {
        let mut page = Vec::new();
        let mut seen = HashSet::new();
        let mut next = first;
        while payload.len() < size {
            if !seen.insert(next) || next == self.number || !self.pages.read(next, self.image, &mut page) {
                return false;
            }
            let Some(after) = long(&page, 0) else { return false };
            let take = (size - payload.len()).min(page.len() - 4);
            let is_last = payload.len() + take == size;
            // A page within the chain that leads nowhere is not the one that was written there.
            if !is_last && !(1..=self.pages.count()).contains(&after) || page.iter().all(|byte| *byte == 0) {
                return false;
            }
            payload.extend_from_slice(&page[4..4 + take]);
            if is_last && after != 0 {
                return false;
            }
            next = after;
        }
        true
    }
}

/// The values of a record of so many bytes, of which at least the first are there; and whether one is cut.
fn values(payload: &[u8], size: usize) -> Option<(Vec<Value>, bool)> {
    let (header, mut at) = varint(payload, 0)?;
    let header = usize::try_from(header).ok().filter(|header| *header <= payload.len())?;
    let mut types = Vec::new();
    while at < header {
        let (kind, used) = varint(payload, at)?;
        types.push(kind);
        at += used;
    }
    if at != header {
        return None;
    }
    let mut values = Vec::with_capacity(types.len());
    let mut cut = false;
    for kind in types {
        let length = length(kind)?;
        let end = at.checked_add(length).filter(|end| *end <= size)?;
        values.push(match payload.get(at..end) {
            Some(bytes) => value(kind, bytes),
            None => {
                cut = true;
                match payload.get(at..) {
                    Some(rest) if !kind.is_multiple_of(2) && kind > 12 => {
                        Value::Text(whole_characters(rest).to_owned())
                    }
                    _ => Value::Lost,
                }
            }
        });
        at = end;
    }
    (at == size).then_some((values, cut))
}

/// Bytes of a value of this serial type.
fn length(kind: u64) -> Option<usize> {
    match kind {
        0 | 8 | 9 => Some(0),
        1..=4 => usize::try_from(kind).ok(),
        5 => Some(6),
        6 | 7 => Some(8),
        10 | 11 => None,
        _ => usize::try_from((kind - 12) / 2).ok(),
    }
}

fn value(kind: u64, bytes: &[u8]) -> Value {
    match kind {
        0 => Value::Null,
        7 => Value::Real(f64::from_bits(unsigned(bytes))),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        1..=6 => {
            // Shorter ones carry their sign in their first bit.
            let unused = 64 - 8 * bytes.len();
            Value::Integer((unsigned(bytes) << unused).cast_signed() >> unused)
        }
        _ if kind.is_multiple_of(2) => Value::Blob(bytes.to_owned()),
        _ => Value::Text(bytes.to_owned()),
    }
}

fn unsigned(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Without a character that is only begun.
fn whole_characters(text: &[u8]) -> &[u8] {
    match std::str::from_utf8(text) {
        Err(error) if error.error_len().is_none() => &text[..error.valid_up_to()],
        _ => text,
    }
}

/// A number of one to nine bytes, and how many they are.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut number: u64 = 0;
    for used in 0..8 {
        let byte = *bytes.get(at + used)?;
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((number, used + 1));
        }
    }
    Some((number << 8 | u64::from(*bytes.get(at + 8)?), 9))
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(*bytes.get(at)?) << 8 | usize::from(*bytes.get(at + 1)?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}
